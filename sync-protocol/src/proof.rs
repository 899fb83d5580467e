//! The header `Device-Proof`: what a device signs so that a request is known to be its own.
//!
//! A compact JWS (RFC 7515) by ES256 with the device's own P-256 key, over the device's id, the request's method and
//! path, and the SHA-256 of its exact body. It has no time limit, because a device's clock may be off by years. Here is
//! what is signed; the signing is left to the platform's key store.
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Longest header that is looked at, in bytes.
pub const MAX_PROOF_BYTES: usize = 4096;

/// The JWS header. Another field, such as `crit`, is refused because it would have to be obeyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofHeader {
    /// Always `ES256`.
    pub alg: String,
    /// Always `onsite-proof+jwt`.
    pub typ: String,
}

impl Default for ProofHeader {
    fn default() -> Self {
        ProofHeader {
            alg: "ES256".to_owned(),
            typ: "onsite-proof+jwt".to_owned(),
        }
    }
}

/// What a proof says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProofClaims {
    /// The device.
    pub dev: Uuid,
    /// SHA-256 of the request's body as it is before any `Content-Encoding`, base64url without padding.
    pub bh: String,
    /// The request's method, in capitals.
    pub htm: String,
    /// The request's path, without host and query.
    pub htu: String,
    /// The device's clock in seconds since 1970; never judged.
    pub iat: i64,
    /// Random, so that two proofs of one request within a second are two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
}

impl ProofClaims {
    /// What is signed: header and claims, each as base64url of its JSON, with a dot between. The header's value is this,
    /// another dot, and base64url of the signature in its form of 64 bytes (r and s).
    ///
    /// # Errors
    /// Never of these plain values; the encoder could.
    pub fn signed_part(&self) -> Result<String, serde_json::Error> {
        let part = |json: Vec<u8>| BASE64_URL_SAFE_NO_PAD.encode(json);
        let header = part(serde_json::to_vec(&ProofHeader::default())?);
        Ok(format!("{header}.{}", part(serde_json::to_vec(self)?)))
    }
}

/// A body's hash as a proof names it.
pub fn body_hash(body: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(body))
}
