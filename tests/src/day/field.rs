//! The technician on site, offline: tagging, inspecting, repairing.
use super::{Day, Done, Say, photo};
use crate::day::morning::DESCRIPTION;
use anyhow::{Context, Result, ensure};
use onsite_model::advice::{Advice, AdviceStatus};
use onsite_model::asset::{Asset, AssetKind};
use onsite_model::attachment::Attachment;
use onsite_model::checklist_template::{AnswerType, ChecklistTemplate, Item};
use onsite_model::ids::new_id;
use onsite_model::inspection::{Inspection, InspectionStatus};
use onsite_model::inspection_answer::{InspectionAnswer, Outcome};
use onsite_model::sheet_content::Severity;
use onsite_model::tag_range::TagRange;
use onsite_model::worklog_entry::{PartUsed, WorklogEntry, WorklogKind};
use serde_json::json;
use std::collections::BTreeMap;
use sync_protocol::evidence;
use uuid::Uuid;

/// Devices to be tagged, and to be inspected.
const TO_TAG: usize = 5;
const TO_INSPECT: usize = 12;

/// Minutes of travelling, of each label and device, and of the repair.
const TRAVEL: i64 = 25;
const EACH_TAG: i64 = 2;
const EACH_DEVICE: i64 = 6;
const REPAIR: i64 = 45;

/// How long the offline part of the day takes.
pub(super) const MINUTES: i64 = TRAVEL + EACH_TAG * TO_TAG as i64 + EACH_DEVICE * TO_INSPECT as i64 + REPAIR;

pub(super) fn travel_and_arrive(day: &mut Day, say: Say<'_>) -> Result<()> {
    let now = day.phone.now();
    day.phone.change(
        day.visit,
        now,
        json!({ "status": "travelling", "travelling_at": now }),
    )?;
    day.phone.pass(TRAVEL);
    let now = day.phone.now();
    day.phone
        .change(day.visit, now, json!({ "status": "on_site", "arrived_at": now }))?;
    say("  Travelled and arrived.");
    Ok(())
}

/// Sticks the next labels of the leased range on devices that have none.
pub(super) fn tag(day: &mut Day, done: &mut Done, say: Say<'_>) -> Result<()> {
    let ranges: BTreeMap<Uuid, TagRange> = day.phone.all()?;
    let range = ranges.values().next().context("no tag range on the phone")?;
    let mut tags: Vec<String> = range.tags().take(TO_TAG).collect();
    let untagged: Vec<Uuid> = devices(day)?
        .into_iter()
        .filter(|(_, asset)| asset.tag.is_none())
        .map(|(id, _)| id)
        .take(TO_TAG)
        .collect();
    ensure!(untagged.len() == TO_TAG, "not enough devices without a label");
    for asset in untagged {
        day.phone.pass(EACH_TAG);
        let (tag, now) = (tags.remove(0), day.phone.now());
        day.phone.change(asset, now, json!({ "tag": tag }))?;
        done.tagged.push((asset, tag));
    }
    let (first, last) = (&done.tagged[0].1, &done.tagged[TO_TAG - 1].1);
    say(&format!(
        "  Tagged {TO_TAG} devices with {first} to {last}, leased to this phone beforehand."
    ));
    Ok(())
}

fn devices(day: &Day) -> Result<Vec<(Uuid, Asset)>> {
    let all: BTreeMap<Uuid, Asset> = day.phone.all()?;
    Ok(all
        .into_iter()
        .filter(|(_, asset)| asset.site_id == day.site)
        .collect())
}

/// Inspects devices of every kind there is a checklist for; one item fails and advice grows out of it.
pub(super) fn inspect(day: &mut Day, done: &mut Done, say: Say<'_>) -> Result<()> {
    let templates: BTreeMap<Uuid, ChecklistTemplate> = day.phone.all()?;
    let mut by_kind: Vec<(Uuid, Asset)> = devices(day)?;
    // Servers and the rest of the rack first, as one walks in.
    by_kind.sort_by_key(|(id, asset)| (asset.kind == AssetKind::Computer, asset.kind, *id));
    for (asset_id, asset) in by_kind {
        if done.inspections.len() == TO_INSPECT {
            break;
        }
        let Some((template_id, template)) = templates.iter().find(|(_, one)| one.asset_kind == asset.kind)
        else {
            continue;
        };
        let fails = asset.kind == AssetKind::Ups;
        inspect_one(day, done, (asset_id, &asset), (*template_id, template), fails)?;
    }
    ensure!(
        done.inspections.len() == TO_INSPECT,
        "not enough devices to inspect"
    );
    say(&format!(
        "  Inspected {TO_INSPECT} devices, {} answers; the UPS battery failed, with advice for the client.",
        done.answers
    ));
    Ok(())
}

fn inspect_one(
    day: &mut Day,
    done: &mut Done,
    (asset_id, asset): (Uuid, &Asset),
    (template_id, template): (Uuid, &ChecklistTemplate),
    fails: bool,
) -> Result<()> {
    let now = day.phone.now();
    let inspection = Inspection {
        visit_id: day.visit,
        asset_id,
        template_id,
        status: InspectionStatus::InProgress,
        started_at: Some(now),
        finished_at: None,
        remark: None,
    };
    let inspection_id = day.phone.add(new_id(now), now, &inspection)?;
    for item in template.sections.iter().flat_map(|section| &section.items) {
        let failed = fails && item.key == "battery";
        let answer = InspectionAnswer {
            inspection_id,
            item: item.key.clone(),
            outcome: Some(if failed { Outcome::Fail } else { Outcome::Pass }),
            value: reading(item),
            unit: item.unit.clone(),
            note: failed.then(|| "Swollen, five years old.".to_owned()),
            photos: Vec::new(),
        };
        let answer_id = day
            .phone
            .add(InspectionAnswer::id(inspection_id, &item.key), now, &answer)?;
        done.answers += 1;
        if failed {
            let advice = Advice {
                visit_id: day.visit,
                asset_id,
                answer_id: Some(answer_id),
                severity: Severity::High,
                text: format!(
                    "Replace the battery of {} within a month; it is swollen.",
                    asset.name
                ),
                status: AdviceStatus::Proposed,
            };
            done.advice.push(day.phone.add(new_id(now), now, &advice)?);
        }
    }
    day.phone.pass(EACH_DEVICE);
    let finished = day.phone.now();
    day.phone.change(
        inspection_id,
        finished,
        json!({ "status": "finished", "finished_at": finished }),
    )?;
    done.inspections.push(inspection_id);
    Ok(())
}

fn reading(item: &Item) -> Option<String> {
    match item.answer {
        AnswerType::Check => None,
        AnswerType::Reading => Some("42".to_owned()),
        AnswerType::Text => Some("7.1.12".to_owned()),
    }
}

/// Repairs the copier, writes it all down, takes a photo, finishes.
pub(super) fn repair(day: &mut Day, done: &mut Done, say: Say<'_>) -> Result<()> {
    let now = day.phone.now();
    day.phone
        .change(day.ticket, now, json!({ "status": "in_progress" }))?;
    day.phone.pass(REPAIR);
    let now = day.phone.now();
    day.phone.change(
        day.ticket,
        now,
        json!({
            "description": format!("Seen on site on floor 21. {DESCRIPTION}"),
            "diagnosis": "The drum is scratched.",
            "solution": "Replaced the drum unit, cleaned the rollers, printed three clean test pages.",
        }),
    )?;
    let entries = [
        (WorklogKind::Time, "Drum and rollers", Some(REPAIR as u32), None),
        (WorklogKind::Part, "", None, Some("Drum unit DR-3455")),
    ];
    for (kind, text, minutes, part) in entries {
        let entry = WorklogEntry {
            ticket_id: Some(day.ticket),
            visit_id: Some(day.visit),
            author_id: day.phone.user,
            kind,
            at: now,
            text: text.to_owned(),
            minutes,
            parts: part.iter().map(|name| used_one(name)).collect(),
        };
        day.phone.add(new_id(now), now, &entry)?;
    }
    day.phone.change(day.ticket, now, json!({ "status": "solved" }))?;

    let bytes = photo::taken()?;
    let attachment = Attachment {
        owner_id: day.visit,
        file_name: "drum.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        sha256: evidence::sha256_hex(&bytes),
        size: bytes.len() as u64,
        taken_at: Some(now),
        caption: Some("The old drum".to_owned()),
        stored_at: None,
        stored_sha256: None,
        thumbnail_sha256: None,
        preview: None,
        thumbhash: None,
        width: None,
        height: None,
    };
    let attachment_id = day.phone.add(new_id(now), now, &attachment)?;
    say(&format!(
        "  Solved the ticket: diagnosis, solution, 45 minutes, one part, one photo of {} kB.",
        bytes.len() / 1024
    ));
    done.photo = Some((attachment_id, bytes));
    day.phone.change(
        day.visit,
        now,
        json!({ "status": "finished", "finished_at": now }),
    )?;
    Ok(())
}

fn used_one(name: &str) -> PartUsed {
    PartUsed {
        name: name.to_owned(),
        quantity: 1,
    }
}
