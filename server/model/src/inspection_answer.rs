//! InspectionAnswer: the answer to one checklist item on one device.
//!
//! Its id is the natural one of inspection and item key, so that two phones that answer the same item offline
//! write the same row: equal answers are one, different ones a conflict with both kept.
use crate::entity::{Entity, EntityKind, Home};
use crate::ids::natural_id;
use crate::invalid::{Invalid, line, required, text};
use crate::listing::{Column, Listed, Listing, PARENT, along};
use sync_protocol::policy::Policy::{Append, Device, Set, Text};
use uuid::Uuid;

words! {
    /// How a device did on one item.
    Outcome {
        Pass = "pass";
        /// Works, but should be looked at.
        Flag = "flag";
        Fail = "fail";
        NotApplicable = "not_applicable";
    }
}

entity! {
    /// One answer.
    InspectionAnswer = "inspection_answer" {
        inspection_id: Uuid => Append, refers Inspection;
        /// Key of the template's item.
        item: String => Append;
        outcome: Option<Outcome> => Device, group "reading";
        /// The reading or words, as entered.
        value: Option<String> => Device, group "reading";
        unit: Option<String> => Device, group "reading";
        note: Option<String> => Text;
        #[serde(default)]
        photos: Vec<Uuid> => Set, refers Attachment;
    }
}

impl InspectionAnswer {
    /// The one id the answer to this item can have.
    pub fn id(inspection_id: Uuid, item: &str) -> Uuid {
        natural_id(inspection_id, item)
    }
}

impl Entity for InspectionAnswer {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.inspection_id)
    }

    fn natural_id(&self) -> Option<Uuid> {
        Some(InspectionAnswer::id(self.inspection_id, &self.item))
    }

    fn validate(&self) -> Result<(), Invalid> {
        required("item", &self.item)?;
        line("value", self.value.as_deref().unwrap_or_default())?;
        line("unit", self.unit.as_deref().unwrap_or_default())?;
        text("note", self.note.as_deref().unwrap_or_default())
    }
}

impl Listed for InspectionAnswer {
    const LISTING: Listing = Listing {
        columns: &[
            Column::refers("inspection_id", EntityKind::Inspection, "Inspection", "巡检").equal("inspection"),
            Column::text("item", "Item", "检查项").sorted().equal("item"),
            Column::word("outcome", Outcome::NAMES, "Outcome", "结果"),
            Column::text("value", "Reading", "读数"),
            Column::text("unit", "Unit", "单位"),
            Column::text("note", "Note", "备注"),
        ],
        related: &[
            PARENT,
            along(
                "asset",
                "Only those about this asset.",
                &[
                    ("inspection_id", EntityKind::Inspection),
                    ("asset_id", EntityKind::Asset),
                ],
            ),
        ],
        searched: false,
        through: &[],
    };
}
