//! Advice 优化建议: what should be improved on a device, followed until the client has decided and it is done.
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, required, text};
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
