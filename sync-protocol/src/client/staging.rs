//! What has been pulled but may not be shown yet, and how far the reading has got.
//!
//! A bucket is filled page by page and shown when it is whole; changes are kept until a checkpoint says that
//! nothing up to it is missing.
use crate::pull::{Change, PullResponse};
use crate::receipt::Receipt;
use crate::version::Version;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What [`super::Engine::on_pull`] did.
#[derive(Debug, Clone, PartialEq)]
pub enum PullEvent {
    /// The server was restored from a backup; everything is read anew.
    NewEpoch(u32),
    /// The device no longer holds this bucket; its rows are gone or parked.
    Dropped(String),
    /// A row left with unsent edits.
    Parked(Uuid),
    /// A bucket has been read whole and can be shown.
    Filled(String),
    /// Everything up to this version is shown; there is nothing more to pull meanwhile.
    Checkpoint(Version),
    /// An operation that had waited, or was in quarantine, has been decided on.
    Decided(Receipt),
    /// The copy of this bucket is not what the server has; [`super::Engine::next_repair`] says what to ask.
    Differs(String),
    /// It is again, after so many rows.
    Repaired { bucket: String, rows: usize },
}

/// How far everything has been read, from nothing or anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Rows that have come so far.
    pub rows: usize,
    /// Rows there are, once the server has said so.
    pub total: Option<u64>,
    /// Buckets read whole.
    buckets: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Staging {
    /// Asks for the next page; the last page's, unread.
    pub(super) cursor: Option<String>,
    fill: Option<Fill>,
    changes: Vec<Change>,
    /// `None` once a checkpoint was reached.
    reading: Option<Reading>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Fill {
    bucket: String,
    changes: Vec<Change>,
}

/// A bucket read whole.
#[derive(Debug, PartialEq)]
pub(super) struct Filled {
    pub(super) bucket: String,
    pub(super) changes: Vec<Change>,
}

/// What a page brought to its end.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Ready {
    pub(super) filled: Option<Filled>,
    pub(super) checkpoint: Option<Checkpoint>,
}

#[derive(Debug, PartialEq)]
pub(super) struct Checkpoint {
    pub(super) changes: Vec<Change>,
    /// Set at the end of a reading anew: a row of no other bucket is out of scope.
    pub(super) only: Option<BTreeSet<String>>,
}

impl Staging {
    pub(super) fn new() -> Self {
        Self {
            cursor: None,
            fill: None,
            changes: Vec::new(),
            reading: Some(Reading::default()),
        }
    }

    pub(super) fn reading(&self) -> Option<&Reading> {
        self.reading.as_ref()
    }

    /// Takes a page in. What was staged for a dropped bucket goes, and so does a fill that the server left for
    /// another bucket: it begins again from its start.
    pub(super) fn take(&mut self, page: PullResponse) -> Ready {
        self.cursor = Some(page.cursor);
        if let Some(reading) = &mut self.reading {
            reading.total = page.total.or(reading.total);
            reading.rows += page.changes.len();
        }
        for bucket in &page.dropped {
            self.changes.retain(|change| bucket_of(change) != bucket);
            self.fill.take_if(|fill| &fill.bucket == bucket);
            if let Some(reading) = &mut self.reading {
                reading.buckets.remove(bucket);
            }
        }
        let mut ready = Ready::default();
        match page.filling {
            Some(bucket) => {
                let mut fill = self
                    .fill
                    .take()
                    .filter(|fill| fill.bucket == bucket)
                    .unwrap_or_default();
                fill.changes.extend(page.changes);
                if page.bucket_complete {
                    if let Some(reading) = &mut self.reading {
                        reading.buckets.insert(bucket.clone());
                    }
                    ready.filled = Some(Filled {
                        bucket,
                        changes: fill.changes,
                    });
                } else {
                    self.fill = Some(Fill { bucket, ..fill });
                }
            }
            None => {
                self.fill = None;
                self.changes.extend(page.changes);
            }
        }
        if page.checkpoint {
            ready.checkpoint = Some(Checkpoint {
                changes: std::mem::take(&mut self.changes),
                only: self.reading.take().map(|reading| reading.buckets),
            });
        }
        ready
    }
}

fn bucket_of(change: &Change) -> &String {
    match change {
        Change::Put(row) => &row.bucket,
        Change::Deleted { bucket, .. } | Change::Removed { bucket, .. } => bucket,
    }
}
