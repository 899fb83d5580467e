//! Catching a device up: buckets it has not read yet, one by one, then what changed since its cursor.
use crate::error::ServiceError;
use crate::scope;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use onsite_model::bucket::Bucket;
use onsite_model::entity::EntityKind;
use onsite_store::devices::Device;
use onsite_store::heads::{Known, Topic};
use onsite_store::{Db, StoreError, feed, grants};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::codes::ErrorCode;
use sync_protocol::pull::{Change, MAX_ROWS, PullRequest, PullResponse};
use uuid::Uuid;

/// How far a device has read; signed, so that it can't be made up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    epoch: u32,
    device: Uuid,
    /// Changes up to here have been sent.
    version: u64,
    /// Buckets read whole, each with the version of the grant under which it was read.
    buckets: BTreeMap<String, u64>,
    /// Buckets read under an earlier grant and not yet under the present one: the device still shows them, so
    /// it must be told when they are lost meanwhile.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    stale: BTreeSet<String>,
    /// The bucket being read, and the last row sent of it.
    filling: Option<Filling>,
    /// Whether `buckets` are all that were held when this page was made, no earlier than at `version`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    whole: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Filling {
    bucket: String,
    since: u64,
    after: Option<Uuid>,
}

/// Answers the next page to a device, from one snapshot.
///
/// # Errors
/// The cursor was not given to this device by this server, or the limit is out of range.
pub fn pull(
    db: &mut Db,
    device: &Device,
    request: &PullRequest,
    key: &hmac::Key,
) -> Result<PullResponse, ServiceError> {
    if !(1..=MAX_ROWS).contains(&request.limit) {
        return Err(ServiceError::new(ErrorCode::Invalid, format!("1 to {MAX_ROWS}")).field("limit"));
    }
    let clock = feed::clock(db)?;
    let given = request
        .cursor
        .as_deref()
        .map(|text| open(text, device.id, key))
        .transpose()?;
    let first = given.is_none();
    let mut cursor = given
        .filter(|cursor| cursor.epoch == clock.epoch)
        .unwrap_or(Cursor {
            epoch: clock.epoch,
            device: device.id,
            // A first fill starts from here: what changes while it runs comes by the feed afterwards.
            version: clock.version,
            buckets: BTreeMap::new(),
            stale: BTreeSet::new(),
            filling: None,
            whole: false,
        });
    cursor.whole = false;
    let held = held(db, device)?;
    let dropped = drop_lost(&mut cursor, &held);
    let total = match first {
        true => Some(feed::count(db, &held.keys().cloned().collect::<Vec<_>>())?),
        false => None,
    };
    let page = Page {
        epoch: clock.epoch,
        head: clock.version,
        dropped,
        total,
    };
    let mut response = match next_fill(&mut cursor, &held) {
        Some(filling) => fill(db, cursor, filling, request.limit, page, key),
        None => deltas(db, cursor, request.limit, page, key),
    }?;
    for change in &mut response.changes {
        if let Change::Put(row) = change
            && let Some(kind) = EntityKind::from_name(&row.entity)
        {
            let holds = |bucket: Bucket| held.contains_key(&bucket.to_string());
            scope::conceal(db, device.user_id, holds, kind, row.id, &mut row.body)?;
        }
    }
    Ok(response)
}

/// The answer to a poll that finds nothing new, from what this process knows and without the database: exactly what
/// [`pull`] would answer. `None` where there may be something new, or the request is not for this path; then only
/// [`pull`] knows.
pub fn idle(known: &Known, device: &Device, request: &PullRequest, key: &hmac::Key) -> Option<PullResponse> {
    let mut cursor = open(request.cursor.as_deref()?, device.id, key).ok()?;
    let clock = known.clock();
    let settled = cursor.whole && cursor.filling.is_none() && cursor.stale.is_empty();
    let comparable = cursor.epoch == clock.epoch && cursor.version <= clock.version;
    if !settled || !comparable || !(1..=MAX_ROWS).contains(&request.limit) {
        return None;
    }
    // With the same grants as when the cursor was made, its buckets are still all that is held.
    if known.head(Topic::Grants(device.user_id)) > cursor.version {
        return None;
    }
    for bucket in cursor.buckets.keys() {
        if known.head(Topic::Bucket(bucket.parse().ok()?)) > cursor.version {
            return None;
        }
    }
    cursor.version = clock.version;
    Some(PullResponse {
        epoch: clock.epoch,
        cursor: seal(&cursor, key),
        dropped: Vec::new(),
        filling: None,
        changes: Vec::new(),
        bucket_complete: false,
        checkpoint: true,
        head: clock.version,
        total: None,
        sums: BTreeMap::new(),
        durable_through: None,
    })
}

/// What every page says.
struct Page {
    epoch: u32,
    head: u64,
    dropped: Vec<String>,
    total: Option<u64>,
}

/// The buckets the device holds now, each with the version since when.
fn held(db: &mut Db, device: &Device) -> Result<BTreeMap<String, u64>, StoreError> {
    let mut held: BTreeMap<String, u64> = grants::held(db, device.user_id)?
        .into_iter()
        .map(|one| (one.bucket.to_string(), one.since))
        .collect();
    for bucket in scope::buckets(db, device.user_id, Some(device.id))? {
        held.entry(bucket.to_string()).or_insert(0);
    }
    Ok(held)
}

/// Takes buckets off the cursor that are held no longer, or under another grant, and names those whose rows must
/// leave the device: the lost ones, and one whose reading has to begin again.
fn drop_lost(cursor: &mut Cursor, held: &BTreeMap<String, u64>) -> Vec<String> {
    let stays = |bucket: &str, since: u64| held.get(bucket) == Some(&since);
    let mut had = std::mem::take(&mut cursor.stale);
    had.extend(cursor.buckets.keys().cloned());
    cursor.buckets.retain(|bucket, since| stays(bucket, *since));
    let begins_again = cursor
        .filling
        .take_if(|filling| !stays(&filling.bucket, filling.since))
        .map(|filling| filling.bucket);
    let (kept, mut dropped): (BTreeSet<String>, BTreeSet<String>) =
        had.into_iter().partition(|bucket| held.contains_key(bucket));
    dropped.extend(begins_again);
    cursor.stale = kept
        .into_iter()
        .filter(|bucket| !cursor.buckets.contains_key(bucket) && !dropped.contains(bucket))
        .collect();
    dropped.into_iter().collect()
}

/// The bucket to go on with, or the next one: small ones first, so that the phone is soon of use.
fn next_fill(cursor: &mut Cursor, held: &BTreeMap<String, u64>) -> Option<Filling> {
    cursor.filling.take().or_else(|| {
        let (bucket, since) = held
            .iter()
            .find(|(bucket, _)| !cursor.buckets.contains_key(*bucket))?;
        Some(Filling {
            bucket: bucket.clone(),
            since: *since,
            after: None,
        })
    })
}

fn fill(
    db: &mut Db,
    mut cursor: Cursor,
    mut filling: Filling,
    limit: u32,
    page: Page,
    key: &hmac::Key,
) -> Result<PullResponse, ServiceError> {
    let bucket: Bucket = filling
        .bucket
        .parse()
        .map_err(|_| ServiceError::new(ErrorCode::BadCursor, "the cursor names an unknown bucket"))?;
    let rows = feed::fill(db, bucket, filling.after, i64::from(limit))?;
    let complete = rows.len() < limit as usize;
    let name = filling.bucket.clone();
    if complete {
        cursor.stale.remove(&filling.bucket);
        cursor.buckets.insert(filling.bucket, filling.since);
    } else {
        filling.after = rows.last().map(|row| row.id);
        cursor.filling = Some(filling);
    }
    Ok(PullResponse {
        epoch: page.epoch,
        cursor: seal(&cursor, key),
        dropped: page.dropped,
        filling: Some(name),
        changes: rows.into_iter().map(Change::Put).collect(),
        bucket_complete: complete,
        checkpoint: false,
        head: page.head,
        total: page.total,
        sums: BTreeMap::new(),
        durable_through: None,
    })
}

fn deltas(
    db: &mut Db,
    mut cursor: Cursor,
    limit: u32,
    page: Page,
    key: &hmac::Key,
) -> Result<PullResponse, ServiceError> {
    let buckets: Vec<String> = cursor.buckets.keys().cloned().collect();
    let (changes, complete) = feed::changes(db, &buckets, cursor.version, i64::from(limit))?;
    cursor.whole = true;
    // The whole snapshot was read: nothing up to its head is missing.
    cursor.version = if complete {
        page.head
    } else {
        changes.last().map_or(page.head, Change::version)
    };
    Ok(PullResponse {
        epoch: page.epoch,
        cursor: seal(&cursor, key),
        dropped: page.dropped,
        filling: None,
        changes,
        bucket_complete: false,
        checkpoint: complete,
        head: page.head,
        total: page.total,
        sums: BTreeMap::new(),
        durable_through: None,
    })
}

fn seal(cursor: &Cursor, key: &hmac::Key) -> String {
    // A struct of plain values always serialises.
    let body = serde_json::to_vec(cursor).unwrap_or_default();
    let tag = hmac::sign(key, &body);
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(&body),
        URL_SAFE_NO_PAD.encode(tag.as_ref())
    )
}

fn open(text: &str, device: Uuid, key: &hmac::Key) -> Result<Cursor, ServiceError> {
    let bad = || {
        ServiceError::new(
            ErrorCode::BadCursor,
            "start again without a cursor; your unsent work is safe",
        )
    };
    let (body, tag) = text.split_once('.').ok_or_else(bad)?;
    let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| bad())?;
    let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| bad())?;
    hmac::verify(key, &body, &tag).map_err(|_| bad())?;
    let cursor: Cursor = serde_json::from_slice(&body).map_err(|_| bad())?;
    if cursor.device == device {
        Ok(cursor)
    } else {
        Err(bad())
    }
}
