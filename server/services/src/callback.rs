//! The callback desk: calls made, and the survey a client answers by link.
use crate::apply::Applied;
use crate::author::{Author, Cause};
use crate::command::{change, fields};
use crate::error::ServiceError;
use crate::link::{self, Purpose};
use crate::load;
use onsite_model::callback::{Callback, CallbackStatus};
use onsite_model::invalid::{Invalid, text};
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
    /// Nobody answered; it stays on the list.
    NoAnswer,
    /// Given up.
    Unreachable,
    /// The client answered.
    Answered {
        /// Satisfaction, 1 to 5.
        score: u8,
        #[serde(default)]
        comment: String,
        /// New needs and suggestions.
        #[serde(default)]
        new_needs: String,
    },
}

/// Records a call.
///
/// # Errors
/// The callback is done, somebody else recorded a call meanwhile, or the score is out of range.
pub fn record(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    call: &Call,
    seen: Version,
) -> Result<Applied, ServiceError> {
    let callback: Callback = load::get(tx.db(), id)?;
    let status = match call {
        Call::NoAnswer => CallbackStatus::Attempted,
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
    if let Call::Answered {
        score,
        comment,
        new_needs,
    } = call
    {
        set.extend(fields([
            ("score", json!(score)),
            ("comment", json!(comment)),
            ("new_needs", json!(new_needs)),
        ]));
    }
    change::<Callback>(tx, cause, id, Some(seen), set)
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
