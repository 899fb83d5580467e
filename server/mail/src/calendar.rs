//! The calendar entry of a visit (RFC 5545 and 5546): one UID for the visit's whole life, so that a move changes
//! the entry in the client's calendar and a cancellation takes it away.
use crate::mail::{Invitation, Mail, VisitFacts};
use crate::person::{BadAddress, Person, one_line};
use chrono::{DateTime, Utc};
use icalendar::{Component, Event, EventLike, EventStatus, Property};
use onsite_model::language::Language;

/// What the receiving calendar should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Add the entry, or change it to this.
    Request,
    /// Remove it.
    Cancel,
}

impl Method {
    /// The value of METHOD and of the media type's parameter, which must agree.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
        }
    }
}

/// A calendar object ready to be mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    pub method: Method,
    /// The iCalendar text: UTF-8, CRLF line ends, lines folded at 75 bytes.
    pub ics: String,
}

/// The entry of `visit` in the recipient's calendar. Times are written in UTC, which every calendar shows in its
/// reader's zone and no receiver has to know zone rules for.
pub(crate) fn calendar(
    mail: &Mail,
    visit: &VisitFacts,
    invitation: &Invitation,
    method: Method,
    language: Language,
) -> Result<Calendar, BadAddress> {
    let status = match method {
        Method::Request => EventStatus::Confirmed,
        Method::Cancel => EventStatus::Cancelled,
    };
    let provider = one_line(&mail.provider.name);
    let mut event = Event::new();
    event
        .uid(&visit.visit_id.to_string())
        .sequence(invitation.sequence)
        .timestamp(invitation.stamped_at)
        .status(status)
        .summary(&format!(
            "{}{provider}",
            language.pick("IT service visit: ", "IT上门服务：")
        ))
        .location(&one_line(&format!("{}, {}", visit.site_name, visit.address)))
        .description(&description(mail, visit, language))
        .append_property(utc("DTSTART", visit.time.starts_at))
        .append_property(utc("DTEND", visit.time.ends_at))
        .append_property(organizer(&invitation.organizer)?)
        .append_multi_property(attendee(&mail.recipient)?);

    let mut calendar = icalendar::Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Onsite//Onsite//EN"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", method.as_str()))
        .push(event);
    Ok(Calendar {
        method,
        ics: calendar.to_string(),
    })
}

fn description(mail: &Mail, visit: &VisitFacts, language: Language) -> String {
    let colon = language.pick(": ", "：");
    let lines = [
        ("", visit.service_content.trim()),
        (
            language.pick("Technician", "工程师"),
            visit.technician_name.trim(),
        ),
        (language.pick("Client", "客户"), visit.client_name.trim()),
        (language.pick("Questions", "咨询电话"), mail.provider.phone.trim()),
    ];
    let lines = lines
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| {
            let colon = if label.is_empty() { "" } else { colon };
            format!("{label}{colon}{}", text(value))
        });
    lines.collect::<Vec<_>>().join("\n")
}

fn utc(name: &str, at: DateTime<Utc>) -> Property {
    Property::new(name, at.format("%Y%m%dT%H%M%SZ").to_string())
}

fn organizer(person: &Person) -> Result<Property, BadAddress> {
    cal_address("ORGANIZER", person)
}

/// No reply is asked for: nobody reads the answers a calendar would send, and the mail says whom to call.
fn attendee(person: &Person) -> Result<Property, BadAddress> {
    let mut property = cal_address("ATTENDEE", person)?;
    property
        .add_parameter("CUTYPE", "INDIVIDUAL")
        .add_parameter("ROLE", "REQ-PARTICIPANT")
        .add_parameter("PARTSTAT", "NEEDS-ACTION")
        .add_parameter("RSVP", "FALSE");
    Ok(property)
}

fn cal_address(name: &str, person: &Person) -> Result<Property, BadAddress> {
    let mut property = Property::new(name, format!("mailto:{}", person.address()?));
    // A parameter value cannot hold a quotation mark, escaped or not.
    let common_name = one_line(&person.name).replace('"', "'");
    if !common_name.is_empty() {
        property.add_parameter("CN", &common_name);
    }
    Ok(property)
}

/// A text value: line breaks as LF, which the writer escapes, and no other control character, which would end up
/// raw in the file.
fn text(value: &str) -> String {
    let value = value.replace("\r\n", "\n").replace('\r', "\n");
    value.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}
