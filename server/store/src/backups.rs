//! Backups: which were made, and making one of SQLite. The mark of the newest tells phones what they may forget.
use crate::connect::Address;
use crate::db::Db;
use crate::dialect::At;
use crate::error::StoreError;
use crate::schema::{backups, sync_clock};
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use sync_protocol::version::Version;

/// A backup that was made and read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backup {
    /// Everything up to here is in it.
    pub through: Version,
    pub made_at: DateTime<Utc>,
}

/// The newest backup.
///
/// # Errors
/// The database can't be read.
pub fn newest(db: &mut Db) -> Result<Option<Backup>, StoreError> {
    let found: Option<(i32, i64, At)> = backups::table
        .order((backups::epoch.desc(), backups::version.desc()))
        .first(db.unaffected()?)
        .optional()?;
    Ok(found.map(|(epoch, version, At(made_at))| Backup {
        through: Version {
            epoch: epoch as u32,
            number: version as u64,
        },
        made_at,
    }))
}

/// Notes a backup; the same version again only moves its time.
///
/// # Errors
/// The database is gone.
pub fn record(tx: &mut Tx<'_>, backup: &Backup) -> Result<(), StoreError> {
    let key = (backup.through.epoch as i32, backup.through.number as i64);
    diesel::delete(backups::table.find(key)).execute(tx.writing()?)?;
    diesel::insert_into(backups::table)
        .values((
            backups::epoch.eq(key.0),
            backups::version.eq(key.1),
            backups::made_at.eq(At(backup.made_at)),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Copies a SQLite database into a new file while it is in use, and reads the copy back. The copy is marked as one, so
/// that a server started on it begins a new epoch, whoever put it there.
///
/// # Errors
/// The file exists already, the disk is full, or the copy is not whole; then there is no file.
pub fn copy_sqlite(from: &Path, to: &Path, now: DateTime<Utc>) -> Result<Backup, StoreError> {
    if to.exists() {
        return Err(StoreError::Check(format!("{} exists already", to.display())));
    }
    let partial = beside(to, "partial");
    let made = copy(from, &partial, now).and_then(|backup| {
        File::open(&partial)
            .and_then(|file| file.sync_all())
            .and_then(|()| std::fs::rename(&partial, to))
            .and_then(|()| sync_folder(to))
            .map_err(|error| disk(&error))?;
        Ok(backup)
    });
    if made.is_err() {
        // Nothing to keep of it; the reason for the failure is what matters.
        let _ = std::fs::remove_file(&partial);
    }
    made
}

fn copy(from: &Path, partial: &Path, now: DateTime<Utc>) -> Result<Backup, StoreError> {
    if partial.exists() {
        std::fs::remove_file(partial).map_err(|error| disk(&error))?;
    }
    let mut db = Address::Sqlite(from.to_owned()).connect()?;
    diesel::sql_query("VACUUM INTO ?")
        .bind::<Text, _>(partial.to_string_lossy())
        .execute(&mut db)?;
    let mut copy = open_whole(partial)?;
    let through = clock(&mut copy)?;
    diesel::update(sync_clock::table.find(1))
        .set(sync_clock::copied.eq(true))
        .execute(&mut copy)?;
    Ok(Backup {
        through,
        made_at: now,
    })
}

/// Reads a backup of SQLite from end to end and says which version it is of.
///
/// # Errors
/// It is no database of ours, or damaged.
pub fn check_sqlite_copy(file: &Path) -> Result<Version, StoreError> {
    // SQLite would make a file that is missing.
    if !file.is_file() {
        return Err(StoreError::Check(format!("there is no file {}", file.display())));
    }
    clock(&mut open_whole(file)?)
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// Opens a file that has to be one file and nothing beside it, and checks every page and index of it.
fn open_whole(file: &Path) -> Result<SqliteConnection, StoreError> {
    let damaged = |what: String| StoreError::Corrupt(format!("{}: {what}", file.display()));
    let mut c =
        SqliteConnection::establish(&file.to_string_lossy()).map_err(|error| damaged(error.to_string()))?;
    c.batch_execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;")
        .map_err(|error| damaged(error.to_string()))?;
    let found: Vec<Found> = diesel::sql_query("PRAGMA integrity_check(1)")
        .load(&mut c)
        .map_err(|error| damaged(error.to_string()))?;
    match found.first() {
        Some(one) if one.integrity_check == "ok" => Ok(c),
        one => Err(damaged(one.map_or_else(
            || "it can't be checked".to_owned(),
            |one| one.integrity_check.clone(),
        ))),
    }
}

fn clock(c: &mut SqliteConnection) -> Result<Version, StoreError> {
    let (epoch, version): (i32, i64) = sync_clock::table
        .find(1)
        .select((sync_clock::epoch, sync_clock::version))
        .get_result(c)?;
    Ok(Version {
        epoch: epoch as u32,
        number: version as u64,
    })
}

/// Whether a SQLite database could be taken out of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// Nobody has it open, and everything of it is in its one file.
    Yes,
    /// Another process has it open.
    InUse,
    /// There is none, or it can't be opened any more.
    Unreadable,
}

/// Finds out whether nobody uses a SQLite database, and if so gathers everything of it in its one file.
pub fn release_sqlite(file: &Path) -> Released {
    if !file.is_file() {
        return Released::Unreadable;
    }
    let Ok(mut c) = SqliteConnection::establish(&file.to_string_lossy()) else {
        return Released::Unreadable;
    };
    // Leaving the write-ahead log takes a lock that nobody else's connection, even an idle one, allows.
    match c.batch_execute("PRAGMA journal_mode = DELETE;") {
        Ok(()) if is_in_wal(&mut c) => Released::InUse,
        Ok(()) => Released::Yes,
        Err(error) if error.to_string().contains("locked") => Released::InUse,
        Err(_) => Released::Unreadable,
    }
}

#[derive(QueryableByName)]
struct Mode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

fn is_in_wal(c: &mut SqliteConnection) -> bool {
    let mode = diesel::sql_query("PRAGMA journal_mode").get_result::<Mode>(c);
    mode.is_ok_and(|mode| mode.journal_mode == "wal")
}

/// A name beside a file: its own with `.what` behind.
pub fn beside(file: &Path, what: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(what);
    PathBuf::from(name)
}

/// Makes a rename in the folder of `file` last through a power cut.
///
/// # Errors
/// The folder can't be read.
pub fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    match File::open(folder.unwrap_or(Path::new("."))) {
        Ok(folder) => folder.sync_all(),
        // Where a folder can't be opened, as on Windows, there is nothing to sync.
        Err(_) if cfg!(not(unix)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn disk(error: &io::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}
