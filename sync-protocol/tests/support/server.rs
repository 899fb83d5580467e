//! A server in miniature that keeps to the protocol: rows with versions and stamps, buckets and grants, a
//! compacted feed, streams with receipts, and backups it can be restored from.
use crate::row::{Edit, ModelRow};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::Fields;
use sync_protocol::checksum::BucketSum;
use sync_protocol::codes::QuarantineReason;
use sync_protocol::operation::{self, Operation, OperationKind};
use sync_protocol::pull::{Change, PullRequest, PullResponse, Row};
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::receipt::{Outcome, Receipt};
use sync_protocol::version::Version;
use uuid::Uuid;

/// The entity of all rows; an operation says in `bucket` where a new one belongs.
pub(crate) const ENTITY: &str = "note";

#[derive(Debug, Clone)]
pub(crate) struct ServerRow {
    pub(crate) bucket: String,
    pub(crate) version: u64,
    pub(crate) row: ModelRow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Feed {
    Stands,
    Deleted,
    Removed,
}

/// A value that was replaced without a clash.
#[derive(Debug, Clone)]
pub(crate) struct Overwritten {
    pub(crate) operation: Uuid,
    pub(crate) field: String,
    pub(crate) value: Value,
}

#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) epoch: u32,
    pub(crate) version: u64,
    /// The version each former epoch was restored to when it ended.
    restored_to: BTreeMap<u32, u64>,
    pub(crate) rows: BTreeMap<Uuid, ServerRow>,
    /// By bucket and row: only the last thing that happened.
    feed: BTreeMap<(String, Uuid), (u64, Feed)>,
    /// By device and bucket: the version of the grant.
    pub(crate) grants: BTreeMap<(u8, String), u64>,
    ever_granted: BTreeSet<(u8, String)>,
    streams: BTreeMap<Uuid, Vec<(String, Receipt)>>,
    known: BTreeMap<Uuid, Receipt>,
    pub(crate) overwritten: Vec<Overwritten>,
    /// Fields in clashes, with the operation that clashed.
    pub(crate) clashes: Vec<(Uuid, String)>,
}

/// How far a device has read. A real server signs it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Cursor {
    /// Position in the feed: of the last change sent, as [`position`] spells it.
    at: String,
    /// The buckets read whole, with the grant they were read under.
    read: BTreeMap<String, u64>,
    filling: Option<Filling>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Filling {
    bucket: String,
    granted: u64,
    after: Option<Uuid>,
}

fn position(version: u64, bucket: &str, row: &impl ToString) -> String {
    format!("{version:020}/{bucket}/{}", row.to_string())
}

impl Server {
    pub(crate) fn new() -> Self {
        Self {
            epoch: 1,
            version: 0,
            restored_to: BTreeMap::new(),
            rows: BTreeMap::new(),
            feed: BTreeMap::new(),
            grants: BTreeMap::new(),
            ever_granted: BTreeSet::new(),
            streams: BTreeMap::new(),
            known: BTreeMap::new(),
            overwritten: Vec::new(),
            clashes: Vec::new(),
        }
    }

    /// This server as it comes back from the backup `self` after `lost` has failed.
    pub(crate) fn restored(mut self, lost: &Server) -> Self {
        self.restored_to.clone_from(&lost.restored_to);
        for restored_to in self.restored_to.values_mut() {
            *restored_to = (*restored_to).min(self.version);
        }
        self.restored_to.insert(lost.epoch, self.version);
        self.epoch = lost.epoch + 1;
        self
    }

    pub(crate) fn knows(&self, operation: Uuid) -> bool {
        self.known.contains_key(&operation)
    }

    pub(crate) fn quarantined(&self, operation: Uuid) -> bool {
        self.known
            .get(&operation)
            .is_some_and(|receipt| receipt.outcome == Outcome::Quarantined)
    }

    pub(crate) fn holds(&self, device: u8, bucket: &str) -> bool {
        self.grants.contains_key(&(device, bucket.to_owned()))
    }

    pub(crate) fn grant(&mut self, device: u8, bucket: &str) {
        self.version += 1;
        self.grants.insert((device, bucket.to_owned()), self.version);
        self.ever_granted.insert((device, bucket.to_owned()));
    }

    pub(crate) fn revoke(&mut self, device: u8, bucket: &str) {
        self.version += 1;
        self.grants.remove(&(device, bucket.to_owned()));
    }

    /// Somebody at a desk, who sees everything, makes or changes a row.
    pub(crate) fn office(&mut self, id: Uuid, row: Uuid, bucket: &str, set: Fields) {
        let base = self.version;
        self.save(
            row,
            bucket,
            &Edit {
                id,
                stream: Uuid::max(),
                base,
                set,
            },
            false,
        );
    }

    pub(crate) fn move_to(&mut self, id: Uuid, bucket: &str) {
        let Some(row) = self.rows.get_mut(&id) else { return };
        if row.bucket != bucket {
            self.version += 1;
            let left = std::mem::replace(&mut row.bucket, bucket.to_owned());
            row.version = self.version;
            self.feed.insert((left, id), (self.version, Feed::Removed));
            self.feed
                .insert((bucket.to_owned(), id), (self.version, Feed::Stands));
        }
    }

    pub(crate) fn delete(&mut self, id: Uuid) {
        if let Some(row) = self.rows.remove(&id) {
            self.version += 1;
            self.feed.insert((row.bucket, id), (self.version, Feed::Deleted));
        }
    }

    fn save(&mut self, id: Uuid, bucket: &str, edit: &Edit, device: bool) -> Outcome {
        let version = self.version + 1;
        let row = self.rows.entry(id).or_insert_with(|| ServerRow {
            bucket: bucket.to_owned(),
            version: 0,
            row: ModelRow::default(),
        });
        let before = row.row.clone();
        let merged = row.row.apply(edit, version, device);
        let clashed = |field: &String| {
            merged
                .clashes
                .iter()
                .any(|clash| clash.incoming.contains_key(field))
        };
        for field in merged.changes.keys().filter(|field| !clashed(field)) {
            let value = before.get(field).clone();
            self.overwritten.push(Overwritten {
                operation: edit.id,
                field: field.clone(),
                value,
            });
        }
        let fields = merged.clashes.iter().flat_map(|clash| clash.incoming.keys());
        self.clashes.extend(fields.map(|field| (edit.id, field.clone())));
        // A conflict is a row too, so it moves the version even where nothing changes.
        self.version = version;
        if row.version == 0 || !merged.changes.is_empty() {
            row.version = version;
            self.feed
                .insert((row.bucket.clone(), id), (version, Feed::Stands));
        }
        match (merged.clashes.is_empty(), merged.concurrent) {
            (false, _) => Outcome::Conflict,
            (true, true) => Outcome::Merged,
            (true, false) => Outcome::Applied,
        }
    }

    pub(crate) fn push(&mut self, device: u8, request: &PushRequest) -> PushResponse {
        let mut receipts = Vec::new();
        let mut fork = None;
        for numbered in &request.operations {
            let n = numbered["n"].as_u64().unwrap();
            let hash = operation::hash(&numbered["op"]);
            let taken = self.streams.entry(request.stream).or_default();
            match taken.get(n as usize - 1) {
                Some((known, receipt)) if *known == hash => receipts.push(receipt.clone()),
                Some(_) => fork = Some(n),
                None if n > taken.len() as u64 + 1 => {}
                None => {
                    let receipt = self.take(device, request.stream, n, &numbered["op"]);
                    receipts.push(receipt.clone());
                    self.streams
                        .entry(request.stream)
                        .or_default()
                        .push((hash, receipt));
                }
            }
            if fork.is_some() {
                break;
            }
        }
        PushResponse {
            epoch: self.epoch,
            server_time: request.sent_at,
            receipts,
            expected: self.streams.get(&request.stream).map_or(0, Vec::len) as u64 + 1,
            fork,
            durable_through: None,
            wipe: None,
        }
    }

    fn take(&mut self, device: u8, stream: Uuid, n: u64, op: &Value) -> Receipt {
        let op: Operation = serde_json::from_value(op.clone()).unwrap();
        let receipt = |outcome, version, reason| Receipt {
            n,
            operation: Some(op.id),
            outcome,
            version,
            conflicts: Vec::new(),
            reason,
            detail: None,
        };
        if let Some(first) = self.known.get(&op.id) {
            return receipt(Outcome::Duplicate, first.version, None);
        }
        let outcome = self.apply(device, stream, &op);
        let receipt = match outcome {
            Ok(outcome) => receipt(outcome, self.version, None),
            Err(reason) => {
                self.version += 1;
                receipt(Outcome::Quarantined, self.version, Some(reason))
            }
        };
        self.known.insert(op.id, receipt.clone());
        receipt
    }

    fn apply(&mut self, device: u8, stream: Uuid, op: &Operation) -> Result<Outcome, QuarantineReason> {
        let base = self.seen(op.base);
        let edit = Edit {
            id: op.id,
            stream,
            base,
            set: op.set.clone(),
        };
        let bucket = match (op.kind, self.rows.get(&op.row)) {
            (OperationKind::Create, None) => op.set["bucket"].as_str().unwrap().to_owned(),
            (OperationKind::Create, Some(_)) => return Err(QuarantineReason::Invalid),
            (_, None) => return Err(QuarantineReason::UnknownRow),
            (_, Some(row)) => row.bucket.clone(),
        };
        if !self.ever_granted.contains(&(device, bucket.clone())) {
            return Err(QuarantineReason::OutOfScope);
        }
        if op.kind == OperationKind::Delete {
            let stamps = &self.rows[&op.row].row.stamps;
            if stamps
                .values()
                .any(|stamp| stamp.version > base && stamp.stream != stream)
            {
                self.version += 1;
                return Ok(Outcome::Conflict);
            }
            self.delete(op.row);
            return Ok(Outcome::Applied);
        }
        Ok(self.save(op.row, &bucket, &edit, true))
    }

    /// A version of a lost epoch counts as the point it was restored to, if it is later.
    fn seen(&self, base: Version) -> u64 {
        let restored_to = self.restored_to.get(&base.epoch).copied().unwrap_or(u64::MAX);
        base.number.min(restored_to)
    }

    pub(crate) fn pull(&self, device: u8, request: &PullRequest) -> PullResponse {
        let mut cursor: Cursor = request.cursor.as_ref().map_or_else(
            || Cursor {
                at: position(self.version, "~", &""),
                read: BTreeMap::new(),
                filling: None,
            },
            |text| serde_json::from_str(text).unwrap(),
        );
        let limit = request.limit as usize;
        let granted: BTreeMap<&String, u64> = self
            .grants
            .iter()
            .filter(|((d, _), _)| *d == device)
            .map(|((_, b), at)| (b, *at))
            .collect();
        let mut page = PullResponse {
            epoch: self.epoch,
            cursor: String::new(),
            dropped: Vec::new(),
            filling: None,
            changes: Vec::new(),
            bucket_complete: false,
            checkpoint: false,
            head: self.version,
            sums: BTreeMap::new(),
            durable_through: None,
            total: Some(
                self.rows
                    .values()
                    .filter(|row| granted.contains_key(&row.bucket))
                    .count() as u64,
            ),
        };
        if let Some(filling) = &cursor.filling {
            cursor.read.insert(filling.bucket.clone(), filling.granted);
        }
        let ended = |(bucket, at): (&String, &u64)| (granted.get(bucket) != Some(at)).then(|| bucket.clone());
        page.dropped = cursor.read.iter().filter_map(ended).collect();
        cursor.read.retain(|bucket, _| !page.dropped.contains(bucket));
        let mut filling = cursor
            .filling
            .take()
            .filter(|filling| cursor.read.remove(&filling.bucket).is_some());
        if filling.is_none() {
            let unread = granted
                .iter()
                .find(|(bucket, _)| !cursor.read.contains_key(**bucket));
            filling = unread.map(|(bucket, at)| Filling {
                bucket: (*bucket).clone(),
                granted: *at,
                after: None,
            });
        }
        if let Some(Filling {
            bucket,
            granted,
            after,
        }) = filling
        {
            let rows: Vec<(&Uuid, &ServerRow)> = self
                .rows
                .iter()
                .filter(|(id, row)| row.bucket == bucket && after.is_none_or(|after| **id > after))
                .collect();
            page.changes = rows.iter().take(limit).map(|(id, row)| put(**id, row)).collect();
            page.bucket_complete = rows.len() <= limit;
            page.filling = Some(bucket.clone());
            if page.bucket_complete {
                cursor.read.insert(bucket, granted);
            } else {
                let after = page.changes.last().map(Change::row);
                cursor.filling = Some(Filling {
                    bucket,
                    granted,
                    after,
                });
            }
        } else {
            let mut news: Vec<(String, Change)> = Vec::new();
            for ((bucket, id), (version, what)) in &self.feed {
                let at = position(*version, bucket, id);
                if cursor.read.contains_key(bucket) && at > cursor.at {
                    let (row, bucket, version) = (*id, bucket.clone(), *version);
                    news.push((
                        at,
                        match what {
                            Feed::Stands => put(row, &self.rows[id]),
                            Feed::Deleted => Change::Deleted { row, bucket, version },
                            Feed::Removed => Change::Removed { row, bucket, version },
                        },
                    ));
                }
            }
            news.sort_by(|(a, _), (b, _)| a.cmp(b));
            page.checkpoint = news.len() <= limit;
            news.truncate(limit);
            cursor.at = match news.last() {
                Some((at, _)) if !page.checkpoint => at.clone(),
                _ => position(self.version, "~", &""),
            };
            page.changes = news.into_iter().map(|(_, change)| change).collect();
        }
        if page.checkpoint {
            for bucket in cursor.read.keys() {
                let held = self.rows.iter().filter(|(_, row)| &row.bucket == bucket);
                let sum = BucketSum::of(held.map(|(id, row)| (*id, row.version)));
                page.sums.insert(bucket.clone(), sum);
            }
        }
        page.cursor = serde_json::to_string(&cursor).unwrap();
        page
    }
}

fn put(id: Uuid, row: &ServerRow) -> Change {
    Change::Put(Row {
        id,
        entity: ENTITY.to_owned(),
        bucket: row.bucket.clone(),
        version: row.version,
        body: row.row.body.clone(),
    })
}
