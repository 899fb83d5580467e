//! Receipt 回执: the end of an operation that was decided after its push had been answered: one that had waited for
//! what it builds on, or one that a dispatcher released from quarantine or gave up.
use crate::bucket::Bucket;
use crate::entity::{Entity, Home};
use crate::invalid::Invalid;
use sync_protocol::policy::Policy::Server;
use uuid::Uuid;

words! {
    /// What a dispatcher decided about an operation in quarantine.
    Verdict { Applied = "applied"; Discarded = "discarded"; }
}

entity! {
    /// A receipt as it travels to the device ([`sync_protocol::receipt::Receipt`], and who decided).
    Receipt = "receipt" {
        device_id: Uuid => Server;
        n: u64 => Server;
        operation: Uuid => Server;
        outcome: sync_protocol::receipt::Outcome => Server;
        version: u64 => Server;
        #[serde(default)]
        conflicts: Vec<Uuid> => Server;
        reason: Option<sync_protocol::codes::QuarantineReason> => Server;
        detail: Option<String> => Server;
        /// Set where a dispatcher decided; the words of theirs are the `detail`.
        verdict: Option<Verdict> => Server;
        decided_by: Option<Uuid> => Server;
    }
}

impl Entity for Receipt {
    fn home(&self, _id: Uuid) -> Home {
        Home::In(Bucket::Device(self.device_id))
    }

    fn validate(&self) -> Result<(), Invalid> {
        Ok(())
    }
}
