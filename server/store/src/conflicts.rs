//! Finding conflicts.
use crate::db::Db;
use crate::dialect::Id;
use crate::error::StoreError;
use crate::flush::CHUNK;
use crate::schema::{conflicts, rows};
use diesel::prelude::*;
use onsite_model::bucket::Bucket;
use onsite_model::conflict::ConflictStatus;
use onsite_model::entity::EntityKind;
use std::collections::HashMap;
use uuid::Uuid;

/// Open conflicts of a row: id and field.
pub type OpenConflicts = Vec<(Uuid, String)>;

/// The open conflicts of a row, by id, each with its field.
///
/// # Errors
/// The database can't be read.
pub fn open_of(db: &mut Db, row: Uuid) -> Result<OpenConflicts, StoreError> {
    if let Some(known) = db.work().and_then(|work| work.conflicts(row)) {
        return Ok(known.clone());
    }
    Ok(open_of_many(db, &[row])?.remove(&row).unwrap_or_default())
}

/// Those of many rows. In a write transaction they are remembered, so that asking for them one by one afterwards
/// costs nothing.
///
/// # Errors
/// The database can't be read.
pub fn open_of_many(db: &mut Db, rows: &[Uuid]) -> Result<HashMap<Uuid, OpenConflicts>, StoreError> {
    let conn = db.affected_by(|work| work.holds_any(EntityKind::Conflict))?;
    let mut open: HashMap<Uuid, OpenConflicts> = rows.iter().map(|row| (*row, Vec::new())).collect();
    for chunk in rows.chunks(CHUNK) {
        let ids: Vec<Id> = chunk.iter().map(|id| Id(*id)).collect();
        let found: Vec<(Id, Id, String)> = conflicts::table
            .filter(
                conflicts::row_id
                    .eq_any(ids)
                    .and(conflicts::status.eq(ConflictStatus::Open.name())),
            )
            .order(conflicts::id)
            .select((conflicts::row_id, conflicts::id, conflicts::field))
            .load(conn)?;
        for (Id(row), Id(id), field) in found {
            open.entry(row).or_default().push((id, field));
        }
    }
    if let Some(work) = db.work() {
        for (row, conflicts) in &open {
            work.remember_conflicts(*row, conflicts.clone());
        }
    }
    Ok(open)
}

/// How many conflicts are open, by the bucket they are in and whose value came in.
///
/// # Errors
/// The database can't be read.
pub fn open_counts(db: &mut Db) -> Result<Vec<(Bucket, Option<Uuid>, u64)>, StoreError> {
    let found: Vec<(String, Option<Id>, i64)> = conflicts::table
        .inner_join(rows::table.on(rows::id.eq(conflicts::id)))
        .filter(conflicts::status.eq(ConflictStatus::Open.name()))
        .group_by((rows::bucket, conflicts::author_id))
        .select((rows::bucket, conflicts::author_id, diesel::dsl::count_star()))
        .order((rows::bucket, conflicts::author_id))
        .load(db.reading()?)?;
    found
        .into_iter()
        .map(|(bucket, author, count)| {
            let bucket = bucket
                .parse()
                .map_err(|_| StoreError::Corrupt(format!("conflicts in bucket {bucket}")))?;
            Ok((bucket, author.map(|Id(id)| id), count as u64))
        })
        .collect()
}
