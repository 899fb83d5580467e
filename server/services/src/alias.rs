//! Rows that turned out to be duplicates of others: what still comes for them, or refers to them, means the other.
use crate::error::ServiceError;
use onsite_model::entity::Record;
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Db, aliases};
use serde_json::{Value, json};
use std::sync::Arc;
use sync_protocol::Fields;
use uuid::Uuid;

/// The row that a duplicate turned out to be.
///
/// # Errors
/// The database can't be read.
pub(crate) fn row_of(db: &mut Db, duplicate: Uuid) -> Result<Option<Arc<StoredRow>>, ServiceError> {
    match aliases::of(db, duplicate)? {
        Some(id) => Ok(rows::get(db, id)?),
        None => Ok(None),
    }
}

/// The record with its references to duplicates led to what those turned out to be, in `body` too.
///
/// # Errors
/// The database can't be read.
pub(crate) fn resolved(db: &mut Db, record: Record, body: &mut Fields) -> Result<Record, ServiceError> {
    let mut led = false;
    for (field, id) in named(&record) {
        if rows::get(db, id)?.is_some_and(|row| row.deleted)
            && let Some(row) = aliases::of(db, id)?
        {
            led |= redirect(body, field, id, row);
        }
    }
    if led {
        Ok(record.kind().decode(body)?)
    } else {
        Ok(record)
    }
}

/// The rows a record refers to, each with the field that does.
pub(crate) fn named(record: &Record) -> Vec<(&'static str, Uuid)> {
    let references = record.references().into_iter();
    let mut named: Vec<_> = references
        .map(|reference| (reference.field, reference.id))
        .collect();
    // What an attachment belongs to may be of any kind, and so is no declared reference.
    if let Record::Attachment(attachment) = record {
        named.push(("owner_id", attachment.owner_id));
    }
    named
}

/// Puts one id in the place of another, in a field that holds one or a list. Returns whether it was there.
pub(crate) fn redirect(body: &mut Fields, field: &str, from: Uuid, to: Uuid) -> bool {
    let (old, new) = (json!(from), json!(to));
    match body.get_mut(field) {
        Some(Value::Array(members)) => {
            let Some(place) = members.iter().position(|member| *member == old) else {
                return false;
            };
            members.remove(place);
            if !members.contains(&new) {
                members.insert(place, new);
            }
            true
        }
        Some(value) if *value == old => {
            *value = new;
            true
        }
        _ => false,
    }
}
