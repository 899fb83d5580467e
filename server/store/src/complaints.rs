//! Finding complaints.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::complaints;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Ids of complaints that escalate by themselves before a time, the oldest first.
///
/// # Errors
/// The database can't be read.
pub fn overdue(db: &mut Db, before: DateTime<Utc>, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    let found: Vec<Id> = complaints::table
        .filter(complaints::due_at.lt(At(before)))
        .order(complaints::id)
        .limit(limit)
        .select(complaints::id)
        .load(db.reading()?)?;
    Ok(found.into_iter().map(|Id(id)| id).collect())
}
