//! The audit chain: each entry's hash covers the one before it.
use crate::author::Cause;
use crate::error::ServiceError;
use chrono::{DateTime, Utc};
use onsite_store::audit::{self, AuditEntry, Filter, Place};
use onsite_store::{Db, Tx};
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;
use sync_protocol::evidence;
use uuid::Uuid;

/// What the first entry has for a predecessor.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What the log tells of, by name.
pub const ACTIONS: &[&str] = &[
    "asset_merged",
    "client_absent",
    "complaint_closed",
    "complaint_escalated",
    "complaint_opened",
    "device_revoked",
    "device_wipe_ordered",
    "fault_reported",
    "logged_in",
    "logins_throttled",
    "mail_template_changed",
    "notification_resent",
    "password_changed",
    "password_reset",
    "password_set",
    "quarantine_applied",
    "quarantine_discarded",
    "quarantine_restored",
    "settings_changed",
    "sheet_link_sent",
    "sheet_refused",
    "sheet_refused_by_link",
    "sheet_remarked_by_link",
    "sheet_signed",
    "sheet_signed_by_link",
    "token_reused",
    "user_access_changed",
    "user_added",
    "user_details_changed",
];

/// Writes down that something happened.
///
/// # Errors
/// The database is gone.
pub fn record(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    action: &str,
    subject: Uuid,
    detail: &Value,
) -> Result<(), ServiceError> {
    let event = Event {
        at: cause.now,
        user: cause.author.user,
        action,
        subject: Some(subject),
    };
    append(tx, &event, detail)
}

/// Something that happened to an account before anybody was known to be its user: no [`Cause`] led to it.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    pub at: DateTime<Utc>,
    /// Who did it, where that is known.
    pub user: Option<Uuid>,
    pub action: &'a str,
    pub subject: Option<Uuid>,
}

/// Writes an event down.
///
/// # Errors
/// The database is gone.
pub fn append(tx: &mut Tx<'_>, event: &Event<'_>, detail: &Value) -> Result<(), ServiceError> {
    debug_assert!(
        ACTIONS.contains(&event.action),
        "{} is not among ACTIONS, so it has no words",
        event.action
    );
    let last = audit::last(tx.db())?;
    let mut entry = AuditEntry {
        seq: last.as_ref().map_or(1, |last| last.seq + 1),
        at: event.at,
        user_id: event.user,
        action: event.action.to_owned(),
        subject_id: event.subject,
        detail: detail.to_string(),
        previous_hash: last.map_or_else(|| GENESIS.to_owned(), |last| last.hash),
        hash: String::new(),
    };
    entry.hash = hash(&entry)?;
    audit::append(tx, &entry)?;
    Ok(())
}

/// The hash an entry must have.
fn hash(entry: &AuditEntry) -> Result<String, ServiceError> {
    let body = json!({
        "seq": entry.seq,
        "at": entry.at.timestamp_micros(),
        "user_id": entry.user_id,
        "action": entry.action,
        "subject_id": entry.subject_id,
        "detail": entry.detail,
        "previous": entry.previous_hash,
    });
    evidence::canonical(&body)
        .map(|text| evidence::sha256_hex(text.as_bytes()))
        .map_err(|error| ServiceError::new(ErrorCode::Internal, error.to_string()))
}

/// The place of the first entry that does not fit the chain, if there is one.
///
/// # Errors
/// The database can't be read.
pub fn first_break(db: &mut Db) -> Result<Option<u64>, ServiceError> {
    let (mut after, mut previous) = (0, GENESIS.to_owned());
    loop {
        let page = audit::list(db, &Filter::default(), Place::After(after), 500)?;
        if page.is_empty() {
            return Ok(None);
        }
        for entry in page {
            let fits =
                entry.seq == after + 1 && entry.previous_hash == previous && entry.hash == hash(&entry)?;
            if !fits {
                return Ok(Some(entry.seq));
            }
            after = entry.seq;
            previous = entry.hash;
        }
    }
}
