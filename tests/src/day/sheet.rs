//! The sheet: compiled on the phone, shown, signed by both, all offline.
use super::{Day, Done, Say};
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use onsite_model::asset::Asset;
use onsite_model::inspection::Inspection;
use onsite_model::inspection_answer::InspectionAnswer;
use onsite_model::language::Language;
use onsite_model::service_sheet::{ServiceSheet, SheetStatus};
use onsite_model::sheet_compile::{Edition, VisitRecords, compile, missing};
use onsite_model::sheet_content::Provider;
use onsite_model::signature::{Party, SIGNATURE_FORMAT, Signature, SignaturePayload};
use onsite_model::ticket::Ticket;
use onsite_model::visit::Visit;
use onsite_model::worklog_entry::WorklogEntry;
use serde_json::json;
use std::collections::BTreeMap;
use std::f64::consts::TAU;
use sync_protocol::evidence;
use uuid::Uuid;

/// A picture of the strokes: the smallest PNG there is.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

pub(super) fn present_and_sign(day: &mut Day, done: &mut Done, say: Say<'_>) -> Result<()> {
    let records = records(day)?;
    let sheet_id = ServiceSheet::id(day.visit, 1);
    let edition = Edition {
        sheet_id,
        version: 1,
        amends: None,
        language: records
            .contact
            .as_ref()
            .map_or(Language::En, |contact| contact.language),
        provider: Provider {
            name: "Harbour IT 港湾信息".to_owned(),
            address: "上海市静安区延平路 98 号 6 楼 · 6F, 98 Yanping Road, Shanghai".to_owned(),
            phone: "400-820-0110".to_owned(),
        },
    };
    let content = compile(&records, &edition);
    ensure!(
        missing(&content).is_empty(),
        "the sheet is not complete: {:?}",
        missing(&content)
    );
    let canonical = evidence::canonical(&content)?;
    let hash = evidence::sheet_hash(&canonical);

    let now = day.phone.now();
    let sheet = ServiceSheet {
        visit_id: day.visit,
        version: 1,
        amends: None,
        status: SheetStatus::Draft,
        canonical: Some(canonical),
        hash: Some(hash.clone()),
        reason: None,
        remark: None,
        remarked_at: None,
        rating: Some(5),
        number: None,
        mailed_to: None,
        mailed_at: None,
        mail_failed_at: None,
        sealed_at: None,
        sealed_payloads: Vec::new(),
        seal: None,
        seal_key: None,
    };
    day.phone.add(sheet_id, now, &sheet)?;
    day.phone
        .change(sheet_id, now, json!({ "status": "presented" }))?;
    let client = (Party::Client, content.contact_name.as_str(), "Office manager");
    let technician = (Party::Technician, content.technician_name.as_str(), "");
    for (party, name, role) in [client, technician] {
        sign(day, sheet_id, &hash, content.consent.version, (party, name, role))?;
    }
    day.phone.change(sheet_id, now, json!({ "status": "signed" }))?;
    say("");
    say("SIGN-OFF, still offline");
    say(&format!(
        "  The sheet was compiled on the phone and shown; its checksum begins {}.",
        &hash[..16]
    ));
    say(&format!(
        "  {} signed, {} signed, rated 5 of 5.",
        content.contact_name, content.technician_name
    ));
    say(&format!(
        "  On the phone now: {} operations not yet sent.",
        day.phone.engine.status().pending
    ));
    done.sheet = Some((sheet_id, hash));
    Ok(())
}

/// What the phone knows of the visit, in the shape sheets are compiled from.
fn records(day: &Day) -> Result<VisitRecords> {
    let phone = &day.phone;
    let visit: Visit = phone.get(day.visit)?;
    let mut inspections: BTreeMap<Uuid, Inspection> = phone.all()?;
    inspections.retain(|_, inspection| inspection.visit_id == day.visit);
    let mut answers: BTreeMap<Uuid, InspectionAnswer> = phone.all()?;
    answers.retain(|_, answer| inspections.contains_key(&answer.inspection_id));
    let mut advice: BTreeMap<Uuid, onsite_model::advice::Advice> = phone.all()?;
    advice.retain(|_, advice| advice.visit_id == day.visit);
    let mut worklog: BTreeMap<Uuid, WorklogEntry> = phone.all()?;
    worklog.retain(|_, entry| entry.visit_id == Some(day.visit));
    let mut attachments: BTreeMap<Uuid, onsite_model::attachment::Attachment> = phone.all()?;
    attachments.retain(|_, attachment| attachment.owner_id == day.visit);
    let assets: BTreeMap<Uuid, Asset> = phone.all()?;
    let tickets: BTreeMap<Uuid, Ticket> = visit
        .ticket_ids
        .iter()
        .map(|id| Ok((*id, phone.get(*id)?)))
        .collect::<Result<_>>()?;
    Ok(VisitRecords {
        visit_id: day.visit,
        client: phone.get(visit.client_id)?,
        site: phone.get(visit.site_id)?,
        contact: visit.contact_id.map(|id| phone.get(id)).transpose()?,
        technician: visit.technician_id.map(|id| phone.get(id)).transpose()?,
        visit,
        tickets,
        worklog,
        inspections,
        answers,
        assets,
        advice,
        attachments,
    })
}

fn sign(
    day: &mut Day,
    sheet_id: Uuid,
    hash: &str,
    consent_version: u32,
    (party, name, role): (Party, &str, &str),
) -> Result<()> {
    let strokes = strokes(party);
    let now = day.phone.now();
    let png = BASE64_STANDARD.decode(PNG).context("the picture")?;
    let payload = SignaturePayload {
        format: SIGNATURE_FORMAT.to_owned(),
        sheet_hash: hash.to_owned(),
        party,
        signer_name: name.to_owned(),
        signer_role: role.to_owned(),
        strokes_sha256: evidence::sha256_hex(evidence::canonical(&strokes)?.as_bytes()),
        png_sha256: evidence::sha256_hex(&png),
        consent_version,
        nonce: day.phone.take_nonce(),
        signed_at: now,
        device_id: Some(day.phone.device),
    };
    let payload = evidence::canonical(&payload)?;
    let signature = Signature {
        sheet_id,
        party,
        signer_name: name.to_owned(),
        signer_role: role.to_owned(),
        strokes,
        png: PNG.to_owned(),
        device_signature: Some(day.phone.sign(payload.as_bytes())?),
        payload,
        signed_at: now,
        flaw: None,
    };
    day.phone.add(onsite_model::ids::new_id(now), now, &signature)?;
    Ok(())
}

/// A hand's loops, different for each party, in the unit square.
fn strokes(party: Party) -> Vec<Vec<(f64, f64)>> {
    let (swing, turns) = match party {
        Party::Client => (0.32, 5.0),
        Party::Technician => (0.22, 3.5),
    };
    let point = |step: i32| {
        let t = f64::from(step) / 90.0;
        let x = 0.06 + 0.84 * t + 0.05 * (t * turns * TAU).sin();
        let y = 0.52 + swing * (t * turns * TAU).cos() * (1.0 - 0.7 * t);
        ((x * 1000.0).round() / 1000.0, (y * 1000.0).round() / 1000.0)
    };
    vec![(0..90).map(point).collect(), vec![(0.1, 0.86), (0.88, 0.8)]]
}
