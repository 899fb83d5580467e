//! Mails: written to the outbox in the transaction that causes them, one per intent, and sent by a job.
mod complaint;
mod sheet;
mod ticket;

pub(crate) use complaint::{complaint_escalated, complaint_opened};
pub(crate) use sheet::{sheet_answered, sheet_to_sign, signed_sheet};
pub(crate) use ticket::{fault_received, ticket_assigned};

use crate::author::Cause;
use crate::error::ServiceError;
use crate::link::{self, Purpose};
use crate::load;
use crate::pages::Page;
use crate::settings;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use onsite_mail::{
    Briefing, Content, Invitation, Link, LowScore, Mail, Person, Survey, TimeSpan, VisitCancelled,
    VisitFacts, VisitMoved, VisitScheduled,
};
use onsite_model::callback::Callback;
use onsite_model::client::Client;
use onsite_model::contact::Contact;
use onsite_model::entity::EntityKind;
use onsite_model::ids::derived_id;
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::site::Site;
use onsite_model::user::User;
use onsite_model::visit::Visit;
use onsite_store::notifications::{self, Notification, State};
use onsite_store::{Tx, counters, rows};
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// Whom a mail goes to.
struct Recipient {
    person: Person,
    language: Language,
    /// Of a member of staff.
    role: Option<Role>,
}

/// What a mail is about.
#[derive(Clone, Copy)]
struct About {
    /// The row that tells its intent from others of the same operation.
    subject: Uuid,
    visit: Option<Uuid>,
    /// The sheet whose documents go with it.
    sheet: Option<Uuid>,
}

impl About {
    fn visit(visit: Uuid) -> About {
        About {
            visit: Some(visit),
            ..About::row(visit)
        }
    }

    fn row(subject: Uuid) -> About {
        About {
            subject,
            visit: None,
            sheet: None,
        }
    }
}

/// Queues a mail, if there is somebody to send it to.
fn tell(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    about: About,
    to: Option<Recipient>,
    content: impl FnOnce(&mut Tx<'_>) -> Result<Content, ServiceError>,
) -> Result<(), ServiceError> {
    let Some(to) = to else { return Ok(()) };
    let content = content(tx)?;
    add(tx, cause, to, content, about)
}

/// To the client: a visit has a time.
pub(crate) fn visit_scheduled(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    visit: &Visit,
) -> Result<(), ServiceError> {
    let to = contact(tx, visit)?;
    tell(tx, cause, About::visit(id), to, |tx| {
        Ok(Content::VisitScheduled(VisitScheduled {
            visit: facts(tx, id, visit)?,
            invitation: invitation(tx, cause, id)?,
        }))
    })
}

/// To the client: a visit has another time.
pub(crate) fn visit_moved(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: &Visit,
    visit: &Visit,
) -> Result<(), ServiceError> {
    let to = contact(tx, visit)?;
    tell(tx, cause, About::visit(id), to, |tx| {
        let facts = facts(tx, id, visit)?;
        Ok(Content::VisitMoved(VisitMoved {
            previously: TimeSpan {
                starts_at: old.planned_start,
                ends_at: old.planned_end,
                ..facts.time
            },
            visit: facts,
            reason: visit.reason.clone().unwrap_or_default(),
            invitation: invitation(tx, cause, id)?,
        }))
    })
}

/// To the client: a visit will not take place.
pub(crate) fn visit_cancelled(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    visit: &Visit,
) -> Result<(), ServiceError> {
    let to = contact(tx, visit)?;
    tell(tx, cause, About::visit(id), to, |tx| {
        Ok(Content::VisitCancelled(VisitCancelled {
            visit: facts(tx, id, visit)?,
            reason: visit.reason.clone().unwrap_or_default(),
            invitation: invitation(tx, cause, id)?,
        }))
    })
}

/// To the technician: everything the first point of the visit preparation asks to have read.
pub(crate) fn briefing(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    visit: &Visit,
) -> Result<(), ServiceError> {
    let to = member(tx, visit.technician_id)?;
    tell(tx, cause, About::visit(id), to, |tx| {
        let contact: Option<Contact> = match visit.contact_id {
            Some(contact) => load::find(tx.db(), contact)?,
            None => None,
        };
        let site: Site = load::get(tx.db(), visit.site_id)?;
        let (token, _) = link::issue(tx, cause, Purpose::Briefing, id)?;
        Ok(Content::Briefing(Briefing {
            visit: facts(tx, id, visit)?,
            contact_name: contact
                .as_ref()
                .map(|contact| contact.name.clone())
                .unwrap_or_default(),
            contact_phone: contact.and_then(|contact| contact.phone).unwrap_or_default(),
            access_notes: site.access_notes.unwrap_or_default(),
            link: web(cause, &format!("/briefing/{token}"))?,
        }))
    })
}

/// To the client: how was it?
pub(crate) fn survey(tx: &mut Tx<'_>, cause: &Cause<'_>, visit_id: Uuid) -> Result<(), ServiceError> {
    let visit: Visit = load::get(tx.db(), visit_id)?;
    let to = contact(tx, &visit)?;
    tell(tx, cause, About::visit(visit_id), to, |tx| {
        let callback = Callback::id(visit_id);
        let (token, link_expires_at) = link::issue(tx, cause, Purpose::Survey, callback)?;
        Ok(Content::Survey(Survey {
            visit: facts(tx, visit_id, &visit)?,
            survey_link: web(cause, &format!("/survey/{token}"))?,
            link_expires_at,
        }))
    })
}

/// To every manager: a visit was rated low.
pub(crate) fn low_score(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    callback_id: Uuid,
    callback: &Callback,
    (score, comment): (u8, Option<&str>),
) -> Result<(), ServiceError> {
    let visit: Visit = load::get(tx.db(), callback.visit_id)?;
    let rated_by = match visit.contact_id {
        Some(contact) => load::find::<Contact>(tx.db(), contact)?.map(|contact| contact.name),
        None => None,
    };
    for to in in_role(tx, &[Role::Manager])? {
        let content = Content::LowScore(LowScore {
            visit: facts(tx, callback.visit_id, &visit)?,
            score,
            comment: comment.unwrap_or_default().to_owned(),
            rated_by: rated_by.clone().unwrap_or_default(),
            rated_at: cause.occurred_at,
            link: page(cause, Page::Callback(callback_id), to.role)?,
        });
        add(tx, cause, to, content, About::visit(callback.visit_id))?;
    }
    Ok(())
}

fn contact(tx: &mut Tx<'_>, visit: &Visit) -> Result<Option<Recipient>, ServiceError> {
    reachable(tx, visit.contact_id)
}

/// A contact, if it has an address.
fn reachable(tx: &mut Tx<'_>, contact: Option<Uuid>) -> Result<Option<Recipient>, ServiceError> {
    let Some(id) = contact else {
        return Ok(None);
    };
    let contact: Option<Contact> = load::find(tx.db(), id)?;
    Ok(contact.and_then(|contact| {
        let email = contact.email?;
        Some(Recipient {
            person: Person {
                name: contact.name,
                email,
            },
            language: contact.language,
            role: None,
        })
    }))
}

fn member(tx: &mut Tx<'_>, id: Option<Uuid>) -> Result<Option<Recipient>, ServiceError> {
    let user: Option<User> = match id {
        Some(id) => load::find(tx.db(), id)?,
        None => None,
    };
    Ok(user.map(staff))
}

fn staff(user: User) -> Recipient {
    Recipient {
        person: Person {
            name: user.name,
            email: user.email,
        },
        language: user.language,
        role: Some(user.role),
    }
}

/// The active members of staff in one of these roles.
fn in_role(tx: &mut Tx<'_>, roles: &[Role]) -> Result<Vec<Recipient>, ServiceError> {
    let users = rows::page(tx.db(), EntityKind::User, None, None, None, 1000)?;
    let mut found = Vec::new();
    for row in users {
        let user: User = onsite_model::entity::decode(&row.body)?;
        if user.active && roles.contains(&user.role) {
            found.push(staff(user));
        }
    }
    Ok(found)
}

fn facts(tx: &mut Tx<'_>, id: Uuid, visit: &Visit) -> Result<VisitFacts, ServiceError> {
    let client: Client = load::get(tx.db(), visit.client_id)?;
    let site: Site = load::get(tx.db(), visit.site_id)?;
    let technician: Option<User> = match visit.technician_id {
        Some(user) => load::find(tx.db(), user)?,
        None => None,
    };
    Ok(VisitFacts {
        visit_id: id,
        client_name: client.name,
        site_name: site.name,
        address: site.address,
        service_content: visit.purpose.clone(),
        technician_name: technician.map(|user| user.name).unwrap_or_default(),
        time: TimeSpan {
            starts_at: visit.arrived_at.unwrap_or(visit.planned_start),
            ends_at: visit.finished_at.unwrap_or(visit.planned_end),
            time_zone: site.time_zone.parse().unwrap_or(Tz::UTC),
        },
    })
}

fn invitation(tx: &mut Tx<'_>, cause: &Cause<'_>, visit: Uuid) -> Result<Invitation, ServiceError> {
    let sequence = counters::take(tx, &format!("invitation/{visit}"), 1)? - 1;
    Ok(Invitation {
        sequence: u32::try_from(sequence).unwrap_or(u32::MAX),
        stamped_at: cause.now,
        organizer: cause.house.sender.clone(),
    })
}

fn web(cause: &Cause<'_>, path: &str) -> Result<Link, ServiceError> {
    Link::new(cause.house.link(path)).map_err(|error| {
        ServiceError::new(
            ErrorCode::Internal,
            format!("the configured public address is unusable: {error}"),
        )
    })
}

/// The page of a record, for a reader of this role.
fn page(cause: &Cause<'_>, page: Page, reader: Option<Role>) -> Result<Link, ServiceError> {
    web(cause, &page.path(reader))
}

/// One row per intent: the same operation, mail and recipient always make the same id.
fn add(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    to: Recipient,
    content: Content,
    about: About,
) -> Result<(), ServiceError> {
    let kind = content.kind().as_str();
    let email = to.person.email.clone();
    let intent = format!("{kind}/{}/{email}", about.subject);
    let id = derived_id(cause.now, cause.operation, &intent);
    let domain = cause
        .house
        .sender
        .email
        .rsplit_once('@')
        .map_or("onsite.invalid", |(_, domain)| domain);
    let mail = Mail {
        provider: settings::provider(tx.db(), cause.house)?,
        recipient: to.person,
        content,
    };
    let mail = serde_json::to_string(&mail).map_err(|error| {
        ServiceError::new(ErrorCode::Internal, format!("the mail can't be kept: {error}"))
    })?;
    let now: DateTime<Utc> = cause.now;
    notifications::add(
        tx,
        &Notification {
            id,
            message_id: format!("{id}@{domain}"),
            kind: kind.to_owned(),
            recipient: email,
            language: to.language.tag().to_owned(),
            mail,
            visit_id: about.visit,
            sheet_id: about.sheet,
            state: State::Due,
            attempts: 0,
            next_at: now,
            created_at: now,
            sent_at: None,
            error: None,
        },
    )?;
    Ok(())
}
