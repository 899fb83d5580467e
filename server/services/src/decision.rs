//! What a dispatcher decides about a conflict, and takes back.
use crate::apply::references;
use crate::author::Cause;
use crate::command::trusted;
use crate::conflict::load;
use crate::error::ServiceError;
use crate::put::{Become, DELETED, put};
use crate::rules;
use onsite_model::conflict::{Choice, Conflict, ConflictKind, ConflictStatus, Resolution};
use onsite_model::entity::Record;
use onsite_model::permission::Permission;
use onsite_store::Tx;
use onsite_store::rows::{self, StoredRow};
use serde_json::Value;
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::merge::Side;
use sync_protocol::version::Version;
use uuid::Uuid;

/// A decision is about the values its maker saw.
fn unchanged_since(tx: &Tx<'_>, row: &StoredRow, seen: Version) -> Result<(), ServiceError> {
    if tx.version(row.version) == seen {
        return Ok(());
    }
    let detail = "this conflict was changed since you read it; look at it again";
    Err(ServiceError::new(ErrorCode::VersionConflict, detail))
}

/// A dispatcher's decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    KeepCurrent,
    TakeIncoming,
    Other(Fields),
}

/// Resolves a conflict: writes the chosen values to the row and closes it. The earlier values stay for undo.
///
/// # Errors
/// It is resolved already, or a chosen value is not acceptable; nothing is changed then.
pub fn resolve(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    seen: Version,
    decision: Decision,
) -> Result<Arc<StoredRow>, ServiceError> {
    let (before, mut conflict) = load(tx.db(), id)?;
    unchanged_since(tx, &before, seen)?;
    conflict.status.become_(ConflictStatus::Resolved)?;
    let (choice, values) = match decision {
        Decision::KeepCurrent => (Choice::KeepCurrent, conflict.current.values.clone()),
        Decision::TakeIncoming => (Choice::TakeIncoming, conflict.incoming.values.clone()),
        Decision::Other(values) => {
            let known: Vec<&String> = conflict.current.values.keys().collect();
            if let Some(stray) = values.keys().find(|name| !known.contains(name)) {
                return Err(
                    ServiceError::new(ErrorCode::UnknownField, "is not part of this conflict").field(stray),
                );
            }
            (Choice::Other, values)
        }
    };
    // What stands already is not written again: it may have moved on by rules of its own. Nor is anything written to
    // a record that has been deleted meanwhile.
    let is_gone = conflict.kind != ConflictKind::Deleted
        && rows::get(tx.db(), conflict.row_id)?.is_none_or(|row| row.deleted);
    let stands = choice == Choice::KeepCurrent
        && (is_gone || conflict.stands == Side::Current && conflict.kind != ConflictKind::DuplicateTag);
    let was = if stands {
        values.clone()
    } else {
        write_values(tx, cause, &conflict, values.clone(), Tag::Decided)?
    };
    conflict.status = ConflictStatus::Resolved;
    conflict.resolution = Some(Resolution {
        choice,
        values,
        before: was,
        user_id: cause.author.user,
        at: cause.now,
    });
    put(
        tx,
        cause,
        id,
        Some(&before),
        Become::Record(conflict.into(), Fields::new()),
    )
}

/// Takes a resolution back: the row gets the values it had before it, and the conflict is open again.
///
/// # Errors
/// It is open, or the row was changed since; then a later edit would be lost.
pub fn undo(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    seen: Version,
) -> Result<Arc<StoredRow>, ServiceError> {
    let (before, mut conflict) = load(tx.db(), id)?;
    unchanged_since(tx, &before, seen)?;
    conflict.status.become_(ConflictStatus::Open)?;
    let Some(resolution) = conflict.resolution.take() else {
        return Err(ServiceError::new(
            ErrorCode::IllegalTransition,
            "there is no resolution to take back",
        ));
    };
    if let Some(row) = rows::get(tx.db(), conflict.row_id)? {
        let moved_on = resolution
            .values
            .iter()
            .any(|(name, value)| name != DELETED && row.body.get(name).unwrap_or(&Value::Null) != value);
        if moved_on {
            return Err(ServiceError::new(
                ErrorCode::VersionConflict,
                "the value was changed after this resolution; edit the record itself",
            ));
        }
    }
    write_values(tx, cause, &conflict, resolution.before, Tag::Disputed)?;
    conflict.status = ConflictStatus::Open;
    put(
        tx,
        cause,
        id,
        Some(&before),
        Become::Record(conflict.into(), Fields::new()),
    )
}

/// Writes decided values to the disputed row and returns those it had. A decision stands above the state machine
/// and above the merge policies, not above what is acceptable, nor above a seal; what follows from such a change
/// follows from this one too.
fn write_values(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    conflict: &Conflict,
    values: Fields,
    tag: Tag,
) -> Result<Fields, ServiceError> {
    let Some(row) = rows::get(tx.db(), conflict.row_id)? else {
        return Err(ServiceError::not_found("row"));
    };
    // A decision does nothing that its maker could not do by themself.
    let needed = match values.get(DELETED) {
        Some(Value::Bool(true)) => Permission::Delete(row.kind),
        _ => Permission::Write(row.kind),
    };
    if cause.author.role.is_some_and(|role| !role.may(needed)) {
        return Err(ServiceError::forbidden());
    }
    let author = cause.author.by_server();
    let cause = trusted(cause, &author);
    let old = row.kind.decode(&row.body)?;
    let mut was = Fields::new();
    let mut body = row.body.clone();
    let mut deleted = row.deleted;
    for (name, value) in values {
        if name == DELETED {
            was.insert(name, Value::Bool(deleted));
            deleted = value == Value::Bool(true);
            continue;
        }
        was.insert(name.clone(), body.get(&name).cloned().unwrap_or(Value::Null));
        if value.is_null() {
            body.remove(&name);
        } else {
            body.insert(name, value);
        }
    }
    if row.deleted && conflict.kind != ConflictKind::Deleted {
        let detail = "the record has been deleted meanwhile; decide about that first";
        return Err(ServiceError::new(ErrorCode::IllegalTransition, detail));
    }
    if deleted {
        rules::before_delete(tx, &cause, &old)?;
        put(tx, &cause, row.id, Some(&row), Become::Deleted)?;
        return Ok(was);
    }
    let mut record = row.kind.decode(&body)?;
    if conflict.kind == ConflictKind::DuplicateTag {
        settle_tag(tx, &cause, conflict, &mut record, tag)?;
    }
    let before = (!row.deleted).then_some(&old);
    references(tx, &cause, Some(&row), &record)?;
    rules::before(tx, &cause, row.id, before, &mut record)?;
    record.validate()?;
    // Settling a tag may have written this row already.
    let row = rows::get(tx.db(), row.id)?;
    put(
        tx,
        &cause,
        conflict.row_id,
        row.as_ref(),
        Become::Record(record.clone(), body),
    )?;
    rules::after(tx, &cause, conflict.row_id, before, &record)?;
    Ok(was)
}

/// Whether a dispute about a tag is being decided or taken up again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Decided,
    Disputed,
}

/// A tag goes to the asset it was decided for, and whoever held it before gives it up; a dispute taken up again
/// gives it back.
fn settle_tag(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    conflict: &Conflict,
    record: &mut Record,
    tag: Tag,
) -> Result<(), ServiceError> {
    let Record::Asset(asset) = record else {
        return Ok(());
    };
    let disputed = conflict
        .incoming
        .values
        .get("tag")
        .and_then(Value::as_str)
        .map(str::to_owned);
    asset.claimed_tag = match tag {
        Tag::Decided => None,
        Tag::Disputed => disputed.clone(),
    };
    let holder = match &asset.tag {
        Some(taken) => onsite_store::assets::with_tag(tx.db(), taken)?.filter(|id| *id != conflict.row_id),
        None => None,
    };
    if let Some(holder) = holder {
        set_tag(tx, cause, holder, None)?;
    }
    if let (Tag::Disputed, Some(other), Some(disputed)) = (tag, conflict.other_row_id, disputed) {
        // The asset's own new state is written after this; while it still holds the tag nobody else can.
        if onsite_store::assets::with_tag(tx.db(), &disputed)? == Some(conflict.row_id) {
            set_tag(tx, cause, conflict.row_id, None)?;
        }
        let free = onsite_store::assets::with_tag(tx.db(), &disputed)?.is_none();
        let bare = rows::get(tx.db(), other)?.is_some_and(|row| !row.body.contains_key("tag"));
        if free && bare {
            set_tag(tx, cause, other, Some(disputed))?;
        }
    }
    Ok(())
}

fn set_tag(tx: &mut Tx<'_>, cause: &Cause<'_>, asset: Uuid, tag: Option<String>) -> Result<(), ServiceError> {
    let Some(row) = rows::get(tx.db(), asset)?.filter(|row| !row.deleted) else {
        return Ok(());
    };
    if let Record::Asset(mut holder) = row.kind.decode(&row.body)? {
        holder.tag = tag;
        put(
            tx,
            cause,
            asset,
            Some(&row),
            Become::Record(holder.into(), row.body.clone()),
        )?;
    }
    Ok(())
}
