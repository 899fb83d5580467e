//! The callback desk: calls made, and the survey a client answers by link.
use crate::apply::Applied;
use crate::author::{Author, Cause};
use crate::command::{change, create, fields};
use crate::error::ServiceError;
use crate::link::{self, Purpose};
use crate::load;
use crate::notify;
use chrono::{DateTime, Utc};
use onsite_model::callback::{Callback, CallbackStatus};
use onsite_model::entity::decode;
use onsite_model::ids::derived_id;
use onsite_model::invalid::{Invalid, text};
use onsite_model::ticket::{Priority, Ticket, TicketStatus};
use onsite_model::user::User;
use onsite_model::visit::Visit;
use onsite_store::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sync_protocol::version::Version;
use uuid::Uuid;

/// How a call went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "result", rename_all = "snake_case", deny_unknown_fields)]
pub enum Call {
    /// Nobody answered, or they had no time; it stays on the list.
    NoAnswer {
        /// When to call again; absent where nothing was agreed.
        #[serde(default)]
        again_at: Option<DateTime<Utc>>,
    },
    /// Given up.
    Unreachable,
    /// The client answered.
    Answered {
        /// Satisfaction, 1 to 5.
        score: u8,
        #[serde(default)]
        comment: String,
        /// New needs and suggestions; they go to somebody by `route`.
        #[serde(default)]
        new_needs: String,
        /// Who takes care of the new needs, and by when.
        #[serde(default)]
        route: Option<Route>,
    },
}

/// The ticket that new needs become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    assignee_id: Uuid,
    due_at: DateTime<Utc>,
    /// What it is, in one line.
    title: String,
}

/// Records a call. New needs become a ticket of whoever they are routed to, who is told.
///
/// # Errors
/// The callback is done, somebody else recorded a call meanwhile, the score is out of range, or new needs go to nobody.
pub fn record(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    call: &Call,
    seen: Version,
) -> Result<Applied, ServiceError> {
    let callback: Callback = load::get(tx.db(), id)?;
    let status = match call {
        Call::NoAnswer { .. } => CallbackStatus::Attempted,
        Call::Unreachable => CallbackStatus::Unreachable,
        Call::Answered { .. } => CallbackStatus::Done,
    };
    if status != callback.status {
        callback.status.become_(status)?;
    } else if status != CallbackStatus::Attempted {
        return Err(onsite_model::Transition {
            noun: "a callback",
            from: status.name().to_owned(),
            to: status.name().to_owned(),
        }
        .into());
    }
    let mut set = fields([
        ("status", json!(status)),
        ("attempts", json!(callback.attempts.saturating_add(1))),
        ("last_attempt_at", json!(cause.occurred_at)),
        ("agent_id", json!(cause.author.user)),
    ]);
    if let Call::NoAnswer {
        again_at: Some(again_at),
    } = call
    {
        if *again_at <= cause.now {
            return Err(Invalid::new("again_at", "lies in the past").into());
        }
        set.insert("due_at".to_owned(), json!(again_at));
    }
    if let Call::Answered {
        score,
        comment,
        new_needs,
        route,
    } = call
    {
        if let Some(ticket) = routed(tx, cause, callback.visit_id, new_needs, route.as_ref())? {
            set.insert("ticket_id".to_owned(), json!(ticket));
        }
        set.extend(fields([
            ("score", json!(score)),
            ("comment", json!(comment)),
            ("new_needs", json!(new_needs)),
        ]));
    }
    change::<Callback>(tx, cause, id, Some(seen), set)
}

/// Makes the ticket that new needs become, if there are any.
fn routed(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    visit_id: Uuid,
    needs: &str,
    route: Option<&Route>,
) -> Result<Option<Uuid>, ServiceError> {
    let route = match (needs.trim().is_empty(), route) {
        (true, None) => return Ok(None),
        (true, Some(_)) => return Err(Invalid::new("new_needs", "say what the client needs").into()),
        (false, None) => {
            return Err(Invalid::new("route", "say who takes care of the new needs, and by when").into());
        }
        (false, Some(route)) => route,
    };
    let assignee: Option<User> = load::find(tx.db(), route.assignee_id)?;
    if !assignee.is_some_and(|user| user.active) {
        return Err(Invalid::new("route.assignee_id", "is no active member of staff").into());
    }
    let visit: Visit = load::get(tx.db(), visit_id)?;
    let ticket = Ticket {
        client_id: visit.client_id,
        site_id: Some(visit.site_id),
        contact_id: visit.contact_id,
        reported_by: None,
        number: None,
        title: route.title.clone(),
        description: Some(needs.to_owned()),
        status: TicketStatus::New,
        priority: Priority::Normal,
        assignee_id: Some(route.assignee_id),
        asset_ids: Vec::new(),
        diagnosis: None,
        solution: None,
        pending_reason: None,
        reported_at: None,
        due_at: Some(route.due_at),
        solved_at: None,
    };
    let id = derived_id(cause.now, cause.operation, "new_needs");
    let made = create(tx, cause, id, &ticket)?;
    let ticket: Ticket = decode(&made.row.body)?;
    notify::ticket_assigned(tx, cause, id, &ticket)?;
    Ok(Some(id))
}

/// Takes a client's answer to the survey and uses its link up.
///
/// # Errors
/// The link is unknown, used or has run out, or the score is out of range.
pub fn answer_survey(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    token: &str,
    score: u8,
    comment: &str,
) -> Result<(), ServiceError> {
    if !(1..=5).contains(&score) {
        return Err(Invalid::new("score", "1 to 5").into());
    }
    text("comment", comment)?;
    let id = link::consume(tx, Purpose::Survey, token, cause.now)?;
    let set = fields([
        ("survey_score", json!(score)),
        (
            "survey_comment",
            json!((!comment.trim().is_empty()).then_some(comment)),
        ),
        ("surveyed_at", json!(cause.now)),
    ]);
    let system = Cause {
        author: &Author::SYSTEM,
        ..*cause
    };
    change::<Callback>(tx, &system, id, None, set)?;
    Ok(())
}

/// Ticks "mail read" on a visit's preparation: the button behind the briefing's link.
///
/// # Errors
/// The link is unknown or has run out.
pub fn confirm_briefing(tx: &mut Tx<'_>, cause: &Cause<'_>, token: &str) -> Result<Uuid, ServiceError> {
    let id = link::look(tx.db(), Purpose::Briefing, token, cause.now)?;
    let visit: Visit = load::get(tx.db(), id)?;
    if visit.mail_read_at.is_none() {
        let system = Cause {
            author: &Author::SYSTEM,
            ..*cause
        };
        change::<Visit>(
            tx,
            &system,
            id,
            None,
            fields([("mail_read_at", json!(cause.now))]),
        )?;
    }
    Ok(id)
}
