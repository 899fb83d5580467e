//! The bytes behind attachments: who may see and send them, and what is written when they are kept.
use crate::author::{Author, Cause};
use crate::command::{change, fields};
use crate::error::ServiceError;
use crate::{load, rules, scope};
use onsite_model::attachment::Attachment;
use onsite_model::invalid::Invalid;
use onsite_store::blobs::{self, Blob};
use onsite_store::rows::StoredRow;
use onsite_store::{Db, Tx, history, quarantine};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The attachment whose bytes an author wants to see.
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

/// Whether the author may send an attachment's bytes: those who see it, and whoever took the photo, also when the
/// place is no longer theirs by the time the phone finds a network.
///
/// # Errors
/// The database can't be read.
pub(crate) fn may_be_sent_by(db: &mut Db, author: &Author, row: &StoredRow) -> Result<bool, ServiceError> {
    if scope::sees(db, author, row)? {
        return Ok(true);
    }
    let Some(first) = history::of_row(db, row.id, i64::MAX)?.pop() else {
        return Ok(false);
    };
    // A record that was released from quarantine was written by a dispatcher.
    let took = match quarantine::of_operation(db, first.operation)? {
        Some(kept) => kept.user_id,
        None => first.user_id,
    };
    Ok(author.user.is_some() && took == author.user)
}

/// What is on disk of an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The file itself: as sent where it carried no metadata, re-encoded otherwise.
    pub file: Kept,
    /// What was sent, where `file` is another.
    pub original: Option<Kept>,
    /// Only of pictures.
    pub picture: Option<Picture>,
}

impl Content {
    /// What was sent.
    pub fn sent(&self) -> &Kept {
        self.original.as_ref().unwrap_or(&self.file)
    }
}

/// One file on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub sha256: String,
    pub media_type: String,
    pub size: u64,
}

/// What is known of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub thumbnail: Kept,
    /// Base64 of a JPEG small enough to travel with the record.
    pub preview: String,
    pub thumbhash: String,
    pub width: u32,
    pub height: u32,
}

/// Notes in an attachment's record what is kept of it, and returns the address of the original if that is not to
/// stay. Where there is an original beside the file, it stays only when a signed sheet names it, which makes it
/// evidence that is kept and never served, or when another attachment stands on the same bytes.
///
/// # Errors
/// A picture turned out to be a document or the other way round, or the database is gone.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    attachment: &mut Attachment,
    content: &Content,
) -> Result<Option<String>, ServiceError> {
    if attachment.is_picture() != content.picture.is_some() {
        let detail = format!("its bytes are {}", content.file.media_type);
        return Err(Invalid::new("media_type", detail).into());
    }
    keep(tx, cause, &content.file)?;
    let mut discard = None;
    if let Some(original) = &content.original {
        if blobs::get(tx.db(), &original.sha256)?.is_some() || rules::is_evidence(tx, cause, attachment)? {
            keep(tx, cause, original)?;
        } else {
            discard = Some(original.sha256.clone());
        }
    }
    attachment.stored_at = Some(cause.now);
    attachment.stored_sha256 = Some(content.file.sha256.clone());
    if let Some(picture) = &content.picture {
        keep(tx, cause, &picture.thumbnail)?;
        attachment.thumbnail_sha256 = Some(picture.thumbnail.sha256.clone());
        attachment.preview = Some(picture.preview.clone());
        attachment.thumbhash = Some(picture.thumbhash.clone());
        attachment.width = Some(picture.width);
        attachment.height = Some(picture.height);
    }
    Ok(discard)
}

/// Notes that the bytes of a known attachment are kept; one that has them already is left as it is. Returns the
/// original's address as [`settle`] does.
///
/// # Errors
/// There is no such attachment, or as [`settle`].
pub(crate) fn stored(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    content: &Content,
) -> Result<Option<String>, ServiceError> {
    let mut attachment: Attachment = load::get(tx.db(), id)?;
    let stands = attachment.stored_sha256.as_ref() == Some(&content.file.sha256);
    let stored_at = attachment.stored_at;
    let discard = settle(tx, cause, &mut attachment, content)?;
    if stands {
        attachment.stored_at = stored_at;
    }
    let set = fields([
        ("stored_at", json!(attachment.stored_at)),
        ("stored_sha256", json!(attachment.stored_sha256)),
        ("thumbnail_sha256", json!(attachment.thumbnail_sha256)),
        ("preview", json!(attachment.preview)),
        ("thumbhash", json!(attachment.thumbhash)),
        ("width", json!(attachment.width)),
        ("height", json!(attachment.height)),
    ]);
    // By the server's own hand: who may send the bytes was checked, and may no longer have the place.
    change::<Attachment>(tx, &cause.effect(), id, None, set)?;
    Ok(discard)
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

/// What is kept of a file that some attachment was stored with; `None` where it has to be sent.
///
/// # Errors
/// The database can't be read.
pub(crate) fn known(db: &mut Db, sha256: &str) -> Result<Option<Content>, ServiceError> {
    let Some(sent) = kept(db, Some(sha256))? else {
        return Ok(None);
    };
    let Some(id) = blobs::attachment_with(db, sha256)? else {
        return Ok(None);
    };
    let attachment: Attachment = load::get(db, id)?;
    if !attachment.is_picture() {
        return Ok(Some(Content {
            file: sent,
            original: None,
            picture: None,
        }));
    }
    let (Some(file), Some(thumbnail)) = (
        kept(db, attachment.stored_sha256.as_deref())?,
        kept(db, attachment.thumbnail_sha256.as_deref())?,
    ) else {
        return Ok(None);
    };
    let (Some(preview), Some(thumbhash), Some(width), Some(height)) = (
        attachment.preview,
        attachment.thumbhash,
        attachment.width,
        attachment.height,
    ) else {
        return Ok(None);
    };
    let picture = Picture {
        thumbnail,
        preview,
        thumbhash,
        width,
        height,
    };
    Ok(Some(Content {
        original: (sent != file).then_some(sent),
        file,
        picture: Some(picture),
    }))
}

fn kept(db: &mut Db, sha256: Option<&str>) -> Result<Option<Kept>, ServiceError> {
    let Some(sha256) = sha256 else { return Ok(None) };
    let found = blobs::get(db, sha256)?;
    Ok(found.map(|blob| Kept {
        sha256: blob.sha256,
        media_type: blob.media_type,
        size: blob.size,
    }))
}
