//! Finding callbacks.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::{callbacks, rows};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Ids of callbacks by id after `after`, of a status and due before a time where given;
/// only in `buckets` where given.
///
/// # Errors
/// The database can't be read.
pub fn list(
    db: &mut Db,
    status: Option<&str>,
    due_before: Option<DateTime<Utc>>,
    visit: Option<Uuid>,
    buckets: Option<&[String]>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Uuid>, StoreError> {
    let mut query = callbacks::table
        .order(callbacks::id)
        .limit(limit)
        .select(callbacks::id)
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(callbacks::status.eq(status.to_owned()));
    }
    if let Some(before) = due_before {
        query = query.filter(callbacks::due_at.lt(At(before)));
    }
    if let Some(visit) = visit {
        query = query.filter(callbacks::visit_id.eq(Id(visit)));
    }
    if let Some(buckets) = buckets {
        let held = rows::table
            .filter(rows::bucket.eq_any(buckets.to_vec()))
            .select(rows::id);
        query = query.filter(callbacks::id.eq_any(held));
    }
    if let Some(after) = after {
        query = query.filter(callbacks::id.gt(Id(after)));
    }
    Ok(query
        .load::<Id>(db.reading()?)?
        .into_iter()
        .map(|Id(id)| id)
        .collect())
}
