//! A name and a mail address, as people typed them. They reach headers and calendar parameters, so the one place
//! that turns them into something typed is here.
use lettre::Address;
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};

/// A sender or recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// As shown; empty where unknown.
    pub name: String,
    /// Checked when a mail is rendered or sent, so that a bad one fails its own mail and nothing else.
    pub email: String,
}

/// The address cannot be delivered to, whatever server is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{email:?} is not a mail address ({reason}); correct it in the contact or user it belongs to")]
pub struct BadAddress {
    pub email: String,
    pub reason: String,
}

impl Person {
    /// The address in its checked form.
    pub(crate) fn address(&self) -> Result<Address, BadAddress> {
        self.email
            .trim()
            .parse()
            .map_err(|reason: lettre::address::AddressError| BadAddress {
                email: self.email.clone(),
                reason: reason.to_string(),
            })
    }

    /// The header form: the name on one line, left out when empty.
    pub(crate) fn mailbox(&self) -> Result<Mailbox, BadAddress> {
        let name = one_line(&self.name);
        Ok(Mailbox::new((!name.is_empty()).then_some(name), self.address()?))
    }
}

/// `text` without line breaks or other control characters, runs of white space as one space: what may stand in a
/// header. Direction overrides go too, as they can make a name or file name read as another.
pub(crate) fn one_line(text: &str) -> String {
    let harmless = |c: char| if unfit_for_a_line(c) { ' ' } else { c };
    text.chars()
        .map(harmless)
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn unfit_for_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
