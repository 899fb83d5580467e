//! Files on their way to the blob store: what was announced, and which bytes of it are on disk.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::{upload_parts, uploads};
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

/// How far an upload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Bytes are missing, or not checked yet.
    Receiving,
    /// Checked and kept; the attachment's record has not come yet.
    Kept,
    /// The attachment has its bytes.
    Attached,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Receiving => "receiving",
            State::Kept => "kept",
            State::Attached => "attached",
        }
    }

    fn from_name(name: &str) -> Option<State> {
        [State::Receiving, State::Kept, State::Attached]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// Bytes that are on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Bytes of the upload before it.
    pub start: u64,
    /// In bytes.
    pub length: u64,
    /// The turn of the request that brought it.
    pub turn: u64,
}

/// An upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub id: Uuid,
    pub user_id: Uuid,
    /// Its record may not be known yet.
    pub attachment_id: Uuid,
    /// What the whole must hash to.
    pub sha256: String,
    /// Bytes of the whole.
    pub size: u64,
    /// `Upload-Metadata` as its client wrote it, which is told again to whoever asks.
    pub metadata: String,
    pub state: State,
    /// Grows with each request that takes hold of it; only the last may add bytes.
    pub turn: u64,
    /// JSON of what is kept, or is about to be; there from the moment the bytes were checked.
    pub content: Option<String>,
    /// A file that is not to stay on disk, until it is gone.
    pub discard: Option<String>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// In order and without gaps.
    pub parts: Vec<Part>,
}

impl Upload {
    /// Bytes that are there: all, once they were checked.
    pub fn received(&self) -> u64 {
        match self.state {
            State::Receiving => self.parts.iter().map(|part| part.length).sum(),
            State::Kept | State::Attached => self.size,
        }
    }
}

/// Adds an upload without parts.
///
/// # Errors
/// The database is gone.
pub fn add(tx: &mut Tx<'_>, upload: &Upload) -> Result<(), StoreError> {
    diesel::insert_into(uploads::table)
        .values((
            uploads::id.eq(Id(upload.id)),
            uploads::user_id.eq(Id(upload.user_id)),
            uploads::attachment_id.eq(Id(upload.attachment_id)),
            uploads::sha256.eq(&upload.sha256),
            uploads::size.eq(upload.size as i64),
            uploads::metadata.eq(&upload.metadata),
            uploads::state.eq(upload.state.name()),
            uploads::turn.eq(upload.turn as i64),
            uploads::content.eq(&upload.content),
            uploads::discard.eq(&upload.discard),
            uploads::created_at.eq(At(upload.created_at)),
            uploads::expires_at.eq(At(upload.expires_at)),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Writes what can change of an upload; parts are added by [`add_parts`].
///
/// # Errors
/// The database is gone.
pub fn save(tx: &mut Tx<'_>, upload: &Upload) -> Result<(), StoreError> {
    diesel::update(uploads::table.find(Id(upload.id)))
        .set((
            uploads::state.eq(upload.state.name()),
            uploads::turn.eq(upload.turn as i64),
            uploads::content.eq(&upload.content),
            uploads::discard.eq(&upload.discard),
            uploads::expires_at.eq(At(upload.expires_at)),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Notes parts that are on disk.
///
/// # Errors
/// There is no such upload, or one of the parts is there.
pub fn add_parts(tx: &mut Tx<'_>, upload: Uuid, parts: &[Part]) -> Result<(), StoreError> {
    for part in parts {
        diesel::insert_into(upload_parts::table)
            .values((
                upload_parts::upload_id.eq(Id(upload)),
                upload_parts::start.eq(part.start as i64),
                upload_parts::length.eq(part.length as i64),
                upload_parts::turn.eq(part.turn as i64),
            ))
            .execute(tx.writing()?)?;
    }
    Ok(())
}

/// Forgets the parts of an upload: the whole is kept elsewhere.
///
/// # Errors
/// The database is gone.
pub fn forget_parts(tx: &mut Tx<'_>, upload: Uuid) -> Result<(), StoreError> {
    diesel::delete(upload_parts::table.filter(upload_parts::upload_id.eq(Id(upload))))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Forgets an upload.
///
/// # Errors
/// The database is gone.
pub fn remove(tx: &mut Tx<'_>, upload: Uuid) -> Result<(), StoreError> {
    forget_parts(tx, upload)?;
    diesel::delete(uploads::table.find(Id(upload))).execute(tx.writing()?)?;
    Ok(())
}

type Columns = (
    Id,
    Id,
    Id,
    String,
    i64,
    String,
    String,
    i64,
    Option<String>,
    Option<String>,
    At,
    At,
);

fn from_columns(db: &mut Db, columns: Columns) -> Result<Upload, StoreError> {
    let (Id(id), user, attachment, sha256, size, metadata, state, turn, content, discard, created, expires) =
        columns;
    let parts: Vec<(i64, i64, i64)> = upload_parts::table
        .filter(upload_parts::upload_id.eq(Id(id)))
        .order(upload_parts::start)
        .select((upload_parts::start, upload_parts::length, upload_parts::turn))
        .load(db.reading()?)?;
    Ok(Upload {
        id,
        user_id: user.0,
        attachment_id: attachment.0,
        sha256,
        size: size as u64,
        metadata,
        state: State::from_name(&state)
            .ok_or_else(|| StoreError::Corrupt(format!("upload {id}: unknown state")))?,
        turn: turn as u64,
        content,
        discard,
        created_at: created.0,
        expires_at: expires.0,
        parts: parts
            .into_iter()
            .map(|(start, length, turn)| Part {
                start: start as u64,
                length: length as u64,
                turn: turn as u64,
            })
            .collect(),
    })
}

/// The upload of this id.
///
/// # Errors
/// The database can't be read.
pub fn get(db: &mut Db, id: Uuid) -> Result<Option<Upload>, StoreError> {
    let found: Option<Columns> = uploads::table.find(Id(id)).get_result(db.reading()?).optional()?;
    found.map(|columns| from_columns(db, columns)).transpose()
}

fn all(db: &mut Db, found: Vec<Columns>) -> Result<Vec<Upload>, StoreError> {
    found
        .into_iter()
        .map(|columns| from_columns(db, columns))
        .collect()
}

/// A user's uploads that are not attached, oldest first.
///
/// # Errors
/// The database can't be read.
pub fn pending_of(db: &mut Db, user: Uuid) -> Result<Vec<Upload>, StoreError> {
    let found: Vec<Columns> = uploads::table
        .filter(
            uploads::user_id
                .eq(Id(user))
                .and(uploads::state.ne(State::Attached.name())),
        )
        .order(uploads::id)
        .load(db.reading()?)?;
    all(db, found)
}

/// Those whose bytes are kept and wait for their record, whoever sent them.
///
/// # Errors
/// The database can't be read.
pub fn kept(db: &mut Db, sha256: &str) -> Result<Vec<Upload>, StoreError> {
    let mut found = of_file(db, sha256)?;
    found.retain(|upload| upload.state == State::Kept);
    Ok(found)
}

/// Every upload of a file, whoever sends it.
///
/// # Errors
/// The database can't be read.
pub fn of_file(db: &mut Db, sha256: &str) -> Result<Vec<Upload>, StoreError> {
    let found: Vec<Columns> = uploads::table
        .filter(uploads::sha256.eq(sha256))
        .order(uploads::id)
        .load(db.reading()?)?;
    all(db, found)
}

/// Uploads in one of these states whose time is over, at most `limit`.
///
/// # Errors
/// The database can't be read.
pub fn expired(
    db: &mut Db,
    states: &[State],
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Upload>, StoreError> {
    let states: Vec<&str> = states.iter().map(|state| state.name()).collect();
    let found: Vec<Columns> = uploads::table
        .filter(uploads::state.eq_any(states).and(uploads::discard.is_null()))
        .filter(uploads::expires_at.le(At(now)))
        .order(uploads::expires_at)
        .limit(limit)
        .load(db.reading()?)?;
    all(db, found)
}

/// Uploads with a file that is still to go from the disk.
///
/// # Errors
/// The database can't be read.
pub fn discarding(db: &mut Db) -> Result<Vec<Upload>, StoreError> {
    let found: Vec<Columns> = uploads::table
        .filter(uploads::discard.is_not_null())
        .load(db.reading()?)?;
    all(db, found)
}

/// Those of `ids` that are no upload, or one whose parts are no longer needed.
///
/// # Errors
/// The database can't be read.
pub fn without_parts(db: &mut Db, ids: &BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>, StoreError> {
    let receiving: Vec<Id> = uploads::table
        .filter(uploads::state.eq(State::Receiving.name()))
        .select(uploads::id)
        .load(db.reading()?)?;
    let receiving: BTreeSet<Uuid> = receiving.into_iter().map(|Id(id)| id).collect();
    Ok(ids.difference(&receiving).copied().collect())
}
