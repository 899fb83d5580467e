//! What a client is shown and signs, and the inspection record that goes with it.
//!
//! [`SheetContent`] is the document behind a signature: its RFC 8785 canonical JSON is hashed, signed over and
//! stored byte for byte; the PDF is only a rendering of it. Numbers the server gives later stay outside.
use crate::asset::AssetKind;
use crate::language::Language;
use crate::visit::VisitKind;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use sync_protocol::enrol::Provider;

/// The domain separator that precedes the canonical JSON in the sheet's SHA-256.
pub const SHEET_FORMAT: &str = sync_protocol::evidence::SHEET_DOMAIN;

/// Everything a service sheet 服务单 says, in the language it is shown in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetContent {
    /// Always [`SHEET_FORMAT`].
    pub format: String,
    pub sheet_id: Uuid,
    pub visit_id: Uuid,
    /// 1 for the first signing; an amendment is the next.
    pub version: u32,
    /// SHA-256 (hex) of the version this one amends.
    pub amends: Option<String>,
    pub language: Language,
    /// IANA name of the site's zone, in which times are shown.
    pub time_zone: String,
    pub provider: Provider,
    pub client_name: String,
    pub address: String,
    pub contact_name: String,
    pub contact_phone: String,
    pub visit_kind: VisitKind,
    pub technician_name: String,
    /// Service content: what was asked for.
    pub service_content: String,
    /// Concrete solution: what was done.
    pub solution: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: DateTime<Utc>,
    pub work: Vec<WorkLine>,
    pub parts: Vec<PartLine>,
    pub devices: Vec<DeviceLine>,
    pub advice: Vec<AdviceLine>,
    pub photos: Vec<PhotoLine>,
    pub consent: Consent,
}

/// The text the signer agrees to, and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    pub version: u32,
    pub text: String,
}

/// One entry of work done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkLine {
    pub at: DateTime<Utc>,
    pub text: String,
    pub minutes: u32,
}

/// One part used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartLine {
    pub name: String,
    pub quantity: u32,
}

/// One inspected device, summed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceLine {
    pub tag: Option<String>,
    pub name: String,
    pub kind: AssetKind,
    pub passed: u32,
    pub flagged: u32,
    pub failed: u32,
}

/// One piece of optimisation advice 优化建议.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdviceLine {
    pub device: String,
    pub severity: Severity,
    pub text: String,
}

/// How soon advice should be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Low,
    Medium,
    High,
}

impl Severity {
    /// The names on the wire, from the least.
    pub const NAMES: &'static [&'static str] = &["low", "medium", "high"];

    /// The name on the wire and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
        }
    }
}

/// A photo taken on the visit, named by the bytes the phone stripped and hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhotoLine {
    pub sha256: String,
    pub caption: String,
}

/// The inspection record 巡检表 of one visit: every device truthfully, and the advice.
#[derive(Debug, Clone, PartialEq)]
pub struct InspectionRecord {
    pub language: Language,
    pub time_zone: String,
    pub provider: Provider,
    pub client_name: String,
    pub site_name: String,
    pub address: String,
    pub technician_name: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: DateTime<Utc>,
    pub devices: Vec<InspectedDevice>,
    pub advice: Vec<AdviceLine>,
}

/// One device of an inspection record with every answer given.
#[derive(Debug, Clone, PartialEq)]
pub struct InspectedDevice {
    pub tag: Option<String>,
    pub name: String,
    pub kind: AssetKind,
    /// Maker, model and serial number as one line; empty where unknown.
    pub details: String,
    pub location: String,
    /// Name of the checklist in the record's language; empty for a device that was not inspected.
    pub checklist: String,
    /// Why it was not (wholly) inspected; empty where it was.
    pub remark: String,
    pub answers: Vec<AnswerLine>,
}

/// One checklist item as answered.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerLine {
    pub section: String,
    pub item: String,
    /// `None` where the item was left open.
    pub outcome: Option<crate::inspection_answer::Outcome>,
    /// Reading with its unit, or chosen text; empty where the item asks for none.
    pub value: String,
    pub note: String,
}
