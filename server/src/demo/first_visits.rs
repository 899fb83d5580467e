//! The demo's first visits: one done last week with its receipts, and one this afternoon, for two technicians each.
use super::clients::Place;
use super::{Seeder, work};
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::handover_item::{HandoverItem, HandoverKind};
use onsite_model::language::Language;
use onsite_model::visit::{FirstSteps, VisitKind};
use onsite_services::ServiceError;
use uuid::Uuid;

/// Kind, English, Chinese; the first ones are the client's to give, the last one is given to the client.
const RECEIPTS: [(HandoverKind, &str, &str); 5] = [
    (
        HandoverKind::Account,
        "Administrator of the firewall",
        "防火墙管理员账号",
    ),
    (
        HandoverKind::Password,
        "Wi-Fi, staff and guests",
        "无线网络密码（员工、访客）",
    ),
    (
        HandoverKind::Topology,
        "Network plan of all floors",
        "全楼网络拓扑图",
    ),
    (HandoverKind::Key, "Key to the server closet", "弱电间钥匙"),
    (HandoverKind::Document, "How to request a repair", "报修流程说明"),
];

/// Adds them, at places where the two have other visits too.
pub(crate) fn add(seeder: &mut Seeder<'_, '_>, places: &[Place]) -> Result<(), ServiceError> {
    let today = seeder.today();
    let technicians = work::technicians();
    for (nth, technician) in technicians.into_iter().take(2).enumerate() {
        let language = [Language::ZhCn, Language::En][nth];
        let theirs: Vec<&Place> = places.iter().filter(|place| place.language == language).collect();
        for (at, (days, hour)) in [(7, 9), (0, 15)].into_iter().enumerate() {
            let date = today - TimeDelta::days(days);
            let place = theirs[at];
            let Some(start) = place.at(date, hour, 0) else {
                continue;
            };
            let past = days > 0;
            let mut visit = work::visit(place, Some(technician), VisitKind::First, start, past);
            if past {
                visit.first_steps = steps(start);
            }
            let id = seeder.add(&format!("first-visit/{nth}/{at}"), &visit)?;
            if past {
                receipts(seeder, id, place, nth, start + TimeDelta::minutes(20))?;
                work::callback(seeder, id, start + TimeDelta::days(1), 1)?;
            }
        }
    }
    Ok(())
}

fn steps(start: DateTime<Utc>) -> FirstSteps {
    let at = |minutes| Some(start + TimeDelta::minutes(minutes));
    FirstSteps {
        introductions: at(5),
        handover: at(25),
        count: at(80),
        inspect: at(120),
        findings: at(130),
        repairs: at(134),
    }
}

fn receipts(
    seeder: &mut Seeder<'_, '_>,
    visit_id: Uuid,
    place: &Place,
    technician: usize,
    at: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let technician = ["张伟", "Tom Becker"][technician];
    let last = RECEIPTS.len() - 1;
    for (nth, (kind, en, zh)) in RECEIPTS.into_iter().enumerate() {
        let (giver, receiver) = if nth < last {
            (place.person, technician)
        } else {
            (technician, place.person)
        };
        let item = HandoverItem {
            visit_id,
            kind,
            subject: place.language.pick(en, zh).to_owned(),
            giver: giver.to_owned(),
            receiver: receiver.to_owned(),
            handed_over_at: at + TimeDelta::minutes(nth as i64),
            notes: None,
        };
        seeder.add(&format!("receipt/{visit_id}/{nth}"), &item)?;
    }
    Ok(())
}
