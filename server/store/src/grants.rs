//! Which user holds which buckets, from which version to which. Ended grants stay, because an operation is judged
//! by what its author held when it was based.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::heads::Topic;
use crate::schema::grants;
use crate::store::Tx;
use crate::work::Work;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use onsite_model::bucket::Bucket;
use uuid::Uuid;

/// A bucket held now, and since which version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub bucket: Bucket,
    pub since: u64,
}

impl Held {
    pub(crate) fn read(bucket: &str, since: i64) -> Result<Held, StoreError> {
        Ok(Held {
            bucket: bucket_of(bucket)?,
            since: since as u64,
        })
    }
}

fn bucket_of(text: &str) -> Result<Bucket, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Corrupt(format!("grant of {text}")))
}

/// A bucket held, now or once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    bucket: Bucket,
    since: u64,
    until: Option<(u64, DateTime<Utc>)>,
}

/// The buckets a user holds now, sorted.
///
/// # Errors
/// The database can't be read.
pub fn held(db: &mut Db, user: Uuid) -> Result<Vec<Held>, StoreError> {
    let mut held: Vec<Held> = of_user(db, user)?
        .into_iter()
        .filter(|grant| grant.until.is_none())
        .map(|grant| Held {
            bucket: grant.bucket,
            since: grant.since,
        })
        .collect();
    held.sort_by_key(|held| held.bucket.to_string());
    Ok(held)
}

/// Whether the user held the bucket when, or after, it stood at `version`, in a grant that is live or ended after
/// `not_before`. A row's version can be older than the grant through which it was first seen, so only the end of
/// a grant counts.
///
/// # Errors
/// The database can't be read.
pub fn held_since(
    db: &mut Db,
    user: Uuid,
    bucket: Bucket,
    version: u64,
    not_before: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let lasts = |grant: &Grant| {
        grant
            .until
            .is_none_or(|(until, ended)| version <= until && ended >= not_before)
    };
    Ok(of_user(db, user)?
        .iter()
        .any(|grant| grant.bucket == bucket && lasts(grant)))
}

fn of_user(db: &mut Db, user: Uuid) -> Result<Vec<Grant>, StoreError> {
    if let Some(known) = db.work().and_then(|work| work.grants(user)) {
        return Ok(known.clone());
    }
    let found: Vec<(String, i64, Option<i64>, Option<At>)> = grants::table
        .filter(grants::user_id.eq(Id(user)))
        .select((
            grants::bucket,
            grants::from_version,
            grants::until_version,
            grants::ended_at,
        ))
        .load(db.unaffected()?)?;
    let all: Vec<Grant> = found
        .into_iter()
        .map(|(bucket, since, until, ended)| {
            Ok(Grant {
                bucket: bucket_of(&bucket)?,
                since: since as u64,
                until: until.zip(ended).map(|(until, At(ended))| (until as u64, ended)),
            })
        })
        .collect::<Result<_, StoreError>>()?;
    if let Some(work) = db.work() {
        work.remember_grants(user, all.clone());
    }
    Ok(all)
}

/// Gives a bucket; a bucket already held stays as it is.
///
/// # Errors
/// The database is gone.
pub fn give(tx: &mut Tx<'_>, user: Uuid, bucket: Bucket) -> Result<(), StoreError> {
    let held: i64 = grants::table
        .filter(
            grants::user_id
                .eq(Id(user))
                .and(grants::bucket.eq(bucket.to_string())),
        )
        .filter(grants::until_version.is_null())
        .count()
        .get_result(tx.writing()?)?;
    if held > 0 {
        return Ok(());
    }
    tx.hold(Work::forget_grants);
    let from = tx.next_version();
    tx.touch(Topic::Grants(user));
    diesel::insert_into(grants::table)
        .values((
            grants::user_id.eq(Id(user)),
            grants::bucket.eq(bucket.to_string()),
            grants::from_version.eq(from as i64),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Ends the grant of a bucket.
///
/// # Errors
/// The database is gone.
pub fn end(tx: &mut Tx<'_>, user: Uuid, bucket: Bucket, now: DateTime<Utc>) -> Result<(), StoreError> {
    tx.hold(Work::forget_grants);
    let until = tx.next_version();
    tx.touch(Topic::Grants(user));
    diesel::update(
        grants::table
            .filter(
                grants::user_id
                    .eq(Id(user))
                    .and(grants::bucket.eq(bucket.to_string())),
            )
            .filter(grants::until_version.is_null()),
    )
    .set((
        grants::until_version.eq(until as i64),
        grants::ended_at.eq(At(now)),
    ))
    .execute(tx.writing()?)?;
    Ok(())
}
