//! HandoverItem 交接: the receipt for an account, a network plan or a key that changed hands. It names what it is about;
//! the secret itself never stands here.
use crate::entity::{Entity, EntityKind, Home};
use crate::invalid::{Invalid, required, showable, text};
use crate::listing::{Column, Listed, Listing, PARENT, along};
use chrono::{DateTime, Utc};
use sync_protocol::policy::Policy::{Append, Text};
use uuid::Uuid;

words! {
    /// What changed hands.
    HandoverKind {
        Account = "account";
        Password = "password";
        /// A plan of the network.
        Topology = "topology";
        /// A key or an access card.
        Key = "key";
        Document = "document";
        Other = "other";
    }
}

entity! {
    /// One thing handed over on a visit. A receipt is written once.
    HandoverItem = "handover_item" {
        visit_id: Uuid => Append, refers Visit;
        kind: HandoverKind => Append;
        /// What it is, such as `Administrator of the firewall`.
        subject: String => Append;
        /// Name of who gave it.
        giver: String => Append;
        /// Name of who received it.
        receiver: String => Append;
        handed_over_at: DateTime<Utc> => Append;
        notes: Option<String> => Text;
    }
}

impl Entity for HandoverItem {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.visit_id)
    }

    fn validate(&self) -> Result<(), Invalid> {
        required("subject", &self.subject)?;
        required("giver", &self.giver)?;
        required("receiver", &self.receiver)?;
        showable("handed_over_at", Some(self.handed_over_at))?;
        text("notes", self.notes.as_deref().unwrap_or_default())
    }
}

impl Listed for HandoverItem {
    const LISTING: Listing = Listing {
        columns: &[
            Column::refers("visit_id", EntityKind::Visit, "Visit", "上门").equal("visit"),
            Column::word("kind", HandoverKind::NAMES, "Kind", "类别").equal("kind"),
            Column::text("subject", "Subject", "事项"),
            Column::text("giver", "Given by", "移交人"),
            Column::text("receiver", "Received by", "接收人"),
            Column::time("handed_over_at", "Handed over", "移交时间"),
            Column::text("notes", "Notes", "备注"),
        ],
        related: &[
            PARENT,
            along("client", "Only this client's.", crate::visit::AT_CLIENT),
        ],
        searched: false,
        through: &[],
    };
}
