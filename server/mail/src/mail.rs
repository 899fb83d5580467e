//! What each mail says, as typed facts. A [`Mail`] is stored as JSON in the outbox row, so that the words are
//! chosen when it is sent and a mended template helps the mails already waiting.
use crate::link::Link;
use crate::person::Person;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use onsite_model::sheet_content::Provider;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One mail to one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    /// Who writes: the head and foot of every mail.
    pub provider: Provider,
    /// Who is greeted, and the attendee of a calendar entry.
    pub recipient: Person,
    pub content: Content,
}

/// The event a mail tells of, with its facts. Free texts may span lines; one that is not known is empty and its
/// line is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    VisitScheduled(VisitScheduled),
    VisitMoved(VisitMoved),
    VisitCancelled(VisitCancelled),
    Briefing(Briefing),
    SignedSheet(SignedSheet),
    SheetUnsigned(SheetUnsigned),
    SheetAnswered(SheetAnswered),
    Survey(Survey),
    LowScore(LowScore),
    ComplaintOpened(ComplaintOpened),
    ComplaintEscalated(ComplaintEscalated),
    TicketAssigned(TicketAssigned),
    FaultReceived(FaultReceived),
}

/// The name of an event, for lists, filters and template files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    VisitScheduled,
    VisitMoved,
    VisitCancelled,
    Briefing,
    SignedSheet,
    SheetUnsigned,
    SheetAnswered,
    Survey,
    LowScore,
    ComplaintOpened,
    ComplaintEscalated,
    TicketAssigned,
    FaultReceived,
}

impl MailKind {
    pub const ALL: [MailKind; 13] = [
        MailKind::VisitScheduled,
        MailKind::VisitMoved,
        MailKind::VisitCancelled,
        MailKind::Briefing,
        MailKind::SignedSheet,
        MailKind::SheetUnsigned,
        MailKind::SheetAnswered,
        MailKind::Survey,
        MailKind::LowScore,
        MailKind::ComplaintOpened,
        MailKind::ComplaintEscalated,
        MailKind::TicketAssigned,
        MailKind::FaultReceived,
    ];

    /// Their names.
    pub const NAMES: [&'static str; MailKind::ALL.len()] = {
        let mut names = [""; MailKind::ALL.len()];
        let mut at = 0;
        while at < names.len() {
            names[at] = MailKind::ALL[at].as_str();
            at += 1;
        }
        names
    };

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<MailKind> {
        MailKind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name as stored in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            MailKind::VisitScheduled => "visit_scheduled",
            MailKind::VisitMoved => "visit_moved",
            MailKind::VisitCancelled => "visit_cancelled",
            MailKind::Briefing => "briefing",
            MailKind::SignedSheet => "signed_sheet",
            MailKind::SheetUnsigned => "sheet_unsigned",
            MailKind::SheetAnswered => "sheet_answered",
            MailKind::Survey => "survey",
            MailKind::LowScore => "low_score",
            MailKind::ComplaintOpened => "complaint_opened",
            MailKind::ComplaintEscalated => "complaint_escalated",
            MailKind::TicketAssigned => "ticket_assigned",
            MailKind::FaultReceived => "fault_received",
        }
    }
}

impl Content {
    pub fn kind(&self) -> MailKind {
        match self {
            Content::VisitScheduled(_) => MailKind::VisitScheduled,
            Content::VisitMoved(_) => MailKind::VisitMoved,
            Content::VisitCancelled(_) => MailKind::VisitCancelled,
            Content::Briefing(_) => MailKind::Briefing,
            Content::SignedSheet(_) => MailKind::SignedSheet,
            Content::SheetUnsigned(_) => MailKind::SheetUnsigned,
            Content::SheetAnswered(_) => MailKind::SheetAnswered,
            Content::Survey(_) => MailKind::Survey,
            Content::LowScore(_) => MailKind::LowScore,
            Content::ComplaintOpened(_) => MailKind::ComplaintOpened,
            Content::ComplaintEscalated(_) => MailKind::ComplaintEscalated,
            Content::TicketAssigned(_) => MailKind::TicketAssigned,
            Content::FaultReceived(_) => MailKind::FaultReceived,
        }
    }
}

/// A stretch of time at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeSpan {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// The site's zone, in which the times are shown.
    pub time_zone: Tz,
}

/// What every mail about a visit 上门 says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitFacts {
    pub visit_id: Uuid,
    pub client_name: String,
    pub site_name: String,
    pub address: String,
    pub service_content: String,
    pub technician_name: String,
    /// As planned, or as worked once the visit is over.
    pub time: TimeSpan,
}

/// What a calendar entry needs beside the visit (RFC 5546).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// SEQUENCE: 0 for the first mail of a visit and one more for every later one, so that calendars know which
    /// is newest. A cancellation counts too.
    pub sequence: u32,
    /// DTSTAMP: when this change was decided.
    pub stamped_at: DateTime<Utc>,
    /// ORGANIZER: the address mails are sent from; calendars refuse changes from another.
    pub organizer: Person,
}

/// To the client: a visit has a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitScheduled {
    pub visit: VisitFacts,
    pub invitation: Invitation,
}

/// To the client: a visit has another time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitMoved {
    pub visit: VisitFacts,
    pub previously: TimeSpan,
    pub reason: String,
    pub invitation: Invitation,
}

/// To the client: a visit will not take place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitCancelled {
    pub visit: VisitFacts,
    pub reason: String,
    pub invitation: Invitation,
}

/// To the technician: everything the first point of the visit preparation 上门准备 asks to have read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Briefing {
    pub visit: VisitFacts,
    pub contact_name: String,
    pub contact_phone: String,
    /// How to get in: reception, badge, parking.
    pub access_notes: String,
    /// Opening it ticks the point "mail read". The page behind it must ask by POST: mail scanners follow links.
    pub link: Link,
}

/// To the client: the signed sheet 服务单, whose PDF is attached, with the means to prove it later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedSheet {
    pub visit: VisitFacts,
    pub sheet_number: String,
    pub signer_name: String,
    pub signed_at: DateTime<Utc>,
    /// The whole SHA-256 of the sheet in lower-case hex, 64 digits: an anchor outside the server's control.
    pub sha256: String,
    pub verify_link: Link,
    /// Whether the inspection record 巡检表 is attached beside the sheet.
    pub with_inspection_record: bool,
}

/// Why a sheet was not signed on the spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotSigned {
    Refused,
    Absent,
    /// It was shown, and the office asks for the signature.
    Waiting,
}

/// To the client: a sheet waits for a signature by remote link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetUnsigned {
    pub visit: VisitFacts,
    pub sheet_number: String,
    pub outcome: NotSigned,
    pub reason: String,
    pub sign_link: Link,
    pub link_expires_at: DateTime<Utc>,
}

/// To technician and managers: the client answered a sheet by its link, without signing it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetAnswered {
    pub visit: VisitFacts,
    pub sheet_number: String,
    /// Whether the words are the reason for refusing it, or a remark.
    pub refused: bool,
    pub words: String,
    /// The page of the visit.
    pub link: Link,
}

/// To the client: how was it?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    pub visit: VisitFacts,
    pub survey_link: Link,
    pub link_expires_at: DateTime<Utc>,
}

/// To managers: a visit was rated low.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LowScore {
    pub visit: VisitFacts,
    /// Satisfaction, 1 to 5.
    pub score: u8,
    pub comment: String,
    pub rated_by: String,
    pub rated_at: DateTime<Utc>,
    /// The page of the callback 回访.
    pub link: Link,
}

/// What a mail about a complaint 投诉 says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComplaintFacts {
    pub number: String,
    pub client_name: String,
    /// Empty where the complaint is about no one site.
    pub site_name: String,
    pub raised_by: String,
    /// The score that opened it by itself.
    pub score: Option<u8>,
    pub description: String,
    /// 1 to 3; 3 is the gravest.
    pub level: u8,
    pub opened_at: DateTime<Utc>,
    /// After this moment it escalates by itself.
    pub due_at: DateTime<Utc>,
    /// The zone the two times are shown in.
    pub time_zone: Tz,
    /// The page of the complaint.
    pub link: Link,
}

/// To those who answer for it: a complaint is open and its clock runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComplaintOpened {
    pub complaint: ComplaintFacts,
}

/// To those who answer for it: a complaint has reached a higher level, or is late at the highest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComplaintEscalated {
    pub complaint: ComplaintFacts,
    /// Empty where nobody has taken it.
    pub owner_name: String,
    /// Whether its deadline did it, and not a person.
    pub by_itself: bool,
}

/// To a member of staff: a ticket 工单 is theirs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketAssigned {
    pub number: String,
    pub title: String,
    pub description: String,
    pub client_name: String,
    /// Empty where the ticket is about no one site.
    pub site_name: String,
    pub due_at: Option<DateTime<Utc>>,
    pub time_zone: Tz,
    /// The page of the ticket.
    pub link: Link,
}

/// To whoever reported a fault from a device's label: that it has come in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaultReceived {
    /// Of the ticket it became.
    pub number: String,
    pub tag: String,
}
