//! Which user holds which buckets, from which version to which. Ended grants stay, because an operation is judged
//! by what its author held when it was based.
use crate::dialect::{At, Db, Id};
use crate::error::StoreError;
use crate::heads::Topic;
use crate::schema::grants;
use crate::store::Tx;
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

/// The buckets a user holds now, sorted.
///
/// # Errors
/// The database can't be read.
pub fn held(db: &mut Db, user: Uuid) -> Result<Vec<Held>, StoreError> {
    let found: Vec<(String, i64)> = grants::table
        .filter(grants::user_id.eq(Id(user)).and(grants::until_version.is_null()))
        .order(grants::bucket)
        .select((grants::bucket, grants::from_version))
        .load(db)?;
    found
        .into_iter()
        .map(|(bucket, since)| {
            let bucket = bucket
                .parse()
                .map_err(|_| StoreError::Corrupt(format!("grant of {bucket}")))?;
            Ok(Held {
                bucket,
                since: since as u64,
            })
        })
        .collect()
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
    let found: Vec<(Option<i64>, Option<At>)> = grants::table
        .filter(
            grants::user_id
                .eq(Id(user))
                .and(grants::bucket.eq(bucket.to_string())),
        )
        .select((grants::until_version, grants::ended_at))
        .load(db)?;
    Ok(found.into_iter().any(|(until, ended)| {
        until.is_none_or(|until| version as i64 <= until) && ended.is_none_or(|At(ended)| ended >= not_before)
    }))
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
        .get_result(tx.db())?;
    if held > 0 {
        return Ok(());
    }
    let from = tx.next_version();
    tx.touch(Topic::Grants(user));
    diesel::insert_into(grants::table)
        .values((
            grants::user_id.eq(Id(user)),
            grants::bucket.eq(bucket.to_string()),
            grants::from_version.eq(from as i64),
        ))
        .execute(tx.db())?;
    Ok(())
}

/// Ends the grant of a bucket.
///
/// # Errors
/// The database is gone.
pub fn end(tx: &mut Tx<'_>, user: Uuid, bucket: Bucket, now: DateTime<Utc>) -> Result<(), StoreError> {
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
    .execute(tx.db())?;
    Ok(())
}
