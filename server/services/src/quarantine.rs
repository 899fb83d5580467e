//! Quarantine: what a phone did and could not be applied, until a dispatcher applies it after all or discards it
//! with a reason. The operation as it came stays for ever, with the decision beside it.
use crate::apply::apply;
use crate::audit;
use crate::author::Cause;
use crate::error::ServiceError;
use crate::push;
use onsite_model::invalid::{Invalid, required};
use onsite_model::schema_version;
use onsite_store::quarantine::{self, Decision, Quarantined};
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Db, Tx};
use serde_json::{Value, json};
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::operation::Operation;
use sync_protocol::version::Version;
use uuid::Uuid;

/// What a dispatcher changes about an operation before it is applied.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Correction {
    /// Another row to apply it to.
    pub row: Option<Uuid>,
    /// Values that take the place of the operation's; `null` takes a field off it.
    pub set: Fields,
    /// Why, where there is something to say.
    pub reason: Option<String>,
}

/// One operation in quarantine.
///
/// # Errors
/// There is none of this id.
pub fn get(db: &mut Db, id: Uuid) -> Result<Quarantined, ServiceError> {
    quarantine::get(db, id)?.ok_or_else(|| ServiceError::not_found("operation in quarantine"))
}

/// Applies a kept operation as the dispatcher's own, on the row as it stands: they have seen both.
///
/// # Errors
/// It is decided already, can't be read even so, or a rule forbids it to the dispatcher too; it stays kept then.
pub fn apply_kept(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    correction: Correction,
) -> Result<StoredRow, ServiceError> {
    let kept = undecided(tx.db(), id)?;
    let mut operation = read(&kept, &correction)?;
    let clock = tx.clock();
    operation.base = match rows::get(tx.db(), operation.row)? {
        Some(_) => Version {
            epoch: clock.epoch,
            number: clock.version,
        },
        None => Version::ZERO,
    };
    let as_it_happened = Cause {
        occurred_at: operation.occurred_at,
        operation: operation.id,
        ..*cause
    };
    let applied = apply(tx, &as_it_happened, &operation)?;
    decide(tx, cause, &kept, true, correction.reason.unwrap_or_default())?;
    Ok(applied.row)
}

/// Gives a kept operation up, with a reason its author can read.
///
/// # Errors
/// It is decided already, or there is no reason.
pub fn discard(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid, reason: String) -> Result<(), ServiceError> {
    required("reason", &reason)?;
    let kept = undecided(tx.db(), id)?;
    decide(tx, cause, &kept, false, reason)
}

fn undecided(db: &mut Db, id: Uuid) -> Result<Quarantined, ServiceError> {
    let kept = get(db, id)?;
    match kept.decision {
        None => Ok(kept),
        Some(_) => Err(ServiceError::new(
            ErrorCode::IllegalTransition,
            "this has been decided already",
        )),
    }
}

fn decide(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    kept: &Quarantined,
    applied: bool,
    reason: String,
) -> Result<(), ServiceError> {
    let by = cause.author.user.ok_or_else(ServiceError::forbidden)?;
    let action = if applied {
        "quarantine_applied"
    } else {
        "quarantine_discarded"
    };
    audit::record(tx, cause, action, kept.id, &json!({ "reason": &reason }))?;
    quarantine::decide(
        tx,
        kept.id,
        &Decision {
            applied,
            by,
            at: cause.now,
            reason,
        },
    )?;
    Ok(())
}

/// The kept operation with its corrections.
fn read(kept: &Quarantined, correction: &Correction) -> Result<Operation, ServiceError> {
    let unreadable = |detail: String| ServiceError::new(ErrorCode::Invalid, detail);
    let raw: Value = serde_json::from_str(&kept.raw).map_err(|error| unreadable(error.to_string()))?;
    let mut operation = push::decode(&raw).map_err(|(_, detail)| unreadable(detail))?;
    operation.row = correction.row.unwrap_or(operation.row);
    // Whatever app it came from: an old shape is known by itself.
    operation.set = schema_version::up(&operation.entity, 0, operation.set);
    for (name, value) in &correction.set {
        if value.is_null() {
            operation.set.remove(name);
        } else {
            operation.set.insert(name.clone(), value.clone());
        }
    }
    if operation.row.is_nil() {
        return Err(Invalid::new("row", "must not be nil").into());
    }
    Ok(operation)
}
