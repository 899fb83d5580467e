//! Finding complaints.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::{complaints, rows};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use onsite_model::complaint::ComplaintStatus;
use uuid::Uuid;

/// What a list of complaints is narrowed down by.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub client: Option<Uuid>,
    pub site: Option<Uuid>,
    pub visit: Option<Uuid>,
    pub callback: Option<Uuid>,
    pub owner: Option<Uuid>,
    pub status: Option<ComplaintStatus>,
    pub level: Option<u8>,
    /// Those that escalate by themselves before this time.
    pub due_before: Option<DateTime<Utc>>,
}

/// Ids of complaints by id after `after`; only in `buckets` where given.
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
    let mut query = complaints::table
        .order(complaints::id)
        .limit(limit)
        .select(complaints::id)
        .into_boxed();
    if let Some(client) = filter.client {
        query = query.filter(complaints::client_id.eq(Id(client)));
    }
    if let Some(site) = filter.site {
        query = query.filter(complaints::site_id.eq(Id(site)));
    }
    if let Some(visit) = filter.visit {
        query = query.filter(complaints::visit_id.eq(Id(visit)));
    }
    if let Some(callback) = filter.callback {
        query = query.filter(complaints::callback_id.eq(Id(callback)));
    }
    if let Some(owner) = filter.owner {
        query = query.filter(complaints::owner_id.eq(Id(owner)));
    }
    if let Some(status) = filter.status {
        query = query.filter(complaints::status.eq(status.name()));
    }
    if let Some(level) = filter.level {
        query = query.filter(complaints::level.eq(i64::from(level)));
    }
    if let Some(before) = filter.due_before {
        query = query.filter(complaints::due_at.lt(At(before)));
    }
    if let Some(buckets) = buckets {
        let held = rows::table
            .filter(rows::bucket.eq_any(buckets.to_vec()))
            .select(rows::id);
        query = query.filter(complaints::id.eq_any(held));
    }
    if let Some(after) = after {
        query = query.filter(complaints::id.gt(Id(after)));
    }
    Ok(query
        .load::<Id>(db.reading()?)?
        .into_iter()
        .map(|Id(id)| id)
        .collect())
}
