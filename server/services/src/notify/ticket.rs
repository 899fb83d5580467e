//! Mails about tickets.
use super::{About, Recipient, add, member, page, tell};
use crate::author::Cause;
use crate::error::ServiceError;
use crate::load;
use crate::pages::Page;
use chrono_tz::Tz;
use onsite_mail::{Content, FaultReceived, Person, TicketAssigned};
use onsite_model::client::Client;
use onsite_model::language::Language;
use onsite_model::site::Site;
use onsite_model::ticket::Ticket;
use onsite_store::Tx;
use uuid::Uuid;

/// To the member of staff who is to take care of a ticket.
pub(crate) fn ticket_assigned(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    ticket: &Ticket,
) -> Result<(), ServiceError> {
    let to = member(tx, ticket.assignee_id)?;
    let role = to.as_ref().and_then(|to| to.role);
    tell(tx, cause, About::row(id), to, |tx| {
        let client: Client = load::get(tx.db(), ticket.client_id)?;
        let site: Option<Site> = match ticket.site_id {
            Some(site) => load::find(tx.db(), site)?,
            None => None,
        };
        Ok(Content::TicketAssigned(TicketAssigned {
            number: ticket.number.clone().unwrap_or_default(),
            title: ticket.title.clone(),
            description: ticket.description.clone().unwrap_or_default(),
            client_name: client.name,
            time_zone: site
                .as_ref()
                .and_then(|site| site.time_zone.parse().ok())
                .unwrap_or(Tz::UTC),
            site_name: site.map(|site| site.name).unwrap_or_default(),
            due_at: ticket.due_at,
            link: page(cause, Page::Ticket(id), role)?,
        }))
    })
}

/// To whoever reported a fault from a label: a receipt that repeats nothing of what they wrote, so that nobody can
/// have us mail words of theirs to others.
pub(crate) fn fault_received(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    ticket_id: Uuid,
    (email, language): (&str, Language),
    (number, tag): (&str, &str),
) -> Result<(), ServiceError> {
    let content = Content::FaultReceived(FaultReceived {
        number: number.to_owned(),
        tag: tag.to_owned(),
    });
    let person = Person {
        name: String::new(),
        email: email.to_owned(),
    };
    add(
        tx,
        cause,
        Recipient {
            person,
            language,
            role: None,
        },
        content,
        About::row(ticket_id),
    )
}
