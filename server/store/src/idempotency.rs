//! Answers kept under an `Idempotency-Key`, saved in the transaction that did the work.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::idempotency_keys;
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// What a key was used for and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// SHA-256 over method, path and body.
    pub request_hash: String,
    pub status: u16,
    pub response: String,
}

/// The answer given to a user's key.
///
/// # Errors
/// The database can't be read.
pub fn get(db: &mut Db, user: Uuid, key: &str) -> Result<Option<Answer>, StoreError> {
    let found: Option<(String, i32, String)> = idempotency_keys::table
        .find((Id(user), key))
        .select((
            idempotency_keys::request_hash,
            idempotency_keys::status,
            idempotency_keys::response,
        ))
        .get_result(db.reading()?)
        .optional()?;
    Ok(found.map(|(request_hash, status, response)| Answer {
        request_hash,
        status: status as u16,
        response,
    }))
}

/// Keeps an answer.
///
/// # Errors
/// The key is in use, or the database is gone.
pub fn keep(
    tx: &mut Tx<'_>,
    user: Uuid,
    key: &str,
    answer: &Answer,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::user_id.eq(Id(user)),
            idempotency_keys::key.eq(key),
            idempotency_keys::request_hash.eq(&answer.request_hash),
            idempotency_keys::status.eq(i32::from(answer.status)),
            idempotency_keys::response.eq(&answer.response),
            idempotency_keys::created_at.eq(At(at)),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Forgets answers older than a time.
///
/// # Errors
/// The database is gone.
pub fn forget(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(At(before))))
        .execute(tx.writing()?)?;
    Ok(())
}
