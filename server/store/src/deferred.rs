//! Operations that wait for what they build on: other operations, or rows, by id.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::flush::CHUNK;
use crate::schema::{deferred, deferred_waits};
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

/// One operation that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Deferred {
    pub stream: Uuid,
    pub n: u64,
    pub operation: Uuid,
    pub row: Uuid,
    /// The atomic group it waits with.
    pub group: Option<Uuid>,
    /// As it came.
    pub raw: String,
    pub received_at: DateTime<Utc>,
}

type Columns = (Id, i64, Id, Id, Option<Id>, String, At);

fn from_columns(columns: Columns) -> Deferred {
    let (Id(stream), n, Id(operation), Id(row), group, raw, At(received_at)) = columns;
    Deferred {
        stream,
        n: n as u64,
        operation,
        row,
        group: group.map(|Id(group)| group),
        raw,
        received_at,
    }
}

/// Keeps an operation until everything in `waits_for` is there.
///
/// # Errors
/// The database is gone.
pub fn hold(tx: &mut Tx<'_>, one: &Deferred, waits_for: &[Uuid]) -> Result<(), StoreError> {
    diesel::insert_into(deferred::table)
        .values((
            deferred::stream_id.eq(Id(one.stream)),
            deferred::n.eq(one.n as i64),
            deferred::operation_id.eq(Id(one.operation)),
            deferred::row_id.eq(Id(one.row)),
            deferred::group_id.eq(one.group.map(Id)),
            deferred::raw.eq(&one.raw),
            deferred::received_at.eq(At(one.received_at)),
        ))
        .execute(tx.writing()?)?;
    for id in waits_for {
        diesel::insert_into(deferred_waits::table)
            .values((
                deferred_waits::waits_for.eq(Id(*id)),
                deferred_waits::stream_id.eq(Id(one.stream)),
                deferred_waits::n.eq(one.n as i64),
            ))
            .execute(tx.writing()?)?;
    }
    Ok(())
}

/// Whether any operation waits: asked before anything else, since hardly ever one does.
///
/// # Errors
/// The database can't be read.
pub fn any(db: &mut Db) -> Result<bool, StoreError> {
    Ok(diesel::select(exists(deferred::table.select(deferred::n))).get_result(db.unaffected()?)?)
}

/// The operations that wait on these rows, in the order they were made in their streams.
///
/// # Errors
/// The database can't be read.
pub fn of_rows(db: &mut Db, rows: &[Uuid]) -> Result<Vec<Deferred>, StoreError> {
    let mut found = Vec::new();
    for chunk in rows.chunks(CHUNK) {
        let ids: Vec<Id> = chunk.iter().map(|id| Id(*id)).collect();
        let columns: Vec<Columns> = deferred::table
            .filter(deferred::row_id.eq_any(ids))
            .order((deferred::stream_id, deferred::n))
            .load(db.reading()?)?;
        found.extend(columns.into_iter().map(from_columns));
    }
    Ok(found)
}

/// Takes off what has come: nobody waits for these any longer. Returns the operations that waited for one of them
/// and for nothing else now.
///
/// # Errors
/// The database is gone.
pub fn come(tx: &mut Tx<'_>, ids: &[Uuid]) -> Result<Vec<Deferred>, StoreError> {
    let mut freed = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let ids: Vec<Id> = chunk.iter().map(|id| Id(*id)).collect();
        let touched: Vec<(Id, i64)> = deferred_waits::table
            .filter(deferred_waits::waits_for.eq_any(ids.clone()))
            .select((deferred_waits::stream_id, deferred_waits::n))
            .distinct()
            .load(tx.writing()?)?;
        if touched.is_empty() {
            continue;
        }
        diesel::delete(deferred_waits::table.filter(deferred_waits::waits_for.eq_any(ids)))
            .execute(tx.writing()?)?;
        for (stream, n) in touched {
            let still: Option<i64> = deferred_waits::table
                .filter(deferred_waits::stream_id.eq(stream).and(deferred_waits::n.eq(n)))
                .select(deferred_waits::n)
                .first(tx.writing()?)
                .optional()?;
            if still.is_none() {
                let columns: Option<Columns> = deferred::table
                    .find((stream, n))
                    .get_result(tx.writing()?)
                    .optional()?;
                freed.extend(columns.map(from_columns));
            }
        }
    }
    freed.sort_by_key(|one| (one.stream, one.n));
    freed.dedup();
    Ok(freed)
}

/// The members of an atomic group, in order.
///
/// # Errors
/// The database can't be read.
pub fn of_group(db: &mut Db, stream: Uuid, group: Uuid) -> Result<Vec<Deferred>, StoreError> {
    let columns: Vec<Columns> = deferred::table
        .filter(
            deferred::stream_id
                .eq(Id(stream))
                .and(deferred::group_id.eq(Id(group))),
        )
        .order(deferred::n)
        .load(db.reading()?)?;
    Ok(columns.into_iter().map(from_columns).collect())
}

/// Those that came before `limit`, oldest first.
///
/// # Errors
/// The database can't be read.
pub fn older_than(db: &mut Db, limit: DateTime<Utc>) -> Result<Vec<Deferred>, StoreError> {
    let columns: Vec<Columns> = deferred::table
        .filter(deferred::received_at.lt(At(limit)))
        .order((deferred::stream_id, deferred::n))
        .load(db.reading()?)?;
    Ok(columns.into_iter().map(from_columns).collect())
}

/// Everything that is still waited for.
///
/// # Errors
/// The database can't be read.
pub fn waited_for(db: &mut Db) -> Result<Vec<Uuid>, StoreError> {
    let ids: Vec<Id> = deferred_waits::table
        .select(deferred_waits::waits_for)
        .distinct()
        .load(db.reading()?)?;
    Ok(ids.into_iter().map(|Id(id)| id).collect())
}

/// The operations that wait for this one, or for this row.
///
/// # Errors
/// The database can't be read.
pub fn waiting_for(db: &mut Db, id: Uuid) -> Result<Vec<Deferred>, StoreError> {
    let places: Vec<(Id, i64)> = deferred_waits::table
        .filter(deferred_waits::waits_for.eq(Id(id)))
        .order((deferred_waits::stream_id, deferred_waits::n))
        .select((deferred_waits::stream_id, deferred_waits::n))
        .load(db.reading()?)?;
    let mut found = Vec::new();
    for place in places {
        let columns: Option<Columns> = deferred::table.find(place).get_result(db.reading()?).optional()?;
        found.extend(columns.map(from_columns));
    }
    Ok(found)
}

/// Lets an operation go: it is decided.
///
/// # Errors
/// The database is gone.
pub fn let_go(tx: &mut Tx<'_>, stream: Uuid, n: u64) -> Result<(), StoreError> {
    let n = n as i64;
    diesel::delete(
        deferred_waits::table.filter(
            deferred_waits::stream_id
                .eq(Id(stream))
                .and(deferred_waits::n.eq(n)),
        ),
    )
    .execute(tx.writing()?)?;
    diesel::delete(deferred::table.find((Id(stream), n))).execute(tx.writing()?)?;
    Ok(())
}
