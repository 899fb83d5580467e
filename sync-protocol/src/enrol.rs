//! What a device is given ahead of its offline days: `POST /v1/enrol`, and `POST /v1/streams` where it has to go on in
//! another stream.
use crate::Fields;
use crate::limits::Limits;
use crate::version::Version;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a device asks for before it goes offline.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnrolRequest {
    /// Asset tags to lease, 1 to 500; absent where it has enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<u64>,
}

/// What a device is given for its offline days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EnrolResponse {
    pub device_id: Uuid,
    /// The stream its operations go to.
    pub stream_id: Uuid,
    pub epoch: u32,
    /// What it may send and ask for at a time.
    #[serde(default)]
    pub limits: Limits,
    /// What it checks the server's signatures with.
    pub server_key: ServerKey,
    /// One for each signature it may take.
    pub nonces: Vec<String>,
    /// The tags it may give out; they come by pull too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag_range: Option<Leased>,
}

/// The key a device checks the server's signatures with. It is given at every login, since it changes with the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServerKey {
    pub id: String,
    /// Raw Ed25519 public key, base64.
    pub public_key: String,
}

/// A row of the entity `tag_range`, in the device's own bucket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Leased {
    pub id: Uuid,
    pub version: Version,
    /// `prefix`, and the numbers `first` to `last` that may follow it.
    pub fields: Fields,
}

/// Asks for a stream to go on in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StreamRequest {
    /// The stream that is left; absent where the device has none of its own yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<Continues>,
}

/// What of an earlier stream is the device's own. What another copy of it wrote there afterwards is foreign to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Continues {
    pub stream: Uuid,
    /// Number of the last operation there that this device made.
    pub through: u64,
}

/// The new stream; its operations are numbered from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StreamResponse {
    pub stream_id: Uuid,
    pub epoch: u32,
}
