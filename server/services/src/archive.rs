//! The archive: tickets and visits that have long been closed leave the phones, with all that belongs to them. Nobody is
//! granted the bucket `archive`; the office goes on finding everything in its lists.
//!
//! What is reopened returns to its place by itself, since every write asks anew where its row lives.
use crate::error::ServiceError;
use crate::put::move_children;
use chrono::{DateTime, Utc};
use onsite_model::bucket::Bucket;
use onsite_model::entity::Record;
use onsite_model::ticket::TicketStatus;
use onsite_model::visit::VisitStatus;
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Tx, history, settled};

/// Tickets and visits moved in one transaction, so that others don't wait long.
pub const BATCH: i64 = 50;

/// Whether a record is done with, so that it may be, and stay, in the archive.
pub fn is_done_with(record: &Record) -> bool {
    match record {
        Record::Ticket(ticket) => matches!(ticket.status, TicketStatus::Closed | TicketStatus::Cancelled),
        Record::Visit(visit) => matches!(visit.status, VisitStatus::Closed | VisitStatus::Cancelled),
        _ => false,
    }
}

/// The bucket a row goes to when it is written: its home, but what lies in the archive and is done with stays there.
pub fn bucket(before: Option<&StoredRow>, record: &Record, home: Bucket) -> Bucket {
    match before {
        Some(before) if before.bucket == Bucket::Archive && is_done_with(record) => Bucket::Archive,
        _ => home,
    }
}

/// Moves up to [`BATCH`] tickets and visits to the archive that are closed or cancelled and have not been touched since
/// `before`. Returns how many it moved; fewer than [`BATCH`] were the last.
///
/// # Errors
/// The database is gone.
pub fn archive_some(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<usize, ServiceError> {
    let Some(untouched) = history::version_at(tx.db(), before)? else {
        return Ok(0);
    };
    let done = settled::done_with(tx.db(), untouched, BATCH)?;
    for row in &done {
        rows::relocate(tx, row, Bucket::Archive);
        move_children(tx, row.id, Bucket::Archive)?;
    }
    Ok(done.len())
}
