//! Conflicts: decided, and decisions taken back. They are listed and read like any record.
use crate::app::App;
use crate::input::body::Body;
use crate::input::if_match::IfMatch;
use crate::input::once::Once;
use crate::input::path::Id;
use crate::permit::{Allowed, ResolveConflicts};
use crate::problem::Problem;
use crate::reply::{Changed, Json};
use crate::resource::Record;
use onsite_model::conflict::Conflict;
use onsite_services::decision::{self, Decision};
use onsite_services::{ServiceError, decisions, open_conflicts};
use onsite_store::quarantine;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::version::Version;
use uuid::Uuid;

/// A dispatcher's decision.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Resolve {
    choice: ResolveChoice,
    /// The values to write, of the choice `other`.
    #[serde(default)]
    values: Option<Fields>,
}

/// What is to stand.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ResolveChoice {
    KeepCurrent,
    TakeIncoming,
    Other,
}

impl Resolve {
    fn decision(self) -> Result<Decision, ServiceError> {
        match (self.choice, self.values) {
            (ResolveChoice::KeepCurrent, None) => Ok(Decision::KeepCurrent),
            (ResolveChoice::TakeIncoming, None) => Ok(Decision::TakeIncoming),
            (ResolveChoice::Other, Some(values)) => Ok(Decision::Other(values)),
            _ => Err(ServiceError::new(
                ErrorCode::Invalid,
                "comes with the choice other, and only with it",
            )
            .field("values")),
        }
    }
}

pub async fn resolve(
    who: Allowed<ResolveConflicts>,
    app: App,
    (Id(id), IfMatch(seen), once, Body(resolve)): (Id, IfMatch, Once, Body<Resolve>),
) -> Result<Changed<Record<Conflict>>, Problem> {
    let decided = app.once(&who, once, move |tx, cause| {
        let row = decision::resolve(tx, cause, id, seen, resolve.decision()?)?;
        Ok(Record::new(row, tx.clock().epoch))
    });
    Ok(Changed(decided.await?))
}

pub async fn undo(
    who: Allowed<ResolveConflicts>,
    app: App,
    (Id(id), IfMatch(seen), once): (Id, IfMatch, Once),
) -> Result<Changed<Record<Conflict>>, Problem> {
    let reopened = app.once(&who, once, move |tx, cause| {
        let row = decision::undo(tx, cause, id, seen)?;
        Ok(Record::new(row, tx.clock().epoch))
    });
    Ok(Changed(reopened.await?))
}

/// How many conflicts are open.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OpenConflicts")]
pub struct Counts {
    total: u64,
    /// By site, the most first.
    sites: Vec<Count>,
    /// By the user whose value came in, the most first.
    authors: Vec<Count>,
    /// Operations that could not be applied and wait for a decision beside them.
    quarantined: u64,
}

/// One of them.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OpenConflictsOf")]
struct Count {
    id: Uuid,
    open: u64,
}

fn most_first(counts: BTreeMap<Uuid, u64>) -> Vec<Count> {
    let mut counts: Vec<Count> = counts.into_iter().map(|(id, open)| Count { id, open }).collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.open));
    counts
}

pub async fn counts(_who: Allowed<ResolveConflicts>, app: App, (): ()) -> Result<Json<Counts>, Problem> {
    let counts = app.read(|db| {
        let open = open_conflicts::open_counts(db)?;
        Ok::<_, ServiceError>(Json(Counts {
            total: open.total,
            sites: most_first(open.by_site),
            authors: most_first(open.by_author),
            quarantined: quarantine::waiting(db)?,
        }))
    });
    counts.await
}

/// One decision for many conflicts.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ResolveMany {
    /// At most 200.
    conflicts: Vec<Seen>,
    choice: BulkChoice,
}

/// A conflict as its decider saw it.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "SeenConflict")]
struct Seen {
    id: Uuid,
    version: Version,
}

/// What is to stand, of each.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum BulkChoice {
    KeepCurrent,
    TakeIncoming,
}

/// What became of each conflict of a bulk decision.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BulkDecisions")]
pub struct Decided {
    decided: Vec<DecidedOne>,
}

/// What became of one.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BulkDecision")]
struct DecidedOne {
    id: Uuid,
    /// Its version after the decision; absent where it stays open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<Version>,
    /// Why it stays open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<ErrorCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

pub async fn resolve_many(
    who: Allowed<ResolveConflicts>,
    app: App,
    (once, Body(many)): (Once, Body<ResolveMany>),
) -> Result<Json<Decided>, Problem> {
    let decided = app.once(&who, once, move |tx, cause| {
        let decision = match many.choice {
            BulkChoice::KeepCurrent => Decision::KeepCurrent,
            BulkChoice::TakeIncoming => Decision::TakeIncoming,
        };
        let seen: Vec<_> = many.conflicts.iter().map(|one| (one.id, one.version)).collect();
        let decided = decisions::resolve_many(tx, cause, &seen, &decision)?;
        let told = decided.into_iter().map(|(id, outcome)| match outcome {
            Ok(row) => DecidedOne {
                id,
                version: Some(tx.version(row.version)),
                code: None,
                detail: None,
            },
            Err(error) => DecidedOne {
                id,
                version: None,
                code: Some(error.code),
                detail: Some(error.detail),
            },
        });
        Ok(Decided {
            decided: told.collect(),
        })
    });
    Ok(Json(decided.await?))
}
