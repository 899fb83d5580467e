//! What a server takes and gives at a time, told at enrolment; a client keeps to the smaller of this and its own.
use crate::operation::MAX_OPERATION_BYTES;
use crate::pull::MAX_ROWS;
use crate::push::{MAX_OPERATIONS, MAX_PUSH_BYTES};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A server's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// Most operations of one push.
    pub max_operations: usize,
    /// Largest body of a push in bytes, unpacked.
    pub max_push_bytes: usize,
    /// Largest operation in bytes; a larger one is kept in quarantine.
    pub max_operation_bytes: usize,
    /// Most rows of one page of a pull.
    pub max_rows: u32,
}

impl Limits {
    /// What this build takes and gives.
    pub const OWN: Limits = Limits {
        max_operations: MAX_OPERATIONS,
        max_push_bytes: MAX_PUSH_BYTES,
        max_operation_bytes: MAX_OPERATION_BYTES,
        max_rows: MAX_ROWS,
    };

    /// What both ends can do.
    #[must_use]
    pub fn and(self, other: Limits) -> Limits {
        Limits {
            max_operations: self.max_operations.min(other.max_operations),
            max_push_bytes: self.max_push_bytes.min(other.max_push_bytes),
            max_operation_bytes: self.max_operation_bytes.min(other.max_operation_bytes),
            max_rows: self.max_rows.min(other.max_rows),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits::OWN
    }
}
