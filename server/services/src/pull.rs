//! Catching a device up: buckets it has not read yet, one by one, then what changed since its cursor.
use crate::epoch;
use crate::error::ServiceError;
use crate::negotiation;
use crate::scope;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use onsite_model::bucket::Bucket;
use onsite_model::entity::EntityKind;
use onsite_model::schema_version;
use onsite_store::devices::Device;
use onsite_store::feed::{self, Standing};
use onsite_store::grants::{self, Held};
use onsite_store::heads::{Known, Topic};
use onsite_store::{Clock, Db, StoreError, sums};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::codes::ErrorCode;
use sync_protocol::fields_text::FieldsText;
use sync_protocol::pull::{Change, MAX_ROWS, PullRequest, PullResponse};
use sync_protocol::version::Version;
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
    /// Something has been sent since the last checkpoint: the device holds it back until the next.
    #[serde(default, skip_serializing_if = "is_false")]
    under_way: bool,
    /// Whether `buckets` are all that were held when this page was made, no earlier than at `version`.
    #[serde(default, skip_serializing_if = "is_false")]
    whole: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Filling {
    bucket: String,
    since: u64,
    after: Option<Uuid>,
}

/// What a pull leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Pulled {
    Page(Box<PullResponse<FieldsText>>),
    /// The device has read further than this database has been written, up to here: somebody put an old one back.
    /// Once [`epoch::begin_overtaken`] has begun a new epoch, the same request is answered.
    Overtaken(Version),
}

/// Answers the next page to a device, from one snapshot.
///
/// # Errors
/// The cursor was not given to this device by this server, the limit is out of range, or the app can't read what we
/// send.
pub fn pull(
    db: &mut Db,
    device: &Device,
    request: &PullRequest,
    key: &hmac::Key,
) -> Result<Pulled, ServiceError> {
    negotiation::reads_with(request.protocol, request.schema)?;
    if !(1..=MAX_ROWS).contains(&request.limit) {
        return Err(ServiceError::new(ErrorCode::Invalid, format!("1 to {MAX_ROWS}")).field("limit"));
    }
    let Standing {
        clock,
        floor,
        durable_through,
        last_removal,
        held,
    } = feed::standing(db, device.user_id)?;
    let given = request
        .cursor
        .as_deref()
        .map(|text| open(text, device.id, key))
        .transpose()?;
    if let Some(cursor) = &given {
        let shown = Version {
            epoch: cursor.epoch,
            number: cursor.version,
        };
        if epoch::is_ahead(shown, clock) {
            return Ok(Pulled::Overtaken(shown));
        }
    }
    let first = given.is_none();
    let mut cursor = given
        .filter(|cursor| cursor.epoch == clock.epoch)
        .unwrap_or_else(|| Cursor::new(device.id, clock));
    let mut dropped = BTreeSet::new();
    if cursor.version < floor {
        dropped = cursor.begin_anew(clock);
    }
    cursor.whole = false;
    let held = with_own(device, held);
    dropped.extend(drop_lost(&mut cursor, &held));
    let total = match first {
        true => Some(feed::count(db, &held.keys().cloned().collect::<Vec<_>>())?),
        false => None,
    };
    let page = PullResponse {
        epoch: clock.epoch,
        cursor: String::new(),
        dropped: dropped.into_iter().collect(),
        filling: None,
        changes: Vec::new(),
        bucket_complete: false,
        checkpoint: false,
        head: clock.version,
        total,
        sums: BTreeMap::new(),
        durable_through: None,
    };
    let (cursor, mut page) = match next_fill(&mut cursor, &held) {
        Some(filling) => fill(db, cursor, filling, request.limit, page)?,
        None => deltas(db, cursor, last_removal, request.limit, page)?,
    };
    page.cursor = seal(&cursor, key);
    if first || !page.changes.is_empty() {
        // An idle poll is answered without the database, and so without this.
        page.durable_through = durable_through;
    }
    publish(db, device, &held, request.schema, &mut page.changes)?;
    Ok(Pulled::Page(Box::new(page)))
}

/// Makes rows what this device may be told, in the shape its app knows.
///
/// # Errors
/// The database can't be read.
pub(crate) fn publish(
    db: &mut Db,
    device: &Device,
    held: &BTreeMap<String, u64>,
    schema: u32,
    changes: &mut [Change<FieldsText>],
) -> Result<(), StoreError> {
    for change in changes {
        let Change::Put(row) = change else { continue };
        let concealed = EntityKind::from_name(&row.entity).filter(|kind| !scope::concealed(*kind).is_empty());
        if concealed.is_none() && !schema_version::has_changed(&row.entity, schema) {
            continue;
        }
        let unreadable = |_| StoreError::Corrupt(format!("row {}: unreadable body", row.id));
        let mut fields = row.body.fields().map_err(unreadable)?;
        if let Some(kind) = concealed {
            let holds = |bucket: Bucket| held.contains_key(&bucket.to_string());
            scope::conceal(db, device.user_id, holds, kind, row.id, &mut fields)?;
        }
        let fields = schema_version::down(&row.entity, schema, fields);
        row.body = FieldsText::of(&fields).map_err(unreadable)?;
    }
    Ok(())
}

/// The answer to a poll that finds nothing new, from what this process knows and without the database: exactly what
/// [`pull`] would answer. `None` where there may be something new, or the request is not for this path; then only
/// [`pull`] knows.
pub fn idle(
    known: &Known,
    device: &Device,
    request: &PullRequest,
    key: &hmac::Key,
) -> Option<PullResponse<FieldsText>> {
    let mut cursor = open(request.cursor.as_deref()?, device.id, key).ok()?;
    let clock = known.clock();
    let is_settled = cursor.whole && cursor.filling.is_none() && cursor.stale.is_empty() && !cursor.under_way;
    let comparable = cursor.epoch == clock.epoch && cursor.version <= clock.version;
    // Without rows there is nothing to be turned into the shape of an older app.
    let may_read = negotiation::reads_with(request.protocol, request.schema).is_ok();
    if !is_settled || !comparable || !may_read || !(1..=MAX_ROWS).contains(&request.limit) {
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

impl Cursor {
    /// That of a device which has read nothing.
    fn new(device: Uuid, clock: Clock) -> Cursor {
        Cursor {
            epoch: clock.epoch,
            device,
            // A first fill starts from here: what changes while it runs comes by the feed afterwards.
            version: clock.version,
            buckets: BTreeMap::new(),
            stale: BTreeSet::new(),
            filling: None,
            under_way: true,
            whole: false,
        }
    }

    /// Has every bucket read anew: what was deleted since the cursor is told no more. The device goes on showing what it
    /// has until a bucket is read, unless it holds back what it got since its last checkpoint, which may be deleted too:
    /// then the buckets to be dropped at once are returned.
    fn begin_anew(&mut self, clock: Clock) -> BTreeSet<String> {
        let mut read = std::mem::take(&mut self.stale);
        read.extend(std::mem::take(&mut self.buckets).into_keys());
        read.extend(self.filling.take().map(|filling| filling.bucket));
        let under_way = self.under_way;
        *self = Cursor::new(self.device, clock);
        if under_way {
            return read;
        }
        self.stale = read;
        BTreeSet::new()
    }
}

/// The buckets the device holds now, each with the version since when.
///
/// # Errors
/// The database can't be read.
pub fn held(db: &mut Db, device: &Device) -> Result<BTreeMap<String, u64>, StoreError> {
    Ok(with_own(device, grants::held(db, device.user_id)?))
}

/// What is granted, and the buckets a device holds by being who it is.
fn with_own(device: &Device, granted: Vec<Held>) -> BTreeMap<String, u64> {
    let own = scope::own_buckets(device.user_id, Some(device.id)).map(|bucket| (bucket, 0));
    // A grant of one of these goes before: it says since when.
    own.chain(granted.into_iter().map(|one| (one.bucket, one.since)))
        .map(|(bucket, since)| (bucket.to_string(), since))
        .collect()
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
    mut page: PullResponse<FieldsText>,
) -> Result<(Cursor, PullResponse<FieldsText>), ServiceError> {
    let bucket: Bucket = filling
        .bucket
        .parse()
        .map_err(|_| ServiceError::new(ErrorCode::BadCursor, "the cursor names an unknown bucket"))?;
    let rows = feed::fill(db, bucket, filling.after, i64::from(limit))?;
    page.bucket_complete = rows.len() < limit as usize;
    page.filling = Some(filling.bucket.clone());
    cursor.under_way = true;
    if page.bucket_complete {
        cursor.stale.remove(&filling.bucket);
        cursor.buckets.insert(filling.bucket, filling.since);
    } else {
        filling.after = rows.last().map(|row| row.id);
        cursor.filling = Some(filling);
    }
    page.changes = rows.into_iter().map(Change::Put).collect();
    Ok((cursor, page))
}

fn deltas(
    db: &mut Db,
    mut cursor: Cursor,
    last_removal: u64,
    limit: u32,
    mut page: PullResponse<FieldsText>,
) -> Result<(Cursor, PullResponse<FieldsText>), ServiceError> {
    let buckets: Vec<String> = cursor.buckets.keys().cloned().collect();
    let (changes, complete) =
        feed::changes_knowing(db, last_removal, &buckets, cursor.version, i64::from(limit))?;
    cursor.whole = true;
    // The whole snapshot was read: nothing up to its head is missing.
    cursor.version = if complete {
        page.head
    } else {
        changes.last().map_or(page.head, Change::version)
    };
    cursor.under_way |= !changes.is_empty();
    if complete && std::mem::take(&mut cursor.under_way) {
        page.sums = sums::of(db, &buckets)?;
    }
    page.changes = changes;
    page.checkpoint = complete;
    Ok((cursor, page))
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
