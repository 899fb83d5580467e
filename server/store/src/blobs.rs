//! Which files the blob store has.
use crate::db::Db;
use crate::dialect::{At, Both};
use crate::error::StoreError;
use crate::schema::blobs;
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    pub sha256: String,
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    pub stored_at: DateTime<Utc>,
}

/// Notes a file that is on disk.
///
/// # Errors
/// The database is gone.
pub fn add(tx: &mut Tx<'_>, blob: &Blob) -> Result<(), StoreError> {
    Both(
        diesel::insert_into(blobs::table)
            .values((
                blobs::sha256.eq(&blob.sha256),
                blobs::media_type.eq(&blob.media_type),
                blobs::size.eq(blob.size as i64),
                blobs::stored_at.eq(At(blob.stored_at)),
            ))
            .on_conflict(blobs::sha256)
            .do_nothing(),
    )
    .execute(tx.writing()?)?;
    Ok(())
}

/// The file of this hash.
///
/// # Errors
/// The database can't be read.
pub fn get(db: &mut Db, sha256: &str) -> Result<Option<Blob>, StoreError> {
    let found: Option<(String, String, i64, At)> =
        blobs::table.find(sha256).first(db.reading()?).optional()?;
    Ok(found.map(|(sha256, media_type, size, At(stored_at))| Blob {
        sha256,
        media_type,
        size: size as u64,
        stored_at,
    }))
}
