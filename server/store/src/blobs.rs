//! Which files the blob store has.
use crate::db::Db;
use crate::dialect::{At, Both, Id};
use crate::error::StoreError;
use crate::schema::{attachments, blobs, history, quarantine, rows, uploads};
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Texts that are looked through at a time.
const PAGE: i64 = 1000;

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
        blobs::table.find(sha256).get_result(db.reading()?).optional()?;
    Ok(found.map(|(sha256, media_type, size, At(stored_at))| Blob {
        sha256,
        media_type,
        size: size as u64,
        stored_at,
    }))
}

/// Forgets a file that is to go from the disk.
///
/// # Errors
/// The database is gone.
pub fn remove(tx: &mut Tx<'_>, sha256: &str) -> Result<(), StoreError> {
    diesel::delete(blobs::table.find(sha256)).execute(tx.writing()?)?;
    Ok(())
}

/// An attachment whose bytes are stored, and which was announced with this file or is kept as it.
///
/// # Errors
/// The database can't be read.
pub fn attachment_with(db: &mut Db, sha256: &str) -> Result<Option<Uuid>, StoreError> {
    let found: Option<Id> = attachments::table
        .filter(attachments::stored_sha256.is_not_null())
        .filter(
            attachments::sha256
                .eq(sha256)
                .or(attachments::stored_sha256.eq(sha256)),
        )
        .order(attachments::id)
        .select(attachments::id)
        .first(db.reading()?)
        .optional()?;
    Ok(found.map(|Id(id)| id))
}

/// Whether an upload or an attachment stands on a file now: what can change within moments, where [`unmentioned`]
/// looks through everything.
///
/// # Errors
/// The database can't be read.
pub fn in_use(db: &mut Db, sha256: &str) -> Result<bool, StoreError> {
    let pattern = format!("%{sha256}%");
    let uploading: i64 = uploads::table
        .filter(uploads::sha256.eq(sha256).or(uploads::content.like(pattern)))
        .count()
        .get_result(db.reading()?)?;
    let attached: i64 = attachments::table
        .filter(
            attachments::sha256
                .eq(sha256)
                .or(attachments::stored_sha256.eq(sha256)),
        )
        .count()
        .get_result(db.reading()?)?;
    Ok(uploading + attached > 0)
}

/// Those of `addresses` that no text in the database contains, uploads included. It reads all of it.
///
/// # Errors
/// The database can't be read.
pub fn unmentioned(db: &mut Db, addresses: BTreeSet<String>) -> Result<BTreeSet<String>, StoreError> {
    let mut addresses = unrecorded(db, addresses)?;
    let page: Vec<(String, Option<String>)> = uploads::table
        .select((uploads::sha256, uploads::content))
        .load(db.reading()?)?;
    for (sha256, content) in page {
        addresses.remove(&sha256);
        strike(&mut addresses, &content.unwrap_or_default());
    }
    Ok(addresses)
}

/// Those of `addresses` that are in no record or tombstone (attachments, conflicts, sheets with their canonical bytes),
/// no write in the history and no operation in quarantine. It reads all of them.
///
/// # Errors
/// The database can't be read.
pub fn unrecorded(db: &mut Db, mut addresses: BTreeSet<String>) -> Result<BTreeSet<String>, StoreError> {
    let mut after = Uuid::nil();
    loop {
        let page: Vec<(Id, String)> = rows::table
            .filter(rows::id.gt(Id(after)))
            .order(rows::id)
            .limit(PAGE)
            .select((rows::id, rows::body))
            .load(db.reading()?)?;
        let Some((Id(last), _)) = page.last() else { break };
        after = *last;
        page.iter().for_each(|(_, body)| strike(&mut addresses, body));
    }
    let mut after = -1_i64;
    loop {
        let page: Vec<(i64, String)> = history::table
            .filter(history::version.gt(after))
            .order(history::version)
            .limit(PAGE)
            .select((history::version, history::changes))
            .load(db.reading()?)?;
        let Some((last, _)) = page.last() else { break };
        after = *last;
        page.iter()
            .for_each(|(_, changes)| strike(&mut addresses, changes));
    }
    let mut after = Uuid::nil();
    loop {
        let page: Vec<(Id, String)> = quarantine::table
            .filter(quarantine::id.gt(Id(after)))
            .order(quarantine::id)
            .limit(PAGE)
            .select((quarantine::id, quarantine::raw))
            .load(db.reading()?)?;
        let Some((Id(last), _)) = page.last() else { break };
        after = *last;
        page.iter().for_each(|(_, raw)| strike(&mut addresses, raw));
    }
    Ok(addresses)
}

/// Takes out the addresses a text contains: every run of 64 or more hexadecimal digits is looked at.
fn strike(addresses: &mut BTreeSet<String>, text: &str) {
    const LENGTH: usize = 64;
    for run in text.split(|c: char| !c.is_ascii_hexdigit()) {
        for start in 0..(run.len() + 1).saturating_sub(LENGTH) {
            addresses.remove(&run[start..start + LENGTH]);
        }
    }
}
