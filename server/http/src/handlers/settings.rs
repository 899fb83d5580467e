//! The settings in force, how mails would read, and what clients' pages look like.
use crate::app::App;
use crate::input::body::Body;
use crate::input::brand::{Logo, Look};
use crate::page::brand_style;
use crate::permit::{Allowed, LoggedIn, Public, Write};
use crate::problem::Problem;
use crate::reply::{Bytes, Document, Json};
use onsite_mail::{MailKind, Rendered, placeholders, preview, usual_template};
use onsite_model::language::Language;
use onsite_model::mail_template::MailTemplate;
use onsite_services::ServiceError;
use onsite_services::settings::{self, InForce};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_protocol::codes::ErrorCode;

pub async fn in_force(_who: Allowed<LoggedIn>, app: App, (): ()) -> Result<Json<InForce>, Problem> {
    let state = app.clone();
    app.read(move |db| Ok(Json(settings::in_force(db, &state.house)?)))
        .await
}

/// A kind of mail, as a template for it can be written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KindOfMail {
    kind: &'static str,
    /// What stands for facts between double braces.
    placeholders: Vec<String>,
    /// The words where nobody wrote others.
    usual: Vec<Usual>,
}

/// The words of a kind in one language.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Usual {
    language: Language,
    source: &'static str,
}

pub async fn mail_kinds(
    _who: Allowed<LoggedIn>,
    _app: App,
    (): (),
) -> Result<Json<Vec<KindOfMail>>, Problem> {
    let kinds = MailKind::ALL.map(|kind| KindOfMail {
        kind: kind.as_str(),
        placeholders: placeholders(kind),
        usual: [Language::En, Language::ZhCn]
            .map(|language| Usual {
                language,
                source: usual_template(kind, language),
            })
            .into(),
    });
    Ok(Json(kinds.into()))
}

/// A mail to look at before its template is kept.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct PreviewWanted {
    kind: String,
    language: Language,
    /// Absent for the words in force.
    #[serde(default)]
    source: Option<String>,
}

/// A mail in words.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MailPreview {
    subject: String,
    text: String,
    /// The logo, which a mail brings along, is the one at `/pages/logo.png`.
    html: String,
}

impl From<Rendered> for MailPreview {
    fn from(rendered: Rendered) -> MailPreview {
        MailPreview {
            subject: rendered.subject,
            text: rendered.text,
            html: rendered
                .html
                .replace("src=\"cid:logo\"", "src=\"/pages/logo.png\""),
        }
    }
}

pub async fn mail_preview(
    _who: Allowed<Write<MailTemplate>>,
    app: App,
    (Look(brand), Body(wanted)): (Look, Body<PreviewWanted>),
) -> Result<Json<MailPreview>, Problem> {
    let PreviewWanted {
        kind,
        language,
        source,
    } = wanted;
    let kind = MailKind::from_name(&kind)
        .ok_or_else(|| Problem::new(ErrorCode::Invalid, "there is no such kind of mail").field("kind"))?;
    let state = app.clone();
    let read = app.read(move |db| {
        let kept = settings::mail_template(db, kind.as_str(), language)?;
        Ok((kept, settings::provider(db, &state.house)?))
    });
    let (kept, provider) = read.await?;
    let rendered = app
        .heavy(move || {
            let source = source.or(kept);
            preview(kind, language, (&provider, &brand), source.as_deref())
                .map_err(|error| ServiceError::new(ErrorCode::Invalid, error.to_string()).field("source"))
        })
        .await?;
    Ok(Json(rendered.into()))
}

pub async fn logo(_who: Allowed<Public>, _app: App, logo: Logo) -> Result<Bytes, Problem> {
    Ok(Bytes {
        media_type: "image/png".to_owned(),
        bytes: logo.png()?.into(),
        file_name: None,
        immutable: false,
    })
}

pub async fn style(_who: Allowed<Public>, app: App, (): ()) -> Result<Document, Problem> {
    let brand = app.read(settings::brand).await?;
    Ok(Document::style(brand_style(brand.colour.as_deref())))
}
