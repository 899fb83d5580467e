//! Compiling a service sheet from what was done: the same pure function on the phone, offline, and on the server.
use crate::advice::Advice;
use crate::asset::Asset;
use crate::attachment::Attachment;
use crate::client::Client;
use crate::contact::Contact;
use crate::inspection::Inspection;
use crate::inspection_answer::{InspectionAnswer, Outcome};
use crate::language::Language;
use crate::sheet_amendment::Difference;
use crate::sheet_content::{
    AdviceLine, Consent, DeviceLine, PartLine, PhotoLine, Provider, SHEET_FORMAT, SheetContent, WorkLine,
};
use crate::site::Site;
use crate::ticket::Ticket;
use crate::user::User;
use crate::visit::Visit;
use crate::worklog_entry::{WorklogEntry, WorklogKind};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Everything a visit's sheet is compiled from; maps are by id, so that the order is the same everywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitRecords {
    pub visit_id: Uuid,
    pub visit: Visit,
    pub client: Client,
    pub site: Site,
    pub contact: Option<Contact>,
    pub technician: Option<User>,
    pub tickets: BTreeMap<Uuid, Ticket>,
    /// Of the visit and of its tickets.
    pub worklog: BTreeMap<Uuid, WorklogEntry>,
    pub inspections: BTreeMap<Uuid, Inspection>,
    pub answers: BTreeMap<Uuid, InspectionAnswer>,
    pub assets: BTreeMap<Uuid, Asset>,
    pub advice: BTreeMap<Uuid, Advice>,
    /// Photos of the visit, its tickets and its answers.
    pub attachments: BTreeMap<Uuid, Attachment>,
}

/// Which version of which sheet, for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub sheet_id: Uuid,
    pub version: u32,
    pub amends: Option<String>,
    pub language: Language,
    pub provider: Provider,
}

/// The sheet as these records tell it. Times that are missing are taken from the plan; [`missing`] says what must
/// still be filled in before it may be shown.
pub fn compile(records: &VisitRecords, edition: &Edition) -> SheetContent {
    let visit = &records.visit;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let contact = records.contact.as_ref();
    let solutions: Vec<&str> = records
        .tickets
        .values()
        .filter_map(|ticket| ticket.solution.as_deref())
        .chain(visit.solution.as_deref())
        .filter(|solution| !solution.trim().is_empty())
        .collect();
    let content: Vec<&str> = std::iter::once(visit.purpose.as_str())
        .chain(records.tickets.values().map(|ticket| ticket.title.as_str()))
        .filter(|line| !line.trim().is_empty())
        .collect();
    SheetContent {
        format: SHEET_FORMAT.to_owned(),
        sheet_id: edition.sheet_id,
        visit_id: records.visit_id,
        version: edition.version,
        amends: edition.amends.clone(),
        language: edition.language,
        time_zone: records.site.time_zone.clone(),
        provider: edition.provider.clone(),
        client_name: records.client.name.clone(),
        address: records.site.address.clone(),
        contact_name: contact.map(|contact| contact.name.clone()).unwrap_or_default(),
        contact_phone: contact
            .and_then(|contact| contact.phone.clone())
            .or_else(|| records.client.phone.clone())
            .unwrap_or_default(),
        visit_kind: visit.kind,
        technician_name: records
            .technician
            .as_ref()
            .map(|user| user.name.clone())
            .unwrap_or_default(),
        service_content: content.join("\n"),
        solution: solutions.join("\n"),
        started_at: visit.arrived_at.unwrap_or(visit.planned_start),
        finished_at: visit.finished_at.unwrap_or(visit.planned_end),
        work: records
            .worklog
            .values()
            .filter(|entry| entry.kind != WorklogKind::Part)
            .map(|entry| WorkLine {
                at: entry.at,
                text: entry.text.clone(),
                minutes: entry.minutes.unwrap_or(0),
            })
            .collect(),
        parts: records
            .worklog
            .values()
            .filter(|entry| entry.kind == WorklogKind::Part)
            .flat_map(|entry| &entry.parts)
            .map(|part| PartLine {
                name: part.name.clone(),
                quantity: part.quantity,
            })
            .collect(),
        devices: devices(records),
        advice: records
            .advice
            .values()
            .map(|advice| AdviceLine {
                device: records
                    .assets
                    .get(&advice.asset_id)
                    .map(label)
                    .unwrap_or_default(),
                severity: advice.severity,
                text: advice.text.clone(),
            })
            .collect(),
        photos: records
            .attachments
            .values()
            .filter(|attachment| attachment.is_picture())
            .map(|photo| PhotoLine {
                sha256: photo.sha256.clone(),
                caption: text(&photo.caption),
            })
            .collect(),
        consent: consent(edition.language),
    }
}

/// How a device is named in a line: its tag and its name.
pub fn label(asset: &Asset) -> String {
    match &asset.tag {
        Some(tag) => format!("{tag} {}", asset.name),
        None => asset.name.clone(),
    }
}

fn devices(records: &VisitRecords) -> Vec<DeviceLine> {
    let count = |inspection: &Uuid, outcome: Outcome| {
        let of_it = |answer: &&InspectionAnswer| {
            answer.inspection_id == *inspection && answer.outcome == Some(outcome)
        };
        u32::try_from(records.answers.values().filter(of_it).count()).unwrap_or(u32::MAX)
    };
    records
        .inspections
        .iter()
        .filter_map(|(id, inspection)| {
            let asset = records.assets.get(&inspection.asset_id)?;
            Some(DeviceLine {
                tag: asset.tag.clone(),
                name: asset.name.clone(),
                kind: asset.kind,
                passed: count(id, Outcome::Pass),
                flagged: count(id, Outcome::Flag),
                failed: count(id, Outcome::Fail),
            })
        })
        .collect()
}

/// The fields that must be filled in before a sheet may be presented: those a service sheet 服务单 is made of.
pub fn missing(content: &SheetContent) -> Vec<&'static str> {
    [
        ("client_name", &content.client_name),
        ("address", &content.address),
        ("contact_name", &content.contact_name),
        ("contact_phone", &content.contact_phone),
        ("technician_name", &content.technician_name),
        ("service_content", &content.service_content),
        ("solution", &content.solution),
    ]
    .into_iter()
    .filter(|(_, value)| value.trim().is_empty())
    .map(|(field, _)| field)
    .chain((content.finished_at <= content.started_at).then_some("finished_at"))
    .collect()
}

/// What a signer agrees to. A changed text gets a new version.
pub fn consent(language: Language) -> Consent {
    Consent {
        version: 1,
        text: language
            .pick(
                "I have read this service sheet and confirm that the work described was carried out. I agree \
                 that my signature on this device, bound to the checksum of this sheet, is a reliable \
                 electronic signature between the parties.",
                "本人已阅读本服务单，确认所述服务已经完成。本人同意：在本设备上的手写签名与本服务单的校验值\
                 绑定，作为双方认可的可靠电子签名。",
            )
            .to_owned(),
    }
}

/// Where the records now tell the sheet otherwise than its sealed content.
pub fn differences(sealed: &SheetContent, now: &SheetContent) -> Vec<Difference> {
    let fields = |content: &SheetContent| match serde_json::to_value(content) {
        Ok(Value::Object(fields)) => fields,
        // A plain struct always serialises to an object.
        _ => serde_json::Map::new(),
    };
    let (sealed, now) = (fields(sealed), fields(now));
    sealed
        .into_iter()
        .filter(|(field, _)| !matches!(field.as_str(), "consent" | "provider" | "version" | "amends"))
        .filter_map(|(field, sealed)| {
            let now = now.get(&field).cloned().unwrap_or(Value::Null);
            (sealed != now).then_some(Difference { field, sealed, now })
        })
        .collect()
}
