//! The bytes behind attachments.
use crate::app::App;
use crate::input::body::RawBody;
use crate::input::path::Id;
use crate::permit::{Allowed, Read, Write};
use crate::problem::Problem;
use crate::reply::{Bytes, Json};
use onsite_files::photo::{self, Limits, Photo, PhotoFormat};
use onsite_files::{FilesError, Sha256Hex};
use onsite_model::attachment::Attachment;
use onsite_services::ServiceError;
use onsite_services::attachment::{self, Content, Kept, Picture};
use onsite_store::blobs;
use sync_protocol::codes::ErrorCode;

const JPEG: &str = "image/jpeg";

/// What was made of an upload: the files to write, and what is noted of them.
struct Prepared {
    files: Vec<Vec<u8>>,
    content: Content,
}

pub async fn upload(
    who: Allowed<Write<Attachment>>,
    app: App,
    (Id(id), RawBody { bytes, .. }): (Id, RawBody),
) -> Result<Json<Attachment>, Problem> {
    let author = who.author();
    let declared = app.read(move |db| attachment::visible(db, &author, id)).await?;
    let prepared = app.heavy(move || prepare(&declared, bytes.to_vec())).await?;
    let Prepared { files, content } = prepared;
    for bytes in files {
        app.blobs
            .put(&Sha256Hex::of(&bytes), bytes)
            .await
            .map_err(|error| refusal(&error))?;
    }
    let original = content.original.as_ref().map(|original| original.sha256.clone());
    let stored = app.write(who.author(), move |tx, cause| {
        attachment::stored(tx, cause, id, &content)
    });
    let (attachment, keeps_original) = stored.await?;
    if let Some(original) = original.filter(|_| !keeps_original) {
        let address: Sha256Hex = original.parse().map_err(|error| refusal(&error))?;
        app.blobs
            .delete(&address)
            .await
            .map_err(|error| refusal(&error))?;
    }
    Ok(Json(attachment))
}

/// Checks that these are the bytes the attachment speaks of, and makes what is kept of them. A photo without
/// metadata stays as it is, since a sheet may be signed over it; any other is made anew without.
fn prepare(declared: &Attachment, bytes: Vec<u8>) -> Result<Prepared, ServiceError> {
    if Sha256Hex::of(&bytes).as_str() != declared.sha256 {
        let detail = "these are not the bytes the attachment was announced with; send them again";
        return Err(ServiceError::new(ErrorCode::Invalid, detail).field("sha256"));
    }
    let Photo {
        width,
        height,
        jpeg,
        thumbnail,
        thumbhash,
        ..
    } = photo::inspect(&bytes, &Limits::default()).map_err(|error| refusal(&error))?;
    let kept = |bytes: &[u8], media_type: &str| Kept {
        sha256: Sha256Hex::of(bytes).to_string(),
        media_type: media_type.to_owned(),
        size: bytes.len() as u64,
    };
    // By what the bytes are, not by what they are called.
    let sent = kept(
        &bytes,
        PhotoFormat::of(&bytes)
            .map_err(|error| refusal(&error))?
            .media_type(),
    );
    let picture = Some(Picture {
        thumbnail: kept(&thumbnail, JPEG),
        thumbhash,
        width,
        height,
    });
    match photo::verify_stripped(&bytes) {
        Ok(()) => {
            let content = Content {
                file: sent,
                original: None,
                picture,
            };
            Ok(Prepared {
                files: vec![bytes, thumbnail],
                content,
            })
        }
        Err(FilesError::CarriesMetadata { .. } | FilesError::NotUpright) => {
            let content = Content {
                file: kept(&jpeg, JPEG),
                original: Some(sent),
                picture,
            };
            Ok(Prepared {
                files: vec![bytes, jpeg, thumbnail],
                content,
            })
        }
        Err(error) => Err(refusal(&error)),
    }
}

pub async fn content(who: Allowed<Read<Attachment>>, app: App, Id(id): Id) -> Result<Bytes, Problem> {
    let author = who.author();
    let attachment = app.read(move |db| attachment::visible(db, &author, id)).await?;
    blob(&app, attachment.stored_sha256).await
}

pub async fn thumbnail(who: Allowed<Read<Attachment>>, app: App, Id(id): Id) -> Result<Bytes, Problem> {
    let author = who.author();
    let attachment = app.read(move |db| attachment::visible(db, &author, id)).await?;
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

/// What a client is told of a file that can't be taken or found; what is ours to mend goes to the log alone.
fn refusal(error: &FilesError) -> ServiceError {
    let code = match &error {
        FilesError::Heic | FilesError::NotAPhoto => ErrorCode::UnsupportedMedia,
        FilesError::TooManyBytes { .. }
        | FilesError::TooManyPixels { .. }
        | FilesError::TooMuchMemory { .. } => ErrorCode::TooLarge,
        FilesError::BlobMissing(_) => ErrorCode::NotFound,
        FilesError::BlobDamaged(_)
        | FilesError::Folder { .. }
        | FilesError::Storage(_)
        | FilesError::Rendering(_) => {
            tracing::error!(%error, "files");
            let detail = "the file can't be kept or read now; nothing was changed, try again";
            return ServiceError::new(ErrorCode::Unavailable, detail);
        }
        _ => ErrorCode::Invalid,
    };
    ServiceError::new(code, error.to_string())
}
