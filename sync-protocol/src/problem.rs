//! Refusals of whole requests (RFC 9457).
use crate::Fields;
use crate::codes::ErrorCode;
use crate::wipe::WipeOrder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The body of a refusal, of the media type `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Where this kind of problem is explained.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every occurrence of a code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable; decide by this.
    pub code: ErrorCode,
    /// What is wrong this time, and what is safe.
    pub detail: String,
    /// The field, parameter or header it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The values that stand, of a `version_conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Fields>,
    /// Of `device_revoked`: the signed order to forget what was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wipe: Option<WipeOrder>,
    /// Name it when you ask for help; it leads to the server's log.
    pub request_id: String,
}
