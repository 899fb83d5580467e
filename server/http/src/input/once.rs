//! `Idempotency-Key`: what makes a POST safe to send again.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use schemars::json_schema;
use sha2::{Digest, Sha256};
use sync_protocol::codes::ErrorCode;

/// Longest key in characters.
const MAX_KEY: usize = 200;

/// A key, and the request it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    pub(crate) key: String,
    /// SHA-256 over method, path with query, and body.
    pub(crate) request_hash: String,
}

impl Input for Once {
    async fn extract(incoming: &mut Incoming) -> Result<Once, Problem> {
        let key = incoming.header("Idempotency-Key").unwrap_or_default().to_owned();
        if key.is_empty() || key.len() > MAX_KEY || !key.bytes().all(|b| b.is_ascii_graphic()) {
            let detail = "send a key of your own, such as a UUID: 1 to 200 visible ASCII characters";
            return Err(Problem::malformed(detail).field("Idempotency-Key"));
        }
        let body = incoming.body().await?;
        let target = incoming
            .request()
            .uri()
            .path_and_query()
            .map_or("", |target| target.as_str());
        let mut hash = Sha256::new();
        for part in [
            incoming.request().method().as_str().as_bytes(),
            target.as_bytes(),
            body.as_ref(),
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Ok(Once {
            key,
            request_hash: hex::encode(hash.finalize()),
        })
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = json_schema!({ "type": "string", "minLength": 1, "maxLength": MAX_KEY });
        let about = "made by you, one per intent; the same request under it is answered as the first time";
        sketch.parameter("header", "Idempotency-Key", true, about, &schema);
        sketch.fails_with(&[ErrorCode::IdempotencyMismatch]);
        sketch.writes();
    }
}
