//! Finding complaints that wait too long.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::complaints;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Ids of complaints whose deadline was before `now`, the longest overdue first.
///
/// # Errors
/// The database can't be read.
pub fn overdue(db: &mut Db, now: DateTime<Utc>, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    Ok(complaints::table
        .filter(complaints::due_at.lt(At(now)))
        .order((complaints::due_at, complaints::id))
        .limit(limit)
        .select(complaints::id)
        .load::<Id>(db.reading()?)?
        .into_iter()
        .map(|Id(id)| id)
        .collect())
}
