//! Tickets and visits that are done with and have not been touched for long: what the archive takes.
use crate::db::Db;
use crate::error::StoreError;
use crate::rows::{COLUMNS, StoredRow, from_columns};
use crate::schema::{rows, tickets, visits};
use diesel::prelude::*;
use onsite_model::bucket::Bucket;
use onsite_model::ticket::TicketStatus;
use onsite_model::visit::VisitStatus;
use std::sync::Arc;

/// Closed or cancelled tickets and visits, not in the archive yet, whose last change is no newer than `untouched`.
///
/// # Errors
/// The database can't be read.
pub fn done_with(db: &mut Db, untouched: u64, limit: i64) -> Result<Vec<Arc<StoredRow>>, StoreError> {
    let old = || {
        rows::version
            .le(untouched as i64)
            .and(rows::deleted.eq(false))
            .and(rows::bucket.ne(Bucket::Archive.to_string()))
    };
    let closed = [TicketStatus::Closed.name(), TicketStatus::Cancelled.name()];
    let mut found: Vec<_> = rows::table
        .inner_join(tickets::table.on(tickets::id.eq(rows::id)))
        .filter(old().and(tickets::status.eq_any(closed)))
        .order(rows::id)
        .limit(limit)
        .select(COLUMNS)
        .load(db.reading()?)?;
    let closed = [VisitStatus::Closed.name(), VisitStatus::Cancelled.name()];
    let left = limit - found.len() as i64;
    let visits: Vec<_> = rows::table
        .inner_join(visits::table.on(visits::id.eq(rows::id)))
        .filter(old().and(visits::status.eq_any(closed)))
        .order(rows::id)
        .limit(left)
        .select(COLUMNS)
        .load(db.reading()?)?;
    found.extend(visits);
    found
        .into_iter()
        .map(|columns| from_columns(columns).map(Arc::new))
        .collect()
}
