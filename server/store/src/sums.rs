//! Count and checksum of every bucket, kept in the transaction that writes its rows, so that a phone finds out at a
//! checkpoint whether its copy is whole.
//!
//! [`change`] decides what a write adds to which sum; [`apply`] does it. What they come to can always be counted anew
//! from the rows ([`count`]).
use crate::db::Db;
use crate::dialect::{Both, Conn, Id, on};
use crate::error::StoreError;
use crate::flush::CHUNK;
use crate::rows::StoredRow;
use crate::schema::{bucket_sums, rows, sync_clock};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::upsert::excluded;
use onsite_model::bucket::Bucket;
use std::collections::BTreeMap;
use sync_protocol::checksum::{BucketSum, row_sum};
use uuid::Uuid;

/// Rows read at a time when all are counted.
const PAGE: i64 = 10_000;

/// A live row, as far as its bucket's sum knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub bucket: Bucket,
    pub id: Uuid,
    pub version: u64,
}

impl Counted {
    /// A row as it counts; a deleted one does not.
    pub fn of(row: &StoredRow) -> Option<Counted> {
        (!row.deleted).then_some(Counted {
            bucket: row.bucket,
            id: row.id,
            version: row.version,
        })
    }
}

/// What is added to the sum of a bucket, or taken off it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delta {
    pub rows: i64,
    pub sum: i64,
}

/// What a write, or several, do to the sums.
pub type Deltas = BTreeMap<Bucket, Delta>;

/// What follows from one row's write. The deltas of several rows are added up by [`add`].
pub fn change(before: Option<Counted>, after: Option<Counted>) -> Deltas {
    let mut deltas = Deltas::new();
    for (row, sign) in [(before, -1), (after, 1)] {
        let Some(row) = row else { continue };
        let delta = deltas.entry(row.bucket).or_default();
        delta.rows += sign;
        // A row's share has 32 bits.
        delta.sum += sign * row_sum(row.id, row.version) as i64;
    }
    deltas
}

/// Adds deltas to others, for writing those of many rows at once.
pub fn add(all: &mut Deltas, more: &Deltas) {
    for (bucket, delta) in more {
        let sum = all.entry(*bucket).or_default();
        sum.rows += delta.rows;
        sum.sum += delta.sum;
    }
}

/// Writes deltas down, in the transaction that writes the rows.
///
/// # Errors
/// The database is gone.
pub(crate) fn apply(conn: &mut Conn, deltas: &Deltas) -> Result<(), StoreError> {
    for (bucket, delta) in deltas.iter().filter(|(_, delta)| **delta != Delta::default()) {
        Both(
            diesel::insert_into(bucket_sums::table)
                .values((
                    bucket_sums::bucket.eq(bucket.to_string()),
                    bucket_sums::rows.eq(delta.rows),
                    bucket_sums::sum.eq(delta.sum),
                ))
                .on_conflict(bucket_sums::bucket)
                .do_update()
                .set((
                    bucket_sums::rows.eq(bucket_sums::rows + excluded(bucket_sums::rows)),
                    bucket_sums::sum.eq(bucket_sums::sum + excluded(bucket_sums::sum)),
                )),
        )
        .execute(conn)?;
    }
    Ok(())
}

/// What the database has of rows, as far as it counts.
///
/// # Errors
/// The database can't be read.
pub(crate) fn stored(conn: &mut Conn, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Counted>, StoreError> {
    let mut stored = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let ids: Vec<Id> = chunk.iter().map(|id| Id(*id)).collect();
        let found: Vec<(Id, String, i64)> = rows::table
            .filter(rows::id.eq_any(ids).and(rows::deleted.eq(false)))
            .select((rows::id, rows::bucket, rows::version))
            .load(conn)?;
        for (Id(id), bucket, version) in found {
            let bucket = bucket
                .parse()
                .map_err(|_| StoreError::Corrupt(format!("row {id}: unknown bucket")))?;
            let version = version as u64;
            stored.insert(id, Counted { bucket, id, version });
        }
    }
    Ok(stored)
}

/// The sums of these buckets.
///
/// # Errors
/// The database can't be read.
pub fn of(db: &mut Db, buckets: &[String]) -> Result<BTreeMap<String, BucketSum>, StoreError> {
    let found: Vec<(String, i64, i64)> = on!(db.reading()?, |c| bucket_sums::table
        .filter(bucket_sums::bucket.eq_any(buckets))
        .load(c))?;
    let mut sums: BTreeMap<String, BucketSum> = found.into_iter().map(read).collect();
    for bucket in buckets {
        sums.entry(bucket.clone()).or_default();
    }
    Ok(sums)
}

/// What the rows come to, bucket by bucket.
///
/// # Errors
/// The database can't be read.
pub fn count(db: &mut Db) -> Result<BTreeMap<String, BucketSum>, StoreError> {
    counted(db.reading()?)
}

fn counted(conn: &mut Conn) -> Result<BTreeMap<String, BucketSum>, StoreError> {
    let mut sums: BTreeMap<String, BucketSum> = BTreeMap::new();
    let mut after = Id(Uuid::nil());
    loop {
        let page: Vec<(Id, String, i64)> = rows::table
            .filter(rows::id.gt(after).and(rows::deleted.eq(false)))
            .order(rows::id)
            .limit(PAGE)
            .select((rows::id, rows::bucket, rows::version))
            .load(conn)?;
        let Some((last, _, _)) = page.last() else {
            return Ok(sums);
        };
        after = *last;
        for (Id(id), bucket, version) in page {
            let sum = sums.entry(bucket).or_default();
            sum.rows += 1;
            sum.sum += row_sum(id, version as u64);
        }
    }
}

/// The buckets whose sum is not what their rows come to.
///
/// # Errors
/// The database can't be read.
pub fn differing(db: &mut Db) -> Result<Vec<String>, StoreError> {
    let kept: Vec<(String, i64, i64)> = bucket_sums::table.load(db.reading()?)?;
    let mut kept: BTreeMap<String, BucketSum> = kept.into_iter().map(read).collect();
    kept.retain(|_, sum| *sum != BucketSum::default());
    let counted = count(db)?;
    let differs = |bucket: &&String| kept.get(*bucket) != counted.get(*bucket);
    let mut wrong: Vec<String> = kept
        .keys()
        .chain(counted.keys())
        .filter(differs)
        .cloned()
        .collect();
    wrong.sort();
    wrong.dedup();
    Ok(wrong)
}

/// Counts all sums anew, while nobody writes.
///
/// # Errors
/// The database is gone.
pub(crate) fn recount(conn: &mut Conn) -> Result<(), StoreError> {
    conn.transaction(|conn| {
        // Takes the clock, as every writer does first.
        diesel::update(sync_clock::table.find(1))
            .set(sync_clock::version.eq(sync_clock::version))
            .execute(conn)?;
        diesel::delete(bucket_sums::table).execute(conn)?;
        for (bucket, sum) in counted(conn)? {
            diesel::insert_into(bucket_sums::table)
                .values((
                    bucket_sums::bucket.eq(bucket),
                    bucket_sums::rows.eq(sum.rows as i64),
                    bucket_sums::sum.eq(sum.sum as i64),
                ))
                .execute(conn)?;
        }
        Ok(())
    })
}

/// Counts the sums of a database that has rows and none: it is older than its sums.
///
/// # Errors
/// The database is gone.
pub(crate) fn begin(conn: &mut Conn) -> Result<(), StoreError> {
    let (has_sums, has_rows): (bool, bool) = diesel::select((
        exists(bucket_sums::table.select(bucket_sums::bucket)),
        exists(rows::table.select(rows::id)),
    ))
    .get_result(conn)?;
    if has_rows && !has_sums {
        recount(conn)?;
    }
    Ok(())
}

fn read((bucket, rows, sum): (String, i64, i64)) -> (String, BucketSum) {
    let sum = BucketSum {
        rows: rows as u64,
        sum: sum as u64,
    };
    (bucket, sum)
}
