//! How an upload stands, as tus answers it.
use super::words::{self, CHECKSUMS, EXTENSIONS, VERSION};
use crate::problem::Problem;
use crate::reply::{NoContent, Reply};
use crate::sketch::Sketch;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};
use onsite_store::uploads::{State, Upload};
use schemars::JsonSchema;
use serde::Serialize;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// Where uploads are.
const PATH: &str = "/v1/files";

/// Puts the version on every answer about uploads, refusals too.
pub(crate) fn mark(route: &str, headers: &mut HeaderMap) {
    if route.starts_with(PATH) {
        let version = HeaderValue::from_static(VERSION);
        headers.insert(HeaderName::from_static("tus-resumable"), version.clone());
        headers.insert(HeaderName::from_static("tus-version"), version);
    }
}

/// 204 with what is spoken here.
#[derive(Debug)]
pub struct Spoken;

impl Reply for Spoken {
    fn describe(sketch: &mut Sketch<'_>) {
        sketch.answer(204, "what is spoken here", None);
        for name in [
            "Tus-Version",
            "Tus-Extension",
            "Tus-Max-Size",
            "Tus-Checksum-Algorithm",
        ] {
            sketch.answer_header(204, name, "see tus 1.0");
        }
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        Ok(HttpResponse::NoContent()
            .insert_header(("Tus-Extension", EXTENSIONS))
            .insert_header(("Tus-Max-Size", words::max_size()))
            .insert_header(("Tus-Checksum-Algorithm", CHECKSUMS))
            .finish())
    }
}

fn describe(sketch: &mut Sketch<'_>, status: u16) {
    sketch.answer_header(status, "Upload-Offset", "bytes that are there");
    sketch.answer_header(
        status,
        "Upload-Expires",
        "when an upload that is not continued is given up",
    );
}

fn told(status: StatusCode, upload: &Upload) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header(("Upload-Offset", upload.received().to_string()));
    if upload.state == State::Receiving {
        response.insert_header(("Upload-Expires", words::date(upload.expires_at)));
    }
    response
}

/// 201 with a new upload, which may be complete already.
#[derive(Debug)]
pub struct Begun(pub(crate) Upload);

impl Reply for Begun {
    fn describe(sketch: &mut Sketch<'_>) {
        sketch.answer(
            201,
            "begun; complete already where the server knows the file",
            None,
        );
        sketch.answer_header(201, "Location", "its path");
        describe(sketch, 201);
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        Ok(told(StatusCode::CREATED, &self.0)
            .insert_header(("Location", format!("{PATH}/{}", self.0.id)))
            .finish())
    }
}

/// 204 with how far an upload has come.
#[derive(Debug)]
pub struct Advanced(pub(crate) Upload);

impl Reply for Advanced {
    fn describe(sketch: &mut Sketch<'_>) {
        sketch.answer(204, "taken", None);
        describe(sketch, 204);
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        Ok(told(StatusCode::NO_CONTENT, &self.0).finish())
    }
}

/// How far an upload has come.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct UploadProgress {
    id: Uuid,
    attachment_id: Uuid,
    /// Bytes of the whole.
    size: u64,
    /// Bytes that are there.
    received: u64,
    /// Whether the attachment has them: when all are there and its record has come.
    attached: bool,
}

/// 200 with how an upload stands.
#[derive(Debug)]
pub struct Standing(pub(crate) Upload);

impl Reply for Standing {
    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<UploadProgress>();
        sketch.answer(200, "as it stands", Some(("application/json", schema)));
        describe(sketch, 200);
        sketch.answer_header(200, "Upload-Length", "bytes of the whole");
        sketch.answer_header(200, "Upload-Metadata", "as it was announced");
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        let Standing(upload) = self;
        let progress = UploadProgress {
            id: upload.id,
            attachment_id: upload.attachment_id,
            size: upload.size,
            received: upload.received(),
            attached: upload.state == State::Attached,
        };
        Ok(told(StatusCode::OK, &upload)
            .insert_header(("Upload-Length", upload.size.to_string()))
            .insert_header(("Upload-Metadata", upload.metadata))
            .json(progress))
    }
}

/// What a request of another method did.
#[derive(Debug)]
pub enum Overridden {
    Advanced(Box<Advanced>),
    Gone(NoContent),
}

impl Reply for Overridden {
    fn describe(sketch: &mut Sketch<'_>) {
        Advanced::describe(sketch);
        sketch.fails_with(&[ErrorCode::MethodNotAllowed]);
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        match self {
            Overridden::Advanced(advanced) => advanced.respond(),
            Overridden::Gone(gone) => gone.respond(),
        }
    }
}
