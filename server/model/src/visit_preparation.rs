//! VisitPreparation 上门准备: the gate before every visit.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What must be done before a technician sets out; the times say when each point was ticked.
pub const POINTS: [&str; 4] = [
    "mail_read_at",
    "contact_confirmed_at",
    "tools_packed_at",
    "forms_ready_at",
];

/// Whether a visit may start, and what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    Open,
    /// Opened by a reason although something is missing.
    Overridden,
    /// The points not ticked yet.
    Shut(Vec<String>),
}

/// Decides the gate from which points are ticked and the reason to go without, if any.
pub fn gate(ticked: [bool; 4], override_reason: Option<&str>) -> Gate {
    let missing: Vec<String> = POINTS
        .iter()
        .zip(ticked)
        .filter(|(_, done)| !done)
        .map(|(point, _)| (*point).to_owned())
        .collect();
    if missing.is_empty() {
        Gate::Open
    } else if override_reason.is_some_and(|reason| !reason.trim().is_empty()) {
        Gate::Overridden
    } else {
        Gate::Shut(missing)
    }
}
