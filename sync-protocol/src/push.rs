//! `POST /v1/push`: a device hands over what it did.
//!
//! The device proves itself by its key, even when its session has expired; nothing it did waits for a login.
//! The answer is 200 with one receipt per operation. Only an overload or an outage answers 5xx, and then no
//! operation of the batch has been taken.
use crate::receipt::Receipt;
use crate::version::Version;
use crate::wipe::WipeOrder;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

/// Most operations in one push.
pub const MAX_OPERATIONS: usize = 500;

/// Largest body of a push in bytes.
pub const MAX_PUSH_BYTES: usize = 4 * 1024 * 1024;

/// A batch of one stream, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PushRequest {
    pub protocol: u32,
    pub schema: u32,
    pub stream: Uuid,
    /// The device's clock when it sent this, from which its skew is measured.
    pub sent_at: DateTime<Utc>,
    /// Each a [`crate::operation::Numbered`]. One that can't be read counts as the number after its
    /// predecessor's.
    #[schemars(with = "Vec<crate::operation::Numbered>")]
    pub operations: Vec<Value>,
}

/// Receipts for the batch, as far as it could be taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PushResponse {
    pub epoch: u32,
    pub server_time: DateTime<Utc>,
    pub receipts: Vec<Receipt>,
    /// The number the server expects next in this stream; a batch that starts after it is answered by no
    /// receipts and is to be sent again from here.
    pub expected: u64,
    /// Set when a number came again with another content: this device was cloned or rolled back. It asks for a
    /// new stream and sends everything unreceipted there, renumbered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fork: Option<u64>,
    /// Everything up to here is in a backup: a device may forget operations whose receipts name an earlier version.
    /// One that names this very version may have come later, since quarantine takes no version. Absent where no backups
    /// are made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub durable_through: Option<Version>,
    /// The device has been revoked: what it sent is in quarantine, what it has read is to be forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wipe: Option<WipeOrder>,
}

impl PushRequest {
    /// Reads a push so that an operation which is no readable JSON (half a surrogate pair, a number out of range,
    /// nested too deeply) harms no other: it comes as the text it was sent as.
    ///
    /// # Errors
    /// The envelope around the operations can't be read.
    pub fn read(bytes: &[u8]) -> Result<PushRequest, serde_json::Error> {
        let envelope: Envelope = serde_json::from_slice(bytes)?;
        let read = |raw: &&RawValue| {
            serde_json::from_str(raw.get()).unwrap_or_else(|_| Value::String(raw.get().to_owned()))
        };
        Ok(PushRequest {
            protocol: envelope.protocol,
            schema: envelope.schema,
            stream: envelope.stream,
            sent_at: envelope.sent_at,
            operations: envelope.operations.iter().map(read).collect(),
        })
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    protocol: u32,
    schema: u32,
    stream: Uuid,
    sent_at: DateTime<Utc>,
    #[serde(borrow)]
    operations: Vec<&'a RawValue>,
}
