//! What dispatchers do with visits beyond editing them: assign, take back, move, cancel.
use crate::apply::Applied;
use crate::author::Cause;
use crate::command::{change, fields};
use crate::error::ServiceError;
use crate::load;
use chrono::{DateTime, Utc};
use onsite_model::invalid::{Invalid, span};
use onsite_model::user::User;
use onsite_model::visit::{Visit, VisitStatus};
use onsite_store::Tx;
use serde_json::json;
use sync_protocol::codes::ErrorCode;
use sync_protocol::version::Version;
use uuid::Uuid;

/// Gives a visit to a technician, who is to accept it, and with `times` plans it anew in the same write; whoever had
/// it before loses it.
///
/// # Errors
/// Another dispatcher came first, the visit is under way or over, the user can't be sent, or the times make no sense.
pub fn assign(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    visit_id: Uuid,
    technician: Uuid,
    times: Option<(DateTime<Utc>, DateTime<Utc>)>,
    seen: Version,
) -> Result<Applied, ServiceError> {
    let visit: Visit = load::get(tx.db(), visit_id)?;
    let user: Option<User> = load::find(tx.db(), technician)?;
    if !user.is_some_and(|user| user.active) {
        return Err(Invalid::new("technician_id", "is no active member of staff").into());
    }
    let mut set = fields([("technician_id", json!(technician))]);
    if let Some((start, end)) = times {
        span("planned_end", start, end)?;
        set.extend(fields([
            ("planned_start", json!(start)),
            ("planned_end", json!(end)),
        ]));
    }
    if visit.status != VisitStatus::Scheduled || visit.technician_id == Some(technician) && times.is_none() {
        visit.status.become_(VisitStatus::Scheduled)?;
        set.insert("status".to_owned(), json!(VisitStatus::Scheduled));
    }
    change::<Visit>(tx, cause, visit_id, Some(seen), set)
}

/// Takes a visit from its technician, back to those that are to be planned. Nobody is mailed: its client is told when
/// it is planned again or called off.
///
/// # Errors
/// Another dispatcher came first, or the visit is under way or over.
pub fn unassign(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    visit_id: Uuid,
    seen: Version,
) -> Result<Applied, ServiceError> {
    let visit: Visit = load::get(tx.db(), visit_id)?;
    visit.status.become_(VisitStatus::Planned)?;
    let set = fields([
        ("technician_id", json!(null)),
        ("status", json!(VisitStatus::Planned)),
    ]);
    change::<Visit>(tx, cause, visit_id, Some(seen), set)
}

/// Plans a visit for another time; one that was accepted is to be accepted again.
///
/// # Errors
/// Another dispatcher came first, the visit is under way or over, or the times make no sense.
pub fn reschedule(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    visit_id: Uuid,
    (start, end): (DateTime<Utc>, DateTime<Utc>),
    reason: Option<String>,
    seen: Version,
) -> Result<Applied, ServiceError> {
    span("planned_end", start, end)?;
    let visit: Visit = load::get(tx.db(), visit_id)?;
    let status = match visit.status {
        VisitStatus::Planned | VisitStatus::Scheduled | VisitStatus::Declined => visit.status,
        VisitStatus::Accepted => VisitStatus::Scheduled,
        other => {
            let detail = format!("a visit that is {} can't be moved any more", other.name());
            return Err(ServiceError::new(ErrorCode::IllegalTransition, detail).field("status"));
        }
    };
    let mut set = fields([
        ("planned_start", json!(start)),
        ("planned_end", json!(end)),
        ("status", json!(status)),
    ]);
    if let Some(reason) = reason {
        set.insert("reason".to_owned(), json!(reason));
    }
    change::<Visit>(tx, cause, visit_id, Some(seen), set)
}

/// Calls a visit off.
///
/// # Errors
/// Another dispatcher came first, or the technician is on site already.
pub fn cancel(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    visit_id: Uuid,
    reason: &str,
    seen: Version,
) -> Result<Applied, ServiceError> {
    if reason.trim().is_empty() {
        return Err(Invalid::new("reason", "say why").into());
    }
    let visit: Visit = load::get(tx.db(), visit_id)?;
    visit.status.become_(VisitStatus::Cancelled)?;
    let set = fields([
        ("status", json!(VisitStatus::Cancelled)),
        ("reason", json!(reason)),
    ]);
    change::<Visit>(tx, cause, visit_id, Some(seen), set)
}
