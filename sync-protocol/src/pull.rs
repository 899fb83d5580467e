//! `POST /v1/pull`: a device catches up.
//!
//! A pull answers one page. First come the buckets the device may hold but has not read yet, one after the
//! other, each ended by `bucket_complete`; the device may show a bucket as soon as it is complete. Then come the
//! changes since the cursor, in version order. Pages have no upper bound, so changes are staged and applied
//! together when `checkpoint` says that everything up to `head` has been sent. A row is applied only if it is
//! newer than the copy the device has.
use crate::Fields;
use crate::checksum::BucketSum;
use crate::version::Version;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Most rows of one page.
pub const MAX_ROWS: u32 = 1000;

/// Asks for the next page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PullRequest {
    pub protocol: u32,
    pub schema: u32,
    /// As the last page gave it, unread; absent at first.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to [`MAX_ROWS`].
    pub limit: u32,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PullResponse")]
pub struct PullResponse<B = Fields> {
    pub epoch: u32,
    /// Signed; opaque to the device.
    pub cursor: String,
    /// Buckets no longer held: their rows leave the device, those with unsent edits being parked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<String>,
    /// The bucket this page fills; absent when it carries changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filling: Option<String>,
    pub changes: Vec<Change<B>>,
    /// The bucket being filled has been sent whole.
    #[serde(default)]
    pub bucket_complete: bool,
    /// Everything up to `head` has been sent: apply what was staged.
    #[serde(default)]
    pub checkpoint: bool,
    /// Number of the newest version this page's reader could see.
    pub head: u64,
    /// Rows of all held buckets together; lets a first sync show how far it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// At a checkpoint that something was read for: what each held bucket holds in this snapshot.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sums: BTreeMap<String, BucketSum>,
    /// As in [`crate::push::PushResponse`]; but absent too where the answer is made without looking, so that absence
    /// says nothing here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub durable_through: Option<Version>,
}

/// What happened to one row of a bucket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
#[schemars(rename = "Change")]
pub enum Change<B = Fields> {
    /// The row as it now stands.
    Put(Row<B>),
    /// It was deleted, for good.
    Deleted { row: Uuid, bucket: String, version: u64 },
    /// It left this bucket. A device drops its copy only if that is older and still in this bucket.
    Removed { row: Uuid, bucket: String, version: u64 },
}

/// A published row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Row")]
pub struct Row<B = Fields> {
    pub id: Uuid,
    pub entity: String,
    pub bucket: String,
    /// Number of the version in which it last changed.
    pub version: u64,
    pub body: B,
}

impl<B> Change<B> {
    /// The row it is about.
    pub fn row(&self) -> Uuid {
        match self {
            Change::Put(row) => row.id,
            Change::Deleted { row, .. } | Change::Removed { row, .. } => *row,
        }
    }

    /// The version in which it happened.
    pub fn version(&self) -> u64 {
        match self {
            Change::Put(row) => row.version,
            Change::Deleted { version, .. } | Change::Removed { version, .. } => *version,
        }
    }
}
