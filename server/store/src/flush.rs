//! Brings what a write transaction holds back to the database, one statement for many rows.
use crate::dialect::{At, Conn, Id, on};
use crate::error::StoreError;
use crate::history;
use crate::json;
use crate::projections;
use crate::rows::StoredRow;
use crate::schema::{self, operations, removals, rows, streams};
use crate::stamps;
use crate::streams::Kept;
use crate::sums::{self, Counted};
use crate::work::HeldBack;
use crate::{device_reports, devices};
use diesel::prelude::*;
use diesel::upsert::excluded;
use onsite_model::bucket::Bucket;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// Rows of one statement: with the widest table well below the 32,766 values SQLite takes.
pub(crate) const CHUNK: usize = 500;

/// Rows of one prepared statement on SQLite, which would parse statements of any other number of rows each time.
pub(crate) const SET: usize = 32;

/// Inserts many rows: in whole chunks on PostgreSQL, where each statement is a round trip; on SQLite in sets of one
/// size and then one by one, by statements that stay prepared.
macro_rules! in_sets {
    ($conn:expr, $all:expr, |$values:ident| $insert:expr) => {
        match $conn {
            $crate::dialect::Conn::Pg(c) => {
                for $values in $all.chunks($crate::flush::CHUNK) {
                    $insert.execute(c)?;
                }
            }
            $crate::dialect::Conn::Sqlite(c) => $crate::flush::in_sets!(@sqlite c, $all, |$values| $insert),
        }
    };
    // The same for rows of which some replace what is there. On SQLite those that are surely new are inserted by a statement
    // that stays prepared, as diesel keeps none with an upsert, and no two rows change places.
    ($conn:expr, $all:expr, new in $new:expr, |$values:ident| $insert:expr, or replace $($replace:tt)+) => {
        match $conn {
            $crate::dialect::Conn::Pg(c) => {
                for $values in $all.chunks($crate::flush::CHUNK) {
                    $insert$($replace)+.execute(c)?;
                }
            }
            $crate::dialect::Conn::Sqlite(c) => {
                let is_new = |id: &$crate::dialect::Id| $new.contains(&id.0);
                for run in $all.chunk_by(|one, next| is_new(&one.id) == is_new(&next.id)) {
                    if is_new(&run[0].id) {
                        $crate::flush::in_sets!(@sqlite c, run, |$values| $insert);
                    } else {
                        $crate::flush::in_sets!(@sqlite c, run, |$values| $insert$($replace)+);
                    }
                }
            }
        }
    };
    (@sqlite $c:expr, $all:expr, |$values:ident| $insert:expr) => {{
        let (sets, rest) = $all.as_chunks::<{ $crate::flush::SET }>();
        for $values in sets {
            $insert.execute($c)?;
        }
        for $values in rest {
            $insert.execute($c)?;
        }
    }};
}
pub(crate) use in_sets;

/// Writes it all, in an order that the references between tables allow.
pub(crate) fn write(conn: &mut Conn, held_back: HeldBack) -> Result<(), StoreError> {
    let HeldBack {
        rows,
        records,
        left,
        history,
        kept,
        counted,
        new,
        seen,
        reports,
        ..
    } = held_back;
    let rows: Vec<Arc<StoredRow>> = rows.into_values().into_iter().map(|(_, row)| row).collect();
    count(conn, &rows, &counted)?;
    save_rows(conn, &rows, &new)?;
    leave_buckets(conn, &left)?;
    projections::save(conn, &records.into_values(), &new)?;
    save_history(conn, &history)?;
    save_kept(conn, kept)?;
    for (device, seen) in seen {
        devices::save_seen(conn, device, seen)?;
    }
    for (device, report) in &reports {
        device_reports::save(conn, *device, report)?;
    }
    Ok(())
}

/// Makes the sums of the buckets follow.
fn count(
    conn: &mut Conn,
    rows: &[Arc<StoredRow>],
    known: &HashMap<Uuid, Option<Counted>>,
) -> Result<(), StoreError> {
    let is_unknown = |row: &&Arc<StoredRow>| !known.contains_key(&row.id);
    let unknown: Vec<Uuid> = rows.iter().filter(is_unknown).map(|row| row.id).collect();
    let stored = sums::stored(conn, &unknown)?;
    let mut deltas = sums::Deltas::new();
    for row in rows {
        let before = known.get(&row.id).copied().flatten();
        let before = before.or_else(|| stored.get(&row.id).copied());
        sums::add(&mut deltas, &sums::change(before, Counted::of(row)));
    }
    sums::apply(conn, &deltas)
}

#[derive(Insertable)]
#[diesel(table_name = rows, treat_none_as_default_value = false)]
struct RowValues {
    id: Id,
    entity: &'static str,
    bucket: String,
    parent_id: Option<Id>,
    version: i64,
    body: String,
    stamps: String,
    deleted: bool,
}

fn save_rows(conn: &mut Conn, all: &[Arc<StoredRow>], new: &HashSet<Uuid>) -> Result<(), StoreError> {
    let values: Vec<RowValues> = all
        .iter()
        .map(|row| {
            Ok(RowValues {
                id: Id(row.id),
                entity: row.kind.name(),
                bucket: row.bucket.to_string(),
                parent_id: row.parent.map(Id),
                version: row.version as i64,
                body: json::text(&row.body)?,
                stamps: stamps::pack(&row.stamps)?,
                deleted: row.deleted,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    in_sets!(conn, values, new in new, |set| diesel::insert_into(rows::table).values(set), or replace
    .on_conflict(rows::id)
    .do_update()
    .set((
        rows::bucket.eq(excluded(rows::bucket)),
        rows::parent_id.eq(excluded(rows::parent_id)),
        rows::version.eq(excluded(rows::version)),
        rows::body.eq(excluded(rows::body)),
        rows::stamps.eq(excluded(rows::stamps)),
        rows::deleted.eq(excluded(rows::deleted)),
    )));
    Ok(())
}

/// Rare, so one by one and in their order: a row can leave a bucket and come back in one transaction.
fn leave_buckets(conn: &mut Conn, left: &[(Bucket, Uuid, u64, Bucket)]) -> Result<(), StoreError> {
    for (left, row, version, to) in left {
        let version = *version as i64;
        on!(conn, |c| diesel::insert_into(removals::table)
            .values((
                removals::bucket.eq(left.to_string()),
                removals::row_id.eq(Id(*row)),
                removals::version.eq(version),
            ))
            .on_conflict((removals::bucket, removals::row_id))
            .do_update()
            .set(removals::version.eq(excluded(removals::version)))
            .execute(c))?;
        // Back in a bucket it had left: its put is the newer entry, the old removal would only be noise.
        diesel::delete(removals::table.find((to.to_string(), Id(*row)))).execute(conn)?;
    }
    Ok(())
}

fn save_history(conn: &mut Conn, values: &[history::Values]) -> Result<(), StoreError> {
    in_sets!(conn, values, |set| diesel::insert_into(schema::history::table)
        .values(set));
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = operations, treat_none_as_default_value = false)]
struct KeptValues {
    stream_id: Id,
    n: i64,
    operation_id: Option<Id>,
    hash: String,
    receipt: String,
    received_at: At,
}

/// Receipts, and each stream moved on to its last.
fn save_kept(conn: &mut Conn, all: Vec<Kept>) -> Result<(), StoreError> {
    let last: BTreeMap<Uuid, u64> = all.iter().map(|kept| (kept.stream, kept.n)).collect();
    let values: Vec<KeptValues> = all
        .into_iter()
        .map(|kept| {
            Ok(KeptValues {
                stream_id: Id(kept.stream),
                n: kept.n as i64,
                operation_id: kept.operation.map(Id),
                hash: kept.hash,
                receipt: json::text(&kept.receipt)?,
                received_at: At(kept.received_at),
            })
        })
        .collect::<Result<_, StoreError>>()?;
    in_sets!(conn, values, |set| diesel::insert_into(operations::table)
        .values(set));
    for (stream, n) in last {
        diesel::update(streams::table.find(Id(stream)))
            .set(streams::last_n.eq(n as i64))
            .execute(conn)?;
    }
    Ok(())
}
