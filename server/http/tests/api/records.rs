//! Records: added, read, changed by version, deleted, listed.
use crate::world::{World, on_each_database, text};
use serde_json::json;
use sync_protocol::codes::ErrorCode;

#[test]
fn a_record_is_added_read_and_found_unmodified() {
    on_each_database(|world| {
        let admin = world.admin();
        let call = world.call("POST", "/v1/clients").by(&admin).key("one");
        let answer = call
            .json(&json!({ "fields": { "name": "Bright Dental", "code": "BD" } }))
            .send();
        let client = answer.ok(201);
        let path = format!("/v1/clients/{}", text(&client["id"]));
        assert_eq!(answer.header("location"), path);
        assert_eq!(answer.header("etag"), format!("\"{}\"", text(&client["version"])));
        assert_eq!(
            client["fields"],
            json!({ "name": "Bright Dental", "code": "BD", "language": "en" })
        );

        let read = world.call("GET", &path).by(&admin).send();
        assert_eq!(read.ok(200), client);
        let again = world
            .call("GET", &path)
            .by(&admin)
            .header("If-None-Match", read.header("etag"))
            .send();
        assert_eq!((again.status, again.bytes.len()), (304, 0));
        let other = world
            .call("GET", &path)
            .by(&admin)
            .header("If-None-Match", "\"1.1\", \"x\"")
            .send();
        other.ok(200);
    });
}

#[test]
fn edits_of_different_fields_merge_and_of_the_same_field_are_told() {
    on_each_database(|world| {
        let admin = world.admin();
        let seen = world.add(&admin, "clients", json!({ "name": "Bright", "phone": "1" }));
        let patch = |fields| {
            let call = world
                .call("PATCH", &format!("/v1/clients/{}", text(&seen["id"])))
                .by(&admin);
            call.if_match(text(&seen["version"]))
                .json(&json!({ "fields": fields }))
                .send()
        };
        let first = patch(json!({ "name": "Bright Dental" }));
        assert_ne!(first.ok(200)["version"], seen["version"]);
        assert_eq!(
            first.header("etag"),
            format!("\"{}\"", text(&first.json()["version"]))
        );

        let merged = patch(json!({ "phone": "2" })).ok(200);
        assert_eq!(merged["fields"]["name"], "Bright Dental");
        assert_eq!(merged["fields"]["phone"], "2");

        let problem = patch(json!({ "name": "Bright Ltd", "code": "B" })).refused(ErrorCode::VersionConflict);
        assert_eq!(problem["current"], json!({ "name": "Bright Dental" }));
        assert_eq!(problem["field"], "name");
        assert!(
            world.read(&admin, "clients", &seen["id"])["fields"]
                .get("code")
                .is_none()
        );

        // Without a base the same words mean the same again.
        patch(json!({ "name": "Bright Dental" })).ok(200);
        let cleared = patch(json!({ "code": null, "address": null })).ok(200);
        assert!(cleared["fields"].get("code").is_none());
    });
}

#[test]
fn a_change_names_the_version_it_saw() {
    let world = World::sqlite();
    let admin = world.admin();
    let client = world.add(&admin, "clients", json!({ "name": "Bright" }));
    let path = format!("/v1/clients/{}", text(&client["id"]));
    for method in ["PATCH", "DELETE"] {
        let call = || {
            world
                .call(method, &path)
                .by(&admin)
                .json(&json!({ "fields": {} }))
        };
        call().send().refused(ErrorCode::PreconditionRequired);
        call()
            .header("If-Match", "*")
            .send()
            .refused(ErrorCode::PreconditionRequired);
        for nonsense in [
            "1.2",
            "\"x\"",
            "\"1.2\", \"1.3\"",
            "\"-1.2\"",
            "\"1.99999999999999999999\"",
        ] {
            let problem = call()
                .header("If-Match", nonsense)
                .send()
                .refused(ErrorCode::Malformed);
            assert_eq!(problem["field"], "If-Match");
        }
    }
    // A version of another life of the database, or of the future, counts as nothing seen.
    let call = world
        .call("PATCH", &path)
        .by(&admin)
        .if_match("9.1")
        .json(&json!({ "fields": { "name": "B" } }));
    call.send().refused(ErrorCode::VersionConflict);
}

#[test]
fn sets_are_changed_by_their_members() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        let assets: Vec<_> = ["a", "b", "c"]
            .map(|name| world.asset(&admin, &places.here, name))
            .to_vec();
        let ticket = world.add(
            &admin,
            "tickets",
            json!({
                "client_id": places.client["id"], "site_id": places.here["id"], "title": "Slow",
                "asset_ids": [assets[0]["id"], assets[1]["id"]],
            }),
        );
        let patch = |change| {
            let call = world
                .call("PATCH", &format!("/v1/tickets/{}", text(&ticket["id"])))
                .by(&admin);
            call.if_match(text(&ticket["version"]))
                .json(&json!({ "fields": { "asset_ids": change } }))
                .send()
        };
        patch(json!({ "add": [assets[2]["id"]] })).ok(200);
        let both = patch(json!({ "remove": [assets[0]["id"]] })).ok(200);
        let mut members: Vec<&str> = both["fields"]["asset_ids"]
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect();
        members.sort_unstable();
        let mut expected = [text(&assets[1]["id"]), text(&assets[2]["id"])];
        expected.sort_unstable();
        assert_eq!(members, expected);
        let problem = patch(json!({ "plus": [] })).refused(ErrorCode::UnknownField);
        assert_eq!(problem["field"], "fields.asset_ids.plus");
        patch(json!({ "add": ["no id"] })).refused(ErrorCode::Malformed);
        patch(json!(7)).refused(ErrorCode::Malformed);
    });
}

#[test]
fn what_is_wrong_with_a_value_is_said_by_field() {
    let world = World::sqlite();
    let admin = world.admin();
    let places = world.places(&admin, None);
    let add = |plural: &str, fields| {
        let call = world
            .call("POST", &format!("/v1/{plural}"))
            .by(&admin)
            .key("wrong");
        call.json(&json!({ "fields": fields })).send()
    };
    let site = &places.here["id"];
    let nobody = "0199a1b2-0000-7000-8000-000000000000";
    for (plural, fields, code, field) in [
        ("clients", json!({ "name": 7 }), ErrorCode::Malformed, "name"),
        ("clients", json!({ "name": " " }), ErrorCode::Invalid, "name"),
        (
            "clients",
            json!({ "name": "x".repeat(301) }),
            ErrorCode::Invalid,
            "name",
        ),
        (
            "clients",
            json!({ "name": "A", "nickname": "B" }),
            ErrorCode::UnknownField,
            "fields.nickname",
        ),
        (
            "contacts",
            json!({ "client_id": nobody, "name": "Mei" }),
            ErrorCode::Invalid,
            "client_id",
        ),
        (
            "contacts",
            json!({ "client_id": places.client["id"], "name": "Mei", "email": "x" }),
            ErrorCode::Invalid,
            "email",
        ),
        // An id of another kind of record is no such record.
        (
            "contacts",
            json!({ "client_id": site, "name": "Mei" }),
            ErrorCode::Invalid,
            "client_id",
        ),
        (
            "assets",
            json!({ "site_id": site, "kind": "boat", "name": "A" }),
            ErrorCode::Malformed,
            "kind",
        ),
        (
            "assets",
            json!({ "site_id": "here", "kind": "server", "name": "A" }),
            ErrorCode::Malformed,
            "site_id",
        ),
        (
            "sites",
            json!({ "client_id": places.client["id"], "name": "A", "address": "B", "time_zone": "Mars" }),
            ErrorCode::Invalid,
            "time_zone",
        ),
        (
            "visits",
            json!({
                "client_id": places.client["id"], "site_id": site, "kind": "routine", "purpose": "",
                "planned_start": "2026-03-02T10:00:00Z", "planned_end": "2026-03-02T09:00:00Z",
            }),
            ErrorCode::Invalid,
            "planned_end",
        ),
        (
            "visits",
            json!({
                "client_id": places.client["id"], "site_id": site, "kind": "routine", "purpose": "",
                "planned_start": "2026-02-30T10:00:00Z", "planned_end": "2026-03-02T09:00:00Z",
            }),
            ErrorCode::Malformed,
            "planned_start",
        ),
    ] {
        let problem = add(plural, fields.clone()).refused(code);
        assert_eq!(problem["field"], field, "{plural} {fields}");
    }
    let problem = add("clients", json!({})).refused(ErrorCode::Malformed);
    assert!(text(&problem["detail"]).contains("name"), "{problem}");
    add(
        "assets",
        json!({ "site_id": site, "kind": "server", "name": "A", "claimed_tag": "B" }),
    )
    .refused(ErrorCode::Forbidden);
}

#[test]
fn an_illegal_step_is_refused() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        let call = world
            .call("PATCH", &format!("/v1/visits/{}", text(&places.visit["id"])))
            .by(&admin);
        let call = call
            .if_match(text(&places.visit["version"]))
            .json(&json!({ "fields": { "status": "closed" } }));
        let problem = call.send().refused(ErrorCode::IllegalTransition);
        assert_eq!(problem["field"], "status");
    });
}

#[test]
fn a_unique_value_is_taken_once() {
    on_each_database(|world| {
        let admin = world.admin();
        world.add(&admin, "clients", json!({ "name": "A", "code": "X" }));
        let call = world.call("POST", "/v1/clients").by(&admin).key("second");
        call.json(&json!({ "fields": { "name": "B", "code": "X" } }))
            .send()
            .refused(ErrorCode::Taken);
        // The refusal ended nothing but itself.
        world.add(&admin, "clients", json!({ "name": "B", "code": "Y" }));
    });
}

#[test]
fn a_deleted_record_is_gone_and_stays_in_the_way_of_nobody() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        let seen = world.asset(&admin, &places.here, "old");
        let path = format!("/v1/assets/{}", text(&seen["id"]));
        let rename = world
            .call("PATCH", &path)
            .by(&admin)
            .if_match(text(&seen["version"]));
        let renamed = rename
            .json(&json!({ "fields": { "name": "older" } }))
            .send()
            .ok(200);

        let delete = |version| {
            world
                .call("DELETE", &path)
                .by(&admin)
                .if_match(text(version))
                .send()
        };
        delete(&seen["version"]).refused(ErrorCode::VersionConflict);
        assert_eq!(delete(&renamed["version"]).status, 204);
        for method in ["GET", "DELETE", "PATCH"] {
            let call = world
                .call(method, &path)
                .by(&admin)
                .if_match(text(&renamed["version"]));
            call.json(&json!({ "fields": { "name": "back" } }))
                .send()
                .refused(ErrorCode::NotFound);
        }
        let listed = world.call("GET", "/v1/assets").by(&admin).send().ok(200);
        assert_eq!(listed["items"], json!([]));
    });
}

#[test]
fn the_history_says_who_changed_what() {
    on_each_database(|world| {
        let admin = world.admin();
        let client = world.add(&admin, "clients", json!({ "name": "A" }));
        let path = format!("/v1/clients/{}", text(&client["id"]));
        let call = world
            .call("PATCH", &path)
            .by(&admin)
            .if_match(text(&client["version"]));
        let changed = call.json(&json!({ "fields": { "name": "B" } })).send().ok(200);
        let history = world
            .call("GET", &format!("{path}/history"))
            .by(&admin)
            .send()
            .ok(200);
        assert_eq!(history[0]["version"], changed["version"]);
        assert_eq!(history[0]["changes"], json!({ "name": "B" }));
        assert_eq!(history[0]["user_id"], json!(admin.user));
        assert_eq!(history[1]["changes"]["name"], "A");
        assert_eq!(history.as_array().unwrap().len(), 2);
    });
}

#[test]
fn lists_come_in_pages_that_miss_and_repeat_nothing() {
    on_each_database(|world| {
        let admin = world.admin();
        let added: Vec<_> = (0..7)
            .map(|n| world.add(&admin, "clients", json!({ "name": format!("Client {n}") })))
            .collect();
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = world
                .call("GET", &format!("/v1/clients?limit=3{after}"))
                .by(&admin)
                .send()
                .ok(200);
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 3);
            found.extend(items.clone());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(found, added);
        // A page that ends with the list does not promise more.
        let whole = world.call("GET", "/v1/clients?limit=7").by(&admin).send().ok(200);
        assert!(whole.get("next").is_none());
    });
}

#[test]
fn lists_are_narrowed_down() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        let other = world.places(&admin, None);
        let ups = world.asset(&admin, &places.here, "UPS 100%");
        world.asset(&admin, &places.elsewhere, "Switch");
        let contact = world.add(
            &admin,
            "contacts",
            json!({ "client_id": places.client["id"], "name": "Mei" }),
        );
        world.add(
            &admin,
            "contacts",
            json!({ "client_id": other.client["id"], "name": "Bo" }),
        );
        let names = |path: &str| -> Vec<String> {
            let page = world.call("GET", path).by(&admin).send().ok(200);
            let items = page["items"].as_array().unwrap().clone();
            items
                .iter()
                .map(|item| text(&item["fields"]["name"]).to_owned())
                .collect()
        };
        let (client, here) = (text(&places.client["id"]), text(&places.here["id"]));
        assert_eq!(
            names(&format!("/v1/sites?client={client}")),
            ["Here", "Elsewhere"]
        );
        assert_eq!(names(&format!("/v1/assets?site={here}")), ["UPS 100%"]);
        assert_eq!(names("/v1/assets?q=100%25"), ["UPS 100%"]);
        assert_eq!(names("/v1/assets?q=_"), [""; 0]);
        assert_eq!(names("/v1/assets?status=retired"), [""; 0]);
        assert_eq!(names(&format!("/v1/contacts?parent={client}")), ["Mei"]);
        assert_eq!(contact["fields"]["name"], "Mei");
        assert_eq!(ups["fields"]["status"], "in_service");

        let visits = |query: &str| {
            let page = world
                .call("GET", &format!("/v1/visits?{query}"))
                .by(&admin)
                .send()
                .ok(200);
            page["items"].as_array().unwrap().len()
        };
        assert_eq!(visits(""), 2);
        assert_eq!(visits(&format!("client={client}&status=planned")), 1);
        assert_eq!(visits("from=2026-03-02T00:00:00Z&until=2026-03-03T00:00:00Z"), 2);
        assert_eq!(visits("from=2026-03-03T00:00:00Z"), 0);
    });
}
