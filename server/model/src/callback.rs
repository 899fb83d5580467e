//! Callback 回访: the call to the client after a visit, and the answers to its survey.
use crate::entity::{Entity, EntityKind, Home};
use crate::invalid::{Invalid, plausible, text};
use crate::listing::{Column, Listed, Listing, along};
use chrono::{DateTime, Utc};
use sync_protocol::policy::Policy::{Append, Office, Server, Status, Text};
use uuid::Uuid;

status! {
    /// How far a callback has come.
    CallbackStatus of "a callback" {
        Due = "due" => [Attempted, Done, Unreachable];
        Attempted = "attempted" => [Done, Unreachable];
        Unreachable = "unreachable" => [Attempted, Done];
        Done = "done" => [];
    }
}

entity! {
    /// The callback of one visit.
    Callback = "callback" {
        visit_id: Uuid => Append, refers Visit;
        due_at: DateTime<Utc> => Office;
        #[serde(default = "due")]
        status: CallbackStatus => Status(CallbackStatus::legal);
        /// Calls made so far.
        #[serde(default)]
        attempts: u32 => Office;
        last_attempt_at: Option<DateTime<Utc>> => Office;
        agent_id: Option<Uuid> => Office, refers User;
        /// Satisfaction, 1 to 5, as told on the phone.
        score: Option<u8> => Office;
        comment: Option<String> => Text;
        /// New needs and suggestions, to be routed.
        new_needs: Option<String> => Text;
        /// The ticket by which somebody takes care of them.
        ticket_id: Option<Uuid> => Office, refers Ticket;
        /// Satisfaction, 1 to 5, as entered by the survey's link.
        survey_score: Option<u8> => Server, group "survey";
        survey_comment: Option<String> => Server, group "survey";
        surveyed_at: Option<DateTime<Utc>> => Server, group "survey";
    }
}

fn due() -> CallbackStatus {
    CallbackStatus::Due
}

impl Callback {
    /// The one id the callback of a visit can have.
    pub fn id(visit_id: Uuid) -> Uuid {
        crate::ids::natural_id(visit_id, "callback")
    }
}

impl Entity for Callback {
    fn home(&self, _id: Uuid) -> Home {
        Home::With(self.visit_id)
    }

    fn natural_id(&self) -> Option<Uuid> {
        Some(Callback::id(self.visit_id))
    }

    fn validate(&self) -> Result<(), Invalid> {
        plausible("due_at", self.due_at)?;
        for (field, score) in [("score", self.score), ("survey_score", self.survey_score)] {
            if score.is_some_and(|score| !(1..=5).contains(&score)) {
                return Err(Invalid::new(field, "1 to 5"));
            }
        }
        if self.status == CallbackStatus::Done && self.score.is_none() {
            return Err(Invalid::new(
                "score",
                "a callback is done when the client gave a score",
            ));
        }
        text("comment", self.comment.as_deref().unwrap_or_default())?;
        text("new_needs", self.new_needs.as_deref().unwrap_or_default())
    }
}

impl Listed for Callback {
    const LISTING: Listing = Listing {
        columns: &[
            Column::time("due_at", "Due", "到期").sorted().span("due_"),
            Column::word("status", CallbackStatus::NAMES, "Status", "状态")
                .sorted()
                .equal("status"),
            Column::refers("visit_id", EntityKind::Visit, "Visit", "上门").equal("visit"),
            Column::refers("agent_id", EntityKind::User, "Agent", "客服").equal("agent"),
            Column::number("attempts", "Calls", "呼叫次数"),
            Column::time("last_attempt_at", "Last call", "最近呼叫").sorted(),
            Column::number("score", "Score", "评分").sorted().equal("score"),
            Column::text("comment", "Comment", "意见"),
            Column::text("new_needs", "New needs", "新需求"),
            Column::number("survey_score", "Survey score", "问卷评分")
                .sorted()
                .equal("survey_score"),
            Column::text("survey_comment", "Survey comment", "问卷意见"),
            Column::time("surveyed_at", "Survey answered", "问卷时间"),
        ],
        related: &[along("client", "Only this client's.", crate::visit::AT_CLIENT)],
        searched: false,
        through: &[crate::visit::AT_CLIENT],
    };
}
