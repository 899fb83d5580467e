//! Visit 上门: one trip of one technician to one site.
use crate::entity::{Entity, Home};
use crate::invalid::{Invalid, showable, span, text};
use crate::visit_preparation::{Gate, gate};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_protocol::policy::Policy::{Device, Office, Server, Set, Status, Text};
use uuid::Uuid;

/// Most pauses of one visit.
const MAX_BREAKS: usize = 50;

status! {
    /// How far a visit has come.
    VisitStatus of "a visit" {
        Planned = "planned" => [Scheduled, Cancelled];
        Scheduled = "scheduled" => [Planned, Accepted, Declined, Cancelled];
        Accepted = "accepted" => [Planned, Scheduled, Travelling, Declined, Cancelled];
        Travelling = "travelling" => [Scheduled, OnSite, Aborted, Cancelled];
        OnSite = "on_site" => [Finished, Aborted];
        Finished = "finished" => [Closed];
        Closed = "closed" => [];
        /// The technician can't; back to scheduling.
        Declined = "declined" => [Planned, Scheduled, Cancelled];
        Cancelled = "cancelled" => [];
        /// Could not be completed; a follow-up visit carries the rest.
        Aborted = "aborted" => [];
    }
}

words! {
    /// Why somebody goes there.
    VisitKind {
        /// 首次上门
        First = "first";
        /// 例行巡检
        Routine = "routine";
        /// 临时上门
        AdHoc = "ad_hoc";
    }
}

entity! {
    /// A visit.
    Visit = "visit" {
        client_id: Uuid => Office, refers Client;
        site_id: Uuid => Office, refers Site;
        /// Whom to meet.
        contact_id: Option<Uuid> => Office, refers Contact;
        /// Who goes; absent until assigned.
        technician_id: Option<Uuid> => Server, refers User;
        kind: VisitKind => Office;
        /// Service content: what is to be done.
        purpose: String => Office;
        planned_start: DateTime<Utc> => Office, group "plan";
        planned_end: DateTime<Utc> => Office, group "plan";
        #[serde(default = "planned")]
        status: VisitStatus => Status(VisitStatus::legal);
        /// Why it was declined, cancelled or could not be completed.
        reason: Option<String> => Text;
        #[serde(default)]
        ticket_ids: Vec<Uuid> => Set, refers Ticket;
        /// The visit whose unfinished work this one carries.
        follows_id: Option<Uuid> => Server, refers Visit;
        mail_read_at: Option<DateTime<Utc>> => Device;
        contact_confirmed_at: Option<DateTime<Utc>> => Device;
        tools_packed_at: Option<DateTime<Utc>> => Device;
        forms_ready_at: Option<DateTime<Utc>> => Device;
        /// Why the technician set out although the preparation was not complete.
        preparation_override: Option<String> => Device;
        /// The technician was under way before the preparation gate was open.
        #[serde(default)]
        unprepared: bool => Server;
        travelling_at: Option<DateTime<Utc>> => Device;
        arrived_at: Option<DateTime<Utc>> => Device, group "times";
        finished_at: Option<DateTime<Utc>> => Device, group "times";
        /// When the contact in charge was met; on an ad-hoc visit, when whoever reported the fault was found.
        contact_met_at: Option<DateTime<Utc>> => Device;
        /// When they confirmed what the visit is for.
        purpose_confirmed_at: Option<DateTime<Utc>> => Device;
        /// Pauses between arriving and finishing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        breaks: Vec<Break> => Device;
        /// What was done, in the words the sheet will show.
        solution: Option<String> => Text;
        /// What is left to do, of a visit that could not be completed.
        unfinished: Option<String> => Text;
        /// When each step of a first visit was done.
        #[serde(default, skip_serializing_if = "FirstSteps::is_empty")]
        first_steps: FirstSteps => Device;
        /// Wrap-up 收尾: when the contact was talked through the work, the workplace was cleaned, and goodbye was said.
        explained_at: Option<DateTime<Utc>> => Device;
        cleaned_at: Option<DateTime<Utc>> => Device;
        goodbye_at: Option<DateTime<Utc>> => Device;
    }
}

/// A pause of the technician.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Break {
    pub from: DateTime<Utc>,
    /// Absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

/// The steps of a first visit 首次上门, each with when it was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct FirstSteps {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introductions: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handover: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspect: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repairs: Option<DateTime<Utc>>,
}

impl FirstSteps {
    fn is_empty(&self) -> bool {
        *self == FirstSteps::default()
    }

    fn times(&self) -> [Option<DateTime<Utc>>; 6] {
        [
            self.introductions,
            self.handover,
            self.count,
            self.inspect,
            self.findings,
            self.repairs,
        ]
    }
}

fn planned() -> VisitStatus {
    VisitStatus::Planned
}

impl Visit {
    /// The preparation gate 上门准备 as it stands.
    pub fn preparation(&self) -> Gate {
        gate(
            [
                self.mail_read_at.is_some(),
                self.contact_confirmed_at.is_some(),
                self.tools_packed_at.is_some(),
                self.forms_ready_at.is_some(),
            ],
            self.preparation_override.as_deref(),
        )
    }
}

impl Entity for Visit {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.site_id)
    }

    fn validate(&self) -> Result<(), Invalid> {
        text("purpose", &self.purpose)?;
        text("reason", self.reason.as_deref().unwrap_or_default())?;
        text("solution", self.solution.as_deref().unwrap_or_default())?;
        text("unfinished", self.unfinished.as_deref().unwrap_or_default())?;
        span("planned_end", self.planned_start, self.planned_end)?;
        for (field, at) in [
            ("travelling_at", self.travelling_at),
            ("arrived_at", self.arrived_at),
            ("finished_at", self.finished_at),
            ("contact_met_at", self.contact_met_at),
            ("purpose_confirmed_at", self.purpose_confirmed_at),
            ("explained_at", self.explained_at),
            ("cleaned_at", self.cleaned_at),
            ("goodbye_at", self.goodbye_at),
        ] {
            showable(field, at)?;
        }
        if self.breaks.len() > MAX_BREAKS {
            return Err(Invalid::new("breaks", format!("at most {MAX_BREAKS}")));
        }
        for at in self.first_steps.times() {
            showable("first_steps", at)?;
        }
        for pause in &self.breaks {
            showable("breaks", Some(pause.from))?;
            showable("breaks", pause.until)?;
        }
        let reason = self.reason.as_deref().unwrap_or_default();
        if self.status == VisitStatus::Aborted && reason.trim().is_empty() {
            return Err(Invalid::new("reason", "say why the visit could not be completed"));
        }
        Ok(())
    }
}
