//! The mail outbox.
use super::settings::MailPreview;
use super::table::{self, PAGE, Reader, Tabled};
use crate::app::App;
use crate::input::once::Once;
use crate::input::path::Id;
use crate::input::query::{Paging, Query, cursor};
use crate::permit::{Allowed, ReadOutbox};
use crate::problem::Problem;
use crate::reply::{Json, Page, cut};
use chrono::{DateTime, Utc};
use onsite_mail::Mail;
use onsite_model::language::Language;
use onsite_model::listing::Column;
use onsite_services::export::columns;
use onsite_services::{ServiceError, notification, settings};
use onsite_store::Db;
use onsite_store::notifications::{self, Filter, Notification, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Display;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// A mail to one recipient.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Notification")]
pub struct View {
    id: Uuid,
    message_id: String,
    kind: String,
    recipient: String,
    language: String,
    /// What the mail says.
    mail: Value,
    visit_id: Option<Uuid>,
    sheet_id: Option<Uuid>,
    state: StateView,
    attempts: u32,
    next_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    /// What the last attempt failed with.
    error: Option<String>,
}

/// How far a mail has come.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "NotificationState")]
enum StateView {
    Due,
    Sent,
    /// Given up.
    Dead,
}

impl From<State> for StateView {
    fn from(state: State) -> StateView {
        match state {
            State::Due => StateView::Due,
            State::Sent => StateView::Sent,
            State::Dead => StateView::Dead,
        }
    }
}

impl From<StateView> for State {
    fn from(state: StateView) -> State {
        match state {
            StateView::Due => State::Due,
            StateView::Sent => State::Sent,
            StateView::Dead => State::Dead,
        }
    }
}

impl From<Notification> for View {
    fn from(one: Notification) -> View {
        View {
            id: one.id,
            message_id: one.message_id,
            kind: one.kind,
            recipient: one.recipient,
            language: one.language,
            mail: without_tokens(serde_json::from_str(&one.mail).unwrap_or(Value::String(one.mail))),
            visit_id: one.visit_id,
            sheet_id: one.sheet_id,
            state: one.state.into(),
            attempts: one.attempts,
            next_at: one.next_at,
            created_at: one.created_at,
            sent_at: one.sent_at,
            error: one.error,
        }
    }
}

/// The mail without what its links open: those are the recipient's alone.
fn without_tokens(mail: Value) -> Value {
    match mail {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| (name, without_tokens(value)))
                .collect(),
        ),
        Value::Array(members) => Value::Array(members.into_iter().map(without_tokens).collect()),
        Value::String(text) => {
            let end = ["/survey/", "/briefing/", "/sign/"]
                .iter()
                .find_map(|page| Some(text.find(page)? + page.len()));
            // Still an address, so that the mail can be put into words.
            Value::String(end.map_or(text.clone(), |end| format!("{}...", &text[..end])))
        }
        other => other,
    }
}

/// Which mails.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Which {
    #[serde(default)]
    state: Option<StateView>,
    /// Only those about this visit.
    #[serde(default)]
    visit: Option<Uuid>,
    /// Only this kind, such as `survey`.
    #[serde(default)]
    kind: Option<String>,
    /// Only those to this address.
    #[serde(default)]
    recipient: Option<String>,
    /// Newest first instead of oldest first.
    #[serde(default)]
    newest: Option<bool>,
}

impl From<Which> for Filter {
    fn from(which: Which) -> Filter {
        Filter {
            state: which.state.map(State::from),
            visit: which.visit,
            kind: which.kind,
            recipient: which.recipient,
            newest_first: which.newest.unwrap_or(false),
        }
    }
}

/// Mails behind one of them, and whether there are more.
fn page(
    db: &mut Db,
    filter: &Filter,
    after: Option<Uuid>,
    limit: usize,
) -> Result<(Vec<Notification>, bool), ServiceError> {
    Ok(cut(
        notifications::list(db, filter, after, limit as i64 + 1)?,
        limit,
    ))
}

pub async fn list(
    _who: Allowed<ReadOutbox>,
    app: App,
    (paging, Query(which)): (Paging, Query<Which>),
) -> Result<Page<View>, Problem> {
    let (after, filter) = (paging.after_id()?, Filter::from(which));
    let limit = paging.limit as usize;
    let (found, more) = app.read(move |db| page(db, &filter, after, limit)).await?;
    let next = found.last().filter(|_| more).map(|one| cursor(one.id.as_bytes()));
    Ok(Page {
        total: None,
        items: found.into_iter().map(View::from).collect(),
        next,
    })
}

impl Tabled for View {
    type Permit = ReadOutbox;
    type Narrowing = Query<Which>;
    type Wanted = Filter;
    type Place = Uuid;
    const NAME: &'static str = "notifications";
    const COLUMNS: &'static [Column] = columns::NOTIFICATIONS;

    fn wanted(Query(which): Query<Which>) -> Filter {
        which.into()
    }

    fn rows(
        db: &mut Db,
        _reader: &Reader,
        wanted: &Filter,
        after: Option<Uuid>,
    ) -> Result<(Vec<Fields>, Option<Uuid>), ServiceError> {
        let (found, more) = page(db, wanted, after, PAGE as usize)?;
        let next = found.last().filter(|_| more).map(|one| one.id);
        let rows = found.into_iter().map(|one| table::fields(&View::from(one)));
        Ok((rows.collect::<Result<_, _>>()?, next))
    }
}

pub async fn preview(_who: Allowed<ReadOutbox>, app: App, Id(id): Id) -> Result<Json<MailPreview>, Problem> {
    let found = app.read(move |db| {
        let one = notification::get(db, id)?;
        let language = Language::of_tag(&one.language);
        let wording = settings::wording(db, &one.kind, language)?;
        Ok((one, wording))
    });
    let (one, wording) = found.await?;
    let rendered = app.heavy(move || {
        let unreadable = |error: &dyn Display| {
            tracing::error!(mail = %one.id, %error, "a mail can't be put into words");
            ServiceError::new(ErrorCode::Internal, "this mail can't be put into words")
        };
        let mail: Mail = serde_json::from_str(&one.mail)
            .map(without_tokens)
            .and_then(serde_json::from_value)
            .map_err(|error| unreadable(&error))?;
        wording.rendered(&mail).map_err(|error| unreadable(&error))
    });
    Ok(Json(rendered.await?.into()))
}

pub async fn resend(
    who: Allowed<ReadOutbox>,
    app: App,
    (Id(id), once): (Id, Once),
) -> Result<Json<View>, Problem> {
    let due = app.once(&who, once, move |tx, cause| {
        Ok(View::from(notification::resend(tx, cause, id)?))
    });
    Ok(Json(due.await?))
}
