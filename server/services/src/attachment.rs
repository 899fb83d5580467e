//! The bytes behind attachments: what is asked before they are taken, and what is written when they are kept.
use crate::author::{Author, Cause};
use crate::command::{change, fields};
use crate::error::ServiceError;
use crate::{load, rules, scope};
use onsite_model::attachment::Attachment;
use onsite_store::blobs::{self, Blob};
use onsite_store::{Db, Tx};
use serde_json::json;
use uuid::Uuid;

/// The attachment whose bytes an author wants to send or see.
///
/// # Errors
/// There is none, or none the author may see.
pub fn visible(db: &mut Db, author: &Author, id: Uuid) -> Result<Attachment, ServiceError> {
    let (row, attachment) = load::row::<Attachment>(db, id)?;
    if scope::sees(db, author, &row)? {
        Ok(attachment)
    } else {
        Err(ServiceError::not_found("attachment"))
    }
}

/// What is on disk of an attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The file itself: as sent where it carried no metadata, re-encoded otherwise.
    pub file: Kept,
    /// What was sent, where `file` is another.
    pub original: Option<Kept>,
    /// Only of pictures.
    pub picture: Option<Picture>,
}

/// One file on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub sha256: String,
    pub media_type: String,
    pub size: u64,
}

/// What is known of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub thumbnail: Kept,
    pub thumbhash: String,
    pub width: u32,
    pub height: u32,
}

/// Notes that an attachment's bytes are on disk, and says whether the original, where there is one beside, is to
/// stay: a signed sheet that names it makes it evidence, which is kept and never served.
///
/// # Errors
/// There is no such attachment, or the database is gone.
pub fn stored(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    content: &Content,
) -> Result<(Attachment, bool), ServiceError> {
    let mut set = fields([
        ("stored_at", json!(cause.now)),
        ("stored_sha256", json!(content.file.sha256)),
    ]);
    keep(tx, cause, &content.file)?;
    let attachment: Attachment = load::get(tx.db(), id)?;
    let mut keeps_original = false;
    if let Some(original) = &content.original {
        // Another attachment may stand on the same bytes.
        keeps_original =
            blobs::get(tx.db(), &original.sha256)?.is_some() || rules::is_evidence(tx, cause, &attachment)?;
        if keeps_original {
            keep(tx, cause, original)?;
        }
    }
    if let Some(picture) = &content.picture {
        keep(tx, cause, &picture.thumbnail)?;
        set.extend(fields([
            ("thumbnail_sha256", json!(picture.thumbnail.sha256)),
            ("thumbhash", json!(picture.thumbhash)),
            ("width", json!(picture.width)),
            ("height", json!(picture.height)),
        ]));
    }
    change::<Attachment>(tx, cause, id, None, set)?;
    Ok((load::get(tx.db(), id)?, keeps_original))
}

fn keep(tx: &mut Tx<'_>, cause: &Cause<'_>, kept: &Kept) -> Result<(), ServiceError> {
    let blob = Blob {
        sha256: kept.sha256.clone(),
        media_type: kept.media_type.clone(),
        size: kept.size,
        stored_at: cause.now,
    };
    Ok(blobs::add(tx, &blob)?)
}
