//! User: a member of staff, as everybody may see them. What they log in with is kept elsewhere.
use crate::bucket::Bucket;
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, email, line, required};
use crate::language::Language;
use crate::listing::{Column, Listed, Listing};
use crate::role::Role;
use sync_protocol::policy::Policy::Server;
use uuid::Uuid;

entity! {
    /// A member of staff.
    User = "user" {
        name: String => Server;
        /// A technician is not told that of others.
        #[schemars(with = "Option<String>")]
        email: String => Server;
        role: Role => Server;
        phone: Option<String> => Server;
        #[serde(default)]
        language: Language => Server;
        /// A user who left keeps their name on what they did and can't log in.
        #[serde(default = "yes")]
        active: bool => Server;
    }
}

fn yes() -> bool {
    true
}

impl Entity for User {
    fn home(&self, _id: Uuid) -> Home {
        Home::In(Bucket::Catalogue)
    }

    fn validate(&self) -> Result<(), Invalid> {
        required("name", &self.name)?;
        email("email", &self.email)?;
        line("phone", self.phone.as_deref().unwrap_or_default())
    }
}

impl Listed for User {
    const LISTING: Listing = Listing {
        columns: &[
            Column::text("name", "Name", "姓名").sorted(),
            Column::text("email", "E-mail", "电子邮箱").sorted(),
            Column::word("role", Role::NAMES, "Role", "角色")
                .sorted()
                .equal("role"),
            Column::text("phone", "Phone", "电话"),
            Column::word("language", Language::TAGS, "Language", "语言"),
            Column::yes_no("active", "Active", "在职").equal("active"),
        ],
        related: &[],
        searched: true,
        through: &[],
    };

    fn texts(&self) -> Vec<&str> {
        // Not the e-mail address, of which not everybody is told.
        vec![&self.name]
    }
}
