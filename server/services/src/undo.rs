//! Taking one write to a record back, whoever made it and however it was merged: its fields get the values they had
//! before, through the one write path, and what others wrote since stays.
use crate::apply::apply;
use crate::author::Cause;
use crate::error::ServiceError;
use crate::put::DELETED;
use crate::record;
use onsite_model::entity::EntityKind;
use onsite_store::Tx;
use onsite_store::history::{self, Entry};
use onsite_store::rows::StoredRow;
use serde_json::{Value, json};
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::operation::{Operation, OperationKind};
use sync_protocol::policy::Policy;
use sync_protocol::version::Version;
use uuid::Uuid;

/// Takes back the write that made `version`. Members of sets and changes of quantities are taken back whatever came
/// after; any other value only while it still stands. What the server's rules wrote by themselves stays: it follows from
/// what is written now.
///
/// # Errors
/// The author may not see the record, or there is no such write to it; it made the record; it recorded what is
/// recorded once; somebody has changed one of its fields since, and their values are told; or the record's state
/// machine does not go back.
pub fn undo(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    kind: EntityKind,
    id: Uuid,
    version: Version,
) -> Result<Arc<StoredRow>, ServiceError> {
    let row = record::get(tx.db(), cause.author, kind, id)?;
    let entry = history::at_version(tx.db(), version.number)?
        .filter(|entry| entry.row_id == id && tx.version(entry.version) == version)
        .ok_or_else(|| ServiceError::not_found("version of this record").field("version"))?;
    let mut before = Fields::new();
    for field in entry.changes.keys() {
        let value = history::value_before(tx.db(), id, field, entry.version.saturating_sub(1), None)?;
        before.insert(field.clone(), value.unwrap_or_default());
    }
    let made = history::of_row(tx.db(), id, i64::MAX)?.pop();
    if made.is_some_and(|first| first.version == entry.version) {
        let detail = "this write made the record; delete it instead";
        return Err(ServiceError::new(ErrorCode::IllegalTransition, detail));
    }
    let set = taken_back(kind, &row, &entry, &before)?;
    let clock = tx.clock();
    let base = Version {
        epoch: clock.epoch,
        number: clock.version,
    };
    let update = OperationKind::Update;
    let operation = Operation::new(
        cause.operation,
        kind.name(),
        id,
        update,
        base,
        set,
        cause.occurred_at,
    );
    Ok(apply(tx, cause, &operation)?.row)
}

/// What has to be set so that a write is undone.
fn taken_back(
    kind: EntityKind,
    row: &StoredRow,
    entry: &Entry,
    before: &Fields,
) -> Result<Fields, ServiceError> {
    let mut set = Fields::new();
    let mut moved_on = Fields::new();
    for (field, value) in entry.changes.iter().filter(|(field, _)| *field != DELETED) {
        let old = before.get(field).cloned().unwrap_or_default();
        let back = match kind.spec().policy(field) {
            Policy::Server => continue,
            Policy::Append => {
                let detail = "is recorded once and not taken back";
                return Err(ServiceError::new(ErrorCode::IllegalTransition, detail).field(field));
            }
            Policy::Set => json!({ "add": without(&old, value), "remove": without(value, &old) }),
            Policy::Delta => json!({ "by": number(&old).saturating_sub(number(value)) }),
            _ => {
                let stands = row
                    .stamps
                    .get(field)
                    .is_some_and(|stamp| stamp.version == entry.version);
                if !stands {
                    moved_on.insert(field.clone(), row.body.get(field).cloned().unwrap_or_default());
                }
                old
            }
        };
        set.insert(field.clone(), back);
    }
    if let Some(field) = moved_on.keys().next().cloned() {
        let detail = "this was changed again since; edit the record itself";
        let mut error = ServiceError::new(ErrorCode::VersionConflict, detail).field(&field);
        error.current = Some(Box::new(moved_on));
        return Err(error);
    }
    Ok(set)
}

/// The members of `these` that `those` lacks.
fn without(these: &Value, those: &Value) -> Vec<Value> {
    let list = |set: &Value| set.as_array().cloned().unwrap_or_default();
    let those = list(those);
    list(these)
        .into_iter()
        .filter(|member| !those.contains(member))
        .collect()
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}
