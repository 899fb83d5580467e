//! A technician sees and changes what is at the sites of their visits. Everything else looks as if it weren't there.
use crate::sync::{push, update};
use crate::world::{Person, World, on_each_database, text};
use onsite_model::role::Role;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

const NOTHING: &str = "0199a1b2-0000-7000-8000-000000000000";

fn names(world: &World, by: &Person, path: &str) -> Vec<String> {
    let page = world.call("GET", path).by(by).send().ok(200);
    let items = page["items"].as_array().unwrap().clone();
    items
        .iter()
        .map(|item| text(&item["fields"]["name"]).to_owned())
        .collect()
}

/// A refusal without what differs from one request to the next.
fn bare(mut problem: Value) -> Value {
    problem.as_object_mut().unwrap().remove("request_id");
    problem
}

#[test]
fn lists_hold_what_is_granted() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        world.places(&admin, None);
        world.asset(&admin, &places.here, "near");
        world.asset(&admin, &places.elsewhere, "far");

        assert_eq!(names(world, &technician, "/v1/sites"), ["Here"]);
        let client = text(&places.client["id"]);
        assert_eq!(
            names(world, &technician, &format!("/v1/sites?client={client}")),
            ["Here"]
        );
        assert_eq!(names(world, &technician, "/v1/clients"), ["Bright Dental"]);
        assert_eq!(names(world, &technician, "/v1/assets"), ["near"]);
        assert_eq!(names(world, &technician, "/v1/assets?q=a"), ["near"]);
        assert_eq!(names(world, &admin, "/v1/assets?q=a"), ["near", "far"]);
        let users = names(world, &technician, "/v1/users");
        assert!(
            users.contains(&"The admin".to_owned()),
            "names of staff are everybody's"
        );
    });
}

#[test]
fn pages_stay_full_when_rows_of_others_lie_between() {
    let world = World::sqlite();
    let admin = world.admin();
    let technician = world.person("tech@example.com", Role::Technician);
    let places = world.places(&admin, Some(&technician));
    for n in 0..12 {
        let site = if n % 3 == 0 {
            &places.here
        } else {
            &places.elsewhere
        };
        let visit = world.visit(&admin, &places.client, site);
        world.add(
            &admin,
            "callbacks",
            json!({ "visit_id": visit["id"], "due_at": world.now() }),
        );
    }
    let page = world
        .call("GET", "/v1/callbacks?limit=3")
        .by(&technician)
        .send()
        .ok(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 3);
    let next = format!("/v1/callbacks?limit=3&after={}", text(&page["next"]));
    let page = world.call("GET", &next).by(&technician).send().ok(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert!(page.get("next").is_none());
}

#[test]
fn a_record_of_another_scope_answers_exactly_like_an_unknown_one() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let far = world.asset(&admin, &places.elsewhere, "far");
        let ask = |method: &str, id: &str, tail: &str| {
            let call = world
                .call(method, &format!("/v1/assets/{id}{tail}"))
                .by(&technician);
            let call = call
                .if_match("1.1")
                .json(&json!({ "fields": { "name": "mine" } }));
            bare(call.send().refused(ErrorCode::NotFound))
        };
        for (method, tail) in [("GET", ""), ("GET", "/history"), ("PATCH", ""), ("DELETE", "")] {
            assert_eq!(
                ask(method, text(&far["id"]), tail),
                ask(method, NOTHING, tail),
                "{method} {tail}"
            );
        }
        assert_eq!(ask("GET", "no-id", "")["code"], "not_found");
        // An id of another kind is no asset either.
        assert_eq!(ask("GET", text(&places.here["id"]), ""), ask("GET", NOTHING, ""));
    });
}

#[test]
fn references_into_another_scope_answer_exactly_like_unknown_ones() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let far = world.asset(&admin, &places.elsewhere, "far");
        let near = world.asset(&technician, &places.here, "near");
        let add = |plural: &str, fields: Value| {
            let call = world
                .call("POST", &format!("/v1/{plural}"))
                .by(&technician)
                .key("scope");
            bare(
                call.json(&json!({ "fields": fields }))
                    .send()
                    .refused(ErrorCode::Invalid),
            )
        };
        let asset = |site: &Value| json!({ "site_id": site, "kind": "server", "name": "A" });
        assert_eq!(
            add("assets", asset(&places.elsewhere["id"])),
            add("assets", asset(&json!(NOTHING)))
        );
        let file = |owner: &Value| {
            let sha256 = "0".repeat(64);
            json!({ "owner_id": owner, "file_name": "a.jpg", "media_type": "image/jpeg", "sha256": sha256, "size": 1 })
        };
        assert_eq!(
            add("attachments", file(&far["id"])),
            add("attachments", file(&json!(NOTHING)))
        );
        let patch = |parent: &Value| {
            let call = world
                .call("PATCH", &format!("/v1/assets/{}", text(&near["id"])))
                .by(&technician);
            let call = call
                .if_match(text(&near["version"]))
                .json(&json!({ "fields": { "parent_id": parent } }));
            bare(call.send().refused(ErrorCode::Invalid))
        };
        assert_eq!(patch(&far["id"]), patch(&json!(NOTHING)));
    });
}

#[test]
fn what_is_taken_away_is_gone_at_once() {
    on_each_database(|world| {
        let admin = world.admin();
        let first = world.person("first@example.com", Role::Technician);
        let second = world.person("second@example.com", Role::Technician);
        let places = world.places(&admin, Some(&first));
        let path = format!("/v1/sites/{}", text(&places.here["id"]));
        world.call("GET", &path).by(&first).send().ok(200);
        let visit = world.read(&admin, "visits", &places.visit["id"]);
        let call = world
            .call("POST", &format!("/v1/visits/{}/assign", text(&visit["id"])))
            .by(&admin);
        let call = call.key("again").if_match(text(&visit["version"]));
        call.json(&json!({ "technician_id": second.user })).send().ok(200);
        world
            .call("GET", &path)
            .by(&first)
            .send()
            .refused(ErrorCode::NotFound);
        world.call("GET", &path).by(&second).send().ok(200);
    });
}

#[test]
fn a_technician_sees_the_names_of_staff_and_not_how_to_reach_them() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let path = format!("/v1/users/{}", admin.user);
        for path in ["/v1/users", &path, &format!("{path}/history")] {
            let told = world.call("GET", path).by(&technician).send().ok(200).to_string();
            assert!(
                told.contains("The admin") && !told.contains("admin@example.com"),
                "{told}"
            );
        }
        let body = json!({ "protocol": 1, "schema": 1, "limit": 100 });
        let mut page = world
            .call("POST", "/v1/pull")
            .json(&body)
            .by(&technician)
            .send()
            .ok(200);
        let mut pulled = page.to_string();
        while page["checkpoint"] != json!(true) {
            let body = json!({ "protocol": 1, "schema": 1, "limit": 100, "cursor": page["cursor"] });
            page = world
                .call("POST", "/v1/pull")
                .json(&body)
                .by(&technician)
                .send()
                .ok(200);
            pulled += &page.to_string();
        }
        assert!(
            pulled.contains("The admin") && !pulled.contains("admin@example.com"),
            "{pulled}"
        );
        assert!(pulled.contains("tech@example.com"), "their own address is theirs");
        let all = world
            .call("GET", "/v1/users")
            .by(&admin)
            .send()
            .ok(200)
            .to_string();
        assert!(all.contains("tech@example.com"));
    });
}

#[test]
fn a_disputed_tag_does_not_name_the_other_asset_to_who_may_not_see_it() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let far = world.add(
            &admin,
            "assets",
            json!({ "site_id": places.elsewhere["id"], "kind": "server", "name": "far", "tag": "OS-000001" }),
        );
        let near = world.asset(&admin, &places.here, "near");
        let claim = update(
            1,
            &near["id"],
            text(&near["version"]),
            json!({ "tag": "OS-000001" }),
        );
        let receipt = push(world, &technician, &[claim])["receipts"][0].clone();
        let path = format!("/v1/conflicts/{}", text(&receipt["conflicts"][0]));
        let far = text(&far["id"]);
        for path in [path.as_str(), "/v1/conflicts", &format!("{path}/history")] {
            let read = |by: &Person| world.call("GET", path).by(by).send().ok(200).to_string();
            assert!(read(&admin).contains(far), "{path}");
            assert!(!read(&technician).contains(far), "{path}");
        }
    });
}

#[test]
fn nobody_decides_a_conflict_about_what_they_may_not_write() {
    on_each_database(|world| {
        let admin = world.admin();
        let dispatcher = world.person("desk@example.com", Role::Dispatcher);
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let fields =
            json!({ "client_id": places.client["id"], "site_id": places.here["id"], "title": "No network" });
        let ticket = world.add(&admin, "tickets", fields);
        // The office deletes the ticket while the phone still works on it.
        let path = format!("/v1/tickets/{}", text(&ticket["id"]));
        let gone = world
            .call("DELETE", &path)
            .by(&admin)
            .if_match(text(&ticket["version"]));
        assert_eq!(gone.send().status, 204);
        let mut edit = update(
            1,
            &ticket["id"],
            text(&ticket["version"]),
            json!({ "solution": "done" }),
        );
        edit["op"]["entity"] = json!("ticket");
        let receipt = push(world, &technician, &[edit])["receipts"][0].clone();
        let conflict = world.read(&admin, "conflicts", &receipt["conflicts"][0]);
        let delete_again = |by: &Person| {
            let path = format!("/v1/conflicts/{}/resolve", text(&conflict["id"]));
            let call = world
                .call("POST", &path)
                .by(by)
                .key("again")
                .if_match(text(&conflict["version"]));
            call.json(&json!({ "choice": "keep_current" })).send()
        };
        delete_again(&dispatcher).refused(ErrorCode::Forbidden);
        delete_again(&admin).ok(200);
    });
}
