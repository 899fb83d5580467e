//! A POST that is sent again is done once.
use crate::world::{World, on_each_database, text};
use onsite_model::role::Role;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

fn clients(world: &World, by: &crate::world::Person) -> usize {
    let page = world.call("GET", "/v1/clients").by(by).send().ok(200);
    page["items"].as_array().unwrap().len()
}

#[test]
fn the_same_request_under_the_same_key_gets_the_same_answer() {
    on_each_database(|world| {
        let admin = world.admin();
        let post = || {
            let call = world.call("POST", "/v1/clients").by(&admin).key("k-1");
            call.json(&json!({ "fields": { "name": "Bright" } })).send()
        };
        let first = post();
        let again = post();
        assert_eq!(first.ok(201), again.ok(201));
        for header in ["location", "etag"] {
            assert_eq!(first.header(header), again.header(header));
        }
        assert_eq!(clients(world, &admin), 1);
    });
}

#[test]
fn another_request_under_the_same_key_is_refused() {
    on_each_database(|world| {
        let admin = world.admin();
        let post =
            |path: &str, body: &Value| world.call("POST", path).by(&admin).key("k-1").json(body).send();
        let body = json!({ "fields": { "name": "Bright" } });
        post("/v1/clients", &body).ok(201);
        post("/v1/clients", &json!({ "fields": { "name": "Other" } }))
            .refused(ErrorCode::IdempotencyMismatch);
        post("/v1/streams", &json!({})).refused(ErrorCode::IdempotencyMismatch);
        assert_eq!(clients(world, &admin), 1);
        // Somebody else's key of the same text is another key.
        let dispatcher = world.person("dispatch@example.com", Role::Dispatcher);
        let call = world.call("POST", "/v1/clients").by(&dispatcher).key("k-1");
        call.json(&json!({ "fields": { "name": "Other" } }))
            .send()
            .ok(201);
    });
}

#[test]
fn a_refusal_can_be_mended_under_the_same_key() {
    let world = World::sqlite();
    let admin = world.admin();
    let post = |name: &str| {
        let call = world.call("POST", "/v1/clients").by(&admin).key("k-1");
        call.json(&json!({ "fields": { "name": name } })).send()
    };
    post("").refused(ErrorCode::Invalid);
    post("Bright").ok(201);
}

#[test]
fn retries_that_race_are_done_once() {
    on_each_database(|world| {
        let admin = world.admin();
        let call = world.call("POST", "/v1/clients").by(&admin).key("race");
        let call = call.json(&json!({ "fields": { "name": "Bright" } }));
        let send = || call.clone().send().ok(201);
        let answers: Vec<Value> = std::thread::scope(|scope| {
            let sent: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
            sent.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        assert_eq!(clients(world, &admin), 1);
        assert!(!text(&answers[0]["id"]).is_empty());
    });
}

#[test]
fn a_key_is_a_short_visible_text() {
    let world = World::sqlite();
    let admin = world.admin();
    let call = || {
        world
            .call("POST", "/v1/clients")
            .by(&admin)
            .json(&json!({ "fields": { "name": "A" } }))
    };
    call().send().refused(ErrorCode::Malformed);
    for key in ["", "with space", &"x".repeat(201)] {
        let problem = call().key(key).send().refused(ErrorCode::Malformed);
        assert_eq!(problem["field"], "Idempotency-Key");
    }
}
