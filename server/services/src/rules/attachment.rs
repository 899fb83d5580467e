//! Attachments belong to what is photographed, worked on or worked for, never to what everybody gets.
use super::Note;
use crate::apply::Refusal;
use crate::author::Cause;
use crate::upload;
use onsite_model::attachment::Attachment;
use onsite_model::entity::EntityKind;
use onsite_model::invalid::Invalid;
use onsite_store::{Tx, rows};
use uuid::Uuid;

pub(super) fn before(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    attachment: &mut Attachment,
) -> Result<Vec<Note>, Refusal> {
    use EntityKind as K;
    let owner = rows::get(tx.db(), attachment.owner_id)?;
    match owner.map(|owner| owner.kind) {
        Some(K::Client | K::Site | K::Asset | K::Ticket | K::Visit | K::Inspection | K::InspectionAnswer) => {
            upload::await_no_longer(tx, cause, id, attachment)?;
            Ok(Vec::new())
        }
        _ => {
            let detail = "must be a client, a site, an asset, a ticket, a visit or an answer";
            Err(Invalid::new("owner_id", detail).into())
        }
    }
}
