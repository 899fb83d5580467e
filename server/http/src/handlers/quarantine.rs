//! Quarantine: what phones did and could not be applied.
use super::table::{self, PAGE, Reader, Tabled};
use crate::app::App;
use crate::input::body::Body;
use crate::input::once::Once;
use crate::input::path::Id;
use crate::input::query::{Paging, Query, cursor};
use crate::permit::{Allowed, ReadQuarantine};
use crate::problem::Problem;
use crate::reply::{Json, Page, cut};
use chrono::{DateTime, Utc};
use onsite_model::listing::Column;
use onsite_services::ServiceError;
use onsite_services::export::columns;
use onsite_services::quarantine::{self, Correction};
use onsite_store::Db;
use onsite_store::quarantine::Quarantined;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sync_protocol::Fields;
use sync_protocol::codes::QuarantineReason;
use uuid::Uuid;

/// One operation in quarantine.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "QuarantinedOperation")]
pub struct View {
    id: Uuid,
    stream_id: Uuid,
    n: u64,
    /// Its author.
    user_id: Option<Uuid>,
    /// As it came.
    operation: Value,
    reason: QuarantineReason,
    /// The reason in words.
    detail: String,
    received_at: DateTime<Utc>,
    /// Absent while it waits for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionView>,
}

/// What was decided about it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "QuarantineDecision")]
struct DecisionView {
    applied: bool,
    user_id: Uuid,
    at: DateTime<Utc>,
    reason: String,
}

impl From<Quarantined> for View {
    fn from(kept: Quarantined) -> View {
        // What isn't even JSON is shown as the text it is.
        let operation = serde_json::from_str(&kept.raw).unwrap_or(Value::String(kept.raw));
        let decision = kept.decision.map(|decision| DecisionView {
            applied: decision.applied,
            user_id: decision.by,
            at: decision.at,
            reason: decision.reason,
        });
        View {
            id: kept.id,
            stream_id: kept.stream,
            n: kept.n,
            user_id: kept.user_id,
            operation,
            reason: kept.reason,
            detail: kept.detail,
            received_at: kept.received_at,
            decision,
        }
    }
}

/// Which of them.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Which {
    /// Those decided as well.
    #[serde(default)]
    decided: Option<bool>,
}

/// How to apply it.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Apply {
    /// Another record to apply it to.
    #[serde(default)]
    row: Option<Uuid>,
    /// Values in place of the operation's; `null` takes a field off it.
    #[serde(default)]
    set: Fields,
    #[serde(default)]
    reason: Option<String>,
}

/// Why it is given up.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Discard {
    reason: String,
}

/// Those behind one of them, and whether there are more.
fn page(
    db: &mut Db,
    open_only: bool,
    after: Option<Uuid>,
    limit: usize,
) -> Result<(Vec<Quarantined>, bool), ServiceError> {
    let found = onsite_store::quarantine::list(db, open_only, after, limit as i64 + 1)?;
    Ok(cut(found, limit))
}

pub async fn list(
    _who: Allowed<ReadQuarantine>,
    app: App,
    (paging, Query(which)): (Paging, Query<Which>),
) -> Result<Page<View>, Problem> {
    let (after, open_only) = (paging.after_id()?, !which.decided.unwrap_or(false));
    let limit = paging.limit as usize;
    let (found, more) = app.read(move |db| page(db, open_only, after, limit)).await?;
    let next = found
        .last()
        .filter(|_| more)
        .map(|kept| cursor(kept.id.as_bytes()));
    Ok(Page {
        total: None,
        items: found.into_iter().map(View::from).collect(),
        next,
    })
}

impl Tabled for View {
    type Permit = ReadQuarantine;
    type Narrowing = Query<Which>;
    /// Whether only those that wait.
    type Wanted = bool;
    type Place = Uuid;
    const NAME: &'static str = "quarantine";
    const COLUMNS: &'static [Column] = columns::QUARANTINE;

    fn wanted(Query(which): Query<Which>) -> bool {
        !which.decided.unwrap_or(false)
    }

    fn rows(
        db: &mut Db,
        _reader: &Reader,
        open_only: &bool,
        after: Option<Uuid>,
    ) -> Result<(Vec<Fields>, Option<Uuid>), ServiceError> {
        let (found, more) = page(db, *open_only, after, PAGE as usize)?;
        let next = found.last().filter(|_| more).map(|kept| kept.id);
        let rows = found.into_iter().map(|kept| table::fields(&View::from(kept)));
        Ok((rows.collect::<Result<_, _>>()?, next))
    }
}

pub async fn get(_who: Allowed<ReadQuarantine>, app: App, Id(id): Id) -> Result<Json<View>, Problem> {
    app.read(move |db| Ok(Json(quarantine::get(db, id)?.into())))
        .await
}

pub async fn apply(
    who: Allowed<ReadQuarantine>,
    app: App,
    (Id(id), once, Body(apply)): (Id, Once, Body<Apply>),
) -> Result<Json<View>, Problem> {
    let decided = app.once(&who, once, move |tx, cause| {
        let correction = Correction {
            row: apply.row,
            set: apply.set,
            reason: apply.reason,
        };
        quarantine::apply_kept(tx, cause, id, &correction)?;
        Ok(View::from(quarantine::get(tx.db(), id)?))
    });
    Ok(Json(decided.await?))
}

pub async fn discard(
    who: Allowed<ReadQuarantine>,
    app: App,
    (Id(id), once, Body(discard)): (Id, Once, Body<Discard>),
) -> Result<Json<View>, Problem> {
    let decided = app.once(&who, once, move |tx, cause| {
        quarantine::discard(tx, cause, id, discard.reason)?;
        Ok(View::from(quarantine::get(tx.db(), id)?))
    });
    Ok(Json(decided.await?))
}

pub async fn undo(
    who: Allowed<ReadQuarantine>,
    app: App,
    (Id(id), once): (Id, Once),
) -> Result<Json<View>, Problem> {
    let reopened = app.once(&who, once, move |tx, cause| {
        quarantine::undo(tx, cause, id)?;
        Ok(View::from(quarantine::get(tx.db(), id)?))
    });
    Ok(Json(reopened.await?))
}
