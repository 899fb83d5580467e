//! What the sync design says about the fields the simulation touches, written down a second time and in other
//! words, so that a changed declaration is noticed.
use serde_json::{Value, json};

/// Whose word holds when two disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The phone's word holds provisionally.
    OnSite,
    /// What stands holds provisionally.
    Desk,
    /// The first word holds; there is no second.
    Once,
    /// Both texts are united line by line where they don't touch.
    Lines,
    /// Members come and go one by one.
    Members,
    /// Changes add up; a number set outright follows the office.
    Sum,
    /// Only these steps.
    Steps(&'static [(&'static str, &'static str)]),
}

/// The rule of a field; `None` for one the simulation does not predict.
pub fn rule(entity: &str, field: &str) -> Option<Rule> {
    Some(match (entity, field) {
        ("ticket", "title" | "priority" | "pending_reason" | "site_id" | "client_id") => Rule::Desk,
        ("ticket", "description" | "solution" | "diagnosis") => Rule::Lines,
        ("ticket", "asset_ids") => Rule::Members,
        ("ticket", "status") => Rule::Steps(TICKET),
        ("asset", "name" | "location" | "serial" | "kind") => Rule::OnSite,
        ("asset", "notes") => Rule::Lines,
        ("asset", "quantity") => Rule::Sum,
        ("asset", "status") => Rule::Steps(ASSET),
        ("asset", "tag" | "site_id" | "purchased_on") => Rule::Desk,
        ("visit", "planned_start" | "planned_end" | "kind" | "purpose") => Rule::Desk,
        ("visit", "arrived_at" | "finished_at" | "mail_read_at" | "tools_packed_at") => Rule::OnSite,
        ("visit", "solution" | "reason") => Rule::Lines,
        ("visit", "status") => Rule::Steps(VISIT),
        ("inspection_answer", "outcome" | "value" | "unit") => Rule::OnSite,
        ("inspection_answer", "note") => Rule::Lines,
        ("inspection_answer", "inspection_id" | "item") => Rule::Once,
        ("worklog_entry", _) => Rule::Once,
        ("complaint", "level" | "category" | "owner_id" | "told_by_id") => Rule::Desk,
        ("complaint", "text" | "solution") => Rule::Lines,
        ("complaint", "status") => Rule::Steps(COMPLAINT),
        _ => return None,
    })
}

/// Fields that are one value together.
pub fn group<'a>(entity: &str, field: &'a str) -> &'a str {
    match (entity, field) {
        ("visit", "planned_start" | "planned_end") => "plan",
        ("visit", "arrived_at" | "finished_at") => "times",
        ("inspection_answer", "outcome" | "value" | "unit") => "reading",
        _ => field,
    }
}

/// Values a row gets when its author left them out, as far as they matter here.
pub fn default(entity: &str, field: &str) -> Value {
    match (entity, field) {
        ("ticket", "status") => json!("new"),
        ("ticket", "priority") => json!("normal"),
        ("asset", "status") => json!("in_service"),
        ("visit", "status") => json!("planned"),
        ("complaint", "status") => json!("open"),
        ("complaint", "level") => json!(1),
        _ => Value::Null,
    }
}

/// The states an entity may take from `from`.
pub fn next_states(entity: &str, from: &str) -> Vec<&'static str> {
    match rule(entity, "status") {
        Some(Rule::Steps(steps)) => steps
            .iter()
            .filter(|(state, _)| *state == from)
            .map(|(_, to)| *to)
            .collect(),
        _ => Vec::new(),
    }
}

const TICKET: &[(&str, &str)] = &[
    ("new", "assigned"),
    ("new", "in_progress"),
    ("new", "cancelled"),
    ("assigned", "new"),
    ("assigned", "in_progress"),
    ("assigned", "pending"),
    ("assigned", "cancelled"),
    ("in_progress", "assigned"),
    ("in_progress", "pending"),
    ("in_progress", "solved"),
    ("in_progress", "cancelled"),
    ("pending", "assigned"),
    ("pending", "in_progress"),
    ("pending", "solved"),
    ("pending", "cancelled"),
    ("solved", "closed"),
    ("solved", "reopened"),
    ("closed", "reopened"),
    ("reopened", "assigned"),
    ("reopened", "in_progress"),
    ("reopened", "pending"),
    ("reopened", "cancelled"),
    ("cancelled", "reopened"),
];

const COMPLAINT: &[(&str, &str)] = &[
    ("open", "acknowledged"),
    ("open", "in_progress"),
    ("acknowledged", "in_progress"),
    ("acknowledged", "resolved"),
    ("in_progress", "resolved"),
    ("resolved", "in_progress"),
    ("resolved", "closed"),
];

const ASSET: &[(&str, &str)] = &[
    ("in_service", "spare"),
    ("in_service", "in_repair"),
    ("in_service", "missing"),
    ("in_service", "retired"),
    ("spare", "in_service"),
    ("spare", "in_repair"),
    ("spare", "missing"),
    ("spare", "retired"),
    ("in_repair", "in_service"),
    ("in_repair", "spare"),
    ("in_repair", "missing"),
    ("in_repair", "retired"),
    ("missing", "in_service"),
    ("missing", "spare"),
    ("missing", "in_repair"),
    ("missing", "retired"),
    ("retired", "in_service"),
    ("retired", "spare"),
];

const VISIT: &[(&str, &str)] = &[
    ("planned", "scheduled"),
    ("planned", "cancelled"),
    ("scheduled", "planned"),
    ("scheduled", "accepted"),
    ("scheduled", "declined"),
    ("scheduled", "cancelled"),
    ("accepted", "planned"),
    ("accepted", "scheduled"),
    ("accepted", "travelling"),
    ("accepted", "declined"),
    ("accepted", "cancelled"),
    ("travelling", "scheduled"),
    ("travelling", "on_site"),
    ("travelling", "aborted"),
    ("travelling", "cancelled"),
    ("on_site", "finished"),
    ("on_site", "aborted"),
    ("finished", "closed"),
    ("declined", "planned"),
    ("declined", "scheduled"),
    ("declined", "cancelled"),
];
