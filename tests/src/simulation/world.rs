//! The provider a run begins with: two clients, four sites, three technicians with four phones, and work for them.
use crate::dice::Dice;
use crate::office::Office;
use crate::phone::Phone;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::entity::EntityKind;
use onsite_model::role::Role;
use serde_json::json;
use uuid::Uuid;

/// A site that no visit ever leads to.
pub(super) const FORBIDDEN_SITE: usize = 3;

/// The keys of the checklist's items.
pub(super) const ITEMS: [&str; 3] = ["fan", "disk", "backup"];

/// The fixed ground of a run.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) dispatcher: Uuid,
    pub(super) technicians: Vec<Uuid>,
    /// Client and site; the last is [`FORBIDDEN_SITE`].
    pub(super) sites: Vec<(Uuid, Uuid)>,
}

pub(super) fn set_up(office: &mut Office, dice: &mut Dice, now: DateTime<Utc>) -> (Places, Vec<Phone>) {
    let dispatcher = office.add_user(dice, "dispatcher", Role::Dispatcher, now);
    let technicians: Vec<Uuid> = ["anna", "ben", "chen"]
        .map(|name| office.add_user(dice, name, Role::Technician, now))
        .to_vec();
    let clients = ["north", "south"].map(|name| {
        let id = dice.id(now);
        office.seed(
            dice,
            EntityKind::Client,
            id,
            json!({"name": name, "code": name}),
            now,
        );
        id
    });
    let mut sites = Vec::new();
    for (number, client) in [clients[0], clients[0], clients[1], clients[1]]
        .into_iter()
        .enumerate()
    {
        let id = dice.id(now);
        let body = json!({"client_id": client, "name": format!("site {number}"), "address": "1 Test Road"});
        office.seed(dice, EntityKind::Site, id, body, now);
        sites.push((client, id));
    }
    let template = dice.id(now);
    let items: Vec<_> = ITEMS
        .iter()
        .map(|key| json!({"key": key, "label": {"en": key, "zh-CN": key}, "answer": "reading"}))
        .collect();
    let body = json!({
        "family_id": template, "version": 1, "name": {"en": "Computer", "zh-CN": "电脑"},
        "asset_kind": "computer",
        "sections": [{"title": {"en": "All", "zh-CN": "全部"}, "items": items}],
    });
    office.seed(dice, EntityKind::ChecklistTemplate, template, body, now);
    for (number, place) in sites.iter().enumerate() {
        let technician = (number != FORBIDDEN_SITE).then(|| technicians[number]);
        furnish(office, dice, *place, (dispatcher, technician), template, now);
    }
    let mut phones = Vec::new();
    for (name, user) in [("anna", 0), ("anna's tablet", 0), ("ben", 1), ("chen", 2)] {
        let (device, stream) = office.enrol(dice, technicians[user], now);
        phones.push(Phone::new(name, technicians[user], device, stream));
    }
    // Two apps have not been updated yet.
    phones[1].schema = 1;
    phones[2].schema = 1;
    (
        Places {
            dispatcher,
            technicians,
            sites,
        },
        phones,
    )
}

/// A site's assets, tickets with a note each, and a visit with an inspection.
fn furnish(
    office: &Office,
    dice: &mut Dice,
    (client, site): (Uuid, Uuid),
    (dispatcher, technician): (Uuid, Option<Uuid>),
    template: Uuid,
    now: DateTime<Utc>,
) {
    let asset = dice.id(now);
    for id in [asset, dice.id(now)] {
        let body =
            json!({"site_id": site, "kind": "computer", "name": "computer", "notes": "one\ntwo\nthree"});
        office.seed(dice, EntityKind::Asset, id, body, now);
    }
    for _ in 0..2 {
        let id = dice.id(now);
        let body = json!({"client_id": client, "site_id": site, "title": "it is slow",
                          "description": "one\ntwo\nthree\nfour"});
        office.seed(dice, EntityKind::Ticket, id, body, now);
        let body =
            json!({"ticket_id": id, "author_id": dispatcher, "kind": "note", "at": now, "text": "called"});
        let entry = dice.id(now);
        office.seed(dice, EntityKind::WorklogEntry, entry, body, now);
    }
    let (start, end) = (now + TimeDelta::hours(1), now + TimeDelta::hours(3));
    let visit = dice.id(now);
    let status = if technician.is_some() {
        "scheduled"
    } else {
        "planned"
    };
    let mut body = json!({"client_id": client, "site_id": site, "kind": "routine", "status": status,
                          "purpose": "one\ntwo\nthree", "planned_start": start, "planned_end": end});
    if let Some(technician) = technician {
        body["technician_id"] = json!(technician);
    }
    office.seed(dice, EntityKind::Visit, visit, body, now);
    let inspection = dice.id(now);
    let body = json!({"visit_id": visit, "asset_id": asset, "template_id": template});
    office.seed(dice, EntityKind::Inspection, inspection, body, now);
}
