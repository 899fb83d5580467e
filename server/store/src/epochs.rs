//! The lives of the database. A restore from a backup begins a new one, which goes on from a version (the restore
//! point) that it shares with the lives before it.
use crate::db::Db;
use crate::dialect::At;
use crate::error::StoreError;
use crate::schema::{epochs, sync_clock};
use crate::store::{Clock, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use sync_protocol::version::Version;

/// Begins `epoch`, which goes on from the version the clock stands at; `restored_to` is the last version it surely
/// shares with what its readers saw before.
///
/// # Errors
/// There was this epoch already, or the database is gone.
pub fn begin(tx: &mut Tx<'_>, epoch: u32, restored_to: u64, at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::insert_into(epochs::table)
        .values((
            epochs::epoch.eq(epoch as i32),
            epochs::restored_to.eq(restored_to as i64),
            epochs::began_at.eq(At(at)),
        ))
        .execute(tx.writing()?)?;
    diesel::update(sync_clock::table.find(1))
        .set((sync_clock::epoch.eq(epoch as i32), sync_clock::copied.eq(false)))
        .execute(tx.writing()?)?;
    tx.enter(epoch);
    Ok(())
}

/// Whether this is a backup that nobody has gone on from yet.
///
/// # Errors
/// The database can't be read.
pub fn is_copy(db: &mut Db) -> Result<bool, StoreError> {
    Ok(sync_clock::table
        .find(1)
        .select(sync_clock::copied)
        .get_result(db.reading()?)?)
}

/// The newest version of the present life that whoever saw `seen` has surely seen too: the smaller of it and the
/// restore points since. 0 where nothing is known of that life, or where it lies ahead of the clock.
///
/// # Errors
/// The database can't be read.
pub fn shared(db: &mut Db, clock: Clock, seen: Version) -> Result<u64, StoreError> {
    if seen.epoch == clock.epoch {
        return Ok(if seen.number <= clock.version {
            seen.number
        } else {
            0
        });
    }
    // Every new row is based on nothing, and nothing is all that is shared with that.
    if seen.number == 0 {
        return Ok(0);
    }
    let Ok(epoch) = i32::try_from(seen.epoch) else {
        return Ok(0);
    };
    let lives: Vec<(i32, i64)> = epochs::table
        .filter(epochs::epoch.ge(epoch))
        .select((epochs::epoch, epochs::restored_to))
        .load(db.unaffected()?)?;
    let known = lives.iter().any(|(one, _)| *one == epoch);
    let restored = lives.iter().filter(|(one, _)| *one > epoch);
    let point = restored.map(|(_, point)| *point as u64).min();
    Ok(match point {
        Some(point) if known => point.min(seen.number),
        _ => 0,
    })
}
