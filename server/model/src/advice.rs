//! Advice 优化建议: what should be improved on a device, followed until the client has decided and it is done.
use crate::entity::{Entity, EntityKind, Home};
use crate::invalid::{Invalid, required, text};
use crate::listing::{Column, Listed, Listing, PARENT, along};
use crate::sheet_content::Severity;
use sync_protocol::policy::Policy::{Append, Device, Status, Text};
use uuid::Uuid;

status! {
    /// What became of a piece of advice.
    AdviceStatus of "advice" {
        Proposed = "proposed" => [Accepted, Declined];
        Accepted = "accepted" => [Done, Declined];
        Declined = "declined" => [Accepted];
        Done = "done" => [];
    }
}

entity! {
    /// A piece of advice about one device.
    Advice = "advice" {
        visit_id: Uuid => Append, refers Visit;
        asset_id: Uuid => Append, refers Asset;
        /// The answer it grew out of.
        answer_id: Option<Uuid> => Append, refers InspectionAnswer;
        severity: Severity => Device;
        text: String => Text;
        #[serde(default = "proposed")]
        status: AdviceStatus => Status(AdviceStatus::legal);
    }
}

fn proposed() -> AdviceStatus {
    AdviceStatus::Proposed
}

impl Entity for Advice {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.visit_id)
    }

    fn validate(&self) -> Result<(), Invalid> {
        text("text", &self.text)?;
        if self.text.trim().is_empty() {
            required("text", "")
        } else {
            Ok(())
        }
    }
}

impl Listed for Advice {
    const LISTING: Listing = Listing {
        columns: &[
            Column::refers("visit_id", EntityKind::Visit, "Visit", "上门").equal("visit"),
            Column::refers("asset_id", EntityKind::Asset, "Asset", "资产").equal("asset"),
            Column::word("severity", Severity::NAMES, "Severity", "严重程度")
                .sorted()
                .equal("severity"),
            Column::text("text", "Advice", "优化建议"),
            Column::word("status", AdviceStatus::NAMES, "Status", "状态")
                .sorted()
                .equal("status"),
        ],
        related: &[
            PARENT,
            along("client", "Only this client's.", crate::visit::AT_CLIENT),
        ],
        searched: true,
        through: &[crate::visit::AT_CLIENT],
    };

    fn texts(&self) -> Vec<&str> {
        vec![&self.text]
    }
}
