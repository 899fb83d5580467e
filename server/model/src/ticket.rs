//! Ticket 工单: something a client wants done.
use crate::bucket::Bucket;
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, line, plausible, required, text};
use chrono::{DateTime, Utc};
use sync_protocol::policy::Policy::{Office, Server, Set, Status, Text};
use uuid::Uuid;

status! {
    /// How far a ticket has come.
    TicketStatus of "a ticket" {
        New = "new" => [Assigned, InProgress, Cancelled];
        Assigned = "assigned" => [New, InProgress, Pending, Cancelled];
        InProgress = "in_progress" => [Assigned, Pending, Solved, Cancelled];
        /// Waiting for somebody else; the SLA's clock stands still.
        Pending = "pending" => [Assigned, InProgress, Solved, Cancelled];
        Solved = "solved" => [Closed, Reopened];
        Closed = "closed" => [Reopened];
        Reopened = "reopened" => [Assigned, InProgress, Pending, Cancelled];
        Cancelled = "cancelled" => [Reopened];
    }
}

words! {
    /// How urgent a ticket is.
    Priority { Low = "low"; Normal = "normal"; High = "high"; Urgent = "urgent"; }
}

entity! {
    /// A ticket.
    Ticket = "ticket" {
        client_id: Uuid => Office, refers Client;
        /// Absent where it concerns no one site.
        site_id: Option<Uuid> => Office, refers Site;
        /// Who reported it.
        contact_id: Option<Uuid> => Office, refers Contact;
        /// Who reported it, in words, where that is nobody we know.
        reported_by: Option<String> => Office;
        /// Given by the server, such as `T-2026-0042`.
        number: Option<String> => Server;
        title: String => Office;
        description: Option<String> => Text;
        #[serde(default = "new_ticket")]
        status: TicketStatus => Status(TicketStatus::legal);
        #[serde(default = "normal")]
        priority: Priority => Office;
        assignee_id: Option<Uuid> => Office, refers User;
        #[serde(default)]
        asset_ids: Vec<Uuid> => Set, refers Asset;
        diagnosis: Option<String> => Text;
        solution: Option<String> => Text;
        pending_reason: Option<String> => Office;
        reported_at: Option<DateTime<Utc>> => Office;
        /// By when it should be done.
        due_at: Option<DateTime<Utc>> => Office;
        solved_at: Option<DateTime<Utc>> => Office;
    }
}

fn new_ticket() -> TicketStatus {
    TicketStatus::New
}

fn normal() -> Priority {
    Priority::Normal
}

impl Entity for Ticket {
    fn home(&self, _id: Uuid) -> Home {
        Home::In(match self.site_id {
            Some(site) => Bucket::Site(site),
            None => Bucket::Client(self.client_id),
        })
    }

    fn validate(&self) -> Result<(), Invalid> {
        required("title", &self.title)?;
        line("reported_by", self.reported_by.as_deref().unwrap_or_default())?;
        if let Some(at) = self.due_at {
            plausible("due_at", at)?;
        }
        for (field, value) in [
            ("description", &self.description),
            ("diagnosis", &self.diagnosis),
            ("solution", &self.solution),
            ("pending_reason", &self.pending_reason),
        ] {
            text(field, value.as_deref().unwrap_or_default())?;
        }
        let reason = self.pending_reason.as_deref().unwrap_or_default();
        if self.status == TicketStatus::Pending && reason.trim().is_empty() {
            return Err(Invalid::new("pending_reason", "say what the ticket waits for"));
        }
        Ok(())
    }
}
