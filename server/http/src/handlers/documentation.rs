//! The API's own description, for programs and for people.
use crate::app::App;
use crate::permit::{Allowed, Public};
use crate::problem::{self, Problem};
use crate::reference;
use crate::reply::{Document, HTML, Json};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sync_protocol::codes::ErrorCode;

/// A code that a refusal can carry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErrorEntry {
    code: String,
    status: u16,
    title: &'static str,
}

pub async fn openapi(_who: Allowed<Public>, _app: App, (): ()) -> Result<Json<&'static Value>, Problem> {
    Ok(Json(crate::openapi::document()))
}

pub async fn page(_who: Allowed<Public>, _app: App, (): ()) -> Result<Document, Problem> {
    Ok(Document::fixed(HTML, reference::page()?))
}

pub async fn style(_who: Allowed<Public>, _app: App, (): ()) -> Result<Document, Problem> {
    Ok(Document::fixed("text/css; charset=utf-8", reference::STYLE))
}

pub async fn errors(_who: Allowed<Public>, _app: App, (): ()) -> Result<Json<Vec<ErrorEntry>>, Problem> {
    let entry = |code: &ErrorCode| ErrorEntry {
        code: problem::name(*code),
        status: code.status(),
        title: code.title(),
    };
    Ok(Json(ErrorCode::ALL.iter().map(entry).collect()))
}
