//! Count and checksum of a bucket: how a device finds out that its copy differs, and sends for what differs alone.
//!
//! Every checkpoint that carries changes carries the [`BucketSum`] of each held bucket, read in the same snapshot. A
//! device that counts otherwise lists the ids and versions it has of that bucket (`POST /v1/repair`) and gets what it
//! lacks and what it has too much. This guards against faults, not against forgery.
use crate::Fields;
use crate::pull::Change;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most rows of one repair; a larger bucket is read anew.
pub const MAX_REPAIR_ROWS: usize = 50_000;

/// What a bucket holds, as far as two numbers can say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BucketSum {
    /// Live rows.
    pub rows: u64,
    /// Sum of [`row_sum`] over them; below 2⁵³, and so exact in JavaScript, up to two million rows.
    pub sum: u64,
}

impl BucketSum {
    /// The sum over rows by id and number of version.
    pub fn of(rows: impl IntoIterator<Item = (Uuid, u64)>) -> BucketSum {
        rows.into_iter()
            .fold(BucketSum::default(), |sum, (id, version)| BucketSum {
                rows: sum.rows + 1,
                sum: sum.sum.wrapping_add(row_sum(id, version)),
            })
    }
}

/// A row's share: FNV-1a in 32 bits (Fowler, Noll and Vo) over the version as eight bytes, greatest first, and the
/// id, stirred by the finalizer of MurmurHash3 (Appleby), since additions cancel out what is not mixed well.
pub fn row_sum(id: Uuid, version: u64) -> u64 {
    const OFFSET: u32 = 0x811c_9dc5;
    const PRIME: u32 = 0x0100_0193;
    let bytes = version.to_be_bytes().into_iter().chain(id.into_bytes());
    let mut hash = bytes.fold(OFFSET, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(PRIME));
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    u64::from(hash ^ (hash >> 16))
}

/// What a device has of a bucket whose sum differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RepairRequest {
    pub protocol: u32,
    pub schema: u32,
    pub bucket: String,
    /// Id and number of the version of each of its rows, at most [`MAX_REPAIR_ROWS`].
    pub rows: Vec<(Uuid, u64)>,
}

/// What makes the device's copy of the bucket right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RepairResponse")]
pub struct RepairResponse<B = Fields> {
    pub epoch: u32,
    /// Number of the version the answer was read at.
    pub head: u64,
    pub changes: Vec<Change<B>>,
}
