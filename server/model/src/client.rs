//! Client 客户: who the provider works for.
use crate::bucket::Bucket;
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, line, required, text};
use crate::language::Language;
use crate::listing::{Column, Listed, Listing};
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

impl Listed for Client {
    const LISTING: Listing = Listing {
        columns: &[
            Column::text("code", "Code", "编号").sorted(),
            Column::text("name", "Name", "名称").sorted(),
            Column::text("address", "Address", "地址"),
            Column::text("phone", "Phone", "电话"),
            Column::word("language", Language::TAGS, "Language", "语言"),
            Column::text("notes", "Notes", "备注"),
        ],
        related: &[],
        searched: true,
        through: &[],
    };

    fn texts(&self) -> Vec<&str> {
        vec![
            &self.name,
            self.code.as_deref().unwrap_or_default(),
            self.address.as_deref().unwrap_or_default(),
            self.phone.as_deref().unwrap_or_default(),
        ]
    }
}
