//! Mails about complaints: to those who answer for them, when one is opened and when it escalates.
use super::{About, Recipient, add, in_role, member, page};
use crate::author::Cause;
use crate::error::ServiceError;
use crate::load;
use crate::pages::Page;
use chrono_tz::Tz;
use onsite_mail::{ComplaintEscalated, ComplaintFacts, ComplaintOpened, Content};
use onsite_model::client::Client;
use onsite_model::complaint::{Complaint, HIGHEST_LEVEL};
use onsite_model::contact::Contact;
use onsite_model::role::Role;
use onsite_model::site::Site;
use onsite_store::Tx;
use uuid::Uuid;

/// A complaint is open and its clock runs.
pub(crate) fn complaint_opened(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    complaint: &Complaint,
) -> Result<(), ServiceError> {
    let facts = facts(tx, cause, id, complaint)?;
    tell_all(tx, cause, id, complaint, |_| {
        Content::ComplaintOpened(ComplaintOpened {
            complaint: facts.clone(),
        })
    })
}

/// A complaint has reached a higher level, or its deadline at the highest has passed again.
pub(crate) fn complaint_escalated(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    complaint: &Complaint,
) -> Result<(), ServiceError> {
    let facts = facts(tx, cause, id, complaint)?;
    let owner = member(tx, complaint.owner_id)?;
    let owner_name = owner.map(|owner| owner.person.name).unwrap_or_default();
    tell_all(tx, cause, id, complaint, |_| {
        Content::ComplaintEscalated(ComplaintEscalated {
            complaint: facts.clone(),
            owner_name: owner_name.clone(),
            by_itself: cause.author.user.is_none(),
        })
    })
}

/// Its owner and every manager; at the highest level every admin too.
fn tell_all(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    complaint: &Complaint,
    content: impl Fn(&Recipient) -> Content,
) -> Result<(), ServiceError> {
    let roles: &[Role] = if complaint.level == HIGHEST_LEVEL {
        &[Role::Manager, Role::Admin]
    } else {
        &[Role::Manager]
    };
    let mut told = in_role(tx, roles)?;
    told.extend(member(tx, complaint.owner_id)?);
    for to in told {
        let content = content(&to);
        add(tx, cause, to, content, About::row(id))?;
    }
    Ok(())
}

fn facts(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    complaint: &Complaint,
) -> Result<ComplaintFacts, ServiceError> {
    let client: Client = load::get(tx.db(), complaint.client_id)?;
    let site: Option<Site> = match complaint.site_id {
        Some(site) => load::find(tx.db(), site)?,
        None => None,
    };
    let contact: Option<Contact> = match complaint.contact_id {
        Some(contact) => load::find(tx.db(), contact)?,
        None => None,
    };
    let raised_by = contact
        .map(|contact| contact.name)
        .or(complaint.raised_by.clone());
    Ok(ComplaintFacts {
        number: complaint.number.clone().unwrap_or_default(),
        client_name: client.name,
        time_zone: site
            .as_ref()
            .and_then(|site| site.time_zone.parse().ok())
            .unwrap_or(Tz::UTC),
        site_name: site.map(|site| site.name).unwrap_or_default(),
        raised_by: raised_by.unwrap_or_default(),
        score: complaint.score,
        description: complaint.text.clone(),
        level: complaint.level,
        opened_at: complaint.opened_at.unwrap_or(cause.now),
        due_at: complaint.due_at.unwrap_or(cause.now),
        link: page(cause, Page::Complaint(id), Some(Role::Manager))?,
    })
}
