//! Being told that something changed: events, the head alone, and the changes themselves for a console.
use crate::app::App;
use crate::input::if_match::IfNoneMatch;
use crate::input::query::{MAX_LIMIT, Query};
use crate::input::seen::{Listening, Seen};
use crate::live::Listener;
use crate::permit::{Allowed, FollowChanges, LoggedIn};
use crate::problem::Problem;
use crate::reply::{Events, Fetched, Json, Versioned};
use onsite_services::changes;
use onsite_services::session::Caller;
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;
use sync_protocol::codes::ErrorCode;
use sync_protocol::fields_text::FieldsText;
use sync_protocol::live::{Changes, Head};
use sync_protocol::version::Version;
use tokio::time::{Instant, timeout_at};

/// Longest wait, in seconds: shorter than the minute after which proxies give up.
const MAX_WAIT: u32 = 55;

impl Versioned for Head {
    fn version(&self) -> Version {
        self.head
    }
}

/// What somebody waits for.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Wait {
    /// The head you have: answered 304 while it stands.
    #[serde(default)]
    after: Option<Version>,
    /// Seconds to wait for another one, up to 55; needs `after`.
    #[serde(default)]
    wait: Option<u32>,
}

/// Where changes go on.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Following {
    /// `next` of the answer before, or the head when you loaded what you show; absent for everything there is.
    #[serde(default)]
    after: Option<String>,
    /// Most changes of a page, 1 to 200; 200 where it is absent.
    #[serde(default)]
    limit: Option<u32>,
}

pub async fn live(who: Allowed<LoggedIn>, app: App, listening: Listening) -> Result<Events, Problem> {
    if listening.head_only {
        return Ok(Events::none());
    }
    let listener = Listener::open(&app, &who, listening.last).await?;
    Ok(Events::of(listener.into_stream()))
}

pub async fn head(
    who: Allowed<LoggedIn>,
    app: App,
    (Query(asked), have): (Query<Wait>, IfNoneMatch),
) -> Result<Fetched<Head>, Problem> {
    let invalid = |detail: &str| Problem::new(ErrorCode::Invalid, detail).field("wait");
    let deadline = match (asked.wait, asked.after) {
        (None | Some(0), _) => None,
        (Some(seconds), Some(after)) if seconds <= MAX_WAIT => {
            Some((Instant::now() + Duration::from_secs(seconds.into()), after))
        }
        (Some(_), None) => return Err(invalid("say with after what you have")),
        (Some(_), Some(_)) => return Err(invalid("0 to 55 seconds")),
    };
    // First wait, then look: a commit between two looks rings the bell that is waited for.
    let waiting = match deadline {
        Some(_) => Some(app.listen(&who).await?.1),
        None => None,
    };
    let mut head = look(&app, &who, asked.after).await?;
    if let (Some((deadline, after)), Some(waiting)) = (deadline, waiting) {
        let mut stopping = app.stopping.clone();
        while head == after && !*stopping.borrow() {
            let changed = async {
                tokio::select! {
                    () = waiting.changed() => {}
                    _ = stopping.changed() => {}
                }
            };
            if timeout_at(deadline, changed).await.is_err() {
                break;
            }
            head = look(&app, &who, Some(after)).await?;
        }
    }
    if have.has(head) || asked.after == Some(head) {
        return Ok(Fetched::NotModified(head));
    }
    Ok(Fetched::Fresh(Head { head }))
}

/// The caller's head, no older than what they have.
async fn look(app: &App, caller: &Caller, seen: Option<Version>) -> Result<Version, Problem> {
    app.store.catch_up(seen).await?;
    let topics = app.topics(caller).await?;
    Ok(app.store.heads().known().newest(&topics))
}

pub async fn changes(
    _who: Allowed<FollowChanges>,
    app: App,
    (Query(following), Seen(seen)): (Query<Following>, Seen),
) -> Result<Json<Changes<FieldsText>>, Problem> {
    let limit = following.limit.unwrap_or(MAX_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let detail = format!("1 to {MAX_LIMIT}");
        return Err(Problem::new(ErrorCode::Invalid, detail).field("limit"));
    }
    let after: Option<Version> = following
        .after
        .map(|text| text.parse().map_err(|_| changes::unknown_place()))
        .transpose()?;
    app.store.catch_up(seen.max(after)).await?;
    let span = changes::span(&app.store.heads().known(), after)?;
    if span.is_empty() {
        return Ok(Json(span.nothing()));
    }
    let page = app.read(move |db| changes::page(db, &span, limit.into())).await?;
    Ok(Json(page))
}
