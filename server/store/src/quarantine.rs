//! Operations that could not be applied, kept whole until a dispatcher has decided.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::quarantine;
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use sync_protocol::codes::QuarantineReason;
use uuid::Uuid;

/// One operation in quarantine.
#[derive(Debug, Clone, PartialEq)]
pub struct Quarantined {
    pub id: Uuid,
    pub stream: Uuid,
    pub n: u64,
    pub user_id: Option<Uuid>,
    /// Its own id and the row it is about, as far as they could be read.
    pub operation: Option<Uuid>,
    pub row: Option<Uuid>,
    /// The operation it builds on, which is in quarantine too: they are released together.
    pub waits_for: Option<Uuid>,
    /// The operation as it came, undecoded.
    pub raw: String,
    pub reason: QuarantineReason,
    pub detail: String,
    pub received_at: DateTime<Utc>,
    pub decision: Option<Decision>,
}

/// What a dispatcher decided about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub applied: bool,
    pub by: Uuid,
    pub at: DateTime<Utc>,
    pub reason: String,
}

type Columns = (
    Id,
    Id,
    i64,
    Option<Id>,
    Option<Id>,
    Option<Id>,
    Option<Id>,
    String,
    String,
    String,
    At,
    String,
    Option<Id>,
    Option<At>,
    Option<String>,
);

fn from_columns(columns: Columns) -> Result<Quarantined, StoreError> {
    let (
        Id(id),
        Id(stream),
        n,
        user,
        operation,
        row,
        waits_for,
        raw,
        reason,
        detail,
        At(received_at),
        status,
        by,
        at,
        why,
    ) = columns;
    let reason = serde_json::from_value(serde_json::Value::String(reason))
        .map_err(|_| StoreError::Corrupt(format!("quarantine {id}: unknown reason")))?;
    let decision = match (by, at) {
        (Some(Id(by)), Some(At(at))) => Some(Decision {
            applied: status == "applied",
            by,
            at,
            reason: why.unwrap_or_default(),
        }),
        _ => None,
    };
    Ok(Quarantined {
        id,
        stream,
        n: n as u64,
        user_id: user.map(|Id(id)| id),
        operation: operation.map(|Id(id)| id),
        row: row.map(|Id(id)| id),
        waits_for: waits_for.map(|Id(id)| id),
        raw,
        reason,
        detail,
        received_at,
        decision,
    })
}

/// Keeps an operation.
///
/// # Errors
/// The database is gone.
pub fn keep(tx: &mut Tx<'_>, one: &Quarantined) -> Result<(), StoreError> {
    let reason = serde_json::to_value(one.reason)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default();
    diesel::insert_into(quarantine::table)
        .values((
            quarantine::id.eq(Id(one.id)),
            quarantine::stream_id.eq(Id(one.stream)),
            quarantine::n.eq(one.n as i64),
            quarantine::user_id.eq(one.user_id.map(Id)),
            quarantine::operation_id.eq(one.operation.map(Id)),
            quarantine::row_id.eq(one.row.map(Id)),
            quarantine::waits_for.eq(one.waits_for.map(Id)),
            // PostgreSQL can't hold NUL in text; JSON can only carry it escaped, so nothing is lost.
            quarantine::raw.eq(&one.raw),
            quarantine::reason.eq(reason),
            quarantine::detail.eq(&one.detail),
            quarantine::received_at.eq(At(one.received_at)),
            quarantine::status.eq("kept"),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Undecided operations that would make or change one of these rows, oldest first.
///
/// # Errors
/// The database can't be read.
pub fn kept_of_rows(db: &mut Db, rows: &[Uuid]) -> Result<Vec<Quarantined>, StoreError> {
    let ids: Vec<Option<Id>> = rows.iter().map(|id| Some(Id(*id))).collect();
    let found: Vec<Columns> = quarantine::table
        .filter(quarantine::row_id.eq_any(ids).and(quarantine::status.eq("kept")))
        .order((quarantine::received_at, quarantine::stream_id, quarantine::n))
        .load(db.reading()?)?;
    found.into_iter().map(from_columns).collect()
}

/// The operation of this id, if it was put into quarantine.
///
/// # Errors
/// The database can't be read.
pub fn of_operation(db: &mut Db, operation: Uuid) -> Result<Option<Quarantined>, StoreError> {
    let found: Option<Columns> = quarantine::table
        .filter(quarantine::operation_id.eq(Id(operation)))
        .order(quarantine::received_at)
        .first(db.reading()?)
        .optional()?;
    found.map(from_columns).transpose()
}

/// Undecided operations that build on this one, in the order they were made.
///
/// # Errors
/// The database can't be read.
pub fn children(db: &mut Db, operation: Uuid) -> Result<Vec<Quarantined>, StoreError> {
    let found: Vec<Columns> = quarantine::table
        .filter(
            quarantine::waits_for
                .eq(Id(operation))
                .and(quarantine::status.eq("kept")),
        )
        .order((quarantine::stream_id, quarantine::n))
        .load(db.reading()?)?;
    found.into_iter().map(from_columns).collect()
}

/// The one of this id.
///
/// # Errors
/// The database can't be read.
pub fn get(db: &mut Db, id: Uuid) -> Result<Option<Quarantined>, StoreError> {
    let found: Option<Columns> = quarantine::table
        .find(Id(id))
        .get_result(db.reading()?)
        .optional()?;
    found.map(from_columns).transpose()
}

/// Those that wait for a decision (or all), oldest first, after `after`.
///
/// # Errors
/// The database can't be read.
pub fn list(
    db: &mut Db,
    open_only: bool,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Quarantined>, StoreError> {
    let mut query = quarantine::table.order(quarantine::id).limit(limit).into_boxed();
    if open_only {
        query = query.filter(quarantine::status.eq("kept"));
    }
    if let Some(after) = after {
        query = query.filter(quarantine::id.gt(Id(after)));
    }
    let found: Vec<Columns> = query.load(db.reading()?)?;
    found.into_iter().map(from_columns).collect()
}

/// How many wait for a decision.
///
/// # Errors
/// The database can't be read.
pub fn waiting(db: &mut Db) -> Result<u64, StoreError> {
    let count: i64 = quarantine::table
        .filter(quarantine::status.eq("kept"))
        .count()
        .get_result(db.reading()?)?;
    Ok(count as u64)
}

/// Writes down a decision; returns whether it was still open.
///
/// # Errors
/// The database is gone.
pub fn decide(tx: &mut Tx<'_>, id: Uuid, decision: &Decision) -> Result<bool, StoreError> {
    let changed = diesel::update(
        quarantine::table.filter(quarantine::id.eq(Id(id)).and(quarantine::status.eq("kept"))),
    )
    .set((
        quarantine::status.eq(if decision.applied { "applied" } else { "discarded" }),
        quarantine::decided_by.eq(Id(decision.by)),
        quarantine::decided_at.eq(At(decision.at)),
        quarantine::decision.eq(&decision.reason),
    ))
    .execute(tx.writing()?)?;
    Ok(changed == 1)
}

/// Takes a decision off, so that it waits again.
///
/// # Errors
/// The database is gone.
pub fn reopen(tx: &mut Tx<'_>, id: Uuid) -> Result<(), StoreError> {
    diesel::update(quarantine::table.find(Id(id)))
        .set((
            quarantine::status.eq("kept"),
            quarantine::decided_by.eq(None::<Id>),
            quarantine::decided_at.eq(None::<At>),
            quarantine::decision.eq(None::<String>),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}
