//! Finding conflicts.
use crate::db::Db;
use crate::dialect::Id;
use crate::error::StoreError;
use crate::flush::CHUNK;
use crate::schema::{conflicts, rows};
use diesel::prelude::*;
use onsite_model::bucket::Bucket;
use onsite_model::conflict::{ConflictKind, ConflictStatus};
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
    let is_known = db.work().is_some_and(|work| !work.holds_conflicts());
    let conn = if is_known { db.unaffected() } else { db.reading()? };
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

/// What a list of conflicts is narrowed down by.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub status: Option<ConflictStatus>,
    pub kind: Option<ConflictKind>,
    /// About rows of this kind.
    pub entity: Option<EntityKind>,
    /// About this row.
    pub row: Option<Uuid>,
    /// About rows at this site.
    pub site: Option<Uuid>,
    /// Whose value came in by this user.
    pub author: Option<Uuid>,
}

/// Ids of conflicts by id after `after`; only in `buckets` where given.
///
/// # Errors
/// The database can't be read.
pub fn list(
    db: &mut Db,
    filter: &Filter,
    buckets: Option<&[String]>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Uuid>, StoreError> {
    let mut query = conflicts::table
        .order(conflicts::id)
        .limit(limit)
        .select(conflicts::id)
        .into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(conflicts::status.eq(status.name()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(conflicts::kind.eq(kind.name()));
    }
    if let Some(entity) = filter.entity {
        query = query.filter(conflicts::entity.eq(entity.name()));
    }
    if let Some(row) = filter.row {
        query = query.filter(conflicts::row_id.eq(Id(row)));
    }
    if let Some(author) = filter.author {
        query = query.filter(conflicts::author_id.eq(Id(author)));
    }
    let in_buckets = |buckets: Vec<String>| rows::table.filter(rows::bucket.eq_any(buckets)).select(rows::id);
    if let Some(site) = filter.site {
        query = query.filter(conflicts::id.eq_any(in_buckets(vec![Bucket::Site(site).to_string()])));
    }
    if let Some(buckets) = buckets {
        query = query.filter(conflicts::id.eq_any(in_buckets(buckets.to_vec())));
    }
    if let Some(after) = after {
        query = query.filter(conflicts::id.gt(Id(after)));
    }
    Ok(query
        .load::<Id>(db.reading()?)?
        .into_iter()
        .map(|Id(id)| id)
        .collect())
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
