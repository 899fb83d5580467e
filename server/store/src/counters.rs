//! Running numbers without gaps or repeats, because every write holds the clock.
use crate::dialect::Both;
use crate::error::StoreError;
use crate::schema::counters;
use crate::store::Tx;
use diesel::prelude::*;

/// Takes the next `count` numbers of a counter and returns the first; a new counter starts at 1.
///
/// # Errors
/// The database is gone.
pub fn take(tx: &mut Tx<'_>, name: &str, count: u64) -> Result<u64, StoreError> {
    let count = count as i64;
    let last: i64 = Both(
        diesel::insert_into(counters::table)
            .values((counters::name.eq(name), counters::value.eq(count)))
            .on_conflict(counters::name)
            .do_update()
            .set(counters::value.eq(counters::value + count))
            .returning(counters::value),
    )
    .get_result(tx.writing()?)?;
    Ok((last - count + 1) as u64)
}
