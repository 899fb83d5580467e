//! Bringing bytes to disk: part by part, each noted only when it is durable, so that an upload's offset never runs ahead
//! of its bytes, whatever is killed when.
use super::keep::{self, Prepared};
use super::turns::Hold;
use super::words::{self, Bringing};
use crate::app::App;
use crate::incoming::BodyStream;
use crate::problem::Problem;
use actix_web::web::BytesMut;
use aws_lc_rs::digest::Context;
use onsite_files::{FilesError, Part, Sha256Hex};
use onsite_services::author::Author;
use onsite_services::upload;
use onsite_store::uploads::{self, State, Upload};
use sync_protocol::codes::ErrorCode;

/// Bytes of a part: what a server that dies loses of a request at most, and what a phone sends again.
const PART: usize = 512 * 1024;

/// Adds a body to an upload of which `hold` is held and a turn was taken, from its byte `from` on. What came before the
/// body broke off stays, unless it came under a checksum, which only a whole body can have.
///
/// # Errors
/// The body does not go on where the upload stands, is too long, broke off, or was overtaken by a newer request.
pub(crate) async fn receive(
    app: &App,
    author: Author,
    hold: &mut Hold,
    upload: Upload,
    from: u64,
    bringing: Bringing,
    mut body: BodyStream,
) -> Result<Upload, Problem> {
    let room = words::room(upload.received(), upload.size, from, &bringing)?;
    if upload.state != State::Receiving {
        return Ok(upload);
    }
    let mut sum: Option<Context> = bringing.checksum.map(|checksum| checksum.begin());
    let mut writer = Writer {
        app,
        author,
        end: upload.received(),
        upload,
        waiting: BytesMut::new(),
        staged: Vec::new(),
    };
    let mut brought = 0_u64;
    let ended = loop {
        let chunk = tokio::select! {
            biased;
            () = hold.cut_off() => break Err(taken_over()),
            chunk = body.next() => chunk,
        };
        match chunk {
            Ok(Some(chunk)) => {
                brought += chunk.len() as u64;
                if brought > room {
                    break Err(words::too_many(room));
                }
                if let Some(sum) = &mut sum {
                    sum.update(&chunk);
                }
                writer.waiting.extend_from_slice(&chunk);
                if writer.waiting.len() >= PART {
                    writer.stage().await?;
                    if sum.is_none() {
                        writer.note().await?;
                    }
                }
            }
            Ok(None) if bringing.announced.is_some_and(|announced| brought < announced) => {
                break Err(Problem::malformed("the body broke off"));
            }
            Ok(None) => break Ok(()),
            Err(problem) => break Err(problem),
        }
    };
    match (bringing.checksum, sum) {
        (Some(checksum), Some(sum)) => {
            ended?;
            checksum.fits(sum)?;
            writer.stage().await?;
            writer.note().await?;
        }
        _ => {
            writer.stage().await?;
            writer.note().await?;
            ended?;
        }
    }
    Ok(writer.upload)
}

fn taken_over() -> Problem {
    let detail = "a newer request goes on with this upload; what came before it was kept";
    Problem::new(ErrorCode::TakenOver, detail)
}

/// The end of an upload on its way to the disk.
struct Writer<'a> {
    app: &'a App,
    author: Author,
    upload: Upload,
    /// Where the next part starts.
    end: u64,
    waiting: BytesMut,
    /// On disk, and not noted.
    staged: Vec<uploads::Part>,
}

impl Writer<'_> {
    /// Brings what waits to disk.
    async fn stage(&mut self) -> Result<(), Problem> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let bytes = self.waiting.split().freeze();
        let part = uploads::Part {
            start: self.end,
            length: bytes.len() as u64,
            turn: self.upload.turn,
        };
        let staged = self.app.blobs.stage(self.upload.id, &on_disk(&part), bytes).await;
        staged.map_err(|error| keep::refusal(&error))?;
        self.end += part.length;
        self.staged.push(part);
        Ok(())
    }

    /// Notes what is on disk; from here on it counts.
    async fn note(&mut self) -> Result<(), Problem> {
        if self.staged.is_empty() {
            return Ok(());
        }
        let (id, turn, parts) = (self.upload.id, self.upload.turn, std::mem::take(&mut self.staged));
        let noted = self.app.write(self.author, move |tx, cause| {
            upload::received(tx, cause, id, turn, &parts)
        });
        self.upload = noted.await?;
        Ok(())
    }
}

fn on_disk(part: &uploads::Part) -> Part {
    Part {
        start: part.start,
        length: part.length,
        turn: part.turn,
    }
}

/// Ends an upload of which every byte is there: checks them, makes what is kept, and attaches it if the record has come.
/// One that misses bytes, or was ended, is left as it is.
///
/// # Errors
/// The bytes are not what was announced, or nothing that is taken; the upload is given up then. Or they can't be kept
/// now, and the upload stands.
pub(crate) async fn finish(app: &App, author: Author, upload: Upload) -> Result<Upload, Problem> {
    match upload.state {
        State::Receiving if upload.received() == upload.size => {}
        State::Receiving | State::Attached => return Ok(upload),
        State::Kept => return end(app, author, &upload).await,
    }
    let parts: Vec<Part> = upload.parts.iter().map(on_disk).collect();
    let prepared = match app.blobs.composed(upload.id, &parts).await {
        Ok(bytes) => {
            let announced = upload.sha256.clone();
            app.heavy(move || keep::prepare(&announced, bytes.into())).await
        }
        Err(error) => Err(keep::refusal(&error).into()),
    };
    let Prepared { files, content } = match prepared {
        Ok(prepared) => prepared,
        Err(problem) if problem.code() == ErrorCode::Unavailable => return Err(problem),
        Err(problem) => {
            // Sending the same bytes again would end the same way.
            let (id, turn) = (upload.id, upload.turn);
            let spoilt = app.write(author, move |tx, cause| upload::spoilt(tx, cause, id, turn));
            if let Some(ended) = spoilt.await? {
                return Ok(ended);
            }
            clear(app, &upload).await;
            return Err(problem);
        }
    };
    let id = upload.id;
    app.write(author, move |tx, cause| upload::checked(tx, cause, id, &content))
        .await?;
    for bytes in files {
        let put = app.blobs.put(&Sha256Hex::of(&bytes), bytes).await;
        put.map_err(|error: FilesError| keep::refusal(&error))?;
    }
    let upload = end(app, author, &upload).await?;
    clear(app, &upload).await;
    Ok(upload)
}

async fn end(app: &App, author: Author, upload: &Upload) -> Result<Upload, Problem> {
    let id = upload.id;
    app.write(author, move |tx, cause| upload::finish(tx, cause, id))
        .await
}

/// Gives an upload up: nothing of it stays.
///
/// # Errors
/// There is no such upload of the author's.
pub(crate) async fn give_up(app: &App, author: Author, upload: &Upload) -> Result<(), Problem> {
    let id = upload.id;
    app.write(author, move |tx, cause| upload::terminate(tx, cause, id))
        .await?;
    clear(app, upload).await;
    Ok(())
}

/// Removes an upload's parts, which nobody needs any more; where that fails, the jobs do it later.
async fn clear(app: &App, upload: &Upload) {
    if let Err(error) = app.blobs.unstage(upload.id).await {
        tracing::warn!(upload = %upload.id, %error, "parts of an upload could not be removed now");
    }
}
