//! What devices last told of themselves, and whether a revoked one has got its order to wipe.
use crate::db::Db;
use crate::dialect::{At, Both, Conn, Id};
use crate::error::StoreError;
use crate::schema::{device_reports, wipe_deliveries};
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use std::collections::HashMap;
use uuid::Uuid;

/// What a device told of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub app_version: String,
    /// Operations that it had not sent.
    pub unsent: u64,
    /// When the oldest of them was made, by its clock.
    pub oldest_unsent_at: Option<DateTime<Utc>>,
    pub reported_at: DateTime<Utc>,
}

/// Takes the place of what the device told before.
pub fn put(tx: &mut Tx<'_>, device: Uuid, report: Report) {
    tx.hold(|work| work.hold_report(device, report));
}

/// Writes down what was held back of it.
pub(crate) fn save(conn: &mut Conn, device: Uuid, report: &Report) -> Result<(), StoreError> {
    Both(
        diesel::insert_into(device_reports::table)
            .values((
                device_reports::device_id.eq(Id(device)),
                device_reports::app_version.eq(&report.app_version),
                device_reports::unsent.eq(i64::try_from(report.unsent).unwrap_or(i64::MAX)),
                device_reports::oldest_unsent_at.eq(report.oldest_unsent_at.map(At)),
                device_reports::reported_at.eq(At(report.reported_at)),
            ))
            .on_conflict(device_reports::device_id)
            .do_update()
            .set((
                device_reports::app_version.eq(excluded(device_reports::app_version)),
                device_reports::unsent.eq(excluded(device_reports::unsent)),
                device_reports::oldest_unsent_at.eq(excluded(device_reports::oldest_unsent_at)),
                device_reports::reported_at.eq(excluded(device_reports::reported_at)),
            )),
    )
    .execute(conn)?;
    Ok(())
}

/// What every device told last.
///
/// # Errors
/// The database can't be read.
pub fn all(db: &mut Db) -> Result<HashMap<Uuid, Report>, StoreError> {
    let found: Vec<(Id, String, i64, Option<At>, At)> = device_reports::table.load(db.reading()?)?;
    let report = |(Id(device), app_version, unsent, oldest, At(reported_at)): (Id, _, i64, Option<At>, _)| {
        let report = Report {
            app_version,
            unsent: unsent as u64,
            oldest_unsent_at: oldest.map(|At(at)| at),
            reported_at,
        };
        (device, report)
    };
    Ok(found.into_iter().map(report).collect())
}

/// Notes that a device was answered with the order to wipe; the first time counts.
///
/// # Errors
/// The database is gone.
pub fn wipe_delivered(tx: &mut Tx<'_>, device: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    Both(
        diesel::insert_into(wipe_deliveries::table)
            .values((
                wipe_deliveries::device_id.eq(Id(device)),
                wipe_deliveries::delivered_at.eq(At(at)),
            ))
            .on_conflict(wipe_deliveries::device_id)
            .do_nothing(),
    )
    .execute(tx.writing()?)?;
    Ok(())
}

/// When the order to wipe went to which device.
///
/// # Errors
/// The database can't be read.
pub fn wipes_delivered(db: &mut Db) -> Result<HashMap<Uuid, DateTime<Utc>>, StoreError> {
    let found: Vec<(Id, At)> = wipe_deliveries::table.load(db.reading()?)?;
    Ok(found
        .into_iter()
        .map(|(Id(device), At(at))| (device, at))
        .collect())
}

/// Whether the order went to a device.
///
/// # Errors
/// The database can't be read.
pub fn is_wipe_delivered(db: &mut Db, device: Uuid) -> Result<bool, StoreError> {
    let found: Option<At> = wipe_deliveries::table
        .find(Id(device))
        .select(wipe_deliveries::delivered_at)
        .get_result(db.reading()?)
        .optional()?;
    Ok(found.is_some())
}
