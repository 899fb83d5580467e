//! The web app: its pages, and the files that belong to them.
use crate::app::App;
use crate::input::path::FileName;
use crate::input::web_copy::WebCopy;
use crate::permit::{Allowed, Public};
use crate::problem::Problem;
use crate::reply::Embedded;
use crate::web_files;
use onsite_services::ServiceError;

/// The page that every screen of the technicians' app starts from.
const PAGE: &str = "index.html";

/// The page that every page of the dispatchers' console starts from.
const CONSOLE: &str = "console.html";

/// The icon of the app; any form of picture may go by that name.
const ICON: &str = "icon-192.png";

pub async fn page(_who: Allowed<Public>, _app: App, copy: WebCopy) -> Result<Embedded, Problem> {
    embedded(PAGE, copy)
}

pub async fn console(_who: Allowed<Public>, _app: App, copy: WebCopy) -> Result<Embedded, Problem> {
    embedded(CONSOLE, copy)
}

pub async fn icon(_who: Allowed<Public>, _app: App, copy: WebCopy) -> Result<Embedded, Problem> {
    embedded(ICON, copy)
}

pub async fn file(
    _who: Allowed<Public>,
    _app: App,
    (FileName(name), copy): (FileName, WebCopy),
) -> Result<Embedded, Problem> {
    embedded(&name, copy)
}

pub async fn asset(
    _who: Allowed<Public>,
    _app: App,
    (FileName(name), copy): (FileName, WebCopy),
) -> Result<Embedded, Problem> {
    embedded(&format!("assets/{name}"), copy)
}

fn embedded(path: &str, copy: WebCopy) -> Result<Embedded, Problem> {
    let file = web_files::find(path).ok_or_else(|| ServiceError::not_found("file"))?;
    Ok(Embedded { file, copy })
}
