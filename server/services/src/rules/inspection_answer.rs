//! An answer answers a question its checklist asks.
use super::Note;
use crate::apply::Refusal;
use crate::load;
use onsite_model::checklist_template::ChecklistTemplate;
use onsite_model::inspection::Inspection;
use onsite_model::inspection_answer::InspectionAnswer;
use onsite_model::invalid::Invalid;
use onsite_store::Tx;

pub(super) fn before(tx: &mut Tx<'_>, answer: &InspectionAnswer) -> Result<Vec<Note>, Refusal> {
    let Some(inspection) = load::find::<Inspection>(tx.db(), answer.inspection_id)? else {
        return Ok(Vec::new());
    };
    if let Some(template) = load::find::<ChecklistTemplate>(tx.db(), inspection.template_id)?
        && template.item(&answer.item).is_none()
    {
        return Err(Invalid::new("item", "is not a question of this checklist").into());
    }
    Ok(Vec::new())
}
