//! The callback desk's consequences: a low score opens a complaint, complaints escalate by themselves, new needs go to
//! somebody.
use crate::world::{Person, Places, World, on_each_database, text};
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::role::Role;
use onsite_services::complaint::{any_due, escalate_due};
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

fn callback(world: &World, by: &Person, places: &Places) -> Value {
    let fields = json!({ "visit_id": places.visit["id"], "due_at": world.now() });
    world.add(by, "callbacks", fields)
}

fn call(world: &World, by: &Person, callback: &Value, key: &str, body: &Value) -> crate::call::Answer {
    world
        .call("POST", &format!("/v1/callbacks/{}/calls", text(&callback["id"])))
        .by(by)
        .key(key)
        .if_match(text(&callback["version"]))
        .json(body)
        .send()
}

fn patch(world: &World, by: &Person, complaint: &Value, fields: Value) -> crate::call::Answer {
    let seen = world.read(by, "complaints", &complaint["id"]);
    world
        .call("PATCH", &format!("/v1/complaints/{}", text(&complaint["id"])))
        .by(by)
        .if_match(text(&seen["version"]))
        .json(&json!({ "fields": fields }))
        .send()
}

fn time(value: &Value) -> DateTime<Utc> {
    text(value).parse().unwrap()
}

/// The mails of a kind.
fn mails(world: &World, by: &Person, kind: &str) -> Vec<Value> {
    let outbox = world
        .call("GET", "/v1/notifications?limit=200")
        .by(by)
        .send()
        .ok(200);
    let all = outbox["items"].as_array().unwrap().iter();
    all.filter(|one| one["kind"] == kind).cloned().collect()
}

/// Who got a mail of a kind, in the order of their addresses.
fn told(world: &World, by: &Person, kind: &str) -> Vec<String> {
    let mails = mails(world, by, kind);
    let mut told: Vec<String> = mails
        .iter()
        .map(|one| text(&one["recipient"]).to_owned())
        .collect();
    told.sort();
    told
}

fn escalate(world: &World) -> usize {
    let now = world.now();
    assert!(world.look(move |db| any_due(db, now)));
    world.write(|tx, cause| escalate_due(tx, cause.house, cause.now))
}

#[test]
fn a_low_score_opens_one_complaint_and_alerts_managers() {
    on_each_database(|world| {
        let admin = world.admin();
        world.hire("boss@example.com", Role::Manager);
        let support = world.person("support@example.com", Role::Support);
        let places = world.places(&admin, None);
        let callback = callback(world, &support, &places);
        let low = json!({ "result": "answered", "score": 1, "comment": "Still broken." });
        call(world, &support, &callback, "low", &low).ok(200);

        let path = format!("/v1/complaints?callback={}", text(&callback["id"]));
        let found = world.call("GET", &path).by(&support).send().ok(200);
        let complaint = &found["items"][0];
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        let fields = &complaint["fields"];
        assert_eq!(fields["number"], "C-2026-0001");
        assert_eq!((&fields["score"], &fields["level"]), (&json!(1), &json!(2)));
        assert_eq!(fields["text"], "Still broken.");
        assert_eq!(fields["visit_id"], places.visit["id"]);
        assert_eq!(fields["site_id"], places.here["id"]);
        assert_eq!(
            time(&fields["due_at"]),
            time(&fields["opened_at"]) + TimeDelta::hours(8)
        );
        assert_eq!(told(world, &admin, "low_score"), ["boss@example.com"]);
        assert_eq!(told(world, &admin, "complaint_opened"), ["boss@example.com"]);
        // Each leads to what it tells of.
        let page =
            |record: &str, id: &Value| format!("https://onsite.example/console#/{record}?id={}", text(id));
        let low_score = &mails(world, &admin, "low_score")[0]["mail"]["content"];
        assert_eq!(low_score["link"], page("callbacks", &callback["id"]));
        let opened = &mails(world, &admin, "complaint_opened")[0]["mail"]["content"];
        assert_eq!(opened["complaint"]["link"], page("complaints", &complaint["id"]));

        // The survey says the same again: no second one.
        let seen = world.read(&admin, "callbacks", &callback["id"]);
        let set = json!({ "fields": { "score": 2 } });
        world
            .call("PATCH", &format!("/v1/callbacks/{}", text(&callback["id"])))
            .by(&support)
            .if_match(text(&seen["version"]))
            .json(&set)
            .send()
            .ok(200);
        let found = world.call("GET", &path).by(&support).send().ok(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_content_client_opens_none() {
    let world = World::sqlite();
    let admin = world.admin();
    let places = world.places(&admin, None);
    let callback = callback(&world, &admin, &places);
    let good = json!({ "result": "answered", "score": 3 });
    call(&world, &admin, &callback, "good", &good).ok(200);
    let found = world.call("GET", "/v1/complaints").by(&admin).send().ok(200);
    assert_eq!(found["items"], json!([]));
}

#[test]
fn a_complaint_is_worked_on_step_by_step_and_closed_when_the_client_knows() {
    on_each_database(|world| {
        let admin = world.admin();
        let support = world.person("support@example.com", Role::Support);
        let places = world.places(&admin, None);
        let fields = json!({ "client_id": places.client["id"], "visit_id": places.visit["id"],
                             "category": "punctuality", "text": "Came two hours late." });
        let complaint = world.add(&support, "complaints", fields);
        assert_eq!(complaint["fields"]["status"], "open");
        assert_eq!(complaint["fields"]["site_id"], places.here["id"]);
        let opened = time(&complaint["fields"]["opened_at"]);
        assert_eq!(
            time(&complaint["fields"]["due_at"]),
            opened + TimeDelta::hours(24)
        );

        patch(world, &support, &complaint, json!({ "status": "closed" }))
            .refused(ErrorCode::IllegalTransition);
        let taken = json!({ "status": "acknowledged", "owner_id": support.user });
        let taken = patch(world, &support, &complaint, taken).ok(200);
        assert_eq!(time(&taken["fields"]["due_at"]), opened + TimeDelta::hours(120));
        patch(world, &support, &complaint, json!({ "status": "in_progress" })).ok(200);
        let problem = patch(world, &support, &complaint, json!({ "status": "resolved" }));
        problem.refused(ErrorCode::Invalid);
        let solved = json!({ "status": "resolved", "solution": "Apologised; a reminder before each visit." });
        let solved = patch(world, &support, &complaint, solved).ok(200);
        assert_eq!(solved["fields"].get("due_at"), None);
        patch(world, &support, &complaint, json!({ "status": "closed" })).refused(ErrorCode::Invalid);
        let told = json!({ "status": "closed", "told_by_id": support.user });
        let closed = patch(world, &support, &complaint, told).ok(200);
        assert_eq!(time(&closed["fields"]["told_at"]), world.now());
        assert_eq!(time(&closed["fields"]["closed_at"]), world.now());
    });
}

#[test]
fn another_clients_affairs_are_no_part_of_it() {
    let world = World::sqlite();
    let admin = world.admin();
    let places = world.places(&admin, None);
    let other = world.add(&admin, "clients", json!({ "name": "Other" }));
    for (field, value) in [("visit_id", &places.visit["id"]), ("site_id", &places.here["id"])] {
        let fields = json!({ "client_id": other["id"], "text": "x", field: value });
        let call = world.call("POST", "/v1/complaints").by(&admin).key(field);
        call.json(&json!({ "fields": fields }))
            .send()
            .refused(ErrorCode::Invalid);
    }
}

#[test]
fn deadlines_escalate_by_themselves_and_tell_those_who_answer_for_it() {
    on_each_database(|world| {
        let admin = world.admin();
        world.hire("boss@example.com", Role::Manager);
        let owner = world.person("support@example.com", Role::Support);
        let places = world.places(&admin, None);
        let fields = json!({ "client_id": places.client["id"], "text": "Rude.", "owner_id": owner.user });
        let complaint = world.add(&owner, "complaints", fields);
        let now = world.now();
        assert!(!world.look(move |db| any_due(db, now)));

        world.pass(TimeDelta::hours(24) + TimeDelta::seconds(1));
        assert_eq!(escalate(world), 1);
        let admin = world.log_in("admin@example.com");
        let second = world.read(&admin, "complaints", &complaint["id"])["fields"].clone();
        assert_eq!((&second["level"], &second["escalations"]), (&json!(2), &json!(1)));
        assert_eq!(time(&second["due_at"]), world.now() + TimeDelta::hours(8));
        assert_eq!(
            told(world, &admin, "complaint_escalated"),
            ["boss@example.com", "support@example.com"]
        );
        assert_eq!(
            world.write(|tx, cause| escalate_due(tx, cause.house, cause.now)),
            0
        );

        for (hours, escalations) in [(8, 2), (2, 3)] {
            world.pass(TimeDelta::hours(hours) + TimeDelta::seconds(1));
            assert_eq!(escalate(world), 1);
            let admin = world.log_in("admin@example.com");
            let third = world.read(&admin, "complaints", &complaint["id"])["fields"].clone();
            assert_eq!(
                (&third["level"], &third["escalations"]),
                (&json!(3), &json!(escalations))
            );
        }
        let admin = world.log_in("admin@example.com");
        // At the highest level admins are told too, and everybody again.
        assert_eq!(
            told(world, &admin, "complaint_escalated")
                .iter()
                .filter(|to| *to == "admin@example.com")
                .count(),
            2
        );
        let path = format!("/v1/complaints/{}/history", text(&complaint["id"]));
        let history = world.call("GET", &path).by(&admin).send().ok(200);
        assert_eq!(history.as_array().unwrap().len(), 4);
    });
}

#[test]
fn new_needs_become_a_ticket_of_somebody_with_a_date() {
    on_each_database(|world| {
        let admin = world.admin();
        let support = world.person("support@example.com", Role::Support);
        let places = world.places(&admin, None);
        let callback = callback(world, &support, &places);
        let due_at = world.now() + TimeDelta::days(7);
        let mut answered = json!({ "result": "answered", "score": 5, "new_needs": "Two more desks." });
        call(world, &support, &callback, "nobody", &answered).refused(ErrorCode::Invalid);
        answered["route"] = json!({ "assignee_id": places.client["id"], "due_at": due_at, "title": "Desks" });
        call(world, &support, &callback, "no-user", &answered).refused(ErrorCode::Invalid);
        answered["route"] = json!({ "assignee_id": admin.user, "due_at": due_at, "title": "Desks" });
        let done = call(world, &support, &callback, "routed", &answered).ok(200);
        let ticket = world.read(&admin, "tickets", &done["fields"]["ticket_id"])["fields"].clone();
        assert_eq!(ticket["assignee_id"], json!(admin.user));
        assert_eq!(time(&ticket["due_at"]), due_at);
        assert_eq!(ticket["status"], "assigned");
        assert_eq!(ticket["description"], "Two more desks.");
        assert_eq!(told(world, &admin, "ticket_assigned"), ["admin@example.com"]);
    });
}

#[test]
fn a_client_nobody_reached_is_called_again_when_it_was_agreed() {
    on_each_database(|world| {
        let support = world.person("support@example.com", Role::Support);
        let admin = world.admin();
        let places = world.places(&admin, None);
        let first = callback(world, &support, &places);
        let past = json!({ "result": "no_answer", "again_at": world.now() - TimeDelta::hours(1) });
        let refused = call(world, &support, &first, "past", &past).refused(ErrorCode::Invalid);
        assert_eq!(refused["field"], "again_at");
        let tomorrow = world.now() + TimeDelta::days(1);
        let tried = json!({ "result": "no_answer", "again_at": tomorrow });
        let tried = call(world, &support, &first, "tried", &tried).ok(200);
        assert_eq!(tried["fields"]["status"], "attempted");
        assert_eq!(time(&tried["fields"]["due_at"]), tomorrow);
        // Nothing agreed: it stays due when it was.
        let again = call(
            world,
            &support,
            &tried,
            "again",
            &json!({ "result": "no_answer" }),
        )
        .ok(200);
        assert_eq!(time(&again["fields"]["due_at"]), tomorrow);
        assert_eq!(again["fields"]["attempts"], 2);
    });
}
