//! WorklogEntry: what somebody did on a ticket or a visit: a note, time, or a part used. Written once.
use crate::entity::{Entity, EntityKind, Home};
use crate::invalid::{Invalid, line, showable, text};
use crate::listing::{Column, Listed, Listing, PARENT};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_protocol::policy::Policy::Append;
use uuid::Uuid;

/// Most parts of one entry.
const MAX_PARTS: usize = 50;

words! {
    /// What an entry records.
    WorklogKind { Note = "note"; Time = "time"; Part = "part"; }
}

entity! {
    /// One entry of a worklog.
    WorklogEntry = "worklog_entry" {
        ticket_id: Option<Uuid> => Append, refers Ticket;
        visit_id: Option<Uuid> => Append, refers Visit;
        author_id: Uuid => Append, refers User;
        kind: WorklogKind => Append;
        at: DateTime<Utc> => Append;
        #[serde(default)]
        text: String => Append;
        /// Minutes worked, of a time entry.
        minutes: Option<u32> => Append;
        /// What was used, of a part entry.
        #[serde(default)]
        parts: Vec<PartUsed> => Append;
    }
}

/// A part that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartUsed {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub quantity: u32,
}

impl Entity for WorklogEntry {
    fn home(&self, id: Uuid) -> Home {
        Home::With(self.ticket_id.or(self.visit_id).unwrap_or(id))
    }

    fn validate(&self) -> Result<(), Invalid> {
        if self.ticket_id.is_none() && self.visit_id.is_none() {
            return Err(Invalid::new(
                "ticket_id",
                "an entry belongs to a ticket or a visit",
            ));
        }
        showable("at", Some(self.at))?;
        text("text", &self.text)?;
        for part in &self.parts {
            line("parts", &part.name)?;
        }
        match self.kind {
            WorklogKind::Note if self.text.trim().is_empty() => {
                Err(Invalid::new("text", "must not be empty"))
            }
            WorklogKind::Time if !matches!(self.minutes, Some(1..=1440)) => {
                Err(Invalid::new("minutes", "1 to 1440"))
            }
            WorklogKind::Part if self.parts.is_empty() || self.parts.len() > MAX_PARTS => {
                Err(Invalid::new("parts", format!("1 to {MAX_PARTS} parts")))
            }
            WorklogKind::Part if self.parts.iter().any(|part| part.name.trim().is_empty()) => {
                Err(Invalid::new("parts", "each part needs a name"))
            }
            WorklogKind::Part
                if !self
                    .parts
                    .iter()
                    .all(|part| (1..=10_000).contains(&part.quantity)) =>
            {
                Err(Invalid::new("parts", "quantities are 1 to 10000"))
            }
            _ => Ok(()),
        }
    }
}

impl Listed for WorklogEntry {
    const LISTING: Listing = Listing {
        columns: &[
            Column::time("at", "Time", "时间").sorted().span(""),
            Column::refers("author_id", EntityKind::User, "Author", "作者").equal("author"),
            Column::word("kind", WorklogKind::NAMES, "Kind", "类别"),
            Column::refers("ticket_id", EntityKind::Ticket, "Ticket", "工单").equal("ticket"),
            Column::refers("visit_id", EntityKind::Visit, "Visit", "上门").equal("visit"),
            Column::text("text", "Text", "内容"),
            Column::number("minutes", "Minutes", "分钟"),
        ],
        related: &[PARENT],
        searched: false,
        through: &[],
    };
}
