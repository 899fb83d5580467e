//! Stories of what people disagree about: both sides kept whole, ended when they agree, decided and taken back; what is
//! deleted and what arrives for it; devices recorded twice; a phone that was copied.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use chrono::TimeDelta;
use onsite_model::conflict::Conflict;
use onsite_model::entity::EntityKind;
use onsite_model::inspection_answer::InspectionAnswer;
use onsite_model::role::Role;
use onsite_services::author::Author;
use onsite_services::decision::{self, Decision};
use onsite_services::{ServiceError, asset, repair, undo};
use onsite_store::devices;
use onsite_store::rows::StoredRow;
use onsite_tests::ground::Ground;
use onsite_tests::office::fields;
use onsite_tests::{Phone, stories};
use serde_json::{Value, json};
use std::sync::Arc;
use sync_protocol::checksum::RepairRequest;
use sync_protocol::codes::ErrorCode;
use sync_protocol::pull::Change;
use sync_protocol::receipt::Outcome;
use sync_protocol::version::Version;
use sync_protocol::{PROTOCOL, SCHEMA};
use uuid::Uuid;

fn make(ground: &mut Ground, phone: usize, entity: &str, row: Uuid, set: Value) {
    ground.now += TimeDelta::seconds(1);
    let now = ground.now;
    ground.phones[phone]
        .create(&mut ground.dice, now, entity, row, fields(set))
        .unwrap();
}

/// Sends what is pending and pulls nothing.
fn push(ground: &mut Ground, phone: usize) {
    ground.now += TimeDelta::seconds(1);
    let phone = &mut ground.phones[phone];
    let request = phone.next_push(ground.now, 100).unwrap();
    let response = ground
        .office
        .push(phone.device, request.clone(), ground.now)
        .unwrap();
    phone.on_push(&request, response);
    phone.save();
}

fn delete(ground: &mut Ground, phone: usize, row: Uuid) {
    ground.now += TimeDelta::seconds(1);
    let now = ground.now;
    ground.phones[phone].delete(&mut ground.dice, now, row).unwrap();
}

/// A phone of somebody who may delete sites, too.
fn managers_phone(ground: &mut Ground) -> usize {
    let now = ground.now;
    let user = ground
        .office
        .add_user(&mut ground.dice, "mia", Role::Manager, now);
    ground.assign(ground.visit, user);
    let (device, stream) = ground.office.enrol(&mut ground.dice, user, now);
    ground.phones.push(Phone::new("manager's", user, device, stream));
    let phone = ground.phones.len() - 1;
    ground.sync(phone);
    phone
}

fn version(ground: &Ground, row: Uuid) -> Version {
    Version {
        epoch: 1,
        number: ground.row(row).version,
    }
}

/// What the dispatcher does in a use case of the office.
fn desk<T: Send + 'static>(
    ground: &mut Ground,
    work: impl FnOnce(&mut onsite_store::Tx<'_>, &onsite_services::author::Cause<'_>) -> Result<T, ServiceError>
    + Send
    + 'static,
) -> Result<T, ServiceError> {
    ground.now += TimeDelta::seconds(1);
    let author = Author::office(ground.dispatcher, Role::Dispatcher);
    let operation = ground.dice.id(ground.now);
    ground.office.command(author, operation, ground.now, work)
}

fn resolve(ground: &mut Ground, conflict: Uuid, decision: Decision) -> Result<Arc<StoredRow>, ServiceError> {
    let seen = version(ground, conflict);
    desk(ground, move |tx, cause| {
        decision::resolve(tx, cause, conflict, seen, decision)
    })
}

/// Ids of the open conflicts about a row.
fn open(ground: &Ground, row: Uuid) -> Vec<Uuid> {
    let open = ground
        .office
        .read(move |db| onsite_store::conflicts::open_of(db, row));
    open.into_iter().map(|(id, _)| id).collect()
}

fn read(ground: &Ground, conflict: Uuid) -> Conflict {
    serde_json::from_value(Value::Object(ground.row(conflict).body.clone())).unwrap()
}

fn last_outcome(ground: &Ground, phone: usize) -> Outcome {
    *ground.outcomes(phone).last().unwrap()
}

/// An inspection of the first asset, by a checklist of one item.
fn inspection(ground: &mut Ground) -> Uuid {
    let now = ground.now;
    let [template, inspection] = [(); 2].map(|()| ground.dice.id(now));
    let word = |text: &str| json!({"zh-CN": text, "en": text});
    let body = json!({"family_id": template, "version": 1, "name": word("ups"), "asset_kind": "ups",
        "sections": [{"title": word("power"), "items": [{"key": "load", "label": word("load"), "answer": "reading"}]}]});
    ground.office.seed(
        &mut ground.dice,
        EntityKind::ChecklistTemplate,
        template,
        body,
        now,
    );
    let body = json!({"visit_id": ground.visit, "asset_id": ground.assets[0], "template_id": template});
    ground
        .office
        .seed(&mut ground.dice, EntityKind::Inspection, inspection, body, now);
    for phone in 0..3 {
        ground.sync(phone);
    }
    inspection
}

/// An answer that everybody has: a load of 40 %, which passed.
fn measured(ground: &mut Ground) -> Uuid {
    let inspection = inspection(ground);
    let answer = InspectionAnswer::id(inspection, "load");
    let set =
        json!({"inspection_id": inspection, "item": "load", "value": "40", "unit": "%", "outcome": "pass"});
    make(ground, 0, "inspection_answer", answer, set);
    for phone in 0..3 {
        ground.sync(phone);
    }
    answer
}

stories! {
    /// Two phones answer one item offline: it is one row. Equal answers are one, different ones are both kept whole.
    fn a_checklist_item_answered_twice_is_one_answer_or_one_dispute(ground) {
        let inspection = inspection(ground);
        let answer = InspectionAnswer::id(inspection, "load");
        let said = |value: &str, outcome: &str| {
            json!({"inspection_id": inspection, "item": "load", "value": value, "unit": "%", "outcome": outcome})
        };
        make(ground, 0, "inspection_answer", answer, said("40", "pass"));
        make(ground, 1, "inspection_answer", answer, said("40", "pass"));
        make(ground, 2, "inspection_answer", answer, said("95", "fail"));
        for phone in 0..3 {
            ground.sync(phone);
        }
        assert_eq!([last_outcome(ground, 0), last_outcome(ground, 1)], [Outcome::Applied, Outcome::Merged]);
        assert_eq!(last_outcome(ground, 2), Outcome::Conflict);
        assert_eq!(ground.row(answer).body["value"], json!("95"), "the later answer stands meanwhile");
        let open = open(ground, answer);
        assert_eq!(open.len(), 1);
        let dispute = read(ground, open[0]);
        assert_eq!(json!(dispute.current.values), json!({"outcome": "pass", "unit": "%", "value": "40"}));
        assert_eq!(json!(dispute.incoming.values), json!({"outcome": "fail", "unit": "%", "value": "95"}));
    }

    /// Who changes one of several coupled fields has said it beside the others as they saw them: both sides are shown
    /// and decided whole, and no mixture nobody saw comes to stand.
    fn coupled_fields_are_disputed_and_decided_as_one_value(ground) {
        let answer = measured(ground);
        ground.edit(0, answer, json!({"value": "900", "unit": "W"}));
        ground.edit(1, answer, json!({"outcome": "flag"}));
        for phone in [0, 1] {
            ground.sync(phone);
        }
        let open = open(ground, answer);
        let dispute = read(ground, open[0]);
        assert_eq!(json!(dispute.current.values), json!({"outcome": "pass", "unit": "W", "value": "900"}));
        assert_eq!(json!(dispute.incoming.values), json!({"outcome": "flag", "unit": "%", "value": "40"}));
        resolve(ground, open[0], Decision::TakeIncoming).unwrap();
        let now = ground.row(answer).body.clone();
        assert_eq!([&now["outcome"], &now["unit"], &now["value"]], ["flag", "%", "40"]);
    }

    /// Whoever writes over what stands has decided about that, and not about what somebody else said and what did not stand.
    fn a_word_that_did_not_stand_survives_a_third_author(ground) {
        let answer = measured(ground);
        ground.edit(0, answer, json!({"value": "900", "outcome": "fail"}));
        ground.edit(1, answer, json!({"outcome": "flag"}));
        for phone in [0, 1, 0] {
            ground.sync(phone);
        }
        // The first goes on from what the second brought to stand, and the third from that.
        ground.edit(0, answer, json!({"unit": "W"}));
        for phone in [0, 2] {
            ground.sync(phone);
        }
        ground.edit(2, answer, json!({"value": "55", "outcome": "pass"}));
        ground.sync(2);
        assert_eq!(last_outcome(ground, 2), Outcome::Applied);
        let dispute = read(ground, open(ground, answer)[0]);
        assert_eq!(json!(dispute.current.values), json!({"outcome": "pass", "unit": "W", "value": "55"}));
        let beside: Vec<Value> = dispute.also.iter().map(|one| json!(one.values)).collect();
        assert_eq!(beside, [json!({"outcome": "fail"})], "900 stood, and was written over");
    }

    /// Whoever goes on from another's side has seen the rest of it, and not said it: what they said themselves is still theirs.
    fn a_word_survives_its_author_going_on_from_another_side(ground) {
        let answer = measured(ground);
        ground.edit(0, answer, json!({"value": "2", "outcome": "flag"}));
        ground.edit(1, answer, json!({"value": "3", "outcome": "fail"}));
        ground.edit(2, answer, json!({"value": "82"}));
        push(ground, 0);
        push(ground, 1);
        ground.edit(0, answer, json!({"value": "3", "outcome": "pass"}));
        push(ground, 0);
        // The second sees that it passed, corrects the value alone, and does so again after the third has come.
        ground.sync(1);
        ground.edit(1, answer, json!({"value": "22"}));
        push(ground, 1);
        assert_eq!(last_outcome(ground, 1), Outcome::Applied);
        push(ground, 2);
        ground.edit(1, answer, json!({"value": "28"}));
        push(ground, 1);
        let mut dispute = read(ground, open(ground, answer)[0]);
        let sides = |dispute: &Conflict| -> Vec<Value> {
            let all = [&dispute.incoming].into_iter().chain(&dispute.also);
            all.map(|one| json!(one.values)).collect()
        };
        let told = sides(&dispute);
        assert!(told.contains(&json!({"outcome": "fail"})), "{told:?}");
        // Until they say otherwise.
        ground.edit(1, answer, json!({"outcome": "flag"}));
        push(ground, 1);
        dispute = read(ground, open(ground, answer)[0]);
        let told = sides(&dispute);
        assert!(told.iter().all(|one| one["outcome"] != json!("fail")), "{told:?}");
    }

    /// Who comes round to what the other side says ends the dispute, though the record does not change by that.
    fn a_dispute_ends_when_its_authors_come_round(ground) {
        let ticket = ground.ticket;
        ground.edit(0, ticket, json!({"title": "printer"}));
        ground.edit(1, ticket, json!({"title": "scanner"}));
        ground.desk_edit(EntityKind::Ticket, ticket, json!({"title": "plotter"}));
        push(ground, 0);
        push(ground, 1);
        let dispute = open(ground, ticket)[0];
        assert_eq!(read(ground, dispute).also.len(), 1);
        // Neither has pulled what stands: each goes on from their own word.
        for (phone, left) in [(0, 1), (1, 0)] {
            ground.edit(phone, ticket, json!({"title": "plotter"}));
            push(ground, phone);
            assert_eq!(open(ground, ticket).len(), left);
        }
        let ended = read(ground, dispute);
        assert_eq!(json!(ended.resolution.unwrap().choice), json!("equal"));
        assert_eq!(ground.row(ticket).body["title"], json!("plotter"));
    }

    /// Who has seen what stands and writes something else speaks for the standing side; their earlier word is gone then.
    fn a_later_word_takes_the_place_of_an_earlier_one(ground) {
        let ticket = ground.ticket;
        ground.edit(0, ticket, json!({"title": "printer"}));
        ground.edit(1, ticket, json!({"title": "scanner"}));
        ground.desk_edit(EntityKind::Ticket, ticket, json!({"title": "plotter"}));
        for phone in [0, 1] {
            ground.sync(phone);
        }
        let dispute = open(ground, ticket)[0];
        ground.edit(0, ticket, json!({"title": "copier"}));
        ground.sync(0);
        let now = read(ground, dispute);
        assert_eq!(json!(now.current.values), json!({"title": "copier"}));
        assert_eq!(json!(now.incoming.values), json!({"title": "scanner"}));
        assert!(now.also.is_empty(), "{:?}", now.also);
        ground.edit(1, ticket, json!({"title": "copier"}));
        push(ground, 1);
        assert!(open(ground, ticket).is_empty());
    }

    /// A deletion meets an edit, in both orders: the edit survives and a human is asked.
    fn an_edit_survives_a_deletion(ground) {
        let [first, second] = ground.assets;
        for asset in [first, second] {
            ground.edit(0, asset, json!({"location": "rack 9"}));
            delete(ground, 1, asset);
        }
        ground.sync(0);
        ground.sync(1);
        for asset in [first, second] {
            let row = ground.row(asset);
            assert!(!row.deleted && row.body["location"] == json!("rack 9"));
            assert_eq!(json!(read(ground, open(ground, asset)[0]).kind), json!("deleted"));
        }
        resolve(ground, open(ground, first)[0], Decision::TakeIncoming).unwrap();
        assert!(ground.row(first).deleted);
        assert!(!ground.row(second).deleted);
    }

    /// An asset with inspections is deleted like any other; work on it that arrives later stands, and asks whether it
    /// was right to delete it.
    fn work_on_a_deleted_asset_stands(ground) {
        let earlier = inspection(ground);
        let asset = ground.assets[0];
        let template = ground.row(earlier).body["template_id"].clone();
        let late = ground.dice.id(ground.now);
        make(ground, 1, "inspection", late, json!({"visit_id": ground.visit, "asset_id": asset, "template_id": template}));
        delete(ground, 0, asset);
        ground.sync(0);
        assert_eq!(last_outcome(ground, 0), Outcome::Applied);
        assert!(ground.row(asset).deleted);
        assert!(!ground.row(earlier).deleted);
        ground.sync(1);
        assert_eq!(last_outcome(ground, 1), Outcome::Conflict);
        assert!(!ground.row(late).deleted);
        let asked = open(ground, asset);
        assert_eq!(json!(read(ground, asked[0]).kind), json!("deleted"));
        resolve(ground, asked[0], Decision::TakeIncoming).unwrap();
        assert!(!ground.row(asset).deleted, "it is back");
    }

    /// A site is not deleted from under what belongs to it; once it is gone, what arrives for it stands too.
    fn what_belongs_to_something_deleted_stands(ground) {
        let phone = managers_phone(ground);
        let (site, now) = (ground.site, ground.now);
        delete(ground, phone, site);
        ground.sync(phone);
        assert_eq!(last_outcome(ground, phone), Outcome::Conflict);
        assert!(!ground.row(site).deleted);
        let client = ground.row(site).body["client_id"].clone();
        let bare = ground.dice.id(now);
        let body = json!({"client_id": client, "name": "bare", "address": "2 Test Road"});
        ground.office.seed(&mut ground.dice, EntityKind::Site, bare, body, now);
        let visit = ground.visit;
        ground.desk_edit(EntityKind::Visit, visit, json!({"site_id": bare}));
        ground.sync(phone);
        let user = ground.phones[phone].user;
        let (device, stream) = ground.office.enrol(&mut ground.dice, user, now);
        ground.phones.push(Phone::new("second", user, device, stream));
        let second = phone + 1;
        ground.sync(second);
        let asset = ground.dice.id(now);
        make(ground, second, "asset", asset, json!({"site_id": bare, "kind": "ups", "name": "late"}));
        ground.desk_edit(EntityKind::Visit, visit, json!({"site_id": site}));
        delete(ground, phone, bare);
        ground.sync(phone);
        assert!(ground.row(bare).deleted, "{:?}", ground.phones[phone].engine().operations().last());
        ground.sync(second);
        assert_eq!(last_outcome(ground, second), Outcome::Conflict);
        assert_eq!(ground.row(asset).body["name"], json!("late"));
    }

    /// A dispute about a record that was deleted meanwhile can be put aside.
    fn a_dispute_about_something_deleted_can_be_closed(ground) {
        let asset = ground.assets[0];
        ground.edit(0, asset, json!({"location": "rack"}));
        ground.edit(1, asset, json!({"location": "cellar"}));
        ground.sync(0);
        ground.sync(1);
        let dispute = open(ground, asset)[0];
        delete(ground, 1, asset);
        ground.sync(1);
        assert!(ground.row(asset).deleted);
        let refused = resolve(ground, dispute, Decision::TakeIncoming).unwrap_err();
        assert_eq!(refused.code, ErrorCode::IllegalTransition);
        resolve(ground, dispute, Decision::KeepCurrent).unwrap();
        assert!(ground.row(asset).deleted);
        assert!(open(ground, asset).is_empty());
    }

    /// A copied phone gets a new stream. What it did in the old one is its own still; what the copy did there is not.
    fn after_a_fork_earlier_work_is_ones_own(ground) {
        let [mine, both] = ground.assets;
        ground.edit(0, mine, json!({"location": "one"}));
        push(ground, 0);
        // The copy goes on in the same stream first.
        let copy = ground.phones[0].disk().to_owned();
        ground.edit(0, both, json!({"location": "the copy's"}));
        push(ground, 0);
        ground.phones[0].restart(Some(&copy));
        ground.edit(0, mine, json!({"location": "two"}));
        ground.edit(0, both, json!({"location": "mine"}));
        push(ground, 0);
        assert!(ground.phones[0].engine().needs_new_stream());
        ground.sync(0);
        assert_eq!(ground.outcomes(0), [Outcome::Applied, Outcome::Applied, Outcome::Conflict]);
        assert!(open(ground, mine).is_empty());
        assert_eq!(ground.row(mine).body["location"], json!("two"));
    }

    /// One device, recorded by two phones under one label: made one, it keeps the work on both, also what arrives later.
    fn a_device_recorded_twice_becomes_one_and_leaves_an_alias(ground) {
        let earlier = inspection(ground);
        let template = ground.row(earlier).body["template_id"].clone();
        let (stays, now) = (ground.assets[0], ground.now);
        let [twice, late, photo] = [(); 3].map(|()| ground.dice.id(now));
        let body = json!({"site_id": ground.site, "kind": "ups", "name": "UPS", "tag": "OS-1", "serial": "S-7",
                          "notes": "hums"});
        make(ground, 0, "asset", twice, body);
        ground.sync(0);
        assert_eq!(ground.row(twice).body["claimed_tag"], json!("OS-1"));
        let inspected = |ground: &Ground| json!({"visit_id": ground.visit, "asset_id": twice, "template_id": template});
        let of_the_duplicate = ground.dice.id(now);
        let body = inspected(ground);
        make(ground, 0, "inspection", of_the_duplicate, body);
        ground.sync(0);
        let ticket = ground.ticket;
        ground.desk_edit(EntityKind::Ticket, ticket, json!({"asset_ids": [twice]}));
        ground.sync(1);
        let dispute = open(ground, twice)[0];

        let seen = version(ground, twice);
        desk(ground, move |tx, cause| asset::merge(tx, cause, twice, seen, stays)).unwrap();
        assert!(ground.row(twice).deleted);
        let merged = ground.row(stays).body.clone();
        assert_eq!([&merged["tag"], &merged["name"], &merged["serial"], &merged["notes"]], ["OS-1", "ups", "S-7", "hums"]);
        assert_eq!(ground.row(of_the_duplicate).body["asset_id"], json!(stays));
        assert_eq!(ground.row(ticket).body["asset_ids"], json!([stays]));
        assert!(open(ground, twice).is_empty());
        assert_eq!(json!(read(ground, dispute).resolution.unwrap().choice), json!("merged"));

        // A phone that has not heard of it yet goes on with the duplicate.
        let body = inspected(ground);
        make(ground, 1, "inspection", late, body);
        ground.edit(1, twice, json!({"location": "server room"}));
        let file = json!({"owner_id": twice, "file_name": "a.jpg", "media_type": "image/jpeg", "sha256": "0".repeat(64), "size": 9});
        make(ground, 1, "attachment", photo, file);
        delete(ground, 1, twice);
        ground.sync(1);
        assert!(!ground.outcomes(1).contains(&Outcome::Quarantined), "{:?}", ground.phones[1].engine().operations());
        assert_eq!(ground.row(late).body["asset_id"], json!(stays));
        assert_eq!(ground.row(stays).body["location"], json!("server room"));
        assert!(!ground.row(stays).deleted);
        let photo = ground.row(photo);
        assert_eq!((photo.body["owner_id"].clone(), photo.parent), (json!(stays), Some(stays)));
        assert!(ground.phones[1].engine().view(twice).is_none());

        // What came for the duplicate and disagrees is a dispute of the one that stayed.
        ground.sync(2);
        let again = version(ground, stays);
        let refused = desk(ground, move |tx, cause| asset::merge(tx, cause, stays, again, twice)).unwrap_err();
        assert_eq!(refused.code, ErrorCode::Invalid);
    }

    /// Every write can be taken back from the history, also one that was merged, as long as nobody built on it.
    fn a_write_is_taken_back_from_the_history(ground) {
        let (ticket, asset) = (ground.ticket, ground.assets[0]);
        ground.edit(0, ticket, json!({"description": "A\nb\nc\nd\ne"}));
        ground.edit(1, ticket, json!({"description": "a\nb\nc\nd\nE"}));
        ground.sync(0);
        ground.sync(1);
        let merged = version(ground, ticket);
        let undo = |ground: &mut Ground, kind, row, version| desk(ground, move |tx, cause| undo::undo(tx, cause, kind, row, version));
        undo(ground, EntityKind::Ticket, ticket, merged).unwrap();
        assert_eq!(ground.row(ticket).body["description"], json!("A\nb\nc\nd\ne"));

        // A quantity and a set lose what this write brought, whatever came after.
        let counted = ground.desk_edit(EntityKind::Asset, asset, json!({"quantity": 7, "location": "shelf"})).row.version;
        ground.desk_edit(EntityKind::Asset, asset, json!({"quantity": {"by": 3}}));
        let counted = Version { epoch: 1, number: counted };
        undo(ground, EntityKind::Asset, asset, counted).unwrap();
        let row = ground.row(asset).body.clone();
        assert_eq!((row["quantity"].clone(), row.get("location")), (json!(3), None));
        let other = ground.assets[1];
        let added = ground.desk_edit(EntityKind::Ticket, ticket, json!({"asset_ids": {"add": [asset]}})).row.version;
        ground.desk_edit(EntityKind::Ticket, ticket, json!({"asset_ids": {"add": [other]}}));
        undo(ground, EntityKind::Ticket, ticket, Version { epoch: 1, number: added }).unwrap();
        assert_eq!(ground.row(ticket).body["asset_ids"], json!([other]));

        // What was changed again since is not touched, nor is a record unmade.
        let titled = ground.desk_edit(EntityKind::Ticket, ticket, json!({"title": "one"})).row.version;
        ground.desk_edit(EntityKind::Ticket, ticket, json!({"title": "two"}));
        let refused = undo(ground, EntityKind::Ticket, ticket, Version { epoch: 1, number: titled }).unwrap_err();
        assert_eq!(refused.code, ErrorCode::VersionConflict);
        assert_eq!(refused.current.map(|fields| fields["title"].clone()), Some(json!("two")));
        let elsewhere = undo(ground, EntityKind::Asset, asset, Version { epoch: 1, number: titled }).unwrap_err();
        assert_eq!(elsewhere.code, ErrorCode::NotFound);
        let first = ground.office.read(move |db| onsite_store::history::of_row(db, ticket, 1000)).pop().unwrap();
        let made = Version { epoch: 1, number: first.version };
        assert_eq!(undo(ground, EntityKind::Ticket, ticket, made).unwrap_err().code, ErrorCode::IllegalTransition);
    }

    /// A repair tells no more than a pull does: of other members of staff their names.
    fn a_repair_tells_no_more_than_a_pull(ground) {
        let device = ground.phones[0].device;
        let request = RepairRequest {
            protocol: PROTOCOL,
            schema: SCHEMA,
            bucket: "catalogue".to_owned(),
            rows: Vec::new(),
        };
        let user = ground.phones[0].user;
        let mended = ground.office.read(move |db| {
            let device = devices::get(db, device)?.unwrap();
            Ok(repair::repair(db, &device, &request).unwrap())
        });
        let people: Vec<_> = mended
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::Put(row) if row.entity == "user" => Some(row),
                _ => None,
            })
            .collect();
        assert!(people.len() >= 4);
        for person in people {
            assert_eq!(person.body.fields().unwrap().contains_key("email"), person.id == user, "{person:?}");
        }
    }
}
