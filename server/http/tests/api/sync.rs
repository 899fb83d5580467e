//! Push, pull, and what a device gets for its offline days.
use crate::world::{Person, World, on_each_database, text};
use chrono::TimeDelta;
use onsite_model::role::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use sync_protocol::codes::ErrorCode;
use sync_protocol::push::MAX_PUSH_BYTES;
use uuid::Uuid;

pub(crate) fn push_body(world: &World, by: &Person, operations: &[Value]) -> Value {
    json!({
        "protocol": 1, "schema": 1, "stream": by.stream, "sent_at": world.now(), "operations": operations,
        "of_a_newer_phone": true,
    })
}

pub(crate) fn update(n: u64, row: &Value, base: &str, set: Value) -> Value {
    json!({ "n": n, "op": {
        "id": Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + u128::from(n)),
        "entity": "asset", "row": row, "kind": "update", "base": base, "set": set,
        "occurred_at": "2026-03-02T09:00:00Z",
    }})
}

pub(crate) fn push(world: &World, by: &Person, operations: &[Value]) -> Value {
    push_with(world, by, operations, Value::Null)
}

/// With what the device tells of itself.
pub(crate) fn push_with(world: &World, by: &Person, operations: &[Value], standing: Value) -> Value {
    let mut body = push_body(world, by, operations);
    body["standing"] = standing;
    world
        .call("POST", "/v1/push")
        .json(&body)
        .proven_by(by)
        .send()
        .ok(200)
}

#[test]
fn a_push_needs_the_devices_proof_and_no_session() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let asset = world.asset(&admin, &places.here, "before");
        world.pass(TimeDelta::days(40));
        let body = push_body(
            world,
            &technician,
            &[update(
                1,
                &asset["id"],
                text(&asset["version"]),
                json!({ "name": "after" }),
            )],
        );

        let call = || world.call("POST", "/v1/push").json(&body);
        call().send().refused(ErrorCode::BadProof);
        call().by(&technician).send().refused(ErrorCode::BadProof);
        let wrong = technician.prove("POST", "/v1/pull", body.to_string().as_bytes());
        call()
            .header("Device-Proof", &wrong)
            .send()
            .refused(ErrorCode::BadProof);
        let wrong = technician.prove("POST", "/v1/push", b"{}");
        call()
            .header("Device-Proof", &wrong)
            .send()
            .refused(ErrorCode::BadProof);

        let first = call().proven_by(&technician).send().ok(200);
        assert_eq!(first["receipts"][0]["outcome"], "applied", "{first}");
        assert_eq!(first["expected"], 2);
        let again = call().proven_by(&technician).send().ok(200);
        assert_eq!(first["receipts"], again["receipts"]);
        let admin = world.log_in("admin@example.com");
        assert_eq!(
            world.read(&admin, "assets", &asset["id"])["fields"]["name"],
            "after"
        );
    });
}

#[test]
fn one_bad_operation_stops_none_behind_it() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let asset = world.asset(&admin, &places.here, "before");
        let base = text(&asset["version"]);
        let operations = [
            json!({ "n": 1, "op": { "what": "is this" } }),
            json!(7),
            update(3, &asset["id"], base, json!({ "name": "after" })),
        ];
        let pushed = push(world, &technician, &operations);
        let outcomes: Vec<&str> = pushed["receipts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| text(&one["outcome"]))
            .collect();
        assert_eq!(outcomes, ["quarantined", "quarantined", "applied"]);
    });
}

#[test]
fn a_push_that_is_too_large_or_no_push_is_refused_whole() {
    let world = World::sqlite();
    let technician = world.person("tech@example.com", Role::Technician);
    let send = |body: Vec<u8>| {
        world
            .call("POST", "/v1/push")
            .bytes("application/json", body)
            .proven_by(&technician)
            .send()
    };
    send(vec![b' '; MAX_PUSH_BYTES + 1]).refused(ErrorCode::TooLarge);
    send(b"{".to_vec()).refused(ErrorCode::Malformed);
    let problem = send(json!({ "protocol": "one" }).to_string().into_bytes()).refused(ErrorCode::Malformed);
    assert_eq!(problem["field"], "protocol");
    let strange = json!({
        "protocol": 1, "schema": 1, "stream": Uuid::nil(), "sent_at": world.now(), "operations": [],
    });
    send(strange.to_string().into_bytes()).refused(ErrorCode::NotFound);
}

#[test]
fn a_pull_is_answered_by_token_or_by_proof_and_never_to_a_revoked_device() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        world.places(&admin, Some(&technician));
        let body = json!({ "protocol": 1, "schema": 1, "limit": 100 });
        let call = || world.call("POST", "/v1/pull").json(&body);
        let page = call().by(&technician).send().ok(200);
        assert!(page["cursor"].is_string());
        assert_eq!(
            call().proven_by(&technician).send().ok(200)["total"],
            page["total"]
        );
        call().send().refused(ErrorCode::BadProof);
        call()
            .header("Authorization", "Bearer x.y.z")
            .send()
            .refused(ErrorCode::Unauthenticated);
        let altered = json!({ "protocol": 1, "schema": 1, "limit": 100, "cursor": "e30.AAAA" });
        let call_altered = world.call("POST", "/v1/pull").json(&altered).by(&technician);
        call_altered.send().refused(ErrorCode::BadCursor);
        // A cursor is given to one device.
        let taken = json!({ "protocol": 1, "schema": 1, "limit": 100, "cursor": page["cursor"] });
        world
            .call("POST", "/v1/pull")
            .json(&taken)
            .by(&admin)
            .send()
            .refused(ErrorCode::BadCursor);

        let revoke = world
            .call("DELETE", &format!("/v1/devices/{}", technician.device))
            .by(&admin);
        assert_eq!(revoke.send().status, 204);
        call().by(&technician).send().refused(ErrorCode::DeviceRevoked);
        call()
            .proven_by(&technician)
            .send()
            .refused(ErrorCode::DeviceRevoked);
        // Its unsent work is kept all the same.
        let pushed = push(
            world,
            &technician,
            &[json!({ "n": 1, "op": update(1, &json!(technician.user), "0.0", json!({}))["op"] })],
        );
        assert_eq!(pushed["receipts"][0]["reason"], "device_revoked");
    });
}

#[test]
fn a_device_is_filled_up_for_its_offline_days() {
    on_each_database(|world| {
        let technician = world.person("tech@example.com", Role::Technician);
        let enrol = |key: &str, body: Value| {
            world
                .call("POST", "/v1/enrol")
                .by(&technician)
                .key(key)
                .json(&body)
                .send()
        };
        let first = enrol("a", json!({ "tags": 50 })).ok(200);
        assert_eq!(first["stream_id"], json!(technician.stream));
        assert_eq!(first["nonces"].as_array().unwrap().len(), 20);
        let range = &first["tag_range"]["fields"];
        assert_eq!(
            range["last"].as_u64().unwrap() - range["first"].as_u64().unwrap(),
            49
        );
        assert_eq!(
            enrol("a", json!({ "tags": 50 })).ok(200),
            first,
            "a retry leases nothing more"
        );
        let second = enrol("b", json!({ "tags": 1 })).ok(200);
        assert_eq!(
            second["tag_range"]["fields"]["first"].as_u64().unwrap(),
            range["last"].as_u64().unwrap() + 1
        );
        let nonces = |answer: &Value| -> BTreeSet<String> {
            answer["nonces"]
                .as_array()
                .unwrap()
                .iter()
                .map(|nonce| text(nonce).to_owned())
                .collect()
        };
        assert_eq!(nonces(&second), nonces(&first), "those unused are still good");
        assert!(enrol("c", json!({})).ok(200).get("tag_range").is_none());
        enrol("d", json!({ "tags": 501 })).refused(ErrorCode::Invalid);

        let stream = world
            .call("POST", "/v1/streams")
            .by(&technician)
            .key("e")
            .json(&json!({ "continues": { "stream": technician.stream, "through": 0 } }))
            .send()
            .ok(200);
        assert_ne!(stream["stream_id"], json!(technician.stream));
        let elsewhere = json!({ "continues": { "stream": Uuid::from_u128(7), "through": 3 } });
        let call = world.call("POST", "/v1/streams").by(&technician).key("f");
        call.json(&elsewhere).send().refused(ErrorCode::Invalid);
    });
}

fn create(n: u64, entity: &str, row: Uuid, set: Value) -> Value {
    let mut operation = update(n, &json!(row), "0.0", set);
    (operation["op"]["entity"], operation["op"]["kind"]) = (json!(entity), json!("create"));
    operation
}

/// A receipt without what differs from one operation to the next.
fn bare(receipt: &Value) -> Value {
    json!({ "outcome": receipt["outcome"], "reason": receipt["reason"], "detail": receipt["detail"] })
}

#[test]
fn a_push_tells_a_row_of_another_scope_from_none_by_nothing() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let far = world.asset(&admin, &places.elsewhere, "far");
        let nothing = json!(Uuid::from_u128(7));
        let asset = |site: &Value| json!({ "site_id": site, "kind": "server", "name": "A" });
        let name = || json!({ "name": "mine" });
        let receipts = push(
            world,
            &technician,
            &[
                update(1, &far["id"], "1.1", name()),
                update(2, &nothing, "1.1", name()),
                create(3, "asset", Uuid::from_u128(8), asset(&places.elsewhere["id"])),
                // Of another id: what builds on the operation before would wait for that.
                create(4, "asset", Uuid::from_u128(9), asset(&json!(Uuid::from_u128(6)))),
            ],
        )["receipts"]
            .clone();
        assert_eq!(bare(&receipts[0]), bare(&receipts[1]));
        assert_eq!(bare(&receipts[2]), bare(&receipts[3]));
        assert_eq!(receipts[0]["reason"], "unknown_row");
        let waiting = world.call("GET", "/v1/quarantine").by(&admin).send().ok(200);
        let mut reasons: Vec<&str> = waiting["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| text(&one["reason"]))
            .collect();
        reasons.sort_unstable();
        assert_eq!(
            reasons,
            ["out_of_scope", "out_of_scope", "unknown_row", "unknown_row"],
            "the office is told"
        );
    });
}

#[test]
fn where_a_clients_mail_goes_is_proposed_by_a_phone_and_decided_by_the_office() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let fields = json!({ "client_id": places.client["id"], "name": "Bo", "email": "bo@client.example" });
        let contact = world.add(&admin, "contacts", fields);
        let set = json!({ "email": "thief@example.com", "phone": "555" });
        let mut edit = update(1, &contact["id"], text(&contact["version"]), set.clone());
        edit["op"]["entity"] = json!("contact");
        let new = json!({ "client_id": places.client["id"], "name": "New", "email": "new@client.example" });
        let receipts = push(
            world,
            &technician,
            &[edit, create(2, "contact", Uuid::from_u128(8), new)],
        )["receipts"]
            .clone();
        assert_eq!(
            [&receipts[0]["outcome"], &receipts[1]["outcome"]],
            ["conflict", "conflict"]
        );
        let stands = world.read(&admin, "contacts", &contact["id"]);
        assert_eq!(
            (&stands["fields"]["email"], &stands["fields"]["phone"]),
            (&json!("bo@client.example"), &json!("555"))
        );
        let added = world.read(&admin, "contacts", &json!(Uuid::from_u128(8)));
        assert_eq!(
            (&added["fields"]["name"], added["fields"].get("email")),
            (&json!("New"), None)
        );

        let conflict = world.read(&admin, "conflicts", &receipts[1]["conflicts"][0]);
        let path = format!("/v1/conflicts/{}/resolve", text(&conflict["id"]));
        let call = world
            .call("POST", &path)
            .by(&admin)
            .key("take")
            .if_match(text(&conflict["version"]));
        call.json(&json!({ "choice": "take_incoming" })).send().ok(200);
        let added = world.read(&admin, "contacts", &json!(Uuid::from_u128(8)));
        assert_eq!(added["fields"]["email"], "new@client.example");

        let path = format!("/v1/contacts/{}", text(&contact["id"]));
        let patch = |set: Value| {
            let call = world
                .call("PATCH", &path)
                .by(&technician)
                .if_match(text(&stands["version"]));
            call.json(&json!({ "fields": set })).send()
        };
        assert_eq!(patch(set).refused(ErrorCode::Forbidden)["field"], "email");
        patch(json!({ "phone": "556" })).ok(200);
    });
}

#[test]
fn a_technician_adds_ad_hoc_visits_of_their_own_and_leaves_the_purpose_to_the_office() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let visit = |kind: &str, in_hours: i64| {
            let start = world.now() + TimeDelta::hours(in_hours);
            json!({
                "client_id": places.client["id"], "site_id": places.here["id"], "kind": kind,
                "purpose": "Printer on fire", "planned_start": start, "planned_end": start + TimeDelta::hours(1),
            })
        };
        let mut purpose = update(
            4,
            &places.visit["id"],
            "1.1",
            json!({ "purpose": "Lunch", "solution": "done" }),
        );
        purpose["op"]["entity"] = json!("visit");
        let row = |n: u128| Uuid::from_u128(n);
        let operations = [
            create(1, "visit", row(1), visit("ad_hoc", 0)),
            create(2, "visit", row(2), visit("routine", 0)),
            create(3, "visit", row(3), visit("ad_hoc", 24 * 365)),
            purpose,
        ];
        let receipts = push(world, &technician, &operations)["receipts"].clone();
        assert_eq!(receipts[0]["outcome"], "applied", "{receipts}");
        for refused in [&receipts[1], &receipts[2]] {
            assert_eq!(refused["reason"], "not_permitted", "{receipts}");
        }
        let added = world.read(&admin, "visits", &json!(row(1)));
        assert_eq!(added["fields"]["technician_id"], json!(technician.user));
        assert_eq!(receipts[3]["outcome"], "conflict");
        let stands = world.read(&admin, "visits", &places.visit["id"]);
        assert_eq!(
            (&stands["fields"]["purpose"], &stands["fields"]["solution"]),
            (&json!("Quarterly check"), &json!("done"))
        );

        let call = world.call("POST", "/v1/visits").by(&technician).key("routine");
        call.json(&json!({ "fields": visit("routine", 0) }))
            .send()
            .refused(ErrorCode::Forbidden);
        world.add(&technician, "visits", visit("ad_hoc", 0));
    });
}
