//! Uploads by tus: begun for an attachment, whose record may come before or after, continued after any interruption on
//! any server of the same database, and ended with the attachment having its bytes.
use crate::app::App;
use crate::incoming::BodyStream;
use crate::input::path::Id;
use crate::input::tus::{TusBody, TusHead};
use crate::permit::{Allowed, Public, Write};
use crate::problem::Problem;
use crate::reply::NoContent;
use crate::tus::receive::{finish, give_up, receive};
use crate::tus::reply::{Advanced, Begun, Overridden, Spoken, Standing};
use crate::tus::words::Headers;
use onsite_model::attachment::Attachment;
use onsite_model::ids::new_id;
use onsite_services::author::Author;
use onsite_services::upload;
use onsite_store::uploads::{State, Upload};
use std::future::Future;
use sync_protocol::codes::ErrorCode;
use tracing::Instrument;
use uuid::Uuid;

pub async fn options(_: Allowed<Public>, _app: App, (): ()) -> Result<Spoken, Problem> {
    Ok(Spoken)
}

pub async fn begin(who: Allowed<Write<Attachment>>, app: App, sent: TusBody) -> Result<Begun, Problem> {
    let TusBody {
        headers, mut body, ..
    } = sent;
    headers.version()?;
    let announced = headers.announced()?;
    let brings = headers.brings_bytes().then(|| headers.bringing()).transpose()?;
    let (author, id, quota) = (who.author(), new_id(app.now()), app.limits.unfinished_bytes);
    let begun = app.write(author, move |tx, cause| {
        upload::create(tx, cause, id, &announced, quota)
    });
    let begun = begun.await?;
    let Some(bringing) = brings else {
        return Ok(Begun(begun));
    };
    if begun.state != State::Receiving {
        // It is known: what is sent along all the same is let pass, so that the client reads the answer.
        body.drain().await?;
        return Ok(Begun(begun));
    }
    to_the_end(async move {
        let mut hold = app.uploads().take_over(id).await;
        let upload = take(&app, author, id).await?;
        let from = upload.received();
        let upload = receive(&app, author, &mut hold, upload, from, bringing, body).await?;
        Ok(Begun(finish(&app, author, upload).await?))
    })
    .await
}

pub async fn stand(
    who: Allowed<Write<Attachment>>,
    app: App,
    (Id(id), TusHead(headers)): (Id, TusHead),
) -> Result<Standing, Problem> {
    headers.version()?;
    let author = who.author();
    own(&app, author, id).await?;
    to_the_end(async move {
        let _hold = app.uploads().take_over(id).await;
        let upload = take(&app, author, id).await?;
        Ok(Standing(finish(&app, author, upload).await?))
    })
    .await
}

pub async fn go_on(
    who: Allowed<Write<Attachment>>,
    app: App,
    (Id(id), sent): (Id, TusBody),
) -> Result<Advanced, Problem> {
    append(&app, who.author(), id, sent.headers, sent.body).await
}

pub async fn terminate(
    who: Allowed<Write<Attachment>>,
    app: App,
    (Id(id), TusHead(headers)): (Id, TusHead),
) -> Result<NoContent, Problem> {
    remove(&app, who.author(), id, &headers).await
}

/// For clients that can send nothing but GET and POST.
pub async fn overridden(
    who: Allowed<Write<Attachment>>,
    app: App,
    (Id(id), sent): (Id, TusBody),
) -> Result<Overridden, Problem> {
    let TusBody { headers, body, meant } = sent;
    match meant.as_deref() {
        Some("PATCH") => append(&app, who.author(), id, headers, body)
            .await
            .map(|advanced| Overridden::Advanced(Box::new(advanced))),
        Some("DELETE") => remove(&app, who.author(), id, &headers)
            .await
            .map(Overridden::Gone),
        _ => {
            let detail = "say with X-HTTP-Method-Override whether this is a PATCH or a DELETE";
            Err(Problem::new(ErrorCode::MethodNotAllowed, detail).field("X-HTTP-Method-Override"))
        }
    }
}

async fn append(
    app: &App,
    author: Author,
    id: Uuid,
    headers: Headers,
    body: BodyStream,
) -> Result<Advanced, Problem> {
    headers.version()?;
    let (bringing, from) = (headers.bringing()?, headers.from()?);
    own(app, author, id).await?;
    let app = app.clone();
    to_the_end(async move {
        let mut hold = app.uploads().take_over(id).await;
        let upload = take(&app, author, id).await?;
        let upload = receive(&app, author, &mut hold, upload, from, bringing, body).await?;
        Ok(Advanced(finish(&app, author, upload).await?))
    })
    .await
}

async fn remove(app: &App, author: Author, id: Uuid, headers: &Headers) -> Result<NoContent, Problem> {
    headers.version()?;
    own(app, author, id).await?;
    let app = app.clone();
    to_the_end(async move {
        let _hold = app.uploads().take_over(id).await;
        let upload = take(&app, author, id).await?;
        give_up(&app, author, &upload).await?;
        Ok(NoContent)
    })
    .await
}

/// Whether the upload is the author's, before anybody is cut off for it.
async fn own(app: &App, author: Author, id: Uuid) -> Result<(), Problem> {
    let now = app.now();
    app.read(move |db| upload::own(db, &author, id, now).map(drop))
        .await
}

async fn take(app: &App, author: Author, id: Uuid) -> Result<Upload, Problem> {
    app.write(author, move |tx, cause| upload::take(tx, cause, id))
        .await
}

/// Runs work to its end even when the client goes away meanwhile: what it sent is to be kept.
async fn to_the_end<T: 'static>(
    work: impl Future<Output = Result<T, Problem>> + 'static,
) -> Result<T, Problem> {
    actix_web::rt::spawn(work.in_current_span())
        .await
        .unwrap_or_else(|_| Err(Problem::internal()))
}
