//! The page behind a link to a service sheet: what was hashed, word for word, and a place to sign, refuse or remark.
//! Looking uses nothing up; a signature does.
use super::client_page::{Words, addressed, told, unusable};
use crate::app::App;
use crate::input::form::Form;
use crate::input::path::Token;
use crate::input::reader::Reader;
use crate::page::page;
use crate::paper::{paper, short};
use crate::permit::{Allowed, Public};
use crate::problem::Problem;
use crate::reply::Document;
use actix_web::http::StatusCode;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use minijinja::context;
use onsite_files::photo::{self, Limits, PhotoFormat};
use onsite_model::language::Language;
use onsite_services::ServiceError;
use onsite_services::author::Author;
use onsite_services::link::Purpose;
use onsite_services::remote_sheet::{self, Shown, Signing, Visitor};
use schemars::JsonSchema;
use serde::Deserialize;
use sync_protocol::codes::ErrorCode;

/// Largest picture of a signature in bytes.
const PICTURE: usize = 150_000;

/// What a client does with a sheet.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Answer {
    Sign {
        name: String,
        #[serde(default)]
        role: String,
        /// Of the sheet that was shown.
        hash: String,
        /// JSON: pen paths in the unit square, y down.
        strokes: String,
        /// The same as a picture: a PNG as a `data:` address.
        png: String,
        /// `yes`
        consent: String,
    },
    Refuse {
        words: String,
    },
    Remark {
        words: String,
    },
}

pub async fn show(
    _who: Allowed<Public>,
    app: App,
    (Token(token), reader): (Token, Reader),
) -> Result<Document, Problem> {
    let language = addressed(&app, Purpose::Sign, &token, reader).await?;
    match shown(&app, token).await {
        Ok(shown) => sheet(&app, &shown, &Notice::default()).await,
        Err(problem) => explained(problem, language, &app).await,
    }
}

pub async fn answer(
    _who: Allowed<Public>,
    app: App,
    (Token(token), reader, from, Form(answer)): (Token, Reader, Visitor, Form<Answer>),
) -> Result<Document, Problem> {
    let language = addressed(&app, Purpose::Sign, &token, reader).await?;
    let before = match shown(&app, token.clone()).await {
        Ok(shown) => shown,
        Err(problem) => return explained(problem, language, &app).await,
    };
    let said = before.content.language;
    let mut notice = Notice::default();
    let outcome = match answer {
        Answer::Sign { .. } => {
            if let Answer::Sign { name, role, .. } = &answer {
                (notice.name, notice.role) = (name.clone(), role.clone());
            }
            sign(&app, token.clone(), answer, from).await
        }
        Answer::Refuse { words } => {
            notice.opened = "refuse";
            let token = token.clone();
            app.write(Author::SYSTEM, move |tx, cause| {
                remote_sheet::refuse(tx, cause, &token, &words, &from)
            })
            .await
            .map(|()| {
                said.pick(
                    "We have got your refusal, and get in touch. If you change your mind, sign below.",
                    "已收到您的拒签说明，我们会与您联系。若您改变决定，仍可在下方签字。",
                )
            })
        }
        Answer::Remark { words } => {
            notice.opened = "remark";
            let token = token.clone();
            app.write(Author::SYSTEM, move |tx, cause| {
                remote_sheet::remark(tx, cause, &token, &words, &from)
            })
            .await
            .map(|()| said.pick("We have got your remark.", "已收到您的留言。"))
        }
    };
    match outcome {
        Ok(SIGNED) => signed(said, &app).await,
        Ok(text) => {
            let after = shown(&app, token).await?;
            let notice = Notice {
                told: text,
                ..Notice::default()
            };
            sheet(&app, &after, &notice).await
        }
        Err(problem) => match problem.code() {
            ErrorCode::Invalid | ErrorCode::VersionConflict | ErrorCode::IllegalTransition => {
                notice.problem = Some(mistake(&problem, said));
                sheet(&app, &shown(&app, token).await?, &notice).await
            }
            _ => explained(problem, said, &app).await,
        },
    }
}

/// The outcome of a signature, which has a page of its own.
const SIGNED: &str = "signed";

/// What the page says beside the sheet, and what stays filled in.
#[derive(Debug, Default)]
struct Notice {
    told: &'static str,
    problem: Option<&'static str>,
    opened: &'static str,
    name: String,
    role: String,
}

async fn shown(app: &App, token: String) -> Result<Shown, Problem> {
    let now = app.now();
    app.read(move |db| remote_sheet::look(db, &token, now)).await
}

/// The page is wholly in the language of the sheet, which is its client's.
async fn sheet(app: &App, shown: &Shown, notice: &Notice) -> Result<Document, Problem> {
    let language = shown.content.language;
    let values = context! {
        number => shown.sheet.number.as_deref(),
        status => shown.sheet.status.name(),
        reason => shown.sheet.reason.as_deref(),
        remark => shown.sheet.remark.as_deref(),
        hash => shown.hash.as_str(),
        short => short(&shown.hash),
        told => notice.told,
        problem => notice.problem,
        opened => notice.opened,
        name => notice.name.as_str(),
        role => notice.role.as_str(),
        ..paper(&shown.content)
    };
    let title = language.pick("Your service sheet", "您的服务单");
    let status = match notice.problem {
        Some(_) => StatusCode::BAD_REQUEST,
        None => StatusCode::OK,
    };
    let filled = page("sign.html", language, title, app, values).await?;
    Ok(Document::made(status, filled).with_scripts())
}

fn mistake(problem: &Problem, language: Language) -> &'static str {
    match problem.code() {
        ErrorCode::VersionConflict => language.pick(
            "The sheet has changed since you opened this page. Please read it again before you sign.",
            "您打开页面后服务单已更新，请重新阅读后再签字。",
        ),
        ErrorCode::IllegalTransition => language.pick(
            "This sheet was refused already. You can still sign it or leave a remark.",
            "此服务单已被拒签。您仍可签字或留言。",
        ),
        _ => language.pick(
            "Something is missing or can't be taken. Please check what you entered; nothing was saved.",
            "有内容缺失或无法接受，请检查填写内容；尚未保存。",
        ),
    }
}

async fn sign(app: &App, token: String, answer: Answer, from: Visitor) -> Result<&'static str, Problem> {
    let Answer::Sign {
        name,
        role,
        hash,
        strokes,
        png,
        consent,
    } = answer
    else {
        return Err(Problem::internal());
    };
    if consent != "yes" {
        return Err(Problem::new(ErrorCode::Invalid, "agree to the consent").field("consent"));
    }
    let strokes = serde_json::from_str(&strokes)
        .map_err(|_| Problem::new(ErrorCode::Invalid, "are no pen paths").field("strokes"))?;
    let signing = Signing {
        name: name.trim().to_owned(),
        role: role.trim().to_owned(),
        hash,
        strokes,
        png: app.heavy(move || picture(&png)).await?,
        from,
    };
    app.write(Author::SYSTEM, move |tx, cause| {
        remote_sheet::sign(tx, cause, &token, &signing)
    })
    .await?;
    Ok(SIGNED)
}

/// The bytes of a picture that can be decoded within limits; they are kept as they are, because they are signed over.
fn picture(address: &str) -> Result<Vec<u8>, ServiceError> {
    let bad = || ServiceError::new(ErrorCode::Invalid, "is no PNG of at most 150 kB").field("png");
    let text = address.strip_prefix("data:image/png;base64,").ok_or_else(bad)?;
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| bad())?;
    let is_png = matches!(PhotoFormat::of(&bytes), Ok(PhotoFormat::Png));
    if !is_png || bytes.len() > PICTURE || photo::inspect(&bytes, &Limits::default()).is_err() {
        return Err(bad());
    }
    Ok(bytes)
}

async fn signed(language: Language, app: &App) -> Result<Document, Problem> {
    let title = Words("Signed. Thank you", "已签字，谢谢");
    let text = Words(
        "The signed sheet is on its way to you by mail, with the means to check later that it is genuine.",
        "已签字的服务单将通过邮件发送给您，并附有日后验证真伪的方法。",
    );
    told(StatusCode::OK, title, text, language, app).await
}

/// A sheet that can't be signed now says why; other links as everywhere.
async fn explained(problem: Problem, language: Language, app: &App) -> Result<Document, Problem> {
    let (status, title, text) = match problem.code() {
        ErrorCode::LinkUsed => (
            StatusCode::GONE,
            Words("Already signed", "已签字"),
            Words(
                "This sheet has been signed and was mailed to its signer. Nothing more is needed.",
                "此服务单已签字并已通过邮件发送，无需再次操作。",
            ),
        ),
        ErrorCode::NotReady => (
            StatusCode::CONFLICT,
            Words("Being written anew", "服务单正在修改"),
            Words(
                "This sheet is being corrected. You get a new link as soon as it can be signed.",
                "此服务单正在修改，完成后我们会重新发送链接。",
            ),
        ),
        _ => return unusable(problem, language, app).await,
    };
    told(status, title, text, language, app).await
}
