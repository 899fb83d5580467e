//! Idle polls: answered without the database, and never when there is anything to tell.
use crate::call::Answer;
use crate::world::{Person, World, on_each_database, text};
use chrono::TimeDelta;
use onsite_model::role::Role;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

/// Polls with a cursor, by token or by proof.
fn poll(world: &World, by: &Person, cursor: &Value, proven: bool) -> Answer {
    let body = json!({ "protocol": 1, "schema": 1, "cursor": cursor, "limit": 500 });
    let call = world.call("POST", "/v1/pull").json(&body);
    if proven { call.proven_by(by) } else { call.by(by) }.send()
}

/// Pulls until everything is there, and returns the cursor.
fn catch_up(world: &World, by: &Person) -> Value {
    let mut cursor = Value::Null;
    loop {
        let page = poll(world, by, &cursor, true).ok(200);
        cursor = page["cursor"].clone();
        if page["checkpoint"] == true {
            return cursor;
        }
    }
}

#[test]
fn an_idle_poll_touches_no_database() {
    let world = World::sqlite();
    let admin = world.admin();
    let technician = world.person("tech@example.com", Role::Technician);
    let places = world.places(&admin, Some(&technician));
    let mut cursor = catch_up(&world, &technician);
    for proven in [true, false] {
        // The first poll of a kind asks who it is.
        poll(&world, &technician, &cursor, proven).ok(200);
        let (reads, commits) = (world.store.reads(), world.store.commits());
        for _ in 0..5 {
            let page = poll(&world, &technician, &cursor, proven).ok(200);
            assert_eq!(
                (&page["changes"], &page["checkpoint"]),
                (&json!([]), &json!(true))
            );
            cursor = page["cursor"].clone();
        }
        assert_eq!((world.store.reads(), world.store.commits()), (reads, commits));
    }
    // Work elsewhere keeps it idle, and moves its head on.
    let other = world.asset(&admin, &places.elsewhere, "not theirs");
    let reads = world.store.reads();
    let page = poll(&world, &technician, &cursor, true).ok(200);
    assert_eq!(page["changes"], json!([]));
    assert!(page["head"].as_u64().unwrap() >= number(&other["version"]));
    assert_eq!(world.store.reads(), reads);
}

fn number(version: &Value) -> u64 {
    text(version).split_once('.').unwrap().1.parse().unwrap()
}

#[test]
fn a_poll_after_a_change_is_never_idle() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let cursor = catch_up(world, &technician);
        poll(world, &technician, &cursor, true).ok(200);

        let asset = world.asset(&admin, &places.here, "theirs");
        let page = poll(world, &technician, &cursor, true).ok(200);
        assert_eq!(page["changes"][0]["id"], asset["id"]);
        let cursor = page["cursor"].clone();

        let second = world.visit(&admin, &places.client, &places.elsewhere);
        world.assign(&admin, &second, &technician);
        let page = poll(world, &technician, &cursor, true).ok(200);
        assert_eq!(page["filling"], format!("site:{}", text(&places.elsewhere["id"])));
    });
}

#[test]
fn a_cached_caller_falls_with_their_right_to_read() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let cursor = catch_up(world, &technician);
        for proven in [true, false] {
            poll(world, &technician, &cursor, proven).ok(200);
        }
        let path = format!("/v1/devices/{}", technician.device);
        world.call("DELETE", &path).by(&admin).send().ok(204);
        for proven in [true, false] {
            poll(world, &technician, &cursor, proven).refused(ErrorCode::DeviceRevoked);
        }

        let leaving = world.person("leaving@example.com", Role::Technician);
        let cursor = catch_up(world, &leaving);
        for proven in [true, false] {
            poll(world, &leaving, &cursor, proven).ok(200);
        }
        world.call("POST", "/v1/logout").by(&leaving).send().ok(204);
        for proven in [true, false] {
            poll(world, &leaving, &cursor, proven).refused(ErrorCode::Unauthenticated);
        }
    });
}

#[test]
fn a_cached_token_still_runs_out() {
    let world = World::sqlite();
    let technician = world.person("tech@example.com", Role::Technician);
    let cursor = catch_up(&world, &technician);
    world.pass(TimeDelta::seconds(890));
    poll(&world, &technician, &cursor, false).ok(200);
    world.pass(TimeDelta::seconds(20));
    poll(&world, &technician, &cursor, false).refused(ErrorCode::TokenExpired);
}

#[test]
fn a_proof_is_checked_however_well_the_device_is_known() {
    let world = World::sqlite();
    let technician = world.person("tech@example.com", Role::Technician);
    let cursor = catch_up(&world, &technician);
    poll(&world, &technician, &cursor, true).ok(200);
    let body = json!({ "protocol": 1, "schema": 1, "cursor": cursor, "limit": 500 });
    let wrong = technician.prove("POST", "/v1/pull", b"{}");
    let call = world.call("POST", "/v1/pull").json(&body);
    call.header("Device-Proof", &wrong)
        .send()
        .refused(ErrorCode::BadProof);
}

#[test]
fn a_made_up_seen_version_is_refused_and_a_future_one_does_no_harm() {
    let world = World::sqlite();
    let technician = world.person("tech@example.com", Role::Technician);
    let body = json!({ "protocol": 1, "schema": 1, "cursor": null, "limit": 500 });
    let call = |seen: &str| {
        world
            .call("POST", "/v1/pull")
            .json(&body)
            .proven_by(&technician)
            .header("Seen-Version", seen)
            .send()
    };
    call("yesterday").refused(ErrorCode::Malformed);
    call("1.999999999").ok(200);
}

#[test]
fn enrolment_states_the_limits() {
    let world = World::sqlite();
    let technician = world.person("tech@example.com", Role::Technician);
    let call = world.call("POST", "/v1/enrol").by(&technician).key("enrol");
    let enrolled = call.json(&json!({})).send().ok(200);
    assert_eq!(
        enrolled["limits"],
        json!({ "max_operations": 500, "max_push_bytes": 4_194_304, "max_operation_bytes": 262_144, "max_rows": 1000 })
    );
}
