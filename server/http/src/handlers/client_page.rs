//! Pages for people without an account: the survey behind its link, the briefing's button, the proof of a sheet.
//! A GET never uses a link up: mail scanners follow links.
use crate::app::App;
use crate::input::form::Form;
use crate::input::path::{Sha256Path, Token};
use crate::input::tongue::Tongue;
use crate::page::{Html, page};
use crate::permit::{Allowed, Public};
use crate::problem::Problem;
use crate::reply::Document;
use minijinja::value::Serde;
use minijinja::{Value, context};
use onsite_model::language::Language;
use onsite_model::signature::Party;
use onsite_services::author::Author;
use onsite_services::callback;
use onsite_services::link::{self, Purpose};
use onsite_services::verify::{self, Verification};
use schemars::JsonSchema;
use serde::Deserialize;
use sync_protocol::codes::ErrorCode;

/// An answer to the survey.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SurveyAnswer {
    /// 1 to 5.
    score: u8,
    #[serde(default)]
    comment: String,
}

pub async fn survey(
    _who: Allowed<Public>,
    app: App,
    (Token(token), Tongue(language)): (Token, Tongue),
) -> Result<Html, Problem> {
    let now = app.now();
    let found = app
        .store
        .read(move |db| link::look(db, Purpose::Survey, &token, now))
        .await;
    match found {
        Ok(_) => page(
            "survey.html",
            language,
            language.pick("Your opinion", "服务评价"),
            &app,
            context! {},
        ),
        Err(error) => unusable(error.into(), language, &app),
    }
}

pub async fn answer_survey(
    _who: Allowed<Public>,
    app: App,
    (Token(token), Tongue(language), Form(answer)): (Token, Tongue, Form<SurveyAnswer>),
) -> Result<Html, Problem> {
    let answered = app.write(Author::SYSTEM, move |tx, cause| {
        callback::answer_survey(tx, cause, &token, answer.score, &answer.comment)
    });
    match answered.await {
        Ok(()) => {
            let message = language.pick(
                "We have got it. A low score reaches a manager at once.",
                "我们已收到。若评分较低，负责人会立即知悉。",
            );
            told(
                language.pick("Thank you", "感谢您的评价"),
                message,
                language,
                &app,
            )
        }
        Err(problem) => unusable(problem, language, &app),
    }
}

pub async fn briefing(
    _who: Allowed<Public>,
    app: App,
    (Token(token), Tongue(language)): (Token, Tongue),
) -> Result<Html, Problem> {
    let now = app.now();
    let found = app
        .store
        .read(move |db| link::look(db, Purpose::Briefing, &token, now))
        .await;
    match found {
        Ok(_) => page(
            "briefing.html",
            language,
            language.pick("Briefing", "派工确认"),
            &app,
            context! {},
        ),
        Err(error) => unusable(error.into(), language, &app),
    }
}

pub async fn confirm_briefing(
    _who: Allowed<Public>,
    app: App,
    (Token(token), Tongue(language)): (Token, Tongue),
) -> Result<Html, Problem> {
    let confirmed = app.write(Author::SYSTEM, move |tx, cause| {
        callback::confirm_briefing(tx, cause, &token)
    });
    match confirmed.await {
        Ok(_) => told(
            language.pick("Done", "已确认"),
            language.pick(
                "“Mail read” is ticked on this visit.",
                "本次上门已勾选“已阅读邮件”。",
            ),
            language,
            &app,
        ),
        Err(error) => unusable(error, language, &app),
    }
}

pub async fn verify_sheet(
    _who: Allowed<Public>,
    app: App,
    (Sha256Path(hash), Tongue(language)): (Sha256Path, Tongue),
) -> Result<Html, Problem> {
    let title = language.pick("Service sheet check", "服务单验证");
    match app.store.read(move |db| verify::by_hash(db, &hash)).await {
        Ok(sheet) => page("verify.html", language, title, &app, shown(&sheet, language)),
        Err(error) if error.code == ErrorCode::NotFound => {
            let message = language.pick(
                "No sheet of ours has this checksum.",
                "没有与此校验值对应的服务单。",
            );
            told(title, message, language, &app)
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn style(_who: Allowed<Public>, _app: App, (): ()) -> Result<Document, Problem> {
    Ok(Document {
        media_type: "text/css; charset=utf-8",
        text: include_str!("../pages/style.css"),
    })
}

fn shown(sheet: &Verification, language: Language) -> Value {
    let time = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d %H:%M UTC").to_string();
    let signers: Vec<Value> = sheet
        .signers
        .iter()
        .map(|signer| {
            let party = match signer.party {
                Party::Client => language.pick("Client", "客户"),
                Party::Technician => language.pick("Technician", "工程师"),
            };
            context! { party, name => signer.name.as_str(), at => time(signer.signed_at), flaw => signer.flaw.as_deref() }
        })
        .collect();
    let good =
        sheet.content_fits && sheet.seal_fits && sheet.signers.iter().all(|signer| signer.flaw.is_none());
    context! { sheet => Value::from(Serde(sheet)), signers, good, sealed_at => sheet.sealed_at.map(time) }
}

/// A link that doesn't work explains itself; anything else is a problem like any other.
fn unusable(problem: Problem, language: Language, app: &App) -> Result<Html, Problem> {
    let (title, message) = match problem.code() {
        ErrorCode::LinkUsed => (
            language.pick("Already answered", "已提交"),
            language.pick(
                "This link has done its work. Nothing more is needed.",
                "此链接已使用，无需再次操作。",
            ),
        ),
        ErrorCode::LinkExpired => (
            language.pick("Link expired", "链接已过期"),
            language.pick(
                "Call us, and we send a new one.",
                "请与我们联系，我们会重新发送。",
            ),
        ),
        ErrorCode::NotFound => (
            language.pick("Unknown link", "链接无效"),
            language.pick("Copy the whole link from the mail.", "请从邮件中完整复制链接。"),
        ),
        _ => return Err(problem),
    };
    told(title, message, language, app)
}

fn told(title: &str, message: &str, language: Language, app: &App) -> Result<Html, Problem> {
    page("message.html", language, title, app, context! { message })
}
