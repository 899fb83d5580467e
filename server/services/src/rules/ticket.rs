//! Tickets: numbered by the server, at a site of their client, assigned when somebody is.
use super::Note;
use crate::apply::Refusal;
use crate::author::Cause;
use crate::load;
use crate::number::{self, Series};
use onsite_model::contact::Contact;
use onsite_model::invalid::Invalid;
use onsite_model::site::Site;
use onsite_model::ticket::{Ticket, TicketStatus};
use onsite_store::Tx;

pub(super) fn before(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    old: Option<&Ticket>,
    ticket: &mut Ticket,
) -> Result<Vec<Note>, Refusal> {
    if let Some(site) = ticket.site_id
        && load::find::<Site>(tx.db(), site)?.is_some_and(|site| site.client_id != ticket.client_id)
    {
        return Err(Invalid::new("site_id", "is a site of another client").into());
    }
    if let Some(contact) = ticket.contact_id
        && load::find::<Contact>(tx.db(), contact)?.is_some_and(|one| one.client_id != ticket.client_id)
    {
        return Err(Invalid::new("contact_id", "is a contact of another client").into());
    }
    if ticket.number.is_none() {
        ticket.number = Some(number::next(tx, cause.house, Series::Ticket, cause.now)?);
    }
    if ticket.reported_at.is_none() {
        ticket.reported_at = Some(cause.occurred_at);
    }
    let newly_assigned = ticket.assignee_id.is_some() && old.is_none_or(|old| old.assignee_id.is_none());
    if newly_assigned && ticket.status == TicketStatus::New {
        ticket.status = ticket
            .status
            .become_(TicketStatus::Assigned)
            .map_err(crate::ServiceError::from)?;
    }
    let solved = ticket.status == TicketStatus::Solved;
    if solved && ticket.solved_at.is_none() {
        ticket.solved_at = Some(cause.occurred_at);
    }
    if ticket.status == TicketStatus::Reopened && old.is_none_or(|old| old.status != ticket.status) {
        ticket.solved_at = None;
    }
    Ok(Vec::new())
}
