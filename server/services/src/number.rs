//! Running numbers people say on the phone, as the settings write them.
use crate::error::ServiceError;
use crate::house::House;
use crate::settings;
use chrono::{DateTime, Utc};
use onsite_model::number_format;
use onsite_store::{Tx, counters};

/// What is numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Series {
    Ticket,
    Sheet,
    Complaint,
}

/// The next number of a series, such as `T-2026-0042`.
///
/// # Errors
/// The database is gone.
pub(crate) fn next(
    tx: &mut Tx<'_>,
    house: &House,
    series: Series,
    now: DateTime<Utc>,
) -> Result<String, ServiceError> {
    let settings = settings::in_force(tx.db(), house)?;
    let (name, format) = match series {
        Series::Ticket => ("T", settings.ticket_number),
        Series::Sheet => ("S", settings.sheet_number),
        Series::Complaint => ("C", settings.complaint_number),
    };
    let number = counters::take(tx, &number_format::counter(name, &format, now), 1)?;
    Ok(number_format::write(&format, number, now))
}
