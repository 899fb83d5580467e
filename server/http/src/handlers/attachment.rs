//! The bytes behind attachments, once they are there; they come by [`super::file`].
use crate::app::App;
use crate::input::path::Id;
use crate::permit::{Allowed, Read};
use crate::problem::Problem;
use crate::reply::Bytes;
use crate::tus::keep::refusal;
use onsite_files::Sha256Hex;
use onsite_model::attachment::Attachment;
use onsite_services::attachment;
use onsite_store::blobs;
use sync_protocol::codes::ErrorCode;

pub async fn content(who: Allowed<Read<Attachment>>, app: App, Id(id): Id) -> Result<Bytes, Problem> {
    let author = who.author();
    let attachment = app.read(move |db| attachment::visible(db, &author, id)).await?;
    let is_picture = attachment.is_picture();
    let mut bytes = blob(&app, attachment.stored_sha256).await?;
    // What nobody has looked into is saved, never shown in the server's own name.
    bytes.file_name = (!is_picture).then_some(attachment.file_name);
    Ok(bytes)
}

pub async fn thumbnail(who: Allowed<Read<Attachment>>, app: App, Id(id): Id) -> Result<Bytes, Problem> {
    let author = who.author();
    let attachment = app.read(move |db| attachment::visible(db, &author, id)).await?;
    if !attachment.is_picture() {
        return Err(Problem::new(
            ErrorCode::NotFound,
            "a document has no small picture",
        ));
    }
    blob(&app, attachment.thumbnail_sha256).await
}

async fn blob(app: &App, address: Option<String>) -> Result<Bytes, Problem> {
    let Some(address) = address else {
        return Err(Problem::new(
            ErrorCode::NotReady,
            "the phone has not sent the bytes yet",
        ));
    };
    let sha256: Sha256Hex = address.parse().map_err(|error| refusal(&error))?;
    let known = app.read(move |db| Ok(blobs::get(db, &address)?)).await?;
    let bytes = app.blobs.get(&sha256).await.map_err(|error| refusal(&error))?;
    let media_type = known.map_or_else(|| "application/octet-stream".to_owned(), |blob| blob.media_type);
    Ok(Bytes {
        media_type,
        bytes,
        file_name: None,
        immutable: true,
    })
}
