//! Contacts: signed sheets and survey links are mailed to them, so where to is the office's to say.
use super::Note;
use crate::apply::Refusal;
use crate::author::{Cause, Origin};
use crate::error::ServiceError;
use onsite_model::contact::Contact;
use serde_json::json;
use sync_protocol::codes::ErrorCode;

/// An e-mail address a technician typed on site waits for the office: the mailed sheet is the client's proof, and
/// must not go where the one who had it signed says. At a screen they are told.
pub(super) fn before(
    cause: &Cause<'_>,
    old: Option<&Contact>,
    contact: &mut Contact,
) -> Result<Vec<Note>, Refusal> {
    let stands = old.and_then(|old| old.email.clone());
    let by_technician = cause.author.is_scoped() && cause.author.origin != Origin::Server;
    if !by_technician || contact.email == stands {
        return Ok(Vec::new());
    }
    if cause.author.origin == Origin::Office {
        let detail = "where a client's mail goes is the office's to say; a phone can propose it";
        return Err(ServiceError::new(ErrorCode::Forbidden, detail)
            .field("email")
            .into());
    }
    let incoming = std::mem::replace(&mut contact.email, stands.clone());
    Ok(vec![Note::proposed(
        "email",
        json!({ "email": stands }),
        json!({ "email": incoming }),
    )])
}
