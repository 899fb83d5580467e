//! SheetAmendment: what differs from a signed sheet. The sealed bytes stay; a human decides about a new version.
use crate::entity::{Entity, EntityKind, Home};
use crate::invalid::Invalid;
use crate::listing::{Column, Listed, Listing, PARENT};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sync_protocol::policy::Policy::{Server, Status};
use uuid::Uuid;

status! {
    /// What became of a proposed amendment.
    AmendmentStatus of "an amendment" {
        Proposed = "proposed" => [Accepted, Dismissed];
        /// A new version of the sheet is to be signed.
        Accepted = "accepted" => [];
        Dismissed = "dismissed" => [Proposed];
    }
}

entity! {
    /// The differences between one sealed sheet and what the records say now.
    SheetAmendment = "sheet_amendment" {
        sheet_id: Uuid => Server, refers ServiceSheet;
        /// Hash of the sealed version.
        sealed_hash: String => Server;
        differences: Vec<Difference> => Server;
        proposed_at: DateTime<Utc> => Server;
        #[serde(default = "proposed")]
        status: AmendmentStatus => Status(AmendmentStatus::legal);
    }
}

/// One field of the sheet that reads differently now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    pub field: String,
    pub sealed: Value,
    pub now: Value,
}

fn proposed() -> AmendmentStatus {
    AmendmentStatus::Proposed
}

impl Entity for SheetAmendment {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.sheet_id)
    }

    fn validate(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

impl Listed for SheetAmendment {
    const LISTING: Listing = Listing {
        columns: &[
            Column::refers("sheet_id", EntityKind::ServiceSheet, "Service sheet", "服务单").equal("sheet"),
            Column::word("status", AmendmentStatus::NAMES, "Status", "状态").equal("status"),
            Column::time("proposed_at", "Proposed", "提出时间").sorted(),
        ],
        related: &[PARENT],
        searched: false,
        through: &[],
    };
}
