//! A rendered mail as an RFC 5322 message: text and HTML side by side, the calendar entry, the attachments.
use crate::calendar::Calendar;
use crate::person::{Person, one_line};
use crate::render::Rendered;
use crate::retry::DeliveryError;
use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{self, Body, MultiPart, SinglePart};
use std::error::Error;

/// A mail with everything it is sent with.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// One per intent, the same at every attempt, so that a receiver can drop a second copy: `id@domain` without
    /// angle brackets.
    pub message_id: String,
    pub from: Person,
    pub to: Person,
    pub rendered: Rendered,
    pub attachments: Vec<Attachment>,
    pub date: DateTime<Utc>,
}

/// A file sent along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The name it is saved under; may be Chinese.
    pub file_name: String,
    /// For example `application/pdf`.
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// Builds the message as it goes over the wire.
///
/// # Errors
/// [`DeliveryError::Permanent`] when an address, the Message-ID or a media type is not one.
pub fn message(outgoing: &Outgoing) -> Result<Message, DeliveryError> {
    let rendered = &outgoing.rendered;
    let mut alternative = MultiPart::alternative().singlepart(SinglePart::plain(rendered.text.clone()));
    let html = SinglePart::html(rendered.html.clone());
    alternative = match &rendered.logo {
        Some(logo) => alternative.multipart(MultiPart::related().singlepart(html).singlepart(inline(logo)?)),
        None => alternative.singlepart(html),
    };
    let mut files = Vec::new();
    if let Some(calendar) = &rendered.calendar {
        alternative = alternative.singlepart(invitation(calendar)?);
        files.push(invitation_file(calendar)?);
    }
    for attachment in &outgoing.attachments {
        files.push(attached(attachment)?);
    }
    let body = match files.is_empty() {
        true => alternative,
        false => files
            .into_iter()
            .fold(MultiPart::mixed().multipart(alternative), MultiPart::singlepart),
    };
    Message::builder()
        .message_id(Some(message_id(&outgoing.message_id)?))
        .date(outgoing.date.into())
        .from(outgoing.from.mailbox()?)
        .to(outgoing.to.mailbox()?)
        .subject(one_line(&rendered.subject))
        .header(AutoSubmitted)
        .multipart(body)
        .map_err(|error| DeliveryError::Permanent(format!("the message could not be built: {error}")))
}

/// The picture that the HTML shows.
fn inline(logo: &[u8]) -> Result<SinglePart, DeliveryError> {
    let png = content_type("image/png")?;
    Ok(message::Attachment::new_inline("logo".to_owned()).body(logo.to_vec(), png))
}

/// The part that mail programs with a calendar act on; its METHOD must be repeated in the media type (RFC 6047).
fn invitation(calendar: &Calendar) -> Result<SinglePart, DeliveryError> {
    let media_type = format!(
        "text/calendar; charset=utf-8; method={}",
        calendar.method.as_str()
    );
    Ok(SinglePart::builder()
        .header(content_type(&media_type)?)
        .body(calendar.ics.clone()))
}

/// The same entry as a file, for mail programs that show no invitation.
fn invitation_file(calendar: &Calendar) -> Result<SinglePart, DeliveryError> {
    file("invite.ics", "application/ics", calendar.ics.clone().into_bytes())
}

fn attached(attachment: &Attachment) -> Result<SinglePart, DeliveryError> {
    let file_name = one_line(&attachment.file_name).replace(['/', '\\'], "_");
    file(&file_name, &attachment.media_type, attachment.bytes.clone())
}

fn file(name: &str, media_type: &str, bytes: Vec<u8>) -> Result<SinglePart, DeliveryError> {
    // Base64 even for text: any other encoding lets a relay change line ends, and a file must arrive as it was.
    let body = Body::new_with_encoding(bytes, ContentTransferEncoding::Base64)
        .map_err(|_| DeliveryError::Permanent(format!("the attachment {name:?} could not be encoded")))?;
    Ok(message::Attachment::new(name.to_owned()).body(body, content_type(media_type)?))
}

fn content_type(media_type: &str) -> Result<ContentType, DeliveryError> {
    ContentType::parse(media_type)
        .map_err(|_| DeliveryError::Permanent(format!("{media_type:?} is not a media type")))
}

fn message_id(id: &str) -> Result<String, DeliveryError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"@.-_+=".contains(&byte);
    match id.split_once('@') {
        Some((left, right))
            if !left.is_empty() && !right.is_empty() && !right.contains('@') && id.bytes().all(allowed) =>
        {
            Ok(format!("<{id}>"))
        }
        _ => Err(DeliveryError::Permanent(format!(
            "{id:?} is not a Message-ID of the form id@domain"
        ))),
    }
}

/// Keeps vacation programs from answering (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
