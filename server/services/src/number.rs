//! Running numbers people say on the phone: a letter, the year, a counter.
use chrono::{DateTime, Datelike, Utc};
use onsite_store::{StoreError, Tx, counters};

/// The next number of a series, such as `T-2026-0042`.
///
/// # Errors
/// The database is gone.
pub(crate) fn next(tx: &mut Tx<'_>, series: &str, now: DateTime<Utc>) -> Result<String, StoreError> {
    let name = format!("{series}-{}", now.year());
    let value = counters::take(tx, &name, 1)?;
    Ok(format!("{name}-{value:04}"))
}
