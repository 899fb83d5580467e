//! Client 客户: who the provider works for.
use crate::bucket::Bucket;
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, line, required, text};
use crate::language::Language;
use sync_protocol::policy::Policy::{Office, Text};
use uuid::Uuid;

entity! {
    /// A client company.
    Client = "client" {
        name: String => Office;
        /// The office's own short code, unique among clients.
        code: Option<String> => Office;
        address: Option<String> => Office;
        phone: Option<String> => Office;
        #[serde(default)]
        language: Language => Office;
        notes: Option<String> => Text;
    }
}

impl Entity for Client {
    fn home(&self, id: Uuid) -> Home {
        Home::In(Bucket::Client(id))
    }

    fn validate(&self) -> Result<(), Invalid> {
        required("name", &self.name)?;
        line("code", self.code.as_deref().unwrap_or_default())?;
        line("address", self.address.as_deref().unwrap_or_default())?;
        line("phone", self.phone.as_deref().unwrap_or_default())?;
        text("notes", self.notes.as_deref().unwrap_or_default())
    }
}
