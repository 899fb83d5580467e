//! WorklogEntry: what somebody did on a ticket or a visit: a note, time, or a part used. Written once.
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, line, showable, text};
use chrono::{DateTime, Utc};
use sync_protocol::policy::Policy::Append;
use uuid::Uuid;

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
        /// Name of the part used, of a part entry.
        part: Option<String> => Append;
        quantity: Option<u32> => Append;
    }
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
        line("part", self.part.as_deref().unwrap_or_default())?;
        match self.kind {
            WorklogKind::Note if self.text.trim().is_empty() => {
                Err(Invalid::new("text", "must not be empty"))
            }
            WorklogKind::Time if !matches!(self.minutes, Some(1..=1440)) => {
                Err(Invalid::new("minutes", "1 to 1440"))
            }
            WorklogKind::Part if self.part.as_deref().unwrap_or_default().trim().is_empty() => {
                Err(Invalid::new("part", "must not be empty"))
            }
            WorklogKind::Part if !matches!(self.quantity, Some(1..=10_000)) => {
                Err(Invalid::new("quantity", "1 to 10000"))
            }
            _ => Ok(()),
        }
    }
}
