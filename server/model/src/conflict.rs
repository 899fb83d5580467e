//! Conflict: two values for the same thing, both kept until a dispatcher has decided.
use crate::entity::{Entity, EntityKind, Home};
use crate::invalid::Invalid;
use crate::listing::{By, Column, Listed, Listing, Related};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_protocol::Fields;
use sync_protocol::merge::Side;
use sync_protocol::policy::Policy::{Server, Status};
use uuid::Uuid;

status! {
    /// Whether a conflict still waits for somebody.
    ConflictStatus of "a conflict" {
        Open = "open" => [Resolved];
        Resolved = "resolved" => [Open];
    }
}

words! {
    /// What disagrees.
    ConflictKind {
        /// Two streams wrote different values.
        Field = "field";
        /// A step its state machine does not have.
        Status = "status";
        /// Two assets claim one tag.
        DuplicateTag = "duplicate_tag";
        /// One deleted what another one changed.
        Deleted = "deleted";
    }
}

entity! {
    /// A disagreement about one field, or one group of coupled fields, of one row.
    Conflict = "conflict" {
        kind: ConflictKind => Server;
        entity: EntityKind => Server;
        row_id: Uuid => Server;
        /// The other asset, of a tag claimed twice.
        other_row_id: Option<Uuid> => Server;
        /// The field's name, or its group's.
        field: String => Server;
        current: Claim => Server;
        incoming: Claim => Server;
        /// Earlier incoming values by other streams; none is lost to a later one.
        #[serde(default)]
        also: Vec<Claim> => Server;
        /// Which of them holds meanwhile.
        stands: Side => Server;
        status: ConflictStatus => Status(ConflictStatus::legal);
        opened_at: DateTime<Utc> => Server;
        resolution: Option<Resolution> => Server;
    }
}

/// One side of a conflict: the values, and who says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    pub values: Fields,
    pub user_id: Option<Uuid>,
    pub stream: Uuid,
    pub operation: Uuid,
    /// When it happened, by its author's clock.
    pub at: DateTime<Utc>,
}

/// How a conflict ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    pub choice: Choice,
    /// The values that were written.
    pub values: Fields,
    /// The values that stood before, for undo.
    pub before: Fields,
    pub user_id: Option<Uuid>,
    pub at: DateTime<Utc>,
}

words! {
    /// What was decided.
    Choice {
        KeepCurrent = "keep_current";
        TakeIncoming = "take_incoming";
        Other = "other";
        /// The values became equal by themselves.
        Equal = "equal";
        /// The record turned out to be a duplicate of another and became one with it.
        Merged = "merged";
    }
}

impl Entity for Conflict {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.row_id)
    }

    fn validate(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

impl Listed for Conflict {
    const LISTING: Listing = Listing {
        columns: &[
            Column::time("opened_at", "Opened", "发现时间").sorted().span(""),
            Column::word("status", ConflictStatus::NAMES, "Status", "状态").equal("status"),
            Column::word("kind", ConflictKind::NAMES, "Kind", "类别").equal("kind"),
            Column::word("entity", EntityKind::NAMES, "Record", "记录").equal("entity"),
            Column::text("field", "Field", "字段").sorted().equal("field"),
            Column::key("row_id", "Record id", "记录编号").equal("row"),
            Column::refers("author_id", EntityKind::User, "Whose value came in", "新值提交人")
                .at(&["incoming", "user_id"])
                .equal("author"),
            Column::time("decided_at", "Decided", "决定时间")
                .at(&["resolution", "at"])
                .sorted()
                .span("decided_"),
        ],
        related: &[Related {
            parameter: "site",
            about: "Only those about records at this site.",
            by: By::SiteBucket,
        }],
        searched: false,
        through: &[],
    };
}
