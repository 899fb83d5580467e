//! Pages for people without an account: the survey behind its link, the briefing's button, the proof of a sheet.
//! A GET never uses a link up: mail scanners follow links.
use crate::app::App;
use crate::input::form::Form;
use crate::input::path::{Sha256Path, Token};
use crate::input::reader::Reader;
use crate::page::page;
use crate::permit::{Allowed, Public};
use crate::problem::Problem;
use crate::reply::Document;
use actix_web::http::StatusCode;
use minijinja::value::Serde;
use minijinja::{Value, context};
use onsite_model::flaw;
use onsite_model::language::Language;
use onsite_model::service_sheet::SheetStatus;
use onsite_model::signature::Party;
use onsite_services::author::Author;
use onsite_services::callback;
use onsite_services::link::{self, Purpose};
use onsite_services::verify::{self, Verification};
use schemars::JsonSchema;
use serde::Deserialize;
use sync_protocol::codes::ErrorCode;

/// An answer to the survey. What can't be taken is answered with the page again, so nothing is required to read it.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SurveyAnswer {
    /// 1 to 5.
    #[serde(default)]
    score: String,
    #[serde(default)]
    comment: String,
}

/// A text in both languages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) &'static str, pub(super) &'static str);

impl Words {
    pub(super) fn in_(self, language: Language) -> &'static str {
        language.pick(self.0, self.1)
    }
}

/// The page behind a kind of mailed link: looking at it changes nothing, its button does.
struct LinkPage {
    purpose: Purpose,
    template: &'static str,
    title: Words,
    /// Title and text once the button was pressed.
    done: (Words, Words),
}

const SURVEY: LinkPage = LinkPage {
    purpose: Purpose::Survey,
    template: "survey.html",
    title: Words("Your opinion", "服务评价"),
    done: (
        Words("Thank you", "感谢您的评价"),
        Words(
            "We have got it. A low score reaches a manager at once.",
            "我们已收到。若评分较低，负责人会立即知悉。",
        ),
    ),
};

const BRIEFING: LinkPage = LinkPage {
    purpose: Purpose::Briefing,
    template: "briefing.html",
    title: Words("Briefing", "派工确认"),
    done: (
        Words("Done", "已确认"),
        Words(
            "“Mail read” is ticked on this visit.",
            "本次上门已勾选“已阅读邮件”。",
        ),
    ),
};

impl LinkPage {
    async fn look(&self, app: &App, token: String, reader: Reader) -> Result<Document, Problem> {
        let (purpose, now) = (self.purpose, app.now());
        let language = addressed(app, purpose, &token, reader).await?;
        match app.read(move |db| link::look(db, purpose, &token, now)).await {
            Ok(_) => self.shown(StatusCode::OK, language, app, context! {}).await,
            Err(problem) => unusable(problem, language, app).await,
        }
    }

    async fn shown(
        &self,
        status: StatusCode,
        language: Language,
        app: &App,
        values: Value,
    ) -> Result<Document, Problem> {
        let title = self.title.in_(language);
        let filled = page(self.template, language, title, app, values).await?;
        Ok(Document::made(status, filled))
    }

    /// The form again with what was typed and what is wrong with it, unless its link can't be used anyway.
    async fn again(
        &self,
        app: &App,
        token: String,
        language: Language,
        mistake: Words,
        answer: &SurveyAnswer,
    ) -> Result<Document, Problem> {
        let (purpose, now) = (self.purpose, app.now());
        if let Err(problem) = app.read(move |db| link::look(db, purpose, &token, now)).await {
            return unusable(problem, language, app).await;
        }
        let values = context! {
            problem => mistake.in_(language),
            score => answer.score.trim(),
            comment => answer.comment.as_str(),
        };
        self.shown(StatusCode::UNPROCESSABLE_ENTITY, language, app, values)
            .await
    }

    async fn pressed(
        &self,
        outcome: Result<(), Problem>,
        language: Language,
        app: &App,
    ) -> Result<Document, Problem> {
        match outcome {
            Ok(()) => told(StatusCode::OK, self.done.0, self.done.1, language, app).await,
            Err(problem) => unusable(problem, language, app).await,
        }
    }
}

pub async fn survey(
    _who: Allowed<Public>,
    app: App,
    (Token(token), reader): (Token, Reader),
) -> Result<Document, Problem> {
    SURVEY.look(&app, token, reader).await
}

pub async fn answer_survey(
    _who: Allowed<Public>,
    app: App,
    (Token(token), reader, Form(answer)): (Token, Reader, Form<SurveyAnswer>),
) -> Result<Document, Problem> {
    let language = addressed(&app, SURVEY.purpose, &token, reader).await?;
    // What is no number is no score from 1 to 5.
    let score = answer.score.trim().parse().unwrap_or(0);
    let (used, comment) = (token.clone(), answer.comment.clone());
    let answered = app.write(Author::SYSTEM, move |tx, cause| {
        callback::answer_survey(tx, cause, &used, score, &comment)
    });
    match answered.await {
        Err(problem) if problem.code() == ErrorCode::Invalid => {
            let mistake = match problem.at() {
                Some("score") => Words(
                    "Please choose a number from 1 to 5; nothing has been sent yet.",
                    "请选择 1 到 5 的分数；尚未提交。",
                ),
                _ => Words(
                    "Your words can't be taken: they are too long, or hold a character we can't keep. Nothing has been \
                     sent yet.",
                    "无法接受此留言：内容过长，或含有无法保存的字符。尚未提交。",
                ),
            };
            SURVEY.again(&app, token, language, mistake, &answer).await
        }
        outcome => SURVEY.pressed(outcome, language, &app).await,
    }
}

pub async fn briefing(
    _who: Allowed<Public>,
    app: App,
    (Token(token), reader): (Token, Reader),
) -> Result<Document, Problem> {
    BRIEFING.look(&app, token, reader).await
}

pub async fn confirm_briefing(
    _who: Allowed<Public>,
    app: App,
    (Token(token), reader): (Token, Reader),
) -> Result<Document, Problem> {
    let language = addressed(&app, BRIEFING.purpose, &token, reader).await?;
    let confirmed = app.write(Author::SYSTEM, move |tx, cause| {
        callback::confirm_briefing(tx, cause, &token).map(drop)
    });
    BRIEFING.pressed(confirmed.await, language, &app).await
}

pub async fn verify_sheet(
    _who: Allowed<Public>,
    app: App,
    (Sha256Path(hash), reader): (Sha256Path, Reader),
) -> Result<Document, Problem> {
    let language = reader.language(None);
    let title = Words("Service sheet check", "服务单验证");
    match app.read(move |db| verify::by_hash(db, &hash)).await {
        Ok(sheet) => {
            let values = shown(&sheet, language);
            let filled = page("verify.html", language, title.in_(language), &app, values).await?;
            Ok(Document::made(StatusCode::OK, filled))
        }
        Err(problem) if problem.code() == ErrorCode::NotFound => {
            let message = Words(
                "No sheet of ours has this checksum.",
                "没有与此校验值对应的服务单。",
            );
            told(StatusCode::NOT_FOUND, title, message, language, &app).await
        }
        Err(problem) => Err(problem),
    }
}

pub async fn style(_who: Allowed<Public>, _app: App, (): ()) -> Result<Document, Problem> {
    Ok(Document::fixed(
        "text/css; charset=utf-8",
        include_str!("../pages/style.css"),
    ))
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
            context! { party, name => signer.name.as_str(), at => time(signer.signed_at), flaw => signer.flaw.as_deref().map(|noted| flaw::told(noted, language)) }
        })
        .collect();
    let good =
        sheet.content_fits && sheet.seal_fits && sheet.signers.iter().all(|signer| signer.flaw.is_none());
    let signed = sheet.status == SheetStatus::Signed;
    context! { sheet => Value::from(Serde(sheet)), signers, good, signed, sealed_at => sheet.sealed_at.map(time) }
}

/// The language of whom a link was sent to, unless its reader chose one.
pub(super) async fn addressed(
    app: &App,
    purpose: Purpose,
    token: &str,
    reader: Reader,
) -> Result<Language, Problem> {
    let token = token.to_owned();
    let known = app.read(move |db| link::language(db, purpose, &token)).await?;
    Ok(reader.language(known))
}

/// A link that doesn't work explains itself and says whom to call; anything else is a problem like any other.
pub(super) async fn unusable(problem: Problem, language: Language, app: &App) -> Result<Document, Problem> {
    let (status, title, message) = match problem.code() {
        ErrorCode::LinkUsed => (
            StatusCode::GONE,
            Words("Already answered", "已提交"),
            Words(
                "This link has done its work. Nothing more is needed.",
                "此链接已使用，无需再次操作。",
            ),
        ),
        ErrorCode::LinkExpired => (
            StatusCode::GONE,
            Words("Link expired", "链接已过期"),
            Words(
                "Use the link in our newest mail, or call us.",
                "请使用我们最新邮件中的链接，或与我们联系。",
            ),
        ),
        ErrorCode::NotFound => (
            StatusCode::NOT_FOUND,
            Words("Unknown link", "链接无效"),
            Words("Copy the whole link from the mail.", "请从邮件中完整复制链接。"),
        ),
        _ => return Err(problem),
    };
    told(status, title, message, language, app).await
}

pub(super) async fn told(
    status: StatusCode,
    title: Words,
    message: Words,
    language: Language,
    app: &App,
) -> Result<Document, Problem> {
    let message = message.in_(language);
    let filled = page(
        "message.html",
        language,
        title.in_(language),
        app,
        context! { message },
    )
    .await?;
    Ok(Document::made(status, filled))
}
