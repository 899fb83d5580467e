//! What was done before: a visit a month at each site with what it found, so that a device's readings are a line and a client's
//! satisfaction is more than one answer; and the time and parts that solved tickets took.
use super::assets::Device;
use super::clients::Place;
use super::templates;
use super::{Seeder, work};
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::asset::AssetKind;
use onsite_model::checklist_template::AnswerType;
use onsite_model::inspection::{Inspection, InspectionStatus};
use onsite_model::inspection_answer::{InspectionAnswer, Outcome};
use onsite_model::visit::VisitKind;
use onsite_model::worklog_entry::{PartUsed, WorklogEntry, WorklogKind};
use onsite_services::ServiceError;
use uuid::Uuid;

/// Visits of a site, four weeks apart; the newest was the week before last, of which nothing else is known.
const VISITS: i64 = 4;

/// Of each of these the first device of a site was checked.
const CHECKED: [AssetKind; 4] = [
    AssetKind::Server,
    AssetKind::Switch,
    AssetKind::Ups,
    AssetKind::Printer,
];

/// Adds it.
pub(crate) fn add(
    seeder: &mut Seeder<'_, '_>,
    places: &[Place],
    devices: &[Device],
) -> Result<(), ServiceError> {
    let technicians = work::technicians();
    let monday = seeder.monday();
    for (nth, place) in places.iter().enumerate() {
        for ago in 0..VISITS {
            let date = monday - TimeDelta::days(14 + 28 * ago - (nth % 5) as i64);
            let Some(start) = place.at(date, 9, 30) else {
                continue;
            };
            let technician = technicians[nth % technicians.len()];
            let visit = work::visit(place, Some(technician), VisitKind::Routine, start, true);
            let visit_id = seeder.add(&format!("earlier/{nth}/{ago}"), &visit)?;
            for kind in CHECKED {
                let here = |device: &&Device| device.site == place.site && device.kind == kind;
                let Some(device) = devices.iter().find(here) else {
                    continue;
                };
                check(seeder, place, visit_id, device, start, (nth as i64, ago))?;
            }
            time(seeder, None, visit_id, technician, start, 140)?;
            work::callback(seeder, visit_id, start + TimeDelta::days(1), 1 + ago % 2)?;
        }
    }
    Ok(())
}

/// One device checked on a visit, at the `nth` site, `ago` visits before the newest.
fn check(
    seeder: &mut Seeder<'_, '_>,
    place: &Place,
    visit_id: Uuid,
    device: &Device,
    start: DateTime<Utc>,
    (nth, ago): (i64, i64),
) -> Result<(), ServiceError> {
    let inspection = Inspection {
        visit_id,
        asset_id: device.id,
        template_id: templates::of(device.kind),
        status: InspectionStatus::Finished,
        started_at: Some(start + TimeDelta::minutes(10)),
        finished_at: Some(start + TimeDelta::minutes(25)),
        remark: None,
    };
    let inspection_id = seeder.add(&format!("inspection/{visit_id}/{}", device.id), &inspection)?;
    for (at, asked) in templates::asked(device.kind).enumerate() {
        let dusty = (nth + ago + at as i64) % 9 == 0;
        let (outcome, value) = match asked.answer {
            AnswerType::Check if dusty && !asked.critical => (Outcome::Flag, None),
            AnswerType::Check => (Outcome::Pass, None),
            AnswerType::Reading => {
                let value = reading(asked.key, nth, ago);
                (asked.judge(value), Some(value.to_string()))
            }
            AnswerType::Text => (Outcome::Pass, Some(place.language.pick("None", "无").to_owned())),
        };
        let note = (outcome == Outcome::Flag && value.is_none()).then(|| {
            place
                .language
                .pick("Dusty, cleaned.", "积灰，已清理。")
                .to_owned()
        });
        let answer = InspectionAnswer {
            inspection_id,
            item: asked.key.to_owned(),
            outcome: Some(outcome),
            unit: value.as_ref().and(asked.unit).map(str::to_owned),
            value,
            note,
            photos: Vec::new(),
        };
        let key = format!("answer/{inspection_id}/{}", asked.key);
        seeder.add_as(&key, InspectionAnswer::id(inspection_id, asked.key), &answer)?;
    }
    Ok(())
}

/// What was read: disks and batteries run out, load grows, temperatures go up and down.
fn reading(key: &str, nth: i64, ago: i64) -> f64 {
    let value = match key {
        "disk_free" => 12 + 5 * (nth % 4) + 6 * ago,
        "memory" | "load" => 74 - 4 * ago + 3 * (nth % 3),
        "temperature" => 23 + (nth + ago) % 4,
        "runtime" => 11 + nth % 5 + 2 * ago,
        "toner" => 18 + 20 * ago + nth % 7,
        _ => 30 + nth % 5 + ago,
    };
    value as f64
}

/// What a solved ticket took.
pub(crate) fn solved(
    seeder: &mut Seeder<'_, '_>,
    place: &Place,
    ticket: Uuid,
    nth: usize,
    reported_at: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let technicians = work::technicians();
    let technician = technicians[nth % technicians.len()];
    let at = reported_at + TimeDelta::hours(5);
    time(
        seeder,
        Some(ticket),
        ticket,
        technician,
        at,
        30 + 15 * (nth as u32 % 4),
    )?;
    if nth.is_multiple_of(2) {
        let part = entry(Some(ticket), None, technician, WorklogKind::Part, at);
        let used = PartUsed {
            name: place.language.pick("Patch cable 2 m", "2 米网络跳线").to_owned(),
            quantity: 1,
        };
        seeder.add(
            &format!("part/{ticket}"),
            &WorklogEntry {
                parts: vec![used],
                ..part
            },
        )?;
    }
    Ok(())
}

/// Time spent on a ticket, or else on the visit.
fn time(
    seeder: &mut Seeder<'_, '_>,
    ticket: Option<Uuid>,
    owner: Uuid,
    technician: Uuid,
    at: DateTime<Utc>,
    minutes: u32,
) -> Result<(), ServiceError> {
    let visit = ticket.is_none().then_some(owner);
    let entry = WorklogEntry {
        minutes: Some(minutes),
        ..entry(ticket, visit, technician, WorklogKind::Time, at)
    };
    seeder.add(&format!("time/{owner}"), &entry)?;
    Ok(())
}

fn entry(
    ticket_id: Option<Uuid>,
    visit_id: Option<Uuid>,
    author_id: Uuid,
    kind: WorklogKind,
    at: DateTime<Utc>,
) -> WorklogEntry {
    WorklogEntry {
        ticket_id,
        visit_id,
        author_id,
        kind,
        at,
        text: String::new(),
        minutes: None,
        parts: Vec::new(),
    }
}
