//! Nonces for signatures: issued ahead to a device, used once.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::nonces;
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Notes a nonce as given to a device.
///
/// # Errors
/// The nonce exists, or the database is gone.
pub fn add(tx: &mut Tx<'_>, nonce: &str, device: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::insert_into(nonces::table)
        .values((
            nonces::nonce.eq(nonce),
            nonces::device_id.eq(Id(device)),
            nonces::issued_at.eq(At(at)),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// The nonces a device has left.
///
/// # Errors
/// The database can't be read.
pub fn unused(db: &mut Db, device: Uuid) -> Result<Vec<String>, StoreError> {
    Ok(nonces::table
        .filter(nonces::device_id.eq(Id(device)).and(nonces::used_at.is_null()))
        .order(nonces::nonce)
        .select(nonces::nonce)
        .load(db.reading()?)?)
}

/// Uses a nonce up; `false` where it is unknown, another device's, or used.
///
/// # Errors
/// The database is gone.
pub fn consume(tx: &mut Tx<'_>, nonce: &str, device: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let changed = diesel::update(
        nonces::table
            .filter(nonces::nonce.eq(nonce).and(nonces::device_id.eq(Id(device))))
            .filter(nonces::used_at.is_null()),
    )
    .set(nonces::used_at.eq(At(at)))
    .execute(tx.writing()?)?;
    Ok(changed == 1)
}
