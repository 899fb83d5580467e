//! Imports that somebody asked for: how far they have come and how they ended.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::imports;
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// One import.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub id: Uuid,
    pub user_id: Uuid,
    pub format: String,
    pub file_name: String,
    pub dry_run: bool,
    /// `running`, `done` or `failed`.
    pub state: String,
    /// Rows of the file, and those that are through.
    pub total: u64,
    pub done: u64,
    /// What became of the rows, as JSON; read by [`outcome`].
    pub error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

type Columns = (
    Id,
    Id,
    String,
    String,
    bool,
    String,
    i64,
    i64,
    Option<String>,
    At,
    At,
);

const COLUMNS: (
    imports::id,
    imports::user_id,
    imports::format,
    imports::file_name,
    imports::dry_run,
    imports::state,
    imports::total,
    imports::done,
    imports::error,
    imports::created_at,
    imports::updated_at,
) = (
    imports::id,
    imports::user_id,
    imports::format,
    imports::file_name,
    imports::dry_run,
    imports::state,
    imports::total,
    imports::done,
    imports::error,
    imports::created_at,
    imports::updated_at,
);

fn import(columns: Columns) -> Import {
    let (Id(id), Id(user_id), format, file_name, dry_run, state, total, done, error, created, updated) =
        columns;
    Import {
        id,
        user_id,
        format,
        file_name,
        dry_run,
        state,
        total: total as u64,
        done: done as u64,
        error,
        created_at: created.0,
        updated_at: updated.0,
    }
}

/// Notes an import that begins.
///
/// # Errors
/// The database is gone.
pub fn begin(tx: &mut Tx<'_>, new: &Import) -> Result<(), StoreError> {
    diesel::insert_into(imports::table)
        .values((
            imports::id.eq(Id(new.id)),
            imports::user_id.eq(Id(new.user_id)),
            imports::format.eq(&new.format),
            imports::file_name.eq(&new.file_name),
            imports::dry_run.eq(new.dry_run),
            imports::state.eq(&new.state),
            imports::total.eq(new.total as i64),
            imports::done.eq(new.done as i64),
            imports::created_at.eq(At(new.created_at)),
            imports::updated_at.eq(At(new.updated_at)),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Notes how far it has come.
///
/// # Errors
/// The database is gone.
pub fn advance(
    tx: &mut Tx<'_>,
    id: Uuid,
    total: u64,
    done: u64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(imports::table.find(Id(id)))
        .set((
            imports::total.eq(total as i64),
            imports::done.eq(done as i64),
            imports::updated_at.eq(At(now)),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Notes how it ended: what became of its rows, or why it could not go on.
///
/// # Errors
/// The database is gone.
pub fn end(
    tx: &mut Tx<'_>,
    id: Uuid,
    ended: Result<&str, &str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let state = if ended.is_ok() { "done" } else { "failed" };
    diesel::update(imports::table.find(Id(id)))
        .set((
            imports::state.eq(state),
            imports::outcome.eq(ended.ok()),
            imports::error.eq(ended.err()),
            imports::updated_at.eq(At(now)),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// The import of this id.
///
/// # Errors
/// The database can't be read.
pub fn get(db: &mut Db, id: Uuid) -> Result<Option<Import>, StoreError> {
    let found: Option<Columns> = imports::table
        .find(Id(id))
        .select(COLUMNS)
        .get_result(db.reading()?)
        .optional()?;
    Ok(found.map(import))
}

/// The newest imports.
///
/// # Errors
/// The database can't be read.
pub fn newest(db: &mut Db, limit: i64) -> Result<Vec<Import>, StoreError> {
    let found: Vec<Columns> = imports::table
        .order(imports::id.desc())
        .limit(limit)
        .select(COLUMNS)
        .load(db.reading()?)?;
    Ok(found.into_iter().map(import).collect())
}

/// What became of the rows of an import that is done.
///
/// # Errors
/// The database can't be read.
pub fn outcome(db: &mut Db, id: Uuid) -> Result<Option<String>, StoreError> {
    let found: Option<Option<String>> = imports::table
        .find(Id(id))
        .select(imports::outcome)
        .get_result(db.reading()?)
        .optional()?;
    Ok(found.flatten())
}
