//! Rows as people at screens list, read, add, change and delete them, whatever their kind: by version, within what
//! they may see, through the one write path. A row outside one's scope looks exactly like one that isn't there.
use crate::apply::apply;
use crate::author::{Author, Cause};
use crate::error::ServiceError;
use crate::scope;
use crate::written::become_of;
use chrono::{DateTime, Utc};
use onsite_model::bucket::Bucket;
use onsite_model::entity::{EntityKind, Home, Record};
use onsite_model::ids::new_id;
use onsite_store::history::Entry;
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Db, StoreError, Tx};
use onsite_store::{assets, callbacks, complaints, conflicts, history, sites, tickets, visits};
use serde_json::Value;
use std::collections::BTreeSet;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::operation::{Operation, OperationKind};
use sync_protocol::version::Version;
use uuid::Uuid;

/// What a list is narrowed down by.
#[derive(Debug, Clone)]
pub enum Filter {
    All,
    /// Rows that belong to this one.
    Parent(Uuid),
    SitesOf(Uuid),
    Assets(assets::Filter),
    Tickets(tickets::Filter),
    Visits(visits::Filter),
    Callbacks {
        status: Option<&'static str>,
        due_before: Option<DateTime<Utc>>,
        visit: Option<Uuid>,
    },
    Complaints(complaints::Filter),
    Conflicts(conflicts::Filter),
}

/// Some rows of a list, in the order of their ids, and whether there are more behind them.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub rows: Vec<StoredRow>,
    pub more: bool,
}

/// Rows of a kind that the author may see, by id after `after`.
///
/// # Errors
/// The database can't be read.
pub fn list(
    db: &mut Db,
    author: &Author,
    kind: EntityKind,
    filter: &Filter,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Listed, ServiceError> {
    let held = held(db, author)?;
    let limit = limit as usize;
    let mut found: Vec<StoredRow> = Vec::with_capacity(limit + 1);
    let mut after = after;
    // A site may hold rows that were archived, which fall away here, so it may take another round.
    while found.len() <= limit {
        let batch = candidates(db, kind, filter, held.as_ref(), after, limit as i64 + 1)?;
        let exhausted = batch.len() <= limit;
        after = batch.last().map(|row| row.id);
        found.extend(batch.into_iter().filter(|row| {
            row.kind == kind && !row.deleted && held.as_ref().is_none_or(|held| held.contains(&row.bucket))
        }));
        if exhausted {
            break;
        }
    }
    let more = found.len() > limit;
    found.truncate(limit);
    for row in &mut found {
        conceal(db, author, held.as_ref(), row.kind, row.id, &mut row.body)?;
    }
    Ok(Listed { rows: found, more })
}

/// The next rows a filter finds, in the order of their ids.
fn candidates(
    db: &mut Db,
    kind: EntityKind,
    filter: &Filter,
    held: Option<&BTreeSet<Bucket>>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<StoredRow>, StoreError> {
    let sites: Option<Vec<Uuid>> = held.map(|held| held.iter().filter_map(site).collect());
    let clients: Option<Vec<Uuid>> = held.map(|held| held.iter().filter_map(client).collect());
    let buckets: Option<Vec<String>> = held.map(|held| held.iter().map(Bucket::to_string).collect());
    let buckets = buckets.as_deref();
    let ids = match filter {
        Filter::All | Filter::Parent(_) => {
            let parent = if let Filter::Parent(parent) = filter {
                Some(*parent)
            } else {
                None
            };
            return rows::page(db, kind, buckets, parent, after, limit);
        }
        Filter::SitesOf(client) => sites::of_client(db, *client, buckets, after, limit),
        Filter::Assets(filter) => assets::list(db, filter, sites.as_deref(), after, limit),
        Filter::Tickets(filter) => {
            tickets::list(db, filter, sites.as_deref().zip(clients.as_deref()), after, limit)
        }
        Filter::Visits(filter) => visits::list(db, filter, sites.as_deref(), after, limit),
        Filter::Callbacks {
            status,
            due_before,
            visit,
        } => callbacks::list(db, *status, *due_before, *visit, buckets, after, limit),
        Filter::Complaints(filter) => complaints::list(db, filter, buckets, after, limit),
        Filter::Conflicts(filter) => conflicts::list(db, filter, buckets, after, limit),
    }?;
    let mut found = rows::get_many(db, &ids)?;
    found.sort_by_key(|row| row.id);
    Ok(found)
}

fn site(bucket: &Bucket) -> Option<Uuid> {
    if let Bucket::Site(id) = bucket {
        Some(*id)
    } else {
        None
    }
}

fn client(bucket: &Bucket) -> Option<Uuid> {
    if let Bucket::Client(id) = bucket {
        Some(*id)
    } else {
        None
    }
}

/// The buckets an author is limited to; `None` for one who sees everything.
fn held(db: &mut Db, author: &Author) -> Result<Option<BTreeSet<Bucket>>, StoreError> {
    match author.user {
        _ if !author.is_scoped() => Ok(None),
        Some(user) => scope::buckets(db, user, author.device).map(Some),
        None => Ok(Some(BTreeSet::new())),
    }
}

/// A live row.
///
/// # Errors
/// There is none of this kind and id that the author may see.
pub fn get(db: &mut Db, author: &Author, kind: EntityKind, id: Uuid) -> Result<StoredRow, ServiceError> {
    let row = rows::get(db, id)?.filter(|row| row.kind == kind && !row.deleted);
    match row {
        Some(mut row) if scope::sees(db, author, &row)? => {
            let held = held(db, author)?;
            conceal(db, author, held.as_ref(), kind, id, &mut row.body)?;
            Ok(row)
        }
        _ => Err(ServiceError::not_found(kind.name())),
    }
}

/// The writes to a row, newest first.
///
/// # Errors
/// As [`get`].
pub fn history(
    db: &mut Db,
    author: &Author,
    kind: EntityKind,
    id: Uuid,
    limit: u32,
) -> Result<Vec<Entry>, ServiceError> {
    get(db, author, kind, id)?;
    let held = held(db, author)?;
    let mut entries = history::of_row(db, id, i64::from(limit))?;
    for entry in &mut entries {
        conceal(db, author, held.as_ref(), kind, id, &mut entry.changes)?;
    }
    Ok(entries)
}

/// Takes off what a reader who does not see everything is not told.
fn conceal(
    db: &mut Db,
    author: &Author,
    held: Option<&BTreeSet<Bucket>>,
    kind: EntityKind,
    id: Uuid,
    fields: &mut Fields,
) -> Result<(), StoreError> {
    match (held, author.user) {
        (Some(held), Some(user)) => {
            scope::conceal(db, user, |bucket| held.contains(&bucket), kind, id, fields)
        }
        _ => Ok(()),
    }
}

/// Adds a row.
///
/// # Errors
/// A field is missing or of the wrong type, a value or reference is not acceptable, or a rule forbids it.
pub fn create(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    kind: EntityKind,
    set: Fields,
) -> Result<StoredRow, ServiceError> {
    let record = shaped(kind, &Fields::new(), &set)?;
    reachable(tx.db(), cause.author, &record)?;
    let id = record.natural_id().unwrap_or_else(|| new_id(cause.now));
    if rows::get(tx.db(), id)?.is_some() {
        return Err(ServiceError::new(
            ErrorCode::Taken,
            format!("there is one already, {id}; change that one"),
        ));
    }
    write(tx, cause, kind, id, OperationKind::Create, Version::ZERO, set)
}

/// Changes the fields given and no others, from the version the author saw. What others changed meanwhile stays.
///
/// # Errors
/// As [`create`]; or somebody changed one of these fields since `seen`, and their values are told.
pub fn change(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    kind: EntityKind,
    id: Uuid,
    seen: Version,
    set: Fields,
) -> Result<StoredRow, ServiceError> {
    let row = get(tx.db(), cause.author, kind, id)?;
    shaped(kind, &row.body, &set)?;
    write(tx, cause, kind, id, OperationKind::Update, seen, set)
}

/// Deletes a row, if nobody changed it since `seen`.
///
/// # Errors
/// Somebody did, or a rule keeps it.
pub fn delete(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    kind: EntityKind,
    id: Uuid,
    seen: Version,
) -> Result<(), ServiceError> {
    get(tx.db(), cause.author, kind, id)?;
    write(tx, cause, kind, id, OperationKind::Delete, seen, Fields::new()).map(drop)
}

fn write(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    kind: EntityKind,
    row: Uuid,
    what: OperationKind,
    base: Version,
    set: Fields,
) -> Result<StoredRow, ServiceError> {
    let operation = Operation::new(
        cause.operation,
        kind.name(),
        row,
        what,
        base,
        set,
        cause.occurred_at,
    );
    Ok(apply(tx, cause, &operation)?.row)
}

/// The record that the fields make of what stands. What stands is readable, so whatever is not comes from them.
fn shaped(kind: EntityKind, stands: &Fields, set: &Fields) -> Result<Record, ServiceError> {
    let malformed = |field: &str, detail: String| {
        let error = ServiceError::new(ErrorCode::Malformed, detail);
        if field == "." { error } else { error.field(field) }
    };
    let mut fields = stands.clone();
    for (name, value) in set {
        let now = stands.get(name).unwrap_or(&Value::Null);
        let after = become_of(kind.spec().policy(name), name, now, value)
            .map_err(|error| malformed(name, error.detail))?;
        if after.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), after);
        }
    }
    kind.decode(fields)
        .map_err(|invalid| malformed(&invalid.field, invalid.message))
}

/// Whether everything a new record refers to is there for its author. The write path asks again; here the answer
/// comes before any that would tell a row of another scope from one that doesn't exist.
fn reachable(db: &mut Db, author: &Author, record: &Record) -> Result<(), ServiceError> {
    for reference in record.references() {
        if !scope::is_public(reference.kind) && !is_seen(db, author, reference.id)? {
            let detail = format!("there is no {} of this id", reference.kind.name());
            return Err(ServiceError::new(ErrorCode::Invalid, detail).field(reference.field));
        }
    }
    match record.home(Uuid::nil()) {
        Home::With(parent) if !is_seen(db, author, parent)? => Err(ServiceError::new(
            ErrorCode::Invalid,
            "the row it belongs to does not exist",
        )),
        _ => Ok(()),
    }
}

fn is_seen(db: &mut Db, author: &Author, id: Uuid) -> Result<bool, StoreError> {
    match rows::get(db, id)?.filter(|row| !row.deleted) {
        Some(row) => scope::sees(db, author, &row),
        None => Ok(false),
    }
}
