//! The audit log: each entry carries the hash of the one before, so that none can be taken out or altered unseen.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::audit_entries;
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use uuid::Uuid;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// 1, 2, 3 … without gaps.
    pub seq: u64,
    pub at: DateTime<Utc>,
    pub user_id: Option<Uuid>,
    pub action: String,
    pub subject_id: Option<Uuid>,
    /// JSON; never a secret.
    pub detail: String,
    /// SHA-256 (hex); of the first entry, 64 zeros.
    pub previous_hash: String,
    pub hash: String,
}

type Columns = (i64, At, Option<Id>, String, Option<Id>, String, String, String);

fn from_columns(columns: Columns) -> AuditEntry {
    let (seq, At(at), user, action, subject, detail, previous_hash, hash) = columns;
    AuditEntry {
        seq: seq as u64,
        at,
        user_id: user.map(|Id(id)| id),
        action,
        subject_id: subject.map(|Id(id)| id),
        detail,
        previous_hash,
        hash,
    }
}

/// The newest entry.
///
/// # Errors
/// The database can't be read.
pub fn last(db: &mut Db) -> Result<Option<AuditEntry>, StoreError> {
    let found: Option<Columns> = audit_entries::table
        .order(audit_entries::seq.desc())
        .first(db.reading()?)
        .optional()?;
    Ok(found.map(from_columns))
}

/// Adds an entry.
///
/// # Errors
/// Its place is taken, or the database is gone.
pub fn append(tx: &mut Tx<'_>, entry: &AuditEntry) -> Result<(), StoreError> {
    diesel::insert_into(audit_entries::table)
        .values((
            audit_entries::seq.eq(entry.seq as i64),
            audit_entries::at.eq(At(entry.at)),
            audit_entries::user_id.eq(entry.user_id.map(Id)),
            audit_entries::action.eq(&entry.action),
            audit_entries::subject_id.eq(entry.subject_id.map(Id)),
            audit_entries::detail.eq(&entry.detail),
            audit_entries::previous_hash.eq(&entry.previous_hash),
            audit_entries::hash.eq(&entry.hash),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// What a search of the log is narrowed down by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Who did it.
    pub user: Option<Uuid>,
    /// What was done.
    pub action: Option<String>,
    /// To which record.
    pub subject: Option<Uuid>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub until: Option<DateTime<Utc>>,
    /// With each of these words in its detail, in any case (of ASCII, on SQLite).
    pub words: Vec<String>,
}

diesel::define_sql_function! {
    fn lower(text: Text) -> Text;
}

/// What finds a word anywhere in lower-case text, though it may have characters that mean something to `LIKE`.
fn anywhere(word: &str) -> String {
    let escaped = word
        .to_lowercase()
        .replace('\\', r"\\")
        .replace('%', r"\%")
        .replace('_', r"\_");
    format!("%{escaped}%")
}

/// Where a page of the log begins, and in which direction it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Oldest first, behind this entry; 0 is the beginning.
    After(u64),
    /// Newest first, before this entry; none is the end.
    Before(Option<u64>),
}

/// Entries that a search finds, from a place on.
///
/// # Errors
/// The database can't be read.
pub fn list(db: &mut Db, filter: &Filter, place: Place, limit: i64) -> Result<Vec<AuditEntry>, StoreError> {
    let mut query = audit_entries::table.limit(limit).into_boxed();
    query = match place {
        Place::After(seq) => query
            .filter(audit_entries::seq.gt(seq as i64))
            .order(audit_entries::seq),
        Place::Before(None) => query.order(audit_entries::seq.desc()),
        Place::Before(Some(seq)) => query
            .filter(audit_entries::seq.lt(seq as i64))
            .order(audit_entries::seq.desc()),
    };
    if let Some(user) = filter.user {
        query = query.filter(audit_entries::user_id.eq(Id(user)));
    }
    if let Some(action) = &filter.action {
        query = query.filter(audit_entries::action.eq(action.clone()));
    }
    if let Some(subject) = filter.subject {
        query = query.filter(audit_entries::subject_id.eq(Id(subject)));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_entries::at.ge(At(from)));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_entries::at.lt(At(until)));
    }
    for word in &filter.words {
        query = query.filter(lower(audit_entries::detail).like(anywhere(word)).escape('\\'));
    }
    let found: Vec<Columns> = query.load(db.reading()?)?;
    Ok(found.into_iter().map(from_columns).collect())
}

/// The actions that stand in the log, by name.
///
/// # Errors
/// The database can't be read.
pub fn actions(db: &mut Db) -> Result<Vec<String>, StoreError> {
    Ok(audit_entries::table
        .select(audit_entries::action)
        .distinct()
        .order(audit_entries::action)
        .load(db.reading()?)?)
}
