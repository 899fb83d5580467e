//! What dispatchers do with visits beyond editing them.
use crate::app::App;
use crate::input::body::Body;
use crate::input::if_match::IfMatch;
use crate::input::once::Once;
use crate::input::path::Id;
use crate::permit::{Allowed, Dispatch, Read};
use crate::problem::Problem;
use crate::reply::{Changed, Json};
use crate::resource::Record;
use chrono::{DateTime, Utc};
use onsite_model::language::Language;
use onsite_model::sheet_content::SheetContent;
use onsite_model::visit::Visit;
use onsite_services::{scope, sheet, visit};
use onsite_store::rows;
use schemars::JsonSchema;
use serde::Deserialize;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// Who is to go, and when, where that changes too.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Assign {
    technician_id: Uuid,
    /// Comes with `planned_end`.
    #[serde(default)]
    planned_start: Option<DateTime<Utc>>,
    /// Comes with `planned_start`.
    #[serde(default)]
    planned_end: Option<DateTime<Utc>>,
}

/// Start and end.
type Span = (DateTime<Utc>, DateTime<Utc>);

impl Assign {
    fn times(&self) -> Result<Option<Span>, Problem> {
        match (self.planned_start, self.planned_end) {
            (Some(start), Some(end)) => Ok(Some((start, end))),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(Assign::incomplete("planned_start")),
            (Some(_), None) => Err(Assign::incomplete("planned_end")),
        }
    }

    fn incomplete(missing: &str) -> Problem {
        Problem::new(ErrorCode::Invalid, "start and end come together").field(missing)
    }
}

/// When instead.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Move {
    planned_start: DateTime<Utc>,
    planned_end: DateTime<Utc>,
    /// The client is told.
    #[serde(default)]
    reason: Option<String>,
}

/// Why not.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Cancel {
    reason: String,
}

pub async fn assign(
    who: Allowed<Dispatch>,
    app: App,
    (Id(id), IfMatch(seen), once, Body(to)): (Id, IfMatch, Once, Body<Assign>),
) -> Result<Changed<Record<Visit>>, Problem> {
    let times = to.times()?;
    let assigned = app.once(&who, once, move |tx, cause| {
        let applied = visit::assign(tx, cause, id, to.technician_id, times, seen)?;
        Ok(Record::new(applied.row, tx.clock().epoch))
    });
    Ok(Changed(assigned.await?))
}

pub async fn unassign(
    who: Allowed<Dispatch>,
    app: App,
    (Id(id), IfMatch(seen), once): (Id, IfMatch, Once),
) -> Result<Changed<Record<Visit>>, Problem> {
    let taken = app.once(&who, once, move |tx, cause| {
        let applied = visit::unassign(tx, cause, id, seen)?;
        Ok(Record::new(applied.row, tx.clock().epoch))
    });
    Ok(Changed(taken.await?))
}

pub async fn reschedule(
    who: Allowed<Dispatch>,
    app: App,
    (Id(id), IfMatch(seen), once, Body(to)): (Id, IfMatch, Once, Body<Move>),
) -> Result<Changed<Record<Visit>>, Problem> {
    let moved = app.once(&who, once, move |tx, cause| {
        let times = (to.planned_start, to.planned_end);
        let applied = visit::reschedule(tx, cause, id, times, to.reason, seen)?;
        Ok(Record::new(applied.row, tx.clock().epoch))
    });
    Ok(Changed(moved.await?))
}

pub async fn cancel(
    who: Allowed<Dispatch>,
    app: App,
    (Id(id), IfMatch(seen), once, Body(why)): (Id, IfMatch, Once, Body<Cancel>),
) -> Result<Changed<Record<Visit>>, Problem> {
    let cancelled = app.once(&who, once, move |tx, cause| {
        let applied = visit::cancel(tx, cause, id, &why.reason, seen)?;
        Ok(Record::new(applied.row, tx.clock().epoch))
    });
    Ok(Changed(cancelled.await?))
}

pub async fn sheet_draft(
    who: Allowed<Read<Visit>>,
    app: App,
    Id(id): Id,
) -> Result<Json<SheetContent>, Problem> {
    visible(&app, &who, id).await?;
    let state = app.clone();
    app.read(move |db| Ok(Json(sheet::draft(db, &state.house, id, None::<Language>)?)))
        .await
}

/// Answers for a row outside the caller's scope as for none.
pub(super) async fn visible<P>(app: &App, who: &Allowed<P>, id: Uuid) -> Result<(), Problem>
where
    P: crate::permit::Permit<Caller = onsite_services::session::Caller>,
{
    let author = who.author();
    app.read(move |db| {
        let row = rows::get(db, id)?.filter(|row| !row.deleted);
        let seen = match &row {
            Some(row) => scope::sees(db, &author, row)?,
            None => false,
        };
        if seen {
            Ok(())
        } else {
            Err(onsite_services::ServiceError::not_found("record"))
        }
    })
    .await
}
