//! Faults reported by strangers from a device's label, counted so that nobody floods the office.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::fault_reports;
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Counts a report.
///
/// # Errors
/// The database is gone.
pub fn add(
    tx: &mut Tx<'_>,
    id: Uuid,
    asset: Uuid,
    network: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(fault_reports::table)
        .values((
            fault_reports::id.eq(Id(id)),
            fault_reports::asset_id.eq(Id(asset)),
            fault_reports::network.eq(network),
            fault_reports::at.eq(At(at)),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// How many reports of an asset there were since a time.
///
/// # Errors
/// The database can't be read.
pub fn of_asset(db: &mut Db, asset: Uuid, since: DateTime<Utc>) -> Result<i64, StoreError> {
    Ok(fault_reports::table
        .filter(
            fault_reports::asset_id
                .eq(Id(asset))
                .and(fault_reports::at.gt(At(since))),
        )
        .count()
        .get_result(db.reading()?)?)
}

/// How many came from a network since a time.
///
/// # Errors
/// The database can't be read.
pub fn from_network(db: &mut Db, network: &str, since: DateTime<Utc>) -> Result<i64, StoreError> {
    Ok(fault_reports::table
        .filter(
            fault_reports::network
                .eq(network.to_owned())
                .and(fault_reports::at.gt(At(since))),
        )
        .count()
        .get_result(db.reading()?)?)
}

/// Forgets what was counted before a time.
///
/// # Errors
/// The database is gone.
pub fn forget(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::delete(fault_reports::table.filter(fault_reports::at.lt(At(before)))).execute(tx.writing()?)?;
    Ok(())
}
