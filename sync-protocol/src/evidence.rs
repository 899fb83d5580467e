//! The bytes that signatures stand on: canonical JSON and its hashes, the same on phone and server.
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What precedes a sheet's canonical JSON in its hash, so that it can be mistaken for no other kind of document.
pub const SHEET_DOMAIN: &str = "sheet-v1";

/// The RFC 8785 form of a value.
///
/// # Errors
/// It holds what JSON can't: a map with keys that aren't text, or a number that isn't finite.
pub fn canonical<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    serde_json_canonicalizer::to_string(value)
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The hash a client sees shortened before signing: SHA-256 of [`SHEET_DOMAIN`] and the canonical JSON.
pub fn sheet_hash(canonical: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(SHEET_DOMAIN);
    hasher.update(canonical);
    hex::encode(hasher.finalize())
}
