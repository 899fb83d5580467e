//! The head of a request of tus, and its body as it comes.
use super::Input;
use crate::incoming::{BodyStream, Incoming};
use crate::problem::Problem;
use crate::sketch::Sketch;
use crate::tus::words::{BODY, Headers};
use schemars::{JsonSchema, SchemaGenerator, json_schema};
use sync_protocol::codes::ErrorCode;

/// The headers of tus. They are read here and judged by the handler, which knows what it needs of them.
#[derive(Debug)]
pub struct TusHead(pub(crate) Headers);

/// The headers of tus with a body that is not read yet.
#[derive(Debug)]
pub struct TusBody {
    pub(crate) headers: Headers,
    pub(crate) body: BodyStream,
    /// The method that a client meant which can only send a POST.
    pub(crate) meant: Option<String>,
}

fn headers(incoming: &Incoming) -> Headers {
    let text = |name: &str| incoming.header(name).map(|text| text.trim().to_owned());
    Headers {
        resumable: text("Tus-Resumable"),
        length: text("Upload-Length"),
        defer_length: text("Upload-Defer-Length"),
        concat: text("Upload-Concat"),
        metadata: text("Upload-Metadata"),
        offset: text("Upload-Offset"),
        checksum: text("Upload-Checksum"),
        content_type: text("Content-Type"),
        content_length: text("Content-Length"),
    }
}

fn describe(sketch: &mut Sketch<'_>, names: &[(&str, bool, &str)]) {
    let schema = String::json_schema(&mut SchemaGenerator::default());
    for (name, required, about) in names {
        sketch.parameter("header", name, *required, about, &schema);
    }
    sketch.fails_with(&[ErrorCode::TusVersion, ErrorCode::UploadExpired]);
}

const RESUMABLE: (&str, bool, &str) = ("Tus-Resumable", true, "1.0.0");

impl Input for TusHead {
    async fn extract(incoming: &mut Incoming) -> Result<TusHead, Problem> {
        Ok(TusHead(headers(incoming)))
    }

    fn describe(sketch: &mut Sketch<'_>) {
        describe(sketch, &[RESUMABLE]);
    }
}

impl Input for TusBody {
    async fn extract(incoming: &mut Incoming) -> Result<TusBody, Problem> {
        Ok(TusBody {
            headers: headers(incoming),
            meant: incoming.header("X-HTTP-Method-Override").map(str::to_owned),
            body: incoming.stream()?,
        })
    }

    fn describe(sketch: &mut Sketch<'_>) {
        describe(
            sketch,
            &[
                RESUMABLE,
                ("Upload-Length", false, "to begin: bytes of the whole"),
                (
                    "Upload-Metadata",
                    false,
                    "to begin: attachment_id and sha256 (64 hexadecimal digits), each with its value in base64",
                ),
                ("Upload-Offset", false, "to go on: bytes that are there already"),
                ("Upload-Checksum", false, "sha1 or sha256 of this body, in base64"),
            ],
        );
        sketch.body(BODY, &json_schema!({}));
        sketch.fails_with(&[
            ErrorCode::OffsetMismatch,
            ErrorCode::TakenOver,
            ErrorCode::ChecksumMismatch,
            ErrorCode::QuotaExceeded,
            ErrorCode::Invalid,
        ]);
    }
}
