//! Renders and delivers the mails of the service: what a client, a technician or a manager is told, in
//! Chinese or English, as text, HTML and calendar entry.
//!
//! This crate knows no database. An outbox row holds a [`Mail`] as JSON and a Message-ID; the job that delivers
//! it calls [`render`], adds the attachments, hands the [`Outgoing`] to a [`Mailer`] and on a
//! [`DeliveryError::Transient`] asks [`backoff`] when to try again:
//!
//! ```text
//! outbox row ── Mail ──> render ──> Rendered ─┐
//!               Message-ID, attachments ──────┴─> Outgoing ──> Mailer::send ──> Ok | Transient | Permanent
//! ```
//!
//! Rendering takes no clock and no randomness, so a second attempt sends the same mail as the first.
mod calendar;
mod example;
mod link;
mod mail;
mod mailer;
mod message;
mod person;
mod render;
mod retry;
mod when;

pub use calendar::{Calendar, Method};
pub use example::example;
pub use link::{BadLink, Link};
pub use mail::{
    Briefing, ComplaintEscalated, ComplaintFacts, ComplaintOpened, Content, FaultReceived, Invitation,
    LowScore, Mail, MailKind, NotSigned, SheetAnswered, SheetUnsigned, SignedSheet, Survey, TicketAssigned,
    TimeSpan, VisitCancelled, VisitFacts, VisitMoved, VisitScheduled,
};
pub use mailer::{BadSmtpConfig, Mailer, Password, Security, SmtpConfig};
pub use message::{Attachment, Outgoing, message};
pub use person::{BadAddress, Person};
pub use render::{MailError, Rendered, check_template, placeholders, preview, render, usual_template};
pub use retry::{DeliveryError, MAX_ATTEMPTS, backoff};
