//! What varies in a path.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::reply::HTML;
use crate::sketch::Sketch;
use onsite_services::ServiceError;
use schemars::{JsonSchema, Schema, json_schema};
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// The `{id}` of a path. What is no id is answered like an id of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id(pub Uuid);

impl Input for Id {
    async fn extract(incoming: &mut Incoming) -> Result<Id, Problem> {
        let id = incoming.segment("id").and_then(|text| text.parse().ok());
        id.map(Id).ok_or_else(|| ServiceError::not_found("record").into())
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<Uuid>();
        sketch.parameter("path", "id", true, "the record's id", &schema);
        sketch.fails_with(&[ErrorCode::NotFound]);
    }
}

/// The `{sha256}` of a path: 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sha256Path(pub String);

impl Input for Sha256Path {
    async fn extract(incoming: &mut Incoming) -> Result<Sha256Path, Problem> {
        let digits = |text: &str| {
            text.bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        match incoming.segment("sha256") {
            Some(text) if text.len() == 64 && digits(&text) => Ok(Sha256Path(text.into_owned())),
            _ => Err(ServiceError::not_found("file").into()),
        }
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema: Schema = json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}$" });
        sketch.parameter("path", "sha256", true, "SHA-256 of the file's bytes", &schema);
        sketch.fails_with(&[ErrorCode::NotFound]);
    }
}

/// The `{token}` of a mailed link.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub String);

impl std::fmt::Debug for Token {
    /// Without the token, which opens the link.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

impl Input for Token {
    async fn extract(incoming: &mut Incoming) -> Result<Token, Problem> {
        let token = incoming.segment("token").map(std::borrow::Cow::into_owned);
        token
            .map(Token)
            .ok_or_else(|| ServiceError::not_found("link").into())
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = <String as JsonSchema>::json_schema(&mut schemars::SchemaGenerator::default());
        sketch.parameter("path", "token", true, "from the link that was mailed", &schema);
        sketch.fails_with(&[ErrorCode::NotFound, ErrorCode::LinkUsed, ErrorCode::LinkExpired]);
        for code in [ErrorCode::NotFound, ErrorCode::LinkExpired] {
            let page = json_schema!({ "type": "string" });
            sketch.answer(code.status(), "a page that says so", Some((HTML, page)));
        }
    }
}

/// The `{tag}` of a path: what a device's label says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(pub String);

impl Input for Tag {
    async fn extract(incoming: &mut Incoming) -> Result<Tag, Problem> {
        let tag = incoming.segment("tag").map(std::borrow::Cow::into_owned);
        tag.map(Tag)
            .ok_or_else(|| ServiceError::not_found("label").into())
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<String>();
        sketch.parameter("path", "tag", true, "what the device's label says", &schema);
        let page = json_schema!({ "type": "string" });
        sketch.fails_with(&[ErrorCode::NotFound]);
        sketch.answer(
            ErrorCode::NotFound.status(),
            "a page that says so",
            Some((HTML, page)),
        );
    }
}

/// The `{file}` of a path: the name of a file of the web app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(pub String);

impl Input for FileName {
    async fn extract(incoming: &mut Incoming) -> Result<FileName, Problem> {
        let name = incoming.segment("file").map(std::borrow::Cow::into_owned);
        name.map(FileName)
            .ok_or_else(|| ServiceError::not_found("file").into())
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<String>();
        sketch.parameter("path", "file", true, "the file's name", &schema);
        sketch.fails_with(&[ErrorCode::NotFound]);
    }
}
