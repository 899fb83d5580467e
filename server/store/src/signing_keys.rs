//! Public keys the server has sealed with: old seals stay verifiable after a change of secret.
use crate::db::Db;
use crate::dialect::{At, Both};
use crate::error::StoreError;
use crate::schema::signing_keys;
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// Notes a public key (base64) the server seals with.
///
/// # Errors
/// The database is gone.
pub fn add(tx: &mut Tx<'_>, id: &str, public_key: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    Both(
        diesel::insert_into(signing_keys::table)
            .values((
                signing_keys::id.eq(id),
                signing_keys::public_key.eq(public_key),
                signing_keys::created_at.eq(At(at)),
            ))
            .on_conflict(signing_keys::id)
            .do_nothing(),
    )
    .execute(tx.writing()?)?;
    Ok(())
}

/// The public key of this id (base64).
///
/// # Errors
/// The database can't be read.
pub fn get(db: &mut Db, id: &str) -> Result<Option<String>, StoreError> {
    Ok(signing_keys::table
        .find(id)
        .select(signing_keys::public_key)
        .get_result(db.reading()?)
        .optional()?)
}
