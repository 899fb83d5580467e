//! Uploads: files that come in parts, for attachments whose records may come before or after them.
//!
//! An upload is its user's own; another's looks like one that doesn't exist. Each request that takes hold of it takes
//! a turn, and only the last turn may add bytes: so two requests that fight over it, in one process or in two, never
//! make its offset go wrong. Bytes are on disk before they are noted here. Once all are there and checked, they are kept
//! by their SHA-256 for the attachment they were announced for, and attached as soon as its record is there.
use crate::attachment::{self, Content};
use crate::author::{Author, Cause};
use crate::error::ServiceError;
use crate::load;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::attachment::{Attachment, MAX_BYTES};
use onsite_store::uploads::{self, Part, State, Upload};
use onsite_store::{Db, Tx, blobs};
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// How long an upload may be left alone: a phone can be without a network for a month.
pub const EXPIRES_AFTER: TimeDelta = TimeDelta::days(30);

/// How long bytes wait for their record. It may be in a phone that is lost and found, and while it is in quarantine they
/// wait on.
pub const KEPT_FOR: TimeDelta = TimeDelta::days(90);

/// Most uploads of one user that are not attached.
const MOST_PENDING: usize = 2000;

/// Most parts of an upload: 40 make the largest file, a bad network makes some more.
const MOST_PARTS: usize = 1000;

/// A file as it is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Whether or not its record is known yet.
    pub attachment_id: Uuid,
    /// 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// In bytes.
    pub size: u64,
    /// The whole announcement in its client's words, to be told again.
    pub metadata: String,
}

/// Begins an upload. One that its user began for the same file is replaced: of two, the newer is the one somebody
/// knows of. A file that is known already is finished at once. `quota` is how many bytes of one user may wait for
/// the rest or for their record.
///
/// # Errors
/// The announcement is not acceptable or does not fit the record, or the quota is used up.
pub fn create(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    announced: &Announced,
    quota: u64,
) -> Result<Upload, ServiceError> {
    let user = cause.author.user.ok_or_else(ServiceError::forbidden)?;
    acceptable(announced)?;
    if let Some(record) = record(tx.db(), cause.author, announced.attachment_id)?
        && (record.sha256 != announced.sha256 || record.size != announced.size)
    {
        let detail = "the attachment was announced with other bytes; send those, or make a new attachment";
        return Err(ServiceError::new(ErrorCode::Invalid, detail).field("Upload-Metadata"));
    }
    let (same, others): (Vec<Upload>, Vec<Upload>) = uploads::pending_of(tx.db(), user)?
        .into_iter()
        .partition(|one| one.attachment_id == announced.attachment_id && one.sha256 == announced.sha256);
    for one in &same {
        uploads::remove(tx, one.id)?;
    }
    let waiting: u64 = others.iter().map(|one| one.size).sum();
    if waiting.saturating_add(announced.size) > quota || others.len() >= MOST_PENDING {
        let detail =
            format!("{waiting} bytes of yours wait for the rest or for their record; finish those first");
        return Err(ServiceError::new(ErrorCode::QuotaExceeded, detail));
    }
    let mut upload = Upload {
        id,
        user_id: user,
        attachment_id: announced.attachment_id,
        sha256: announced.sha256.clone(),
        size: announced.size,
        metadata: announced.metadata.clone(),
        state: State::Receiving,
        turn: 0,
        content: None,
        discard: None,
        created_at: cause.now,
        expires_at: cause.now + EXPIRES_AFTER,
        parts: Vec::new(),
    };
    let kept = same.into_iter().find(|one| one.state == State::Kept);
    let content = match kept {
        Some(one) => content_of(&one)?,
        None => known(tx.db(), announced)?,
    };
    if let Some(content) = content {
        upload.content = Some(written(&content)?);
        upload.state = State::Kept;
        upload.expires_at = cause.now + KEPT_FOR;
    }
    uploads::add(tx, &upload)?;
    if upload.state == State::Kept {
        attach(tx, cause, &mut upload)?;
    }
    Ok(upload)
}

fn acceptable(announced: &Announced) -> Result<(), ServiceError> {
    let digits = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    if announced.sha256.len() != 64 || !digits(&announced.sha256) {
        let detail = "sha256 takes 64 lower-case hexadecimal digits";
        return Err(ServiceError::new(ErrorCode::Invalid, detail).field("Upload-Metadata"));
    }
    if announced.size == 0 {
        let detail = "an attachment has at least one byte";
        return Err(ServiceError::new(ErrorCode::Invalid, detail).field("Upload-Length"));
    }
    if announced.size > MAX_BYTES {
        let detail = format!("an attachment has at most {MAX_BYTES} bytes");
        return Err(ServiceError::new(ErrorCode::TooLarge, detail).field("Upload-Length"));
    }
    Ok(())
}

/// The live record, if the author may send its bytes; to anybody else it looks like one that hasn't come yet.
fn record(db: &mut Db, author: &Author, id: Uuid) -> Result<Option<Attachment>, ServiceError> {
    let (row, attachment) = match load::row::<Attachment>(db, id) {
        Ok(found) => found,
        Err(error) if error.code == ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(attachment::may_be_sent_by(db, author, &row)?.then_some(attachment))
}

fn known(db: &mut Db, announced: &Announced) -> Result<Option<Content>, ServiceError> {
    let kept = uploads::kept(db, &announced.sha256)?;
    let content = match kept.first() {
        Some(one) => content_of(one)?,
        None => attachment::known(db, &announced.sha256)?,
    };
    Ok(content.filter(|content| content.sent().size == announced.size))
}

fn content_of(upload: &Upload) -> Result<Option<Content>, ServiceError> {
    let content = upload.content.as_deref().map(serde_json::from_str).transpose();
    content.map_err(|error| unreadable(upload.id, &error))
}

fn written(content: &Content) -> Result<String, ServiceError> {
    serde_json::to_string(content).map_err(|error| unreadable(Uuid::nil(), &error))
}

fn unreadable(upload: Uuid, error: &serde_json::Error) -> ServiceError {
    tracing::error!(%upload, %error, "what is kept of an upload can't be read or written");
    ServiceError::new(
        ErrorCode::Internal,
        "something went wrong here; nothing was saved",
    )
}

/// The author's upload as it stands.
///
/// # Errors
/// There is none, or it is another's; or it has expired.
pub fn own(db: &mut Db, author: &Author, id: Uuid, now: DateTime<Utc>) -> Result<Upload, ServiceError> {
    let found = uploads::get(db, id)?.filter(|upload| author.user == Some(upload.user_id));
    let upload = found.ok_or_else(|| ServiceError::not_found("upload"))?;
    if upload.expires_at <= now {
        let detail = "it was not continued in time; begin a new one";
        return Err(ServiceError::new(ErrorCode::UploadExpired, detail));
    }
    Ok(upload)
}

/// Takes a turn: from now on no earlier request adds bytes.
///
/// # Errors
/// As [`own`].
pub fn take(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid) -> Result<Upload, ServiceError> {
    let mut upload = own(tx.db(), cause.author, id, cause.now)?;
    upload.turn += 1;
    uploads::save(tx, &upload)?;
    Ok(upload)
}

/// Notes parts that are on disk, and gives the upload another 30 days.
///
/// # Errors
/// As [`own`]; or a later request has taken the upload over, and none of the parts counts.
pub fn received(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    turn: u64,
    parts: &[Part],
) -> Result<Upload, ServiceError> {
    let mut upload = own(tx.db(), cause.author, id, cause.now)?;
    let follows = parts.first().is_none_or(|part| part.start == upload.received());
    if upload.turn != turn || upload.state != State::Receiving || !follows {
        return Err(taken_over());
    }
    if upload.parts.len() + parts.len() > MOST_PARTS {
        let detail = "it came in too many pieces; begin anew and send larger ones";
        return Err(ServiceError::new(ErrorCode::Invalid, detail));
    }
    uploads::add_parts(tx, id, parts)?;
    upload.parts.extend(parts);
    upload.expires_at = cause.now + EXPIRES_AFTER;
    uploads::save(tx, &upload)?;
    Ok(upload)
}

/// Notes what is about to be kept, before it is: whoever clears the disk of what nobody needs finds it here.
///
/// # Errors
/// As [`own`].
pub fn checked(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid, content: &Content) -> Result<(), ServiceError> {
    let mut upload = own(tx.db(), cause.author, id, cause.now)?;
    upload.content = Some(written(content)?);
    Ok(uploads::save(tx, &upload)?)
}

/// Ends an upload whose content is kept: attached, if its record is there; otherwise it waits for that. Doing it
/// again changes nothing.
///
/// # Errors
/// As [`own`].
pub fn finish(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid) -> Result<Upload, ServiceError> {
    let mut upload = own(tx.db(), cause.author, id, cause.now)?;
    if upload.state == State::Receiving {
        upload.state = State::Kept;
        upload.expires_at = cause.now + KEPT_FOR;
        uploads::forget_parts(tx, id)?;
        upload.parts.clear();
    }
    if upload.state == State::Kept {
        attach(tx, cause, &mut upload)?;
    }
    Ok(upload)
}

fn attach(tx: &mut Tx<'_>, cause: &Cause<'_>, upload: &mut Upload) -> Result<(), ServiceError> {
    let record = record(tx.db(), cause.author, upload.attachment_id)?;
    if let (Some(record), Some(content)) = (record, content_of(upload)?)
        && record.sha256 == upload.sha256
    {
        upload.discard = attachment::stored(tx, cause, upload.attachment_id, &content)?;
        upload.state = State::Attached;
    }
    Ok(uploads::save(tx, upload)?)
}

/// Gives a record that comes the bytes that came before it, whoever sent them: they are what it announces.
///
/// # Errors
/// They are a picture where it announces a document or the other way round, or the database is gone.
pub(crate) fn await_no_longer(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    attachment: &mut Attachment,
) -> Result<(), ServiceError> {
    for mut upload in uploads::kept(tx.db(), &attachment.sha256)? {
        if upload.attachment_id != id {
            continue;
        }
        if let Some(content) = content_of(&upload)? {
            upload.discard = attachment::settle(tx, cause, attachment, &content)?;
            upload.state = State::Attached;
            uploads::save(tx, &upload)?;
        }
    }
    Ok(())
}

/// Gives an upload up whose bytes turned out not to be what they should, unless another request has ended it meanwhile:
/// then it is returned as it stands.
///
/// # Errors
/// As [`own`]; or a later request has taken the upload over.
pub fn spoilt(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    turn: u64,
) -> Result<Option<Upload>, ServiceError> {
    let upload = own(tx.db(), cause.author, id, cause.now)?;
    if upload.state != State::Receiving {
        return Ok(Some(upload));
    }
    if upload.turn != turn {
        return Err(taken_over());
    }
    uploads::remove(tx, id)?;
    Ok(None)
}

fn taken_over() -> ServiceError {
    let detail = "a newer request goes on with this upload; ask it how far it has come";
    ServiceError::new(ErrorCode::TakenOver, detail)
}

/// Gives an upload up.
///
/// # Errors
/// As [`own`].
pub fn terminate(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid) -> Result<(), ServiceError> {
    let upload = own(tx.db(), cause.author, id, cause.now)?;
    match upload.discard {
        // Its last trace is needed until the file is gone.
        Some(_) => Ok(()),
        None => Ok(uploads::remove(tx, id)?),
    }
}

/// Forgets uploads that nobody continued in time, and attached ones nobody asks about any more, at most `limit`;
/// returns how many.
///
/// # Errors
/// The database is gone.
pub fn forget_expired(tx: &mut Tx<'_>, now: DateTime<Utc>, limit: i64) -> Result<usize, ServiceError> {
    let expired = uploads::expired(tx.db(), &[State::Receiving, State::Attached], now, limit)?;
    for upload in &expired {
        uploads::remove(tx, upload.id)?;
    }
    Ok(expired.len())
}

/// Forgets a file whose record has not come in all its time, or lets it wait on where `named` says that something
/// speaks of it: its record may lie in quarantine.
///
/// # Errors
/// The database is gone.
pub fn forget_kept(tx: &mut Tx<'_>, id: Uuid, named: bool, now: DateTime<Utc>) -> Result<(), ServiceError> {
    match uploads::get(tx.db(), id)? {
        Some(mut upload) if upload.state == State::Kept && named => {
            upload.expires_at = now + EXPIRES_AFTER;
            Ok(uploads::save(tx, &upload)?)
        }
        Some(upload) if upload.state == State::Kept => Ok(uploads::remove(tx, id)?),
        _ => Ok(()),
    }
}

/// What becomes of an original that an attached upload left on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing stands on it.
    Goes,
    /// Another attachment's evidence.
    Stays,
    /// Another upload of the same bytes is under way, which may make evidence of it.
    Undecided,
}

/// What is to become of a file now.
///
/// # Errors
/// The database can't be read.
pub fn fate(db: &mut Db, sha256: &str) -> Result<Fate, ServiceError> {
    if blobs::get(db, sha256)?.is_some() {
        return Ok(Fate::Stays);
    }
    let uploads = uploads::of_file(db, sha256)?;
    let attached = uploads.iter().all(|upload| upload.state == State::Attached);
    Ok(if attached { Fate::Goes } else { Fate::Undecided })
}

/// Notes that an original is gone, or stays for another's sake.
///
/// # Errors
/// The database is gone.
pub fn discarded(tx: &mut Tx<'_>, id: Uuid) -> Result<(), ServiceError> {
    if let Some(mut upload) = uploads::get(tx.db(), id)? {
        upload.discard = None;
        uploads::save(tx, &upload)?;
    }
    Ok(())
}
