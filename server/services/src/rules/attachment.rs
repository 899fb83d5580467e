//! Attachments belong to what is photographed or worked on, never to what everybody gets.
use super::Note;
use crate::apply::Refusal;
use onsite_model::attachment::Attachment;
use onsite_model::entity::EntityKind;
use onsite_model::invalid::Invalid;
use onsite_store::{Tx, rows};

pub(super) fn before(tx: &mut Tx<'_>, attachment: &Attachment) -> Result<Vec<Note>, Refusal> {
    use EntityKind as K;
    let owner = rows::get(tx.db(), attachment.owner_id)?;
    match owner.map(|owner| owner.kind) {
        Some(K::Asset | K::Ticket | K::Visit | K::Inspection | K::InspectionAnswer) => Ok(Vec::new()),
        _ => Err(Invalid::new("owner_id", "must be an asset, a ticket, a visit or an answer").into()),
    }
}
