//! A body that is a file.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use actix_web::web::Bytes;
use schemars::json_schema;
use sync_protocol::codes::ErrorCode;

/// The bytes of a file, whatever the request calls their type: what they are is found out by reading them.
#[derive(Debug)]
pub struct RawFile(pub Bytes);

impl Input for RawFile {
    async fn extract(incoming: &mut Incoming) -> Result<RawFile, Problem> {
        incoming.body().await.map(RawFile)
    }

    fn describe(sketch: &mut Sketch<'_>) {
        sketch.body("application/octet-stream", &json_schema!({}));
        sketch.fails_with(&[ErrorCode::Invalid]);
    }
}
