//! Single stories of the sync rules that random play meets too seldom: each is told by two or three phones and a
//! dispatcher, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use chrono::TimeDelta;
use onsite_model::entity::EntityKind;
use onsite_model::role::Role;
use onsite_services::attachment;
use onsite_services::author::Author;
use onsite_services::quarantine::{self, Correction};
use onsite_services::upload::{self, Announced};
use onsite_store::devices;
use onsite_store::uploads::State;
use onsite_tests::office::fields;
use onsite_tests::phone::Mangled;
use onsite_tests::{Phone, stories};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use sync_protocol::receipt::Outcome;
use sync_protocol::version::Version;

stories! {
    /// Invariant 5, for one row and all six orders of arrival.
    fn edits_of_different_fields_merge_in_any_order(ground) {
        let edits = [
            json!({"location": "rack", "notes": "one"}),
            json!({"name": "big ups"}),
            json!({"serial": "S1", "manufacturer": "M"}),
        ];
        let mut results = BTreeSet::new();
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let asset = ground.dice.id(ground.now);
            let body = json!({"site_id": ground.site, "kind": "ups", "name": "ups"});
            let now = ground.now;
            ground.office.seed(&mut ground.dice, EntityKind::Asset, asset, body, now);
            for phone in 0..3 {
                ground.sync(phone);
            }
            for (phone, edit) in edits.iter().enumerate() {
                ground.edit(phone, asset, edit.clone());
            }
            for phone in order {
                ground.sync(phone);
            }
            assert_eq!(ground.open_conflicts(asset), Vec::<Value>::new());
            results.insert(json!(ground.row(asset).body).to_string());
        }
        assert_eq!(results.len(), 1, "{results:#?}");
    }

    /// Whom to meet is the office's to say, and where it named nobody, the technician's on the spot.
    fn a_technician_names_the_contact_of_a_visit_that_has_none(ground) {
        let client = ground.row(ground.site).body["client_id"].clone();
        let [first, second] = [(); 2].map(|()| {
            let id = ground.dice.id(ground.now);
            let body = json!({"client_id": client, "name": "Lena", "language": "en"});
            ground.office.seed(&mut ground.dice, EntityKind::Contact, id, body, ground.now);
            id
        });
        ground.sync(2);
        ground.edit(2, ground.visit, json!({"contact_id": first}));
        ground.sync(2);
        assert_eq!(ground.row(ground.visit).body["contact_id"], json!(first));
        assert_eq!(ground.open_conflicts(ground.visit), Vec::<Value>::new());
        ground.edit(2, ground.visit, json!({"contact_id": second}));
        ground.sync(2);
        assert_eq!(ground.row(ground.visit).body["contact_id"], json!(first));
        assert_eq!(ground.open_conflicts(ground.visit).len(), 1);
    }

    /// Brought back by an edit, a deleted asset finds its tag on another one: that is a dispute, no reason to
    /// refuse the edit (invariant 9).
    fn a_revived_asset_does_not_lose_its_edit_to_a_taken_tag(ground) {
        let [gone, other] = ground.assets;
        ground.edit(1, gone, json!({"location": "cellar"}));
        ground.now += TimeDelta::seconds(1);
        let now = ground.now;
        ground.phones[0].delete(&mut ground.dice, now, gone).unwrap();
        ground.sync(0);
        ground.edit(0, other, json!({"tag": "OS-1"}));
        ground.sync(0);
        assert_eq!(ground.row(other).body["tag"], json!("OS-1"));
        ground.sync(1);
        assert_eq!(ground.outcomes(1), [Outcome::Conflict]);
        let revived = ground.row(gone);
        assert!(!revived.deleted);
        assert_eq!(revived.body["location"], json!("cellar"));
        assert_eq!(revived.body.get("tag"), None);
        assert_eq!(revived.body["claimed_tag"], json!("OS-1"));
        assert_eq!(ground.row(other).body["tag"], json!("OS-1"));
    }

    /// Coupled fields touched one by one are still one dispute, and none of its values falls out of it.
    fn a_dispute_about_coupled_fields_keeps_every_value(ground) {
        let visit = ground.visit;
        let at = |hour: u32| json!(format!("2026-11-18T{hour:02}:00:00Z"));
        // A second phone of the technician answers for the first.
        let (user, now) = (ground.phones[2].user, ground.now);
        let (device, stream) = ground.office.enrol(&mut ground.dice, user, now);
        ground.phones.push(Phone::new("tablet", user, device, stream));
        ground.sync(3);
        ground.edit(2, visit, json!({"arrived_at": at(8), "finished_at": at(9)}));
        ground.edit(3, visit, json!({"finished_at": at(11)}));
        ground.edit(3, visit, json!({"arrived_at": at(10)}));
        ground.sync(2);
        ground.sync(3);
        let conflicts = ground.open_conflicts(visit);
        assert_eq!(conflicts.len(), 1, "{conflicts:#?}");
        let text = conflicts[0].to_string();
        for hour in 8..=11 {
            assert!(text.contains(at(hour).as_str().unwrap()), "{hour} is missing: {:#}", conflicts[0]);
        }
    }

    /// A step or plan that a rule takes back must not slip into the dispute as what stands.
    fn what_a_rule_took_back_does_not_stand_in_the_dispute(ground) {
        let visit = ground.visit;
        let plan = |day: u32| json!({"planned_start": format!("2026-11-{day}T08:00:00Z"), "planned_end": format!("2026-11-{day}T10:00:00Z")});
        ground.edit(2, visit, plan(20));
        ground.desk_edit(EntityKind::Visit, visit, plan(21));
        ground.sync(2);
        ground.sync(0);
        ground.edit(0, visit, plan(22));
        ground.sync(0);
        let conflicts = ground.open_conflicts(visit);
        assert_eq!(conflicts.len(), 1, "{conflicts:#?}");
        assert_eq!(ground.row(visit).body["planned_start"], plan(21)["planned_start"]);
        let side = |name: &str| conflicts[0][name]["values"]["planned_start"].clone();
        assert_eq!(side("current"), plan(21)["planned_start"]);
        assert_eq!(side("incoming"), plan(22)["planned_start"]);
        assert_eq!(conflicts[0]["also"][0]["values"]["planned_start"], plan(20)["planned_start"]);
    }

    /// An operation whose answer was lost and which comes again in another stream is known by its id: it does not
    /// undo what others did meanwhile (invariant 2).
    fn an_operation_is_taken_once_whatever_stream_it_comes_by(ground) {
        let asset = ground.assets[0];
        ground.edit(0, asset, json!({"location": "rack"}));
        let request = ground.phones[0].next_push(ground.now, 10).unwrap();
        let first = ground.office.push(ground.phones[0].device, request, ground.now).unwrap();
        ground.desk_edit(EntityKind::Asset, asset, json!({"location": "cellar"}));
        let (device, now) = (ground.phones[0].device, ground.now);
        let stream = ground.office.new_stream(&mut ground.dice, device, now);
        ground.phones[0].renumber(stream);
        ground.sync(0);
        assert_eq!(ground.outcomes(0), [Outcome::Duplicate]);
        let settled = ground.phones[0].engine().operations()[0].settled.clone().unwrap();
        assert_eq!(settled.receipt.version, first.receipts[0].version);
        assert_eq!(ground.row(asset).body["location"], json!("cellar"));
        assert_eq!(ground.phones[0].engine().view(asset).unwrap().body["location"], json!("cellar"));
    }

    /// A copied phone sends again what a restored server may lack: of a group that may be one operation.
    fn a_part_of_a_group_that_came_before_is_answered_as_the_group_was(ground) {
        let (device, now) = (ground.phones[0].device, ground.now);
        let asset = ground.assets[0];
        ground.edit(0, asset, json!({"location": "rack"}));
        ground.edit(0, asset, json!({"serial": "SN-1"}));
        let mut request = ground.phones[0].next_push(now, 10).unwrap();
        for one in &mut request.operations {
            one["op"]["group"] = json!({"id": uuid::Uuid::from_u128(7), "size": 2});
        }
        let first = ground.office.push(device, request.clone(), now).unwrap();
        assert_eq!(first.receipts.iter().map(|one| one.outcome).collect::<Vec<_>>(), [Outcome::Applied; 2]);
        request.stream = ground.office.new_stream(&mut ground.dice, device, now);
        let mut last = request.operations.split_off(1);
        last[0]["n"] = json!(1);
        request.operations = last;
        let again = ground.office.push(device, request, now).unwrap();
        assert_eq!(again.receipts.len(), 1);
        assert_eq!(again.receipts[0].outcome, Outcome::Duplicate);
        assert_eq!(again.receipts[0].version, first.receipts[1].version);
    }

    /// A grant that ended, was given again and ended for good, all between two pages, leaves nothing behind.
    fn a_place_given_back_and_taken_again_leaves_the_phone(ground) {
        let (visit, last) = (ground.visit, ground.phones[2].user);
        let others = ground.phones[0].user;
        assert!(ground.phones[2].engine().view(ground.site).is_some());
        ground.assign(visit, others);
        ground.assign(visit, last);
        // One page is read under the new grant: the client's, not yet the site's.
        let request = ground.phones[2].next_pull(1000);
        let (page, ()) = ground.office.pull(ground.phones[2].device, request.clone(), Version::ZERO, ground.now, |_, _| Ok(())).unwrap();
        assert!(page.filling.as_deref().is_some_and(|bucket| bucket.starts_with("client:")), "{page:?}");
        ground.phones[2].on_pull(&request, page);
        assert!(ground.phones[2].engine().view(ground.site).is_some(), "shown on until it is read anew");
        ground.assign(visit, others);
        ground.sync(2);
        assert_eq!(ground.phones[2].engine().view(ground.site), None);
        assert_eq!(ground.phones[2].engine().list("ticket"), Vec::new());
    }

    /// Who edits a united text starts from the united one, whoever typed what before.
    fn an_edit_of_a_united_text_starts_from_the_united_text(ground) {
        let ticket = ground.ticket;
        ground.edit(0, ticket, json!({"description": "A\nb\nc\nd\ne"}));
        ground.edit(1, ticket, json!({"description": "a\nb\nc\nd\nE"}));
        ground.sync(0);
        ground.sync(1);
        assert_eq!(ground.row(ticket).body["description"], json!("A\nb\nc\nd\nE"));
        ground.sync(2);
        // The third takes the first line back as it was, while somebody edits the middle.
        ground.edit(2, ticket, json!({"description": "a\nb\nc\nd\nE"}));
        ground.desk_edit(EntityKind::Ticket, ticket, json!({"description": "A\nb\nC\nd\nE"}));
        ground.sync(2);
        assert_eq!(ground.row(ticket).body["description"], json!("a\nb\nC\nd\nE"));
    }

    /// Somebody who brought a record back and then wants it deleted after all does not take away that it lives, as
    /// others have worked on it: a dispatcher can still choose that.
    fn a_record_in_dispute_can_still_be_kept(ground) {
        let asset = ground.assets[0];
        ground.edit(1, asset, json!({"location": "cellar"}));
        ground.now += TimeDelta::seconds(1);
        let now = ground.now;
        ground.phones[0].delete(&mut ground.dice, now, asset).unwrap();
        ground.sync(0);
        ground.sync(1);
        ground.desk_edit(EntityKind::Asset, asset, json!({"name": "big ups"}));
        ground.now += TimeDelta::seconds(1);
        let now = ground.now;
        ground.phones[1].restart(None);
        ground.phones[1].delete(&mut ground.dice, now, asset).unwrap();
        ground.sync(1);
        assert!(!ground.row(asset).deleted);
        let conflicts = ground.open_conflicts(asset);
        assert_eq!(conflicts.len(), 1, "{conflicts:#?}");
        let sides = [&conflicts[0]["current"], &conflicts[0]["incoming"], &conflicts[0]["also"][0]];
        let says = |deleted: bool| sides.iter().any(|side| side["values"]["deleted"] == json!(deleted));
        assert!(says(true) && says(false), "{:#}", conflicts[0]);
    }

    /// One that can't be read, and comes again by another stream, lies in quarantine once.
    fn an_unreadable_operation_is_kept_once(ground) {
        let (row, now) = (ground.dice.id(ground.now), ground.now);
        let body = fields(json!({"site_id": ground.site, "kind": "ups", "name": "ups"}));
        let made = ground.phones[0].create(&mut ground.dice, now, "asset", row, body).unwrap();
        ground.phones[0].mangle(made, Mangled::Undecodable);
        let request = ground.phones[0].next_push(now, 10).unwrap();
        let device = ground.phones[0].device;
        ground.office.push(device, request, now).unwrap();
        let stream = ground.office.new_stream(&mut ground.dice, device, now);
        ground.phones[0].renumber(stream);
        ground.sync(0);
        assert_eq!(ground.outcomes(0), [Outcome::Duplicate]);
        let kept = ground.office.read(|db| onsite_store::quarantine::list(db, false, None, 10));
        assert_eq!(kept.len(), 1, "{kept:#?}");
    }

    /// A lost phone's photo, its record released from quarantine: its technician may send the bytes, though nobody sent
    /// them there any more.
    fn a_file_finds_its_released_record(ground) {
        let (row, now, user) = (ground.dice.id(ground.now), ground.now, ground.phones[2].user);
        let sha256 = "0".repeat(64);
        let record = json!({"owner_id": ground.visit, "file_name": "plan.pdf", "media_type": "application/pdf",
                            "sha256": sha256, "size": 4});
        ground.phones[2].create(&mut ground.dice, now, "attachment", row, fields(record)).unwrap();
        let device = ground.phones[2].device;
        ground.office.write(move |tx| devices::revoke(tx, device, now)).unwrap();
        ground.sync_away(2);
        let kept = ground.office.read(|db| onsite_store::quarantine::list(db, true, None, 10));
        let (id, operation) = (kept[0].id, ground.dice.id(now));
        let dispatcher = Author::office(ground.dispatcher, Role::Dispatcher);
        let applied = ground.office.command(dispatcher, operation, now, move |tx, cause| {
            quarantine::apply_kept(tx, cause, id, &Correction::default()).map(drop)
        });
        applied.unwrap();
        ground.assign(ground.visit, ground.phones[0].user);
        let upload = ground.dice.id(now);
        let announced = Announced { attachment_id: row, sha256: sha256.clone(), size: 4, metadata: String::new() };
        let file = attachment::Kept { sha256, media_type: "application/pdf".to_owned(), size: 4 };
        let content = attachment::Content { file, original: None, picture: None };
        let technician = Author::office(user, Role::Technician);
        let operation = ground.dice.id(now);
        let sent = ground.office.command(technician, operation, now, move |tx, cause| {
            upload::create(tx, cause, upload, &announced, u64::MAX)?;
            upload::checked(tx, cause, upload, &content)?;
            upload::finish(tx, cause, upload)
        });
        assert_eq!(sent.unwrap().state, State::Attached);
        assert!(ground.row(row).body.contains_key("stored_at"));
    }

    /// A chain that has waited too long goes to quarantine together, each operation once, and holds no timer up.
    fn a_chain_that_waited_in_vain_is_kept_once(ground) {
        let (row, now, never) = (ground.dice.id(ground.now), ground.now, ground.dice.id(ground.now));
        let body = fields(json!({"site_id": ground.site, "kind": "ups", "name": "ups"}));
        ground.phones[0].create_after(&mut ground.dice, now, ("asset", row, body), vec![never]).unwrap();
        ground.edit(0, row, json!({"location": "rack"}));
        ground.sync(0);
        assert_eq!(ground.outcomes(0), [Outcome::Deferred, Outcome::Deferred]);
        ground.now += TimeDelta::days(6);
        ground.office.daily(ground.now);
        let kept = ground.office.read(|db| onsite_store::quarantine::list(db, false, None, 10));
        assert_eq!(kept.iter().map(|one| one.n).collect::<Vec<_>>(), [1, 2]);
        ground.sync(0);
        assert_eq!(ground.outcomes(0), [Outcome::Quarantined, Outcome::Quarantined]);
    }

    /// In a dispute about a tag, what stands is named, also when its author has changed it since.
    fn a_dispute_about_a_tag_names_the_tag_that_stands(ground) {
        let (taken, row) = (json!("OS-1"), ground.assets[1]);
        ground.edit(0, row, json!({"tag": taken}));
        ground.edit(0, row, json!({"tag": "OS-8"}));
        ground.edit(0, row, json!({"tag": taken}));
        ground.edit(0, row, json!({"tag": "OS-9"}));
        ground.edit(0, row, json!({"tag": taken}));
        ground.sync(0);
        assert_eq!(ground.row(row).body["tag"], json!("OS-9"));
        let conflicts = ground.open_conflicts(row);
        assert_eq!(conflicts.len(), 1, "{conflicts:#?}");
        let sides = [&conflicts[0]["current"], &conflicts[0]["incoming"], &conflicts[0]["also"][0]];
        let says = |tag: &str| sides.iter().any(|side| side["values"]["tag"] == json!(tag));
        assert!(says("OS-9") && says("OS-1"), "{:#}", conflicts[0]);
    }
}
