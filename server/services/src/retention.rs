//! What the feed stops telling after a while, so that it doesn't grow for ever: what was deleted, and what left a bucket.
//!
//! A device that has not read since then reads everything anew, and so finds out all the same. Ids of deleted rows stay
//! for ever, so that none comes back.
use crate::error::ServiceError;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_store::{Tx, feed, history};

/// How long the feed tells of what was deleted or left.
pub const TOLD_FOR: TimeDelta = TimeDelta::days(180);

/// Takes what is older than [`TOLD_FOR`] out of the feed.
///
/// # Errors
/// The database is gone.
pub fn compact(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), ServiceError> {
    if let Some(through) = history::version_at(tx.db(), now - TOLD_FOR)?
        && through > feed::floor(tx.db())?
    {
        feed::raise_floor(tx, through)?;
    }
    Ok(())
}
