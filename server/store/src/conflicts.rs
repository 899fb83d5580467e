//! Finding conflicts.
use crate::dialect::{Db, Id};
use crate::error::StoreError;
use crate::schema::{conflicts, rows};
use diesel::prelude::*;
use onsite_model::conflict::ConflictStatus;
use uuid::Uuid;

/// Ids of the open conflicts of a row.
///
/// # Errors
/// The database can't be read.
pub fn open_of(db: &mut Db, row: Uuid) -> Result<Vec<(Uuid, String)>, StoreError> {
    let found: Vec<(Id, String)> = conflicts::table
        .filter(
            conflicts::row_id
                .eq(Id(row))
                .and(conflicts::status.eq(ConflictStatus::Open.name())),
        )
        .order(conflicts::id)
        .select((conflicts::id, conflicts::field))
        .load(db)?;
    Ok(found.into_iter().map(|(Id(id), field)| (id, field)).collect())
}

/// Ids of conflicts by id after `after`, of a status and a row where given;
/// only in `buckets` where given.
///
/// # Errors
/// The database can't be read.
pub fn list(
    db: &mut Db,
    status: Option<ConflictStatus>,
    row: Option<Uuid>,
    buckets: Option<&[String]>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Uuid>, StoreError> {
    let mut query = conflicts::table
        .order(conflicts::id)
        .limit(limit)
        .select(conflicts::id)
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(conflicts::status.eq(status.name()));
    }
    if let Some(row) = row {
        query = query.filter(conflicts::row_id.eq(Id(row)));
    }
    if let Some(buckets) = buckets {
        let held = rows::table
            .filter(rows::bucket.eq_any(buckets.to_vec()))
            .select(rows::id);
        query = query.filter(conflicts::id.eq_any(held));
    }
    if let Some(after) = after {
        query = query.filter(conflicts::id.gt(Id(after)));
    }
    Ok(query.load::<Id>(db)?.into_iter().map(|Id(id)| id).collect())
}
