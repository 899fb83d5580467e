//! Complaint 投诉: what a client holds against us, with a level whose deadlines run until somebody has answered it.
use crate::bucket::Bucket;
use crate::entity::{Entity, EntityKind, Home};
use crate::invalid::{Invalid, line, text};
use crate::listing::{Column, Listed, Listing};
use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_protocol::policy::Policy::{Append, Office, Server, Status, Text};
use uuid::Uuid;

status! {
    /// How far a complaint has come.
    ComplaintStatus of "a complaint" {
        Open = "open" => [Acknowledged, InProgress];
        Acknowledged = "acknowledged" => [InProgress, Resolved];
        InProgress = "in_progress" => [Resolved];
        /// There is a solution; the client has not been told yet, or is not content.
        Resolved = "resolved" => [InProgress, Closed];
        Closed = "closed" => [];
    }
}

words! {
    /// What a complaint is about.
    ComplaintCategory {
        /// 服务质量
        Quality = "quality";
        /// 准时
        Punctuality = "punctuality";
        /// 服务态度
        Conduct = "conduct";
        /// 沟通
        Communication = "communication";
        /// 费用
        Billing = "billing";
        Other = "other";
    }
}

/// The gravest level.
pub const HIGHEST_LEVEL: u8 = 3;

/// How long a complaint of one level may wait, in hours from the moment it got there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelDeadlines {
    /// Until somebody has acknowledged it.
    pub acknowledge_hours: u32,
    /// Until it is resolved.
    pub resolve_hours: u32,
}

/// The deadlines of levels 1 to 3.
pub type Levels = [LevelDeadlines; HIGHEST_LEVEL as usize];

/// What holds where nobody has set anything else.
pub const USUAL_LEVELS: Levels = [
    LevelDeadlines {
        acknowledge_hours: 24,
        resolve_hours: 120,
    },
    LevelDeadlines {
        acknowledge_hours: 8,
        resolve_hours: 48,
    },
    LevelDeadlines {
        acknowledge_hours: 2,
        resolve_hours: 24,
    },
];

entity! {
    /// A complaint.
    Complaint = "complaint" {
        client_id: Uuid => Append, refers Client;
        /// Absent where it concerns no one site.
        site_id: Option<Uuid> => Office, refers Site;
        /// Who complains, where that is a contact.
        contact_id: Option<Uuid> => Office, refers Contact;
        /// Who complains, in words, where that is nobody we know.
        raised_by: Option<String> => Office;
        /// Given by the server, such as `C-2026-0042`.
        number: Option<String> => Server;
        /// What it came from.
        visit_id: Option<Uuid> => Append, refers Visit;
        callback_id: Option<Uuid> => Append, refers Callback;
        ticket_id: Option<Uuid> => Append, refers Ticket;
        /// The low score that opened it by itself, 1 to 5.
        score: Option<u8> => Server;
        /// 1 to 3; 3 is the gravest.
        #[serde(default = "first_level")]
        level: u8 => Office;
        #[serde(default = "other")]
        category: ComplaintCategory => Office;
        /// In the client's words; it may be empty where a score says it all.
        #[serde(default)]
        text: String => Text;
        #[serde(default = "open")]
        status: ComplaintStatus => Status(ComplaintStatus::legal);
        /// Who takes care of it.
        owner_id: Option<Uuid> => Office, refers User;
        solution: Option<String> => Text;
        /// Who told the client of the solution, and when; needed to close it.
        told_by_id: Option<Uuid> => Office, refers User;
        told_at: Option<DateTime<Utc>> => Office;
        opened_at: Option<DateTime<Utc>> => Server;
        /// When it got to its present level.
        level_since: Option<DateTime<Utc>> => Server;
        /// When it escalates by itself unless its next step is done; absent once it is resolved.
        due_at: Option<DateTime<Utc>> => Server;
        /// How often it has escalated by itself.
        #[serde(default)]
        escalations: u32 => Server;
        acknowledged_at: Option<DateTime<Utc>> => Server;
        resolved_at: Option<DateTime<Utc>> => Server;
        closed_at: Option<DateTime<Utc>> => Server;
    }
}

fn first_level() -> u8 {
    1
}

fn other() -> ComplaintCategory {
    ComplaintCategory::Other
}

fn open() -> ComplaintStatus {
    ComplaintStatus::Open
}

impl Complaint {
    /// The one id of the complaint that a callback's low score opens.
    pub fn of_callback(callback_id: Uuid) -> Uuid {
        crate::ids::natural_id(callback_id, "complaint")
    }

    /// When it escalates by itself, as it stands: counted from when it got to its level.
    pub fn deadline(&self, levels: &Levels) -> Option<DateTime<Utc>> {
        let since = self.level_since?;
        let level = usize::from(self.level.clamp(1, HIGHEST_LEVEL)) - 1;
        let hours = match self.status {
            ComplaintStatus::Open => levels[level].acknowledge_hours,
            ComplaintStatus::Acknowledged | ComplaintStatus::InProgress => levels[level].resolve_hours,
            ComplaintStatus::Resolved | ComplaintStatus::Closed => return None,
        };
        Some(since + TimeDelta::hours(i64::from(hours)))
    }
}

impl Entity for Complaint {
    fn home(&self, _id: Uuid) -> Home {
        Home::In(match self.site_id {
            Some(site) => Bucket::Site(site),
            None => Bucket::Client(self.client_id),
        })
    }

    fn validate(&self) -> Result<(), Invalid> {
        if !(1..=HIGHEST_LEVEL).contains(&self.level) {
            return Err(Invalid::new("level", format!("1 to {HIGHEST_LEVEL}")));
        }
        line("raised_by", self.raised_by.as_deref().unwrap_or_default())?;
        text("text", &self.text)?;
        if self.score.is_none() && self.text.trim().is_empty() {
            return Err(Invalid::new("text", "say what the client complains about"));
        }
        let solution = self.solution.as_deref().unwrap_or_default();
        text("solution", solution)?;
        let solved = matches!(self.status, ComplaintStatus::Resolved | ComplaintStatus::Closed);
        if solved && solution.trim().is_empty() {
            return Err(Invalid::new("solution", "say what was done about it"));
        }
        if self.status == ComplaintStatus::Closed && self.told_by_id.is_none() {
            return Err(Invalid::new(
                "told_by_id",
                "say who told the client; a complaint is closed when they know",
            ));
        }
        Ok(())
    }
}

impl Listed for Complaint {
    const LISTING: Listing = Listing {
        columns: &[
            Column::text("number", "Number", "编号"),
            Column::number("level", "Level", "级别").sorted().equal("level"),
            Column::word("status", ComplaintStatus::NAMES, "Status", "状态")
                .sorted()
                .equal("status"),
            Column::word("category", ComplaintCategory::NAMES, "Category", "类别"),
            Column::refers("client_id", EntityKind::Client, "Client", "客户").equal("client"),
            Column::refers("site_id", EntityKind::Site, "Site", "站点").equal("site"),
            Column::refers("contact_id", EntityKind::Contact, "Contact", "联系人"),
            Column::text("raised_by", "Raised by", "投诉人"),
            Column::refers("visit_id", EntityKind::Visit, "Visit", "上门").equal("visit"),
            Column::refers("callback_id", EntityKind::Callback, "Callback", "回访").equal("callback"),
            Column::refers("ticket_id", EntityKind::Ticket, "Ticket", "工单"),
            Column::number("score", "Score", "评分"),
            Column::text("text", "Complaint", "投诉内容"),
            Column::refers("owner_id", EntityKind::User, "Taken care of by", "负责人").equal("owner"),
            Column::time("opened_at", "Opened", "提出时间")
                .sorted()
                .span("opened_"),
            Column::time("due_at", "Due", "到期").sorted().span("due_"),
            Column::number("escalations", "Escalations", "升级次数"),
            Column::text("solution", "Solution", "解决方案"),
            Column::time("resolved_at", "Resolved", "解决时间"),
            Column::time("closed_at", "Closed", "关闭时间").sorted(),
        ],
        related: &[],
        searched: true,
        through: &[&[("client_id", EntityKind::Client)]],
    };

    fn texts(&self) -> Vec<&str> {
        let texts = [&self.number, &self.raised_by]
            .into_iter()
            .flatten()
            .map(String::as_str);
        texts.chain([self.text.as_str()]).collect()
    }
}
