//! Links sent to clients: scoped to one row and one purpose, known only by their hash, used once by a POST.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::links;
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// SHA-256 (hex) of the token in the address.
    pub token_hash: String,
    pub purpose: String,
    pub row_id: Uuid,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

/// Adds a link.
///
/// # Errors
/// The token exists, or the database is gone.
pub fn add(tx: &mut Tx<'_>, link: &Link) -> Result<(), StoreError> {
    diesel::insert_into(links::table)
        .values((
            links::token_hash.eq(&link.token_hash),
            links::purpose.eq(&link.purpose),
            links::row_id.eq(Id(link.row_id)),
            links::expires_at.eq(At(link.expires_at)),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// The link of this token hash.
///
/// # Errors
/// The database can't be read.
pub fn get(db: &mut Db, token_hash: &str) -> Result<Option<Link>, StoreError> {
    let found: Option<(String, String, Id, At, Option<At>)> = links::table
        .find(token_hash)
        .get_result(db.reading()?)
        .optional()?;
    Ok(
        found.map(|(token_hash, purpose, Id(row_id), At(expires_at), used)| Link {
            token_hash,
            purpose,
            row_id,
            expires_at,
            used_at: used.map(|At(at)| at),
        }),
    )
}

/// Has the links to a row that would still work for something run out at a moment.
///
/// # Errors
/// The database is gone.
pub fn expire(tx: &mut Tx<'_>, purpose: &str, row: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    let working = links::table.filter(
        links::row_id
            .eq(Id(row))
            .and(links::purpose.eq(purpose))
            .and(links::used_at.is_null())
            .and(links::expires_at.gt(At(at))),
    );
    diesel::update(working)
        .set(links::expires_at.eq(At(at)))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Uses a link up; `false` where it was used before.
///
/// # Errors
/// The database is gone.
pub fn consume(tx: &mut Tx<'_>, token_hash: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let changed = diesel::update(links::table.find(token_hash).filter(links::used_at.is_null()))
        .set(links::used_at.eq(At(at)))
        .execute(tx.writing()?)?;
    Ok(changed == 1)
}
