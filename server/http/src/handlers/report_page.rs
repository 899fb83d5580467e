//! The page behind a device's label, where whoever stands before it reports a fault. It tells of the device what the
//! label tells, and nothing else.
use super::client_page::{Words, told};
use crate::app::App;
use crate::input::multipart::Multipart;
use crate::input::path::Tag;
use crate::input::reader::Reader;
use crate::input::visitor::Network;
use crate::page::page;
use crate::permit::{Allowed, Public};
use crate::problem::Problem;
use crate::reply::Document;
use crate::tus::keep::{prepare, refusal};
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use minijinja::context;
use onsite_files::Sha256Hex;
use onsite_files::photo::{self, Limits};
use onsite_model::language::Language;
use onsite_services::attachment::Content;
use onsite_services::author::Author;
use onsite_services::fault_report::{self, Label, Report};
use onsite_services::words::asset_kind;
use schemars::JsonSchema;
use serde::Deserialize;
use sync_protocol::codes::ErrorCode;

/// A fault as a form tells it; a picture comes as `photo`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct Fault {
    words: String,
    name: String,
    phone: String,
    /// Where a receipt goes.
    #[serde(default)]
    email: String,
}

pub async fn show(
    _who: Allowed<Public>,
    app: App,
    (Tag(tag), reader): (Tag, Reader),
) -> Result<Document, Problem> {
    let language = reader.language(None);
    match label(&app, tag).await {
        Ok(label) => form(&app, &label, language, &Fault::default(), None).await,
        Err(problem) => explained(problem, language, &app).await,
    }
}

pub async fn report(
    _who: Allowed<Public>,
    app: App,
    (Tag(tag), reader, Network(address), Multipart { fields, file }): (
        Tag,
        Reader,
        Network,
        Multipart<Fault>,
    ),
) -> Result<Document, Problem> {
    let language = reader.language(None);
    let label = match label(&app, tag.clone()).await {
        Ok(label) => label,
        Err(problem) => return explained(problem, language, &app).await,
    };
    let photo = match file {
        Some(bytes) => kept(&app, bytes).await.map(Some),
        None => Ok(None),
    };
    let photo = match photo {
        Ok(photo) => photo,
        Err(problem) => return mistake(&app, &label, language, &fields, problem).await,
    };
    let fault = Report {
        tag,
        words: fields.words.clone(),
        name: fields.name.trim().to_owned(),
        phone: fields.phone.trim().to_owned(),
        email: Some(fields.email.trim().to_owned()).filter(|email| !email.is_empty()),
        photo,
        address,
        language,
    };
    let reported = app.write(Author::SYSTEM, move |tx, cause| {
        fault_report::report(tx, cause, &fault)
    });
    match reported.await {
        Ok(number) => {
            let filled = page(
                "reported.html",
                language,
                language.pick("We have got your report", "已收到您的报修"),
                &app,
                context! { number, receipt => !fields.email.trim().is_empty() },
            )
            .await?;
            Ok(Document::made(StatusCode::OK, filled))
        }
        Err(problem) => mistake(&app, &label, language, &fields, problem).await,
    }
}

async fn label(app: &App, tag: String) -> Result<Label, Problem> {
    app.read(move |db| fault_report::label(db, &tag)).await
}

/// Opens a picture, and keeps what was rendered anew of it: nothing of what its maker put beside it.
async fn kept(app: &App, bytes: Bytes) -> Result<Content, Problem> {
    let prepared = app
        .heavy(move || {
            let photo = photo::inspect(&bytes, &Limits::default()).map_err(|error| refusal(&error))?;
            prepare(photo.sha256.as_str(), photo.jpeg)
        })
        .await?;
    for bytes in prepared.files {
        let put = app.blobs.put(&Sha256Hex::of(&bytes), bytes).await;
        put.map_err(|error| refusal(&error))?;
    }
    Ok(prepared.content)
}

async fn form(
    app: &App,
    label: &Label,
    language: Language,
    filled_in: &Fault,
    problem: Option<(StatusCode, &'static str)>,
) -> Result<Document, Problem> {
    let values = context! {
        tag => label.tag.as_str(),
        kind => asset_kind(label.kind, language),
        problem => problem.map(|(_, text)| text),
        words => filled_in.words.as_str(),
        name => filled_in.name.as_str(),
        phone => filled_in.phone.as_str(),
        email => filled_in.email.as_str(),
    };
    let title = language.pick("Report a fault", "设备报修");
    let filled = page("report.html", language, title, app, values).await?;
    let status = problem.map_or(StatusCode::OK, |(status, _)| status);
    Ok(Document::made(status, filled))
}

/// The form again, with what was typed and what is wrong.
async fn mistake(
    app: &App,
    label: &Label,
    language: Language,
    fields: &Fault,
    problem: Problem,
) -> Result<Document, Problem> {
    let said = match problem.code() {
        ErrorCode::Throttled => (
            StatusCode::TOO_MANY_REQUESTS,
            language.pick(
                "There were several reports in the last hour. Please call us instead.",
                "过去一小时内已有多次报修，请直接致电我们。",
            ),
        ),
        ErrorCode::UnsupportedMedia | ErrorCode::TooLarge => (
            StatusCode::BAD_REQUEST,
            language.pick(
                "This picture can't be taken: JPEG, PNG or WebP of at most 20 MB. Send the report without it.",
                "无法接收此图片：仅支持 20 MB 以内的 JPEG、PNG 或 WebP。可不附图片提交。",
            ),
        ),
        ErrorCode::Invalid => (
            StatusCode::BAD_REQUEST,
            language.pick(
                "Something is missing or can't be taken. Please check what you entered; nothing was sent.",
                "有内容缺失或无法接受，请检查填写内容；尚未提交。",
            ),
        ),
        _ => return Err(problem),
    };
    form(app, label, language, fields, Some(said)).await
}

async fn explained(problem: Problem, language: Language, app: &App) -> Result<Document, Problem> {
    if problem.code() != ErrorCode::NotFound {
        return Err(problem);
    }
    let title = Words("Unknown label", "标签无效");
    let text = Words(
        "We know no device with this label. Check what it says, or call us.",
        "没有与此标签对应的设备。请核对标签内容，或致电我们。",
    );
    told(StatusCode::NOT_FOUND, title, text, language, app).await
}
