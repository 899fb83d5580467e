//! Quarantine: what a phone did and could not be applied, until a dispatcher applies it after all or discards it
//! with a reason. The operation as it came stays for ever, with the decision beside it, and its author is told.
use crate::apply::apply;
use crate::audit;
use crate::author::Cause;
use crate::deferred;
use crate::error::ServiceError;
use crate::incoming::decode_raw;
use crate::taking::{receipt, told};
use onsite_model::invalid::{Invalid, required};
use onsite_model::receipt::Verdict;
use onsite_store::quarantine::{self, Decision, Quarantined};
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Db, Tx, WriteError};
use serde_json::json;
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::operation::Operation;
use sync_protocol::receipt::{Outcome, Receipt};
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

/// Applies a kept operation as the dispatcher's own, on the row as it stands: they have seen both. Kept operations
/// that build on it are applied with it, in the order they were made; those that can't be even now stay kept.
///
/// # Errors
/// It is decided already, can't be read even so, or a rule forbids it to the dispatcher too; it stays kept then.
pub fn apply_kept(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    correction: &Correction,
) -> Result<Arc<StoredRow>, ServiceError> {
    let kept = undecided(tx.db(), id)?;
    let mut family = vec![kept.clone()];
    let mut place = 0;
    while let Some(member) = family.get(place) {
        if let Some(operation) = member.operation {
            let children = quarantine::children(tx.db(), operation)?;
            let is_new = |child: &Quarantined| family.iter().all(|one| one.id != child.id);
            let new: Vec<Quarantined> = children.into_iter().filter(is_new).collect();
            family.extend(new);
        }
        place += 1;
    }
    family.sort_by_key(|one| (one.stream, one.n));
    let mut row = None;
    for member in family {
        if member.id == kept.id {
            row = Some(release(tx, cause, &member, correction)?);
            continue;
        }
        let released = tx.savepoint(|tx| release(tx, cause, &member, &Correction::default()));
        if let Err(error) = released
            && error
                .store_error()
                .is_some_and(onsite_store::StoreError::is_fault)
        {
            return Err(error);
        }
    }
    row.ok_or_else(|| ServiceError::not_found("operation in quarantine"))
}

fn release(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    kept: &Quarantined,
    correction: &Correction,
) -> Result<Arc<StoredRow>, ServiceError> {
    let mut operation = read(kept, correction)?;
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
    let reason = correction.reason.clone().unwrap_or_default();
    decide(tx, cause, kept, true, reason)?;
    // What waited for this row, or for this operation, can go on.
    deferred::wake(tx, cause.house, cause.now, vec![operation.id, operation.row])?;
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

/// Takes a discard back: the operation waits again, and its author is told so.
///
/// # Errors
/// It was not given up. What was applied stands in a record by now and is taken back there.
pub fn undo(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid) -> Result<(), ServiceError> {
    let kept = get(tx.db(), id)?;
    let Some(Decision { applied: false, .. }) = kept.decision else {
        return Err(ServiceError::new(
            ErrorCode::IllegalTransition,
            "only what was given up can be taken back",
        ));
    };
    let by = cause.author.user.ok_or_else(ServiceError::forbidden)?;
    audit::record(tx, cause, "quarantine_restored", kept.id, &json!({ "by": by }))?;
    let receipt = Receipt {
        reason: Some(told(kept.reason)),
        detail: Some(kept.detail),
        ..receipt(kept.n, kept.operation, Outcome::Quarantined, tx.clock().version)
    };
    deferred::tell(tx, cause.house, cause.now, kept.stream, &receipt, None)?;
    Ok(quarantine::reopen(tx, kept.id)?)
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
    let (outcome, verdict) = if applied {
        (Outcome::Applied, Verdict::Applied)
    } else {
        (Outcome::Quarantined, Verdict::Discarded)
    };
    let receipt = Receipt {
        reason: (!applied).then_some(kept.reason),
        detail: (!reason.is_empty()).then(|| reason.clone()),
        ..receipt(kept.n, kept.operation, outcome, tx.clock().version)
    };
    let verdict = deferred::Verdict { verdict, by };
    deferred::tell(tx, cause.house, cause.now, kept.stream, &receipt, Some(verdict))?;
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
    let mut operation = decode_raw(&kept.raw).map_err(unreadable)?;
    operation.row = correction.row.unwrap_or(operation.row);
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
