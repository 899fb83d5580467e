//! Complaints that open and escalate by themselves.
use crate::author::{Author, Cause};
use crate::command::{change, create, fields};
use crate::error::ServiceError;
use crate::house::House;
use crate::load;
use chrono::{DateTime, Utc};
use onsite_model::callback::Callback;
use onsite_model::complaint::{
    Complaint, ComplaintCategory, ComplaintStatus, HIGHEST_LEVEL, Levels, USUAL_LEVELS,
};
use onsite_model::ids::derived_id;
use onsite_model::visit::Visit;
use onsite_store::complaints::{self, Filter};
use onsite_store::{Db, Tx, WriteError, rows};
use serde_json::json;
use uuid::Uuid;

/// Complaints that escalate in one transaction.
const BATCH: i64 = 100;

/// The deadlines of each level.
///
/// # Errors
/// The database can't be read.
pub(crate) fn levels(_db: &mut Db) -> Result<Levels, ServiceError> {
    Ok(USUAL_LEVELS)
}

/// Opens the complaint that a callback's low score is; one callback opens one at most.
///
/// # Errors
/// The database is gone.
pub(crate) fn open_for_score(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    callback_id: Uuid,
    callback: &Callback,
    (score, comment): (u8, Option<&str>),
) -> Result<(), ServiceError> {
    let id = Complaint::of_callback(callback_id);
    if rows::get(tx.db(), id)?.is_some() {
        return Ok(());
    }
    let visit: Visit = load::get(tx.db(), callback.visit_id)?;
    let complaint = Complaint {
        client_id: visit.client_id,
        site_id: Some(visit.site_id),
        contact_id: visit.contact_id,
        raised_by: None,
        number: None,
        visit_id: Some(callback.visit_id),
        callback_id: Some(callback_id),
        ticket_id: None,
        score: Some(score),
        level: if score == 1 { 2 } else { 1 },
        category: ComplaintCategory::Quality,
        text: comment.unwrap_or_default().to_owned(),
        status: ComplaintStatus::Open,
        owner_id: None,
        solution: None,
        told_by_id: None,
        told_at: None,
        opened_at: None,
        level_since: None,
        due_at: None,
        escalations: 0,
        acknowledged_at: None,
        resolved_at: None,
        closed_at: None,
    };
    create(tx, &cause.effect(), id, &complaint).map(drop)
}

/// Whether a complaint's deadline has passed: asked first, so that a timer that has nothing to do writes nothing.
///
/// # Errors
/// The database can't be read.
pub fn any_due(db: &mut Db, now: DateTime<Utc>) -> Result<bool, ServiceError> {
    Ok(!complaints::list(db, &overdue(now), None, None, 1)?.is_empty())
}

fn overdue(now: DateTime<Utc>) -> Filter {
    Filter {
        due_before: Some(now),
        ..Filter::default()
    }
}

/// Raises every complaint whose deadline has passed by a level, from where its time begins anew; at the highest level
/// those who answer for it are told again. Returns how many it raised. One that can't be is left for the next time.
///
/// # Errors
/// The database is gone.
pub fn escalate_due(tx: &mut Tx<'_>, house: &House, now: DateTime<Utc>) -> Result<usize, ServiceError> {
    let due = complaints::list(tx.db(), &overdue(now), None, None, BATCH)?;
    let mut raised = 0;
    for id in due {
        match tx.savepoint(|tx| escalate(tx, house, now, id)) {
            Ok(()) => raised += 1,
            Err(error) if error.store_error().is_some() => return Err(error),
            Err(error) => tracing::error!(complaint = %id, %error, "a complaint can't escalate"),
        }
    }
    Ok(raised)
}

fn escalate(tx: &mut Tx<'_>, house: &House, now: DateTime<Utc>, id: Uuid) -> Result<(), ServiceError> {
    let complaint: Complaint = load::get(tx.db(), id)?;
    let escalations = complaint.escalations + 1;
    let cause = Cause {
        author: &Author::SYSTEM,
        operation: derived_id(now, id, &format!("escalation/{escalations}")),
        occurred_at: now,
        now,
        house,
    };
    let set = fields([
        ("level", json!((complaint.level + 1).min(HIGHEST_LEVEL))),
        ("escalations", json!(escalations)),
        ("level_since", json!(now)),
    ]);
    change::<Complaint>(tx, &cause, id, None, set).map(drop)
}
