//! The documents of a visit, and the proof of a signed sheet.
use super::visit::visible;
use crate::app::App;
use crate::input::body::Body;
use crate::input::once::Once;
use crate::input::path::{Id, Sha256Path};
use crate::permit::{Allowed, Public, Read, Write};
use crate::problem::Problem;
use crate::reply::{Bytes, Json};
use onsite_model::service_sheet::ServiceSheet;
use onsite_model::visit::Visit;
use onsite_services::ServiceError;
use onsite_services::document::{RecordPrint, SheetPrint};
use onsite_services::remote_sheet::{self, SentLink};
use onsite_services::verify::{self, Verification};
use schemars::JsonSchema;
use serde::Deserialize;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

pub async fn pdf(who: Allowed<Read<ServiceSheet>>, app: App, Id(id): Id) -> Result<Bytes, Problem> {
    visible(&app, &who, id).await?;
    let state = app.clone();
    let print = app.read(move |db| SheetPrint::load(db, &state.house, id)).await?;
    let name = print.file_name();
    let bytes = app.heavy(move || print.pdf()).await?;
    Ok(file(&name, bytes))
}

pub async fn inspection_record_pdf(
    who: Allowed<Read<Visit>>,
    app: App,
    Id(id): Id,
) -> Result<Bytes, Problem> {
    visible(&app, &who, id).await?;
    let state = app.clone();
    let record = app
        .read(move |db| {
            RecordPrint::load(db, &state.house, id, None)?
                .ok_or_else(|| ServiceError::new(ErrorCode::NotReady, "nothing was inspected on this visit"))
        })
        .await?;
    let name = record.file_name();
    let bytes = app.heavy(move || record.pdf()).await?;
    Ok(file(&name, bytes))
}

/// Whom to send a sheet's link to.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct LinkWanted {
    /// A contact of the client; the visit's where absent.
    #[serde(default)]
    contact_id: Option<Uuid>,
}

pub async fn send_link(
    who: Allowed<Write<ServiceSheet>>,
    app: App,
    (Id(id), once, Body(wanted)): (Id, Once, Body<LinkWanted>),
) -> Result<Json<SentLink>, Problem> {
    visible(&app, &who, id).await?;
    let sent = app.once(&who, once, move |tx, cause| {
        remote_sheet::send_link(tx, cause, id, wanted.contact_id)
    });
    Ok(Json(sent.await?))
}

fn file(name: &str, bytes: Vec<u8>) -> Bytes {
    Bytes {
        media_type: "application/pdf".to_owned(),
        bytes: bytes.into(),
        file_name: Some(format!("{name}.pdf")),
        immutable: false,
    }
}

pub async fn verification(
    _who: Allowed<Public>,
    app: App,
    Sha256Path(hash): Sha256Path,
) -> Result<Json<Verification>, Problem> {
    app.read(move |db| Ok(Json(verify::by_hash(db, &hash)?))).await
}
