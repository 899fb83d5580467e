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
    let body = push_body(world, by, operations);
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
            .send()
            .ok(200);
        assert_ne!(stream["stream_id"], json!(technician.stream));
    });
}
