//! Every write to every row, for ever: for three-way merges, for undo, and for whoever asks who changed it.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::json;
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
    /// Of `changes`, the texts that were united with somebody else's edit, as this author wrote them.
    pub written: Fields,
    /// By the author's clock.
    pub occurred_at: DateTime<Utc>,
    /// By ours.
    pub recorded_at: DateTime<Utc>,
}

/// A write as the database takes it.
#[derive(Debug, Insertable)]
#[diesel(table_name = history, treat_none_as_default_value = false)]
pub(crate) struct Values {
    version: i64,
    row_id: Id,
    operation_id: Id,
    stream_id: Id,
    user_id: Option<Id>,
    changes: String,
    written: Option<String>,
    occurred_at: At,
    recorded_at: At,
}

/// Keeps one write.
///
/// # Errors
/// None that input can bring about.
pub fn append(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), StoreError> {
    let is_united = !entry.written.is_empty();
    // Here, and not when it is brought to the database, which may be the work of a thread that has enough to do.
    let values = Values {
        version: entry.version as i64,
        row_id: Id(entry.row_id),
        operation_id: Id(entry.operation),
        stream_id: Id(entry.stream),
        user_id: entry.user_id.map(Id),
        changes: json::text(&entry.changes)?,
        written: is_united.then(|| json::text(&entry.written)).transpose()?,
        occurred_at: At(entry.occurred_at),
        recorded_at: At(entry.recorded_at),
    };
    tx.hold(|work| work.hold_history(values));
    Ok(())
}

pub(crate) type Columns = (i64, Id, Id, Id, Option<Id>, String, Option<String>, At, At);

/// The writes to a row, newest first.
///
/// # Errors
/// The database can't be read.
pub fn of_row(db: &mut Db, row: Uuid, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let found: Vec<Columns> = history::table
        .filter(history::row_id.eq(Id(row)))
        .order(history::version.desc())
        .limit(limit)
        .load(db.reading()?)?;
    found.into_iter().map(from_columns).collect()
}

/// The value an author started from when they edited a field offline: what their own stream last set it to after
/// `base`, as they wrote it; otherwise its value at `base`. `None` where the row had none.
///
/// # Errors
/// The database can't be read.
pub fn value_before(
    db: &mut Db,
    row: Uuid,
    field: &str,
    base: u64,
    own_stream: Option<Uuid>,
) -> Result<Option<Value>, StoreError> {
    let found: Vec<Columns> = history::table
        .filter(history::row_id.eq(Id(row)))
        .order(history::version.desc())
        .load(db.reading()?)?;
    for columns in found {
        let mut entry = from_columns(columns)?;
        let seen = entry.version <= base;
        if !seen && own_stream != Some(entry.stream) {
            continue;
        }
        // What was seen at the base is the united text; only a later one of their own is still as they typed it.
        let typed = if seen { None } else { entry.written.remove(field) };
        if let Some(value) = typed.or_else(|| entry.changes.remove(field)) {
            return Ok(Some(value).filter(|value| !value.is_null()));
        }
    }
    Ok(None)
}

/// The newest version written no later than a moment, by our clock.
///
/// # Errors
/// The database can't be read.
pub fn version_at(db: &mut Db, at: DateTime<Utc>) -> Result<Option<u64>, StoreError> {
    let found: Option<i64> = history::table
        .filter(history::recorded_at.le(At(at)))
        .order(history::recorded_at.desc())
        .then_order_by(history::version.desc())
        .select(history::version)
        .first(db.reading()?)
        .optional()?;
    Ok(found.map(|version| version as u64))
}

/// The write that made a version.
///
/// # Errors
/// The database can't be read.
pub fn at_version(db: &mut Db, version: u64) -> Result<Option<Entry>, StoreError> {
    let found: Option<Columns> = history::table
        .find(version as i64)
        .get_result(db.reading()?)
        .optional()?;
    found.map(from_columns).transpose()
}

pub(crate) fn from_columns(columns: Columns) -> Result<Entry, StoreError> {
    let (
        version,
        Id(row_id),
        Id(operation),
        Id(stream),
        user,
        changes,
        written,
        At(occurred_at),
        At(recorded_at),
    ) = columns;
    let fields = |text: &str| {
        serde_json::from_str(text)
            .map_err(|_| StoreError::Corrupt(format!("history {version}: unreadable changes")))
    };
    Ok(Entry {
        version: version as u64,
        row_id,
        operation,
        stream,
        user_id: user.map(|Id(user)| user),
        changes: fields(&changes)?,
        written: written.as_deref().map_or_else(|| Ok(Fields::new()), fields)?,
        occurred_at,
        recorded_at,
    })
}
