//! Contact 联系人: a person at a client.
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, email, line, required};
use crate::language::Language;
use sync_protocol::policy::Policy::Office;
use uuid::Uuid;

entity! {
    /// A client's person: meets the technician, signs, gets the mails.
    Contact = "contact" {
        client_id: Uuid => Office, refers Client;
        name: String => Office;
        /// What they are at the client, such as 行政 or office manager.
        position: Option<String> => Office;
        phone: Option<String> => Office;
        email: Option<String> => Office;
        #[serde(default)]
        language: Language => Office;
    }
}

impl Entity for Contact {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.client_id)
    }

    fn validate(&self) -> Result<(), Invalid> {
        required("name", &self.name)?;
        line("position", self.position.as_deref().unwrap_or_default())?;
        line("phone", self.phone.as_deref().unwrap_or_default())?;
        self.email
            .as_deref()
            .map_or(Ok(()), |address| email("email", address))
    }
}
