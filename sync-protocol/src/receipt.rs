//! What became of an operation: exactly one durable answer each.
use crate::codes::QuarantineReason;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The entity under which ends that are decided after the push travel: in the bucket of the device, a row each, with
/// a [`Receipt`]'s fields.
pub const RECEIPT: &str = "receipt";

/// The end of an operation. A retry returns the one it got the first time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    pub n: u64,
    /// The operation's own id; absent where it could not be read.
    pub operation: Option<Uuid>,
    pub outcome: Outcome,
    /// Number of the version in which its effect stands; the author overlays it until a pull has reached this.
    pub version: u64,
    /// The conflicts it opened or extended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Uuid>,
    /// Why it is in quarantine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<QuarantineReason>,
    /// The same in words, for the person who typed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It stands as written.
    Applied,
    /// It stands, beside changes its author had not seen.
    Merged,
    /// A value of it disagrees with another one; both are kept and a dispatcher decides.
    Conflict,
    /// It could not be applied; it is kept whole where a dispatcher sees it.
    Quarantined,
    /// The same operation had come by another stream.
    Duplicate,
    /// It waits for what it builds on. Its end comes as a row of the entity [`RECEIPT`], or by a retry.
    Deferred,
}
