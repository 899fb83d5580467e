//! Complaints: numbered by the server, about one client's affairs, with a deadline that follows from level and status;
//! those who answer for them are told.
use super::Note;
use crate::apply::Refusal;
use crate::author::Cause;
use crate::error::ServiceError;
use crate::{audit, complaint, load, notify, number};
use onsite_model::complaint::{Complaint, ComplaintStatus};
use onsite_model::contact::Contact;
use onsite_model::invalid::Invalid;
use onsite_model::site::Site;
use onsite_model::ticket::Ticket;
use onsite_model::visit::Visit;
use onsite_store::Tx;
use serde_json::json;
use uuid::Uuid;

pub(super) fn before(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    old: Option<&Complaint>,
    complaint: &mut Complaint,
) -> Result<Vec<Note>, Refusal> {
    of_one_client(tx, complaint)?;
    if complaint.number.is_none() {
        complaint.number = Some(number::next(tx, "C", cause.now)?);
    }
    complaint.opened_at.get_or_insert(cause.now);
    let status = old.map(|old| old.status);
    let begins_again = match old {
        None => true,
        Some(old) => {
            old.level != complaint.level
                || (old.status == ComplaintStatus::Resolved
                    && complaint.status == ComplaintStatus::InProgress)
        }
    };
    if begins_again {
        complaint.level_since = Some(cause.now);
    }
    if status != Some(complaint.status) {
        match complaint.status {
            ComplaintStatus::Open => {}
            ComplaintStatus::Acknowledged | ComplaintStatus::InProgress => {
                complaint.acknowledged_at.get_or_insert(cause.now);
                complaint.resolved_at = None;
            }
            ComplaintStatus::Resolved => complaint.resolved_at = Some(cause.now),
            ComplaintStatus::Closed => complaint.closed_at = Some(cause.now),
        }
    }
    if complaint.told_by_id.is_some() {
        complaint.told_at.get_or_insert(cause.occurred_at);
    }
    complaint.due_at = complaint.deadline(&complaint::levels(tx.db())?);
    Ok(Vec::new())
}

/// Everything it came from is the client's own.
fn of_one_client(tx: &mut Tx<'_>, complaint: &mut Complaint) -> Result<(), Refusal> {
    let client = complaint.client_id;
    let foreign = |field: &str| Invalid::new(field, "belongs to another client");
    if let Some(id) = complaint.visit_id
        && let Some(visit) = load::find::<Visit>(tx.db(), id)?
    {
        if visit.client_id != client {
            return Err(foreign("visit_id").into());
        }
        complaint.site_id.get_or_insert(visit.site_id);
    }
    if let Some(id) = complaint.ticket_id
        && load::find::<Ticket>(tx.db(), id)?.is_some_and(|ticket| ticket.client_id != client)
    {
        return Err(foreign("ticket_id").into());
    }
    if let Some(id) = complaint.site_id
        && load::find::<Site>(tx.db(), id)?.is_some_and(|site| site.client_id != client)
    {
        return Err(foreign("site_id").into());
    }
    if let Some(id) = complaint.contact_id
        && load::find::<Contact>(tx.db(), id)?.is_some_and(|contact| contact.client_id != client)
    {
        return Err(foreign("contact_id").into());
    }
    Ok(())
}

pub(super) fn after(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: Option<&Complaint>,
    complaint: &Complaint,
) -> Result<(), ServiceError> {
    let detail = json!({ "number": complaint.number, "level": complaint.level });
    let Some(old) = old else {
        audit::record(tx, cause, "complaint_opened", id, &detail)?;
        return notify::complaint_opened(tx, cause, id, complaint);
    };
    if complaint.level > old.level || complaint.escalations > old.escalations {
        audit::record(tx, cause, "complaint_escalated", id, &detail)?;
        notify::complaint_escalated(tx, cause, id, complaint)?;
    }
    if complaint.status == ComplaintStatus::Closed && old.status != ComplaintStatus::Closed {
        audit::record(tx, cause, "complaint_closed", id, &detail)?;
    }
    Ok(())
}
