//! The order to a lost phone to forget what it has read.
//!
//! A revoked device gets it with the answer to any push or pull. It checks the server's Ed25519 signature with the
//! key it learnt when it was enrolled, so that nobody in between can make a phone forget; then it forgets its rows at
//! once, and what its user did as soon as the server has it: all of that is kept in quarantine.
use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The order, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WipeOrder {
    pub device: Uuid,
    /// When the device was revoked, by the server's clock.
    pub revoked_at: DateTime<Utc>,
    /// Id of the server's key.
    pub key: String,
    /// Over [`WipeOrder::message`], base64.
    pub signature: String,
}

impl WipeOrder {
    /// The bytes that are signed. They name the device and the moment, so that an order serves for nothing else.
    pub fn message(device: Uuid, revoked_at: DateTime<Utc>) -> String {
        let at = revoked_at.to_rfc3339_opts(SecondsFormat::Micros, true);
        format!("onsite-wipe-v1\n{device}\n{at}")
    }
}
