//! Conflicts: decided, and decisions taken back. They are listed and read like any record.
use crate::app::App;
use crate::input::body::Body;
use crate::input::if_match::IfMatch;
use crate::input::once::Once;
use crate::input::path::Id;
use crate::permit::{Allowed, ResolveConflicts};
use crate::problem::Problem;
use crate::reply::Changed;
use crate::resource::Record;
use onsite_model::conflict::Conflict;
use onsite_services::ServiceError;
use onsite_services::conflict::{self, Decision};
use schemars::JsonSchema;
use serde::Deserialize;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;

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
        let row = conflict::resolve(tx, cause, id, seen, resolve.decision()?)?;
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
        let row = conflict::undo(tx, cause, id, seen)?;
        Ok(Record::new(row, tx.clock().epoch))
    });
    Ok(Changed(reopened.await?))
}
