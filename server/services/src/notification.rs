//! The mail outbox, as a dispatcher sees it.
use crate::audit;
use crate::author::Cause;
use crate::error::ServiceError;
use onsite_store::notifications::{self, Notification, State};
use onsite_store::{Db, Tx};
use serde_json::json;
use uuid::Uuid;

/// One mail.
///
/// # Errors
/// There is none of this id.
pub fn get(db: &mut Db, id: Uuid) -> Result<Notification, ServiceError> {
    notifications::get(db, id)?.ok_or_else(|| ServiceError::not_found("notification"))
}

/// Has a mail delivered now, whether it was given up, sent before, or is waiting for its next attempt. It keeps its
/// Message-ID, so a recipient's program knows it for the same mail.
///
/// # Errors
/// There is none of this id.
pub fn resend(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid) -> Result<Notification, ServiceError> {
    let before = get(tx.db(), id)?;
    let due = Notification {
        state: State::Due,
        attempts: 0,
        next_at: cause.now,
        error: None,
        ..before
    };
    notifications::record(tx, &due)?;
    audit::record(
        tx,
        cause,
        "notification_resent",
        id,
        &json!({ "recipient": due.recipient }),
    )?;
    Ok(due)
}
