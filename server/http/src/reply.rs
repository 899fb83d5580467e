//! Good answers, which know how to describe themselves.
use crate::input::web_copy::WebCopy;
use crate::problem::Problem;
use crate::sketch::Sketch;
use crate::web_files::WebFile;
use actix_web::HttpResponse;
use actix_web::body::{BodyStream, BoxBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, LOCATION, VARY,
};
use actix_web::web;
use futures_util::Stream;
use schemars::{JsonSchema, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use sync_protocol::version::Version;

/// What a handler returns.
pub trait Reply: 'static {
    fn describe(sketch: &mut Sketch<'_>);

    /// # Errors
    /// It can't be written down, which is a fault of ours.
    fn respond(self) -> Result<HttpResponse, Problem>;
}

/// Something with a version, by which clients say what they saw.
pub trait Versioned {
    fn version(&self) -> Version;
}

/// The entity tag of a version.
pub fn etag(version: Version) -> String {
    format!("\"{version}\"")
}

const JSON: &str = "application/json";

const EVENTS: &str = "text/event-stream";

/// Kept by the browser, but asked about every time.
const REVALIDATE: &str = "private, no-cache";

fn json<T: Serialize>(
    status: StatusCode,
    headers: &[(HeaderName, String)],
    value: &T,
) -> Result<HttpResponse, Problem> {
    let body = serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer can't be written as JSON");
        Problem::internal()
    })?;
    let mut response = HttpResponse::build(status);
    response.insert_header((CONTENT_TYPE, JSON));
    for (name, text) in headers {
        response.insert_header((name.clone(), text.as_str()));
    }
    Ok(response.body(body))
}

/// 200 with a value.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: Serialize + JsonSchema + 'static> Reply for Json<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<T>();
        sketch.answer(200, "done", Some((JSON, schema)));
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        json(StatusCode::OK, &[], &self.0)
    }
}

/// 200 with a value and its version as `ETag`; 304 where the client has that version.
#[derive(Debug)]
pub enum Fetched<T> {
    Fresh(T),
    NotModified(Version),
}

impl<T: Serialize + JsonSchema + Versioned + 'static> Reply for Fetched<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<T>();
        sketch.answer(200, "as it stands", Some((JSON, schema)));
        sketch.answer_header(200, "ETag", "its version, for If-Match and If-None-Match");
        sketch.answer(304, "you have this version", None);
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        match self {
            Fetched::Fresh(value) => {
                let headers = [
                    (ETAG, etag(value.version())),
                    (CACHE_CONTROL, REVALIDATE.to_owned()),
                ];
                json(StatusCode::OK, &headers, &value)
            }
            Fetched::NotModified(version) => Ok(HttpResponse::NotModified()
                .insert_header((ETAG, etag(version)))
                .insert_header((CACHE_CONTROL, REVALIDATE))
                .finish()),
        }
    }
}

/// 200 with what a value has become, and its version as `ETag`.
#[derive(Debug)]
pub struct Changed<T>(pub T);

impl<T: Serialize + JsonSchema + Versioned + 'static> Reply for Changed<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<T>();
        sketch.answer(200, "as it stands now", Some((JSON, schema)));
        sketch.answer_header(200, "ETag", "its new version");
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        json(StatusCode::OK, &[(ETAG, etag(self.0.version()))], &self.0)
    }
}

/// 201 with something new, where it is, and its version as `ETag`.
#[derive(Debug)]
pub struct Created<T> {
    pub location: String,
    pub value: T,
}

impl<T: Serialize + JsonSchema + Versioned + 'static> Reply for Created<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<T>();
        sketch.answer(201, "created", Some((JSON, schema)));
        sketch.answer_header(201, "Location", "its path");
        sketch.answer_header(201, "ETag", "its version");
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        let headers = [(LOCATION, self.location), (ETAG, etag(self.value.version()))];
        json(StatusCode::CREATED, &headers, &self.value)
    }
}

/// 204.
#[derive(Debug)]
pub struct NoContent;

impl Reply for NoContent {
    fn describe(sketch: &mut Sketch<'_>) {
        sketch.answer(204, "done", None);
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        Ok(HttpResponse::NoContent().finish())
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Send it as `after` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many there are on all pages, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// The rows of a page, and whether there are more: one more than `limit` was read to know.
pub fn cut<T>(mut found: Vec<T>, limit: usize) -> (Vec<T>, bool) {
    let more = found.len() > limit;
    found.truncate(limit);
    (found, more)
}

impl<T: Serialize + JsonSchema + 'static> Reply for Page<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<Page<T>>();
        sketch.answer(200, "one page", Some((JSON, schema)));
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        json(StatusCode::OK, &[], &self)
    }
}

/// 200 with bytes that are no JSON.
#[derive(Debug)]
pub struct Bytes {
    pub media_type: String,
    pub bytes: web::Bytes,
    /// What the browser should call it when it saves it; without one it shows it.
    pub file_name: Option<String>,
    /// Whether these bytes can never be others under this address.
    pub immutable: bool,
}

impl Reply for Bytes {
    fn describe(sketch: &mut Sketch<'_>) {
        sketch.answer(
            200,
            "the bytes",
            Some(("application/octet-stream", json_schema!({}))),
        );
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        let mut response = HttpResponse::Ok();
        response.insert_header((CONTENT_TYPE, self.media_type));
        if let Some(name) = self.file_name {
            response.insert_header((CONTENT_DISPOSITION, attachment(&name)));
        }
        if self.immutable {
            response.insert_header((CACHE_CONTROL, "private, max-age=31536000, immutable"));
        }
        Ok(response.body(self.bytes))
    }
}

/// `Content-Disposition` for a file of any name (RFC 6266): plain ASCII for old clients, UTF-8 for the others.
fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_. ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// 200 with events as they happen (`text/event-stream`), never compressed: a compressor would hold them back.
#[allow(missing_debug_implementations)]
pub struct Events(BoxBody);

impl Events {
    /// These events.
    pub(crate) fn of(stream: impl Stream<Item = Result<web::Bytes, actix_web::Error>> + 'static) -> Events {
        Events(BoxBody::new(BodyStream::new(Box::pin(stream))))
    }

    /// No events: what is answered to somebody who asks for the head alone.
    pub(crate) fn none() -> Events {
        Events(BoxBody::new(()))
    }
}

impl Reply for Events {
    fn describe(sketch: &mut Sketch<'_>) {
        let schema = json_schema!({ "type": "string" });
        sketch.answer(200, "events, until one side ends it", Some((EVENTS, schema)));
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        let response = HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, EVENTS))
            .insert_header((CONTENT_ENCODING, "identity"))
            // For proxies of the nginx family, which otherwise collect an answer before they pass it on.
            .insert_header(("X-Accel-Buffering", "no"))
            .body(self.0);
        Ok(response)
    }
}

/// A page for people, or what belongs to one. It may load styles and pictures of ours and nothing else.
#[derive(Debug)]
pub struct Document {
    status: StatusCode,
    media_type: &'static str,
    text: Cow<'static, str>,
    caching: &'static str,
    policy: &'static str,
}

impl Document {
    /// The same for everybody until the next release.
    pub fn fixed(media_type: &'static str, text: &'static str) -> Document {
        Document {
            status: StatusCode::OK,
            media_type,
            text: text.into(),
            caching: "public, max-age=300",
            policy: PAGE_POLICY,
        }
    }

    /// A style sheet that settings decide.
    pub fn style(text: String) -> Document {
        Document {
            status: StatusCode::OK,
            media_type: "text/css; charset=utf-8",
            text: text.into(),
            caching: "no-cache",
            policy: PAGE_POLICY,
        }
    }

    /// A page made for one request, which may be about a refusal.
    pub fn made(status: StatusCode, text: String) -> Document {
        Document {
            status,
            media_type: HTML,
            text: text.into(),
            caching: "no-store",
            policy: PAGE_POLICY,
        }
    }

    /// The same page with scripts of ours, and what those draw.
    pub fn with_scripts(self) -> Document {
        Document {
            policy: SCRIPTED_PAGE_POLICY,
            ..self
        }
    }
}

/// The media type of pages.
pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// What a page may load.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
                           form-action 'self'; frame-ancestors 'none'";

/// The same for a page with a script.
const SCRIPTED_PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                                    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

impl Reply for Document {
    fn describe(sketch: &mut Sketch<'_>) {
        sketch.answer(200, "the page", Some((HTML, json_schema!({ "type": "string" }))));
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        Ok(HttpResponse::build(self.status)
            .insert_header((CONTENT_TYPE, self.media_type))
            .insert_header(("Content-Security-Policy", self.policy))
            .insert_header((CACHE_CONTROL, self.caching))
            .body(self.text))
    }
}

/// A file of the web app, in a form its client reads; 304 where the client has it.
#[derive(Debug)]
pub struct Embedded {
    pub(crate) file: &'static WebFile,
    pub(crate) copy: WebCopy,
}

/// What the app may do: run its own code, WebAssembly too, talk to its own server and show pictures it made itself.
/// It counts for workers as well, by the answer their script came with.
const APP_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; \
                          worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; \
                          frame-ancestors 'none'";

impl Reply for Embedded {
    fn describe(sketch: &mut Sketch<'_>) {
        sketch.answer(200, "the file", Some(("*/*", json_schema!({}))));
        sketch.answer_header(200, "ETag", "a tag of its content, for If-None-Match");
        sketch.answer(304, "you have this content", None);
    }

    fn respond(self) -> Result<HttpResponse, Problem> {
        let Embedded { file, copy } = self;
        let caching = if file.is_immutable() {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let has = copy.is(file);
        let mut response = HttpResponse::build(if has {
            StatusCode::NOT_MODIFIED
        } else {
            StatusCode::OK
        });
        response
            .insert_header((ETAG, file.tag))
            .insert_header((CACHE_CONTROL, caching))
            .insert_header((VARY, "Accept-Encoding"))
            .insert_header(("Content-Security-Policy", APP_POLICY));
        if has {
            return Ok(response.finish());
        }
        let (bytes, coding) = copy.form(file);
        response.insert_header((CONTENT_TYPE, file.media_type));
        if let Some(coding) = coding {
            response.insert_header((CONTENT_ENCODING, coding));
        }
        Ok(response.body(web::Bytes::from_static(bytes)))
    }
}
