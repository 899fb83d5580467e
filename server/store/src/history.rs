//! Every write to every row, for ever: for three-way merges, for undo, and for whoever asks who changed it.
use crate::dialect::{At, Db, Id};
use crate::error::StoreError;
use crate::schema::history;
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use sync_protocol::Fields;
use uuid::Uuid;

/// One write.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub version: u64,
    pub row_id: Uuid,
    pub operation: Uuid,
    pub stream: Uuid,
    pub user_id: Option<Uuid>,
    /// The fields that changed, with their new values; `null` is a field that was cleared.
    pub changes: Fields,
    /// By the author's clock.
    pub occurred_at: DateTime<Utc>,
    /// By ours.
    pub recorded_at: DateTime<Utc>,
}

/// Keeps one write.
///
/// # Errors
/// The database is gone.
pub fn append(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), StoreError> {
    let changes =
        serde_json::to_string(&entry.changes).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    diesel::insert_into(history::table)
        .values((
            history::version.eq(entry.version as i64),
            history::row_id.eq(Id(entry.row_id)),
            history::operation_id.eq(Id(entry.operation)),
            history::stream_id.eq(Id(entry.stream)),
            history::user_id.eq(entry.user_id.map(Id)),
            history::changes.eq(changes),
            history::occurred_at.eq(At(entry.occurred_at)),
            history::recorded_at.eq(At(entry.recorded_at)),
        ))
        .execute(tx.db())?;
    Ok(())
}

type Columns = (i64, Id, Id, Id, Option<Id>, String, At, At);

/// The writes to a row, newest first.
///
/// # Errors
/// The database can't be read.
pub fn of_row(db: &mut Db, row: Uuid, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let found: Vec<Columns> =
        history::table.filter(history::row_id.eq(Id(row))).order(history::version.desc()).limit(limit).load(db)?;
    found.into_iter().map(from_columns).collect()
}

/// The value a field had at a version, or `None` where the row had none yet.
///
/// # Errors
/// The database can't be read.
pub fn value_at(db: &mut Db, row: Uuid, field: &str, version: u64) -> Result<Option<Value>, StoreError> {
    let found: Vec<Columns> = history::table
        .filter(history::row_id.eq(Id(row)).and(history::version.le(version as i64)))
        .order(history::version.desc())
        .load(db)?;
    for columns in found {
        if let Some(value) = from_columns(columns)?.changes.remove(field) {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn from_columns(columns: Columns) -> Result<Entry, StoreError> {
    let (version, Id(row_id), Id(operation), Id(stream), user, changes, At(occurred_at), At(recorded_at)) = columns;
    Ok(Entry {
        version: version as u64,
        row_id,
        operation,
        stream,
        user_id: user.map(|Id(user)| user),
        changes: serde_json::from_str(&changes)
            .map_err(|_| StoreError::Corrupt(format!("history {version}: unreadable changes")))?,
        occurred_at,
        recorded_at,
    })
}
