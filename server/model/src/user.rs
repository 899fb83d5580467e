//! User: a member of staff, as everybody may see them. What they log in with is kept elsewhere.
use crate::bucket::Bucket;
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, email, line, required};
use crate::language::Language;
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
