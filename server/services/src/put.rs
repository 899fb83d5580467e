//! The one place that writes a synced row: typed row, published body, stamps, history and feed together.
use crate::archive;
use crate::author::Cause;
use crate::error::ServiceError;
use onsite_model::bucket::Bucket;
use onsite_model::entity::{Home, Record};
use onsite_store::history::{self, Entry};
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Db, StoreError, Tx};
use serde_json::Value;
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::merge::stamps_of;
use uuid::Uuid;

/// What a row becomes.
#[derive(Debug, Clone)]
pub enum Become {
    /// The record, with fields of newer clients kept beside it.
    Record(Record, Fields),
    /// The same, with some texts united of two authors' edits; the last are those texts as this author wrote them.
    United(Record, Fields, Fields),
    /// A tombstone.
    Deleted,
}

/// Writes a row, or does nothing when nothing changes. Children follow a row that changes its bucket.
///
/// # Errors
/// The parent is missing, a constraint refuses it, or the database is gone.
pub fn put(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    before: Option<&Arc<StoredRow>>,
    after: Become,
) -> Result<Arc<StoredRow>, ServiceError> {
    let (after, united) = match after {
        Become::United(record, unknown, united) => (Become::Record(record, unknown), united),
        other => (other, Fields::new()),
    };
    let (record, body, deleted) = match after {
        Become::Record(record, unknown) | Become::United(record, unknown, _) => {
            let mut body = record.fields();
            for (name, value) in unknown {
                if record.kind().spec().field(&name).is_none() && !value.is_null() {
                    body.insert(name, value);
                }
            }
            (record, body, false)
        }
        Become::Deleted => {
            let Some(before) = before else {
                return Err(ServiceError::not_found("row"));
            };
            (before.kind.decode(&before.body)?, before.body.clone(), true)
        }
    };
    let (bucket, parent) = home(tx.db(), id, &record)?;
    let bucket = archive::bucket(before.map(Arc::as_ref), &record, bucket);
    let changes = difference(before.map(Arc::as_ref), &body, deleted);
    if let Some(before) = before
        && changes.is_empty()
        && before.bucket == bucket
        && before.deleted == deleted
    {
        return Ok(Arc::clone(before));
    }
    let version = tx.next_version();
    let mut stamps = before.map(|row| row.stamps.clone()).unwrap_or_default();
    let is_united = |field: &str| united.contains_key(field);
    stamps.extend(stamps_of(
        changes.keys(),
        is_united,
        version,
        cause.author.stream,
        cause.operation,
    ));
    let row = Arc::new(StoredRow {
        id,
        kind: record.kind(),
        bucket,
        parent,
        version,
        body,
        stamps,
        deleted,
    });
    let left = before.map(|row| row.bucket).filter(|old| *old != bucket);
    rows::save(tx, Arc::clone(&row), record, left);
    history::append(
        tx,
        &Entry {
            version,
            row_id: id,
            operation: cause.operation,
            stream: cause.author.stream,
            user_id: cause.author.user,
            changes,
            written: united,
            occurred_at: cause.occurred_at,
            recorded_at: cause.now,
        },
    )?;
    if left.is_some() {
        move_children(tx, id, bucket)?;
    }
    Ok(row)
}

/// The bucket a record belongs to, and the row it shares it with.
pub fn home(db: &mut Db, id: Uuid, record: &Record) -> Result<(Bucket, Option<Uuid>), ServiceError> {
    match record.home(id) {
        Home::In(bucket) => Ok((bucket, None)),
        Home::With(parent) => match rows::get(db, parent)? {
            Some(row) => Ok((row.bucket, Some(parent))),
            None => Err(no_parent()),
        },
    }
}

/// The answer to a row that would belong to one that isn't there, or that its author may not see.
pub(crate) fn no_parent() -> ServiceError {
    ServiceError::new(ErrorCode::Invalid, "the row it belongs to does not exist")
}

/// The fields that change, with their new values; a deletion is the change of the reserved field `deleted`.
fn difference(before: Option<&StoredRow>, body: &Fields, deleted: bool) -> Fields {
    let empty = Fields::new();
    let old = before.map_or(&empty, |row| &row.body);
    let mut changes: Fields = body
        .iter()
        .filter(|(name, value)| old.get(*name) != Some(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for name in old.keys().filter(|name| !body.contains_key(*name)) {
        changes.insert(name.clone(), Value::Null);
    }
    if before.is_some_and(|row| row.deleted) != deleted {
        changes.insert(DELETED.to_owned(), Value::Bool(deleted));
    }
    changes
}

/// The reserved name under which history and stamps keep a deletion.
pub const DELETED: &str = "deleted";

/// Children live in their parent's bucket: they leave with it, in the same transaction.
pub(crate) fn move_children(tx: &mut Tx<'_>, parent: Uuid, bucket: Bucket) -> Result<(), StoreError> {
    for id in rows::child_ids(tx.db(), parent)? {
        let Some(child) = rows::get(tx.db(), id)?.filter(|child| child.bucket != bucket) else {
            continue;
        };
        rows::relocate(tx, &child, bucket);
        move_children(tx, id, bucket)?;
    }
    Ok(())
}
