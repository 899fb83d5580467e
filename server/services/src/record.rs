//! Rows as people at screens read, add, change and delete them, whatever their kind: by version, within what
//! they may see, through the one write path. A row outside one's scope looks exactly like one that isn't there.
use crate::apply::apply;
use crate::author::{Author, Cause};
use crate::error::ServiceError;
use crate::scope;
use crate::written::become_of;
use onsite_model::bucket::Bucket;
use onsite_model::entity::{EntityKind, Home, Record};
use onsite_model::ids::new_id;
use onsite_store::history;
use onsite_store::history::Entry;
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Db, StoreError, Tx};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::operation::{Operation, OperationKind};
use sync_protocol::version::Version;
use uuid::Uuid;

/// The buckets an author is limited to; `None` for one who sees everything.
pub(crate) fn held(db: &mut Db, author: &Author) -> Result<Option<BTreeSet<Bucket>>, StoreError> {
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
pub fn get(db: &mut Db, author: &Author, kind: EntityKind, id: Uuid) -> Result<Arc<StoredRow>, ServiceError> {
    let row = rows::get(db, id)?.filter(|row| row.kind == kind && !row.deleted);
    match row {
        Some(mut row) if scope::sees(db, author, &row)? => {
            let held = held(db, author)?;
            conceal(
                db,
                author,
                held.as_ref(),
                kind,
                id,
                &mut Arc::make_mut(&mut row).body,
            )?;
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
pub(crate) fn conceal(
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
) -> Result<Arc<StoredRow>, ServiceError> {
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
) -> Result<Arc<StoredRow>, ServiceError> {
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
) -> Result<Arc<StoredRow>, ServiceError> {
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
    kind.decode(&fields)
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
