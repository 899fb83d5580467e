//! What an author may see: everything for the office, granted buckets for a technician.
use crate::author::{Author, Origin};
use crate::session::Caller;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::bucket::Bucket;
use onsite_model::entity::EntityKind;
use onsite_store::heads::Topic;
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Db, StoreError, feed, grants};
use serde_json::Value;
use std::collections::BTreeSet;
use sync_protocol::Fields;
use uuid::Uuid;

/// How long after a grant ended work based on it is still taken.
pub const GRACE: TimeDelta = TimeDelta::days(90);

/// The buckets a user's device holds now: its grants, the catalogue, its user's and its own.
///
/// # Errors
/// The database can't be read.
pub fn buckets(db: &mut Db, user: Uuid, device: Option<Uuid>) -> Result<BTreeSet<Bucket>, StoreError> {
    let mut held: BTreeSet<Bucket> = grants::held(db, user)?
        .into_iter()
        .map(|held| held.bucket)
        .collect();
    held.extend(own_buckets(user, device));
    Ok(held)
}

/// The buckets a user's device holds without a grant.
pub(crate) fn own_buckets(user: Uuid, device: Option<Uuid>) -> impl Iterator<Item = Bucket> {
    [Bucket::Catalogue, Bucket::User(user)]
        .into_iter()
        .chain(device.map(Bucket::Device))
}

/// What a caller is told of as it happens: everything for the office; for a technician the buckets held now, and
/// when those become others.
///
/// # Errors
/// The database can't be read.
pub fn topics(db: &mut Db, caller: &Caller) -> Result<Vec<Topic>, StoreError> {
    if caller.role.sees_everything() {
        return Ok(vec![Topic::Any]);
    }
    let held = buckets(db, caller.user_id, Some(caller.device_id))?;
    let mut topics: Vec<Topic> = held.into_iter().map(Topic::Bucket).collect();
    topics.push(Topic::Grants(caller.user_id));
    Ok(topics)
}

/// Whether the author may see a row as things are now.
///
/// # Errors
/// The database can't be read.
pub fn sees(db: &mut Db, author: &Author, row: &StoredRow) -> Result<bool, StoreError> {
    if !author.is_scoped() {
        return Ok(true);
    }
    let Some(user) = author.user else { return Ok(false) };
    Ok(buckets(db, user, author.device)?.contains(&row.bucket))
}

/// Whether the author's work on a bucket is taken: it held the bucket at the version the work is based on, in a
/// grant not ended for longer than [`GRACE`]. A row it made itself has no version yet; then any such grant does.
///
/// # Errors
/// The database can't be read.
pub fn takes(
    db: &mut Db,
    author: &Author,
    bucket: Bucket,
    base: u64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if !author.is_scoped() {
        return Ok(true);
    }
    let Some(user) = author.user else { return Ok(false) };
    match bucket {
        Bucket::Catalogue => Ok(true),
        Bucket::User(owner) => Ok(owner == user),
        Bucket::Device(owner) => Ok(author.device == Some(owner)),
        Bucket::Archive => Ok(false),
        // A person at a screen works on what is granted now.
        Bucket::Client(_) | Bucket::Site(_) if author.origin == Origin::Office => {
            Ok(grants::held(db, user)?.iter().any(|held| held.bucket == bucket))
        }
        Bucket::Client(_) | Bucket::Site(_) => grants::held_since(db, user, bucket, base, now - GRACE),
    }
}

/// The same for work on a row, which counts too where the row stood at that version: it may have moved since.
///
/// # Errors
/// The database can't be read.
pub fn takes_row(
    db: &mut Db,
    author: &Author,
    row: &StoredRow,
    base: u64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if takes(db, author, row.bucket, base, now)? {
        return Ok(true);
    }
    // What was archived is done with.
    if row.bucket == Bucket::Archive || author.origin == Origin::Office {
        return Ok(false);
    }
    for (bucket, left_at) in feed::left(db, row.id)? {
        if left_at > base && takes(db, author, bucket, base, now)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Names of staff and templates may be referred to by everybody.
pub fn is_public(kind: EntityKind) -> bool {
    matches!(kind, EntityKind::User | EntityKind::ChecklistTemplate)
}

/// The fields of a kind that [`conceal`] takes off some of its rows.
pub fn concealed(kind: EntityKind) -> &'static [&'static str] {
    match kind {
        EntityKind::User => &["email", "phone"],
        EntityKind::Conflict => &[OTHER_ROW],
        _ => &[],
    }
}

/// Takes off a row's fields what a reader of limited scope is not told: of other members of staff how to reach
/// them, of a conflict the other row where they do not hold it.
///
/// # Errors
/// The database can't be read.
pub fn conceal(
    db: &mut Db,
    reader: Uuid,
    holds: impl Fn(Bucket) -> bool,
    kind: EntityKind,
    id: Uuid,
    fields: &mut Fields,
) -> Result<(), StoreError> {
    let is_told = match kind {
        EntityKind::User => id == reader,
        EntityKind::Conflict => match fields.get(OTHER_ROW).and_then(Value::as_str).map(str::parse) {
            Some(Ok(other)) => rows::get(db, other)?.is_some_and(|row| holds(row.bucket)),
            _ => true,
        },
        _ => true,
    };
    if !is_told {
        concealed(kind)
            .iter()
            .for_each(|field| drop(fields.remove(*field)));
    }
    Ok(())
}

/// The field of a conflict that names the row it is disputed with.
const OTHER_ROW: &str = "other_row_id";
