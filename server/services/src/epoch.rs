//! Beginning a new life of the database, after a backup has been put back or has turned out to be.
//!
//! Phones keep what they did until a backup has it (`durable_through`), and send it again to a server of a new epoch. So
//! a restore loses nothing of theirs, if only the server knows that it was restored: by its command, by the mark in
//! the copy it was started on, or by a phone that shows a cursor from ahead of it.
use crate::error::ServiceError;
use chrono::{DateTime, Utc};
use onsite_store::backups::{self, Backup};
use onsite_store::{Clock, StoreError, Tx, epochs};
use sync_protocol::version::Version;

/// Begins a new epoch, of a copy that was put back just as it is. The copy is a backup, though it was made before the mark
/// of itself was written: without that, phones would go by an older mark, or by their own clocks.
///
/// # Errors
/// The database is gone.
pub fn begin_restored(tx: &mut Tx<'_>, last_known: u32, now: DateTime<Utc>) -> Result<Clock, ServiceError> {
    let clock = tx.clock();
    let copy = Backup {
        through: tx.version(clock.version),
        made_at: now,
    };
    let begun = begin(tx, last_known, clock.version, now)?;
    backups::record(tx, &copy)?;
    Ok(begun)
}

/// Begins a new epoch if this is a backup that nobody has gone on from yet.
///
/// # Errors
/// The database is gone.
pub fn begin_if_copied(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<Option<Clock>, ServiceError> {
    match epochs::is_copy(tx.db())? {
        true => begin_restored(tx, 0, now).map(Some),
        false => Ok(None),
    }
}

/// Begins a new epoch because a device has read further than this database has been written: somebody put an old one
/// back by hand. Nothing is done where that is no longer so.
///
/// Since when it has been going on from the old state is not known, so nothing counts as shared with the lives before.
///
/// # Errors
/// The database is gone.
pub fn begin_overtaken(tx: &mut Tx<'_>, shown: Version, now: DateTime<Utc>) -> Result<Clock, ServiceError> {
    if !is_ahead(shown, tx.clock()) {
        return Ok(tx.clock());
    }
    begin(tx, shown.epoch, 0, now)
}

/// Whether a cursor of ours shows a state that this database has never reached.
pub fn is_ahead(shown: Version, clock: Clock) -> bool {
    (shown.epoch, shown.number) > (clock.epoch, clock.version)
}

/// Every epoch anybody has seen must be older than the new one.
fn begin(
    tx: &mut Tx<'_>,
    last_known: u32,
    restored_to: u64,
    now: DateTime<Utc>,
) -> Result<Clock, ServiceError> {
    let before = tx.clock();
    let epoch = before.epoch.max(last_known).checked_add(1);
    let epoch = epoch
        .filter(|epoch| i32::try_from(*epoch).is_ok())
        .ok_or_else(|| StoreError::Corrupt("the epochs are used up".to_owned()))?;
    epochs::begin(tx, epoch, restored_to, now)?;
    tracing::warn!(
        from = before.epoch,
        to = epoch,
        version = before.version,
        restored_to,
        "the database was put back to an earlier state: a new epoch begins, phones send again what it lacks"
    );
    Ok(tx.clock())
}
