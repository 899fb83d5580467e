//! The rules of the nouns that need more than one row: what must hold before a row is saved, and what follows
//! when it was. Each noun's rules are in the file of its name.
mod asset;
mod attachment;
mod callback;
mod complaint;
mod contact;
mod inspection_answer;
mod service_sheet;
mod signature;
mod ticket;
mod visit;
mod worklog_entry;

pub(crate) use service_sheet::{
    is_evidence, payload_hash, propose_amendments, propose_amendments_after, seal_message,
};

use crate::apply::Refusal;
use crate::author::Cause;
use crate::error::ServiceError;
use onsite_model::conflict::ConflictKind;
use onsite_model::entity::Record;
use onsite_model::invalid::Invalid;
use onsite_store::Tx;
use serde_json::Value;
use sync_protocol::merge::{Clash, Side};
use uuid::Uuid;

/// A disagreement a rule found and settled provisionally in the record; it becomes a conflict.
#[derive(Debug, Clone)]
pub struct Note {
    pub kind: ConflictKind,
    pub clash: Clash,
    pub other_row: Option<Uuid>,
}

impl Note {
    /// Values (an object of fields) that wait for the office, while what stood stands.
    fn proposed(group: &str, current: Value, incoming: Value) -> Note {
        let fields = |value: Value| value.as_object().cloned().unwrap_or_default();
        Note {
            kind: ConflictKind::Field,
            clash: Clash::plain(group, fields(current), fields(incoming), Side::Current),
            other_row: None,
        }
    }
}

/// Checks and completes a record before it is saved.
///
/// # Errors
/// A rule forbids it.
pub fn before(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: Option<&Record>,
    record: &mut Record,
) -> Result<Vec<Note>, Refusal> {
    if record.natural_id().is_some_and(|natural| natural != id) {
        let detail = "must be the UUIDv5 of the row's natural key: see the documentation of its kind";
        return Err(Invalid::new("id", detail).into());
    }
    match (old, record) {
        (Some(Record::Asset(old)), Record::Asset(new)) => asset::before(tx, cause, id, Some(old), new),
        (_, Record::Asset(new)) => asset::before(tx, cause, id, None, new),
        (Some(Record::Visit(old)), Record::Visit(new)) => visit::before(tx, cause, Some(old), new),
        (_, Record::Visit(new)) => visit::before(tx, cause, None, new),
        (Some(Record::Ticket(old)), Record::Ticket(new)) => ticket::before(tx, cause, Some(old), new),
        (_, Record::Ticket(new)) => ticket::before(tx, cause, None, new),
        (Some(Record::Contact(old)), Record::Contact(new)) => contact::before(cause, Some(old), new),
        (_, Record::Contact(new)) => contact::before(cause, None, new),
        (Some(Record::Complaint(old)), Record::Complaint(new)) => {
            complaint::before(tx, cause, Some(old), new)
        }
        (_, Record::Complaint(new)) => complaint::before(tx, cause, None, new),
        (old, Record::WorklogEntry(new)) => worklog_entry::before(cause, old.is_none(), new),
        (_, Record::InspectionAnswer(new)) => inspection_answer::before(tx, new),
        (Some(Record::ServiceSheet(old)), Record::ServiceSheet(new)) => {
            service_sheet::before(tx, cause, id, Some(old), new)
        }
        (_, Record::ServiceSheet(new)) => service_sheet::before(tx, cause, id, None, new),
        (None, Record::Signature(new)) => signature::before(tx, cause, new),
        (Some(Record::Signature(old)), Record::Signature(new)) if old != new => signature::refuse_change(),
        (None, Record::Attachment(new)) => attachment::before(tx, cause, id, new),
        _ => Ok(Vec::new()),
    }
}

/// Whether a row may go.
///
/// # Errors
/// A rule keeps it.
pub fn before_delete(tx: &mut Tx<'_>, cause: &Cause<'_>, record: &Record) -> Result<(), ServiceError> {
    match record {
        Record::Attachment(attachment) => service_sheet::before_delete_attachment(tx, cause, attachment),
        _ => Ok(()),
    }
}

/// What follows from a saved record, in the same transaction.
///
/// # Errors
/// The database is gone, or a constraint refuses an effect; then the operation is refused with it.
pub fn after(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: Option<&Record>,
    record: &Record,
) -> Result<(), ServiceError> {
    match (old, record) {
        (Some(Record::Visit(old)), Record::Visit(new)) => visit::after(tx, cause, id, Some(old), new)?,
        (_, Record::Visit(new)) => visit::after(tx, cause, id, None, new)?,
        (Some(Record::ServiceSheet(old)), Record::ServiceSheet(new)) => {
            service_sheet::after(tx, cause, id, Some(old), new)?;
        }
        (_, Record::ServiceSheet(new)) => service_sheet::after(tx, cause, id, None, new)?,
        (Some(Record::Complaint(old)), Record::Complaint(new)) => {
            complaint::after(tx, cause, id, Some(old), new)?;
        }
        (_, Record::Complaint(new)) => complaint::after(tx, cause, id, None, new)?,
        (Some(Record::Callback(old)), Record::Callback(new)) => callback::after(tx, cause, id, old, new)?,
        _ => {}
    }
    Ok(())
}
