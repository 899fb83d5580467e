//! Contact 联系人: a person at a client.
use crate::entity::{Entity, EntityKind, Home};
use crate::invalid::{Invalid, email, line, required};
use crate::language::Language;
use crate::listing::{Column, Listed, Listing, PARENT};
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

impl Listed for Contact {
    const LISTING: Listing = Listing {
        columns: &[
            Column::refers("client_id", EntityKind::Client, "Client", "客户").equal("client"),
            Column::text("name", "Name", "姓名").sorted(),
            Column::text("position", "Position", "职务"),
            Column::text("phone", "Phone", "电话"),
            Column::text("email", "E-mail", "电子邮箱")
                .sorted()
                .equal("email"),
            Column::word("language", Language::TAGS, "Language", "语言"),
        ],
        related: &[PARENT],
        searched: true,
        through: &[&[("client_id", EntityKind::Client)]],
    };

    fn texts(&self) -> Vec<&str> {
        vec![
            &self.name,
            self.phone.as_deref().unwrap_or_default(),
            self.email.as_deref().unwrap_or_default(),
            self.position.as_deref().unwrap_or_default(),
        ]
    }
}
