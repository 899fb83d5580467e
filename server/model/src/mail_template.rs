//! MailTemplate: the words of one kind of mail in one language, where a provider wants others than those that come with
//! the server. Deleting it brings those back.
use crate::bucket::Bucket;
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, required, text};
use crate::language::Language;
use crate::listing::{Column, Listed, Listing};
use sync_protocol::policy::Policy::{Append, Office};
use uuid::Uuid;

entity! {
    /// The template of one kind of mail in one language.
    MailTemplate = "mail_template" {
        /// The kind of mail, such as `visit_scheduled`.
        kind: String => Append;
        language: Language => Append;
        /// The whole template.
        source: String => Office;
    }
}

impl Listed for MailTemplate {
    const LISTING: Listing = Listing {
        columns: &[
            Column::text("kind", "Mail", "邮件").sorted().equal("kind"),
            Column::text("language", "Language", "语言").equal("language"),
        ],
        related: &[],
        searched: false,
        through: &[],
    };
}

impl MailTemplate {
    /// The one id such a template can have.
    pub fn id(kind: &str, language: Language) -> Uuid {
        crate::ids::natural_id(Uuid::nil(), &format!("mail/{kind}/{}", language.tag()))
    }
}

impl Entity for MailTemplate {
    fn home(&self, _id: Uuid) -> Home {
        Home::In(Bucket::Catalogue)
    }

    fn natural_id(&self) -> Option<Uuid> {
        Some(MailTemplate::id(&self.kind, self.language))
    }

    fn validate(&self) -> Result<(), Invalid> {
        required("kind", &self.kind)?;
        text("source", &self.source)?;
        if self.source.trim().is_empty() {
            return Err(Invalid::new(
                "source",
                "must not be empty; delete it for the usual words",
            ));
        }
        Ok(())
    }
}
