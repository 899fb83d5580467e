//! What is kept of a file that was sent: judged by its bytes alone, photos freed of metadata, documents as they are, and what
//! is told where one can't be taken.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use onsite_files::photo::{self, Limits, Photo, PhotoFormat};
use onsite_files::{FilesError, Sha256Hex, document};
use onsite_services::ServiceError;
use onsite_services::attachment::{Content, Kept, Picture};
use sync_protocol::codes::ErrorCode;

const JPEG: &str = "image/jpeg";

/// What was made of a file: the files to write, and what is noted of them.
pub(crate) struct Prepared {
    pub(crate) files: Vec<Vec<u8>>,
    pub(crate) content: Content,
}

/// Checks that these are the announced bytes, and makes what is kept of them. A document stays as it is, and so does a photo
/// without metadata, since a sheet may be signed over it; any other photo is made anew without.
pub(crate) fn prepare(announced: &str, bytes: Vec<u8>) -> Result<Prepared, ServiceError> {
    if Sha256Hex::of(&bytes).as_str() != announced {
        let detail = "these are not the bytes that were announced; begin anew and send them again";
        return Err(ServiceError::new(ErrorCode::Invalid, detail).field("sha256"));
    }
    let kept = |bytes: &[u8], media_type: &str| Kept {
        sha256: Sha256Hex::of(bytes).to_string(),
        media_type: media_type.to_owned(),
        size: bytes.len() as u64,
    };
    if document::is_pdf(&bytes) {
        let content = Content {
            file: kept(&bytes, document::PDF),
            original: None,
            picture: None,
        };
        return Ok(Prepared {
            files: vec![bytes],
            content,
        });
    }
    // By what the bytes are, not by what they are called.
    let format = PhotoFormat::of(&bytes).map_err(|error| match error {
        FilesError::NotAPhoto => {
            let detail = "the file is neither a JPEG, PNG or WebP picture nor a PDF document";
            ServiceError::new(ErrorCode::UnsupportedMedia, detail)
        }
        error => refusal(&error),
    })?;
    let Photo {
        width,
        height,
        jpeg,
        thumbnail,
        preview,
        thumbhash,
        ..
    } = photo::inspect(&bytes, &Limits::default()).map_err(|error| refusal(&error))?;
    let sent = kept(&bytes, format.media_type());
    let picture = Some(Picture {
        thumbnail: kept(&thumbnail, JPEG),
        preview: STANDARD.encode(preview),
        thumbhash,
        width,
        height,
    });
    match photo::verify_stripped(&bytes) {
        Ok(()) => Ok(Prepared {
            files: vec![bytes, thumbnail],
            content: Content {
                file: sent,
                original: None,
                picture,
            },
        }),
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

/// What a client is told of a file that can't be taken or found; what is ours to mend goes to the log alone.
pub(crate) fn refusal(error: &FilesError) -> ServiceError {
    let code = match &error {
        FilesError::Heic | FilesError::NotAPhoto => ErrorCode::UnsupportedMedia,
        FilesError::TooManyBytes { .. }
        | FilesError::TooManyPixels { .. }
        | FilesError::TooMuchMemory { .. } => ErrorCode::TooLarge,
        FilesError::BlobMissing(_) => ErrorCode::NotFound,
        FilesError::PartMissing { .. } => {
            tracing::error!(%error, "files");
            let detail = "the storage lost bytes of this upload; begin anew";
            return ServiceError::new(ErrorCode::UploadExpired, detail);
        }
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
