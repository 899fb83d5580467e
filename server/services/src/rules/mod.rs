//! The rules of the nouns that need more than one row: what must hold before a row is saved, and what follows
//! when it was. Each noun's rules are in the file of its name.
use crate::apply::Refusal;
use crate::author::Cause;
use crate::error::ServiceError;
use onsite_model::conflict::ConflictKind;
use onsite_model::entity::Record;
use onsite_store::Tx;
use onsite_store::rows::StoredRow;
use sync_protocol::merge::Clash;
use uuid::Uuid;

/// A disagreement a rule found and settled provisionally in the record; it becomes a conflict.
#[derive(Debug, Clone)]
pub struct Note {
    pub kind: ConflictKind,
    pub clash: Clash,
    pub other_row: Option<Uuid>,
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
    let _ = (tx, cause, id, old, record);
    Ok(Vec::new())
}

/// Whether a row may go.
///
/// # Errors
/// A rule keeps it.
pub fn before_delete(tx: &mut Tx<'_>, row: &StoredRow, record: &Record) -> Result<(), ServiceError> {
    let _ = (tx, row, record);
    Ok(())
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
    let _ = (tx, cause, id, old, record);
    Ok(())
}
