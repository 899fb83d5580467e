//! How people come to trust a server that is its own certificate authority, as the demo is. Served by plain HTTP too:
//! whoever needs it can't come by HTTPS yet.
use crate::app::App;
use crate::input::local_authority::LocalAuthority;
use crate::input::reader::Reader;
use crate::page::page;
use crate::permit::{Allowed, Public};
use crate::problem::Problem;
use crate::reply::{Bytes, Document};
use actix_web::http::StatusCode;
use minijinja::context;

pub async fn instructions(
    _who: Allowed<Public>,
    app: App,
    (authority, reader): (LocalAuthority, Reader),
) -> Result<Document, Problem> {
    let language = reader.language(None);
    authority.certificate()?;
    let title = language.pick("Open Onsite on this device", "在本设备上打开 Onsite");
    // Never the host of the request, which anybody could have put there.
    let url = app.house.public_url.as_str();
    let filled = page("trust.html", language, title, &app, context! { url }).await?;
    Ok(Document::made(StatusCode::OK, filled))
}

pub async fn certificate(
    _who: Allowed<Public>,
    _app: App,
    authority: LocalAuthority,
) -> Result<Bytes, Problem> {
    Ok(Bytes {
        // By this type a phone knows that there is something to install.
        media_type: "application/x-x509-ca-cert".to_owned(),
        bytes: authority.certificate()?.into(),
        file_name: None,
        immutable: false,
    })
}
