//! Inspection 巡检: one device checked on one visit by one template.
use crate::entity::{Entity, EntityKind, Home};
use crate::invalid::{Invalid, text};
use crate::listing::{Column, Listed, Listing, PARENT};
use chrono::{DateTime, Utc};
use sync_protocol::policy::Policy::{Append, Device, Status, Text};
use uuid::Uuid;

status! {
    /// How far a device's inspection has come.
    InspectionStatus of "an inspection" {
        InProgress = "in_progress" => [Finished];
        Finished = "finished" => [InProgress];
    }
}

entity! {
    /// The inspection of one device.
    Inspection = "inspection" {
        visit_id: Uuid => Append, refers Visit;
        asset_id: Uuid => Append, refers Asset;
        /// The exact version of the checklist; answers stay pinned to it.
        template_id: Uuid => Append, refers ChecklistTemplate;
        #[serde(default = "in_progress")]
        status: InspectionStatus => Status(InspectionStatus::legal);
        started_at: Option<DateTime<Utc>> => Device, group "time";
        finished_at: Option<DateTime<Utc>> => Device, group "time";
        /// Why something could not be inspected, or what else is to be said.
        remark: Option<String> => Text;
    }
}

fn in_progress() -> InspectionStatus {
    InspectionStatus::InProgress
}

impl Entity for Inspection {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.visit_id)
    }

    fn validate(&self) -> Result<(), Invalid> {
        text("remark", self.remark.as_deref().unwrap_or_default())
    }
}

impl Listed for Inspection {
    const LISTING: Listing = Listing {
        columns: &[
            Column::refers("visit_id", EntityKind::Visit, "Visit", "上门").equal("visit"),
            Column::refers("asset_id", EntityKind::Asset, "Asset", "资产").equal("asset"),
            Column::refers(
                "template_id",
                EntityKind::ChecklistTemplate,
                "Checklist",
                "检查表",
            )
            .equal("template"),
            Column::word("status", InspectionStatus::NAMES, "Status", "状态").equal("status"),
            Column::time("started_at", "Started", "开始").sorted().span(""),
            Column::time("finished_at", "Finished", "完成"),
            Column::text("remark", "Remark", "备注"),
        ],
        related: &[PARENT],
        searched: false,
        through: &[],
    };
}
