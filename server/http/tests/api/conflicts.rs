//! What phone and office disagree about, and what a phone's work could not be applied to.
use crate::sync::{push, update};
use crate::world::{on_each_database, text};
use onsite_model::role::Role;
use serde_json::json;
use sync_protocol::codes::ErrorCode;

#[test]
fn a_conflict_is_listed_decided_and_taken_up_again() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let asset = world.asset(&admin, &places.here, "before");
        let path = format!("/v1/assets/{}", text(&asset["id"]));
        let call = world
            .call("PATCH", &path)
            .by(&admin)
            .if_match(text(&asset["version"]));
        call.json(&json!({ "fields": { "name": "office" } }))
            .send()
            .ok(200);
        let phone = update(
            1,
            &asset["id"],
            text(&asset["version"]),
            json!({ "name": "phone" }),
        );
        let pushed = push(world, &technician, &[phone]);
        assert_eq!(pushed["receipts"][0]["outcome"], "conflict");

        let query = format!("/v1/conflicts?status=open&row={}", text(&asset["id"]));
        let open = || world.call("GET", &query).by(&admin).send().ok(200)["items"].clone();
        let conflict = open()[0].clone();
        assert_eq!(
            conflict["fields"]["current"]["values"],
            json!({ "name": "office" })
        );
        assert_eq!(
            conflict["fields"]["incoming"]["values"],
            json!({ "name": "phone" })
        );

        let base = format!("/v1/conflicts/{}", text(&conflict["id"]));
        let post = |tail: &str, key: &str, body: serde_json::Value| {
            let seen = world.read(&admin, "conflicts", &conflict["id"])["version"].clone();
            world
                .call("POST", &format!("{base}/{tail}"))
                .by(&admin)
                .key(key)
                .if_match(text(&seen))
                .json(&body)
                .send()
        };
        post("resolve", "a", json!({ "choice": "other" })).refused(ErrorCode::Invalid);
        post("resolve", "b", json!({ "choice": "neither" })).refused(ErrorCode::Malformed);
        post(
            "resolve",
            "c",
            json!({ "choice": "other", "values": { "serial": "x" } }),
        )
        .refused(ErrorCode::UnknownField);
        let chosen = post(
            "resolve",
            "d",
            json!({ "choice": "other", "values": { "name": "both" } }),
        )
        .ok(200);
        assert_eq!(chosen["fields"]["status"], "resolved");
        assert_eq!(
            world.read(&admin, "assets", &asset["id"])["fields"]["name"],
            "both"
        );
        assert_eq!(open(), json!([]));
        post("resolve", "e", json!({ "choice": "keep_current" })).refused(ErrorCode::IllegalTransition);
        assert_eq!(post("undo", "f", json!({})).ok(200)["fields"]["status"], "open");
        assert_eq!(open()[0]["id"], conflict["id"]);
        // A decision is about the values its maker saw.
        world
            .call("POST", &format!("{base}/resolve"))
            .by(&admin)
            .key("h")
            .if_match(text(&conflict["version"]))
            .json(&json!({ "choice": "take_incoming" }))
            .send()
            .refused(ErrorCode::VersionConflict);
        let by_technician = world
            .call("POST", &format!("{base}/undo"))
            .by(&technician)
            .if_match(text(&conflict["version"]))
            .key("g");
        by_technician.send().refused(ErrorCode::Forbidden);
    });
}

#[test]
fn many_conflicts_are_counted_filtered_and_decided_in_one_step() {
    on_each_database(|world| {
        let admin = world.admin();
        let dispatcher = world.person("dispatch@example.com", Role::Dispatcher);
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let assets: Vec<_> = (0..3)
            .map(|n| world.asset(&admin, &places.here, &format!("a{n}")))
            .collect();
        let mut phone = Vec::new();
        for (n, asset) in (1..).zip(&assets) {
            let path = format!("/v1/assets/{}", text(&asset["id"]));
            let call = world
                .call("PATCH", &path)
                .by(&admin)
                .if_match(text(&asset["version"]));
            call.json(&json!({ "fields": { "name": "office" } }))
                .send()
                .ok(200);
            let set = json!({ "name": "phone" });
            phone.push(update(n, &asset["id"], text(&asset["version"]), set));
        }
        push(world, &technician, &phone);

        let get = |path: &str| world.call("GET", path).by(&dispatcher).send().ok(200);
        let counts = || get("/v1/conflict-counts");
        assert_eq!(
            (&counts()["total"], &counts()["quarantined"]),
            (&json!(3), &json!(0))
        );
        assert_eq!(counts()["sites"], json!([{ "id": places.here["id"], "open": 3 }]));
        assert_eq!(counts()["authors"], json!([{ "id": technician.user, "open": 3 }]));
        let found = |query: &str| {
            get(&format!("/v1/conflicts?{query}"))["items"]
                .as_array()
                .unwrap()
                .len()
        };
        assert_eq!(
            found(&format!("author={}&entity=asset&kind=field", technician.user)),
            3
        );
        assert_eq!(found(&format!("site={}", text(&places.elsewhere["id"]))), 0);
        assert_eq!(found("entity=ticket"), 0);

        let open = get("/v1/conflicts?status=open")["items"].clone();
        let mut seen: Vec<_> = open
            .as_array()
            .unwrap()
            .iter()
            .map(|one| json!({ "id": one["id"], "version": one["version"] }))
            .collect();
        // Of the last one the dispatcher saw an older version.
        seen[2]["version"] = json!("1.1");
        let decided = world
            .call("POST", "/v1/conflict-decisions")
            .by(&dispatcher)
            .key("bulk")
            .json(&json!({ "conflicts": seen, "choice": "keep_current" }))
            .send()
            .ok(200)["decided"]
            .clone();
        assert!(decided[0]["version"].is_string() && decided[1]["version"].is_string());
        assert_eq!(decided[2]["code"], json!(ErrorCode::VersionConflict));
        assert_eq!(counts()["total"], 1);
        let names: Vec<_> = assets
            .iter()
            .map(|asset| world.read(&admin, "assets", &asset["id"])["fields"]["name"].clone())
            .collect();
        assert_eq!(names.iter().filter(|name| **name == json!("office")).count(), 2);
    });
}

#[test]
fn work_outside_the_authors_scope_is_kept_and_applied_by_a_dispatcher() {
    on_each_database(|world| {
        let admin = world.admin();
        let dispatcher = world.person("dispatch@example.com", Role::Dispatcher);
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let far = world.asset(&admin, &places.elsewhere, "before");
        let work = |n, name: &str| {
            update(
                n,
                &far["id"],
                text(&far["version"]),
                json!({ "name": name, "serial": "S" }),
            )
        };
        let pushed = push(world, &technician, &[work(1, "first"), work(2, "second")]);
        assert_eq!(pushed["receipts"][0]["outcome"], "quarantined");
        assert_eq!(pushed["receipts"][0]["reason"], "unknown_row");

        let list = |query: &str| {
            world
                .call("GET", &format!("/v1/quarantine{query}"))
                .by(&dispatcher)
                .send()
                .ok(200)["items"]
                .clone()
        };
        let kept = list("");
        assert_eq!(kept.as_array().unwrap().len(), 2);
        let of = |n: u64| {
            kept.as_array()
                .unwrap()
                .iter()
                .find(|one| one["n"] == n)
                .unwrap()
                .clone()
        };
        assert_eq!(of(1)["operation"]["set"]["name"], "first");
        assert_eq!(of(1)["user_id"], json!(technician.user));
        let post = |n: u64, tail: &str, key: &str, body: serde_json::Value| {
            let path = format!("/v1/quarantine/{}/{tail}", text(&of(n)["id"]));
            world
                .call("POST", &path)
                .by(&dispatcher)
                .key(key)
                .json(&body)
                .send()
        };
        post(1, "apply", "a", json!({ "set": { "claimed_tag": "X" } })).refused(ErrorCode::Forbidden);
        let applied = post(
            1,
            "apply",
            "b",
            json!({ "set": { "serial": null }, "reason": "seen" }),
        )
        .ok(200);
        assert_eq!(applied["decision"]["applied"], true);
        assert_eq!(applied["decision"]["user_id"], json!(dispatcher.user));
        let asset = world.read(&admin, "assets", &far["id"]);
        assert_eq!(asset["fields"]["name"], "first");
        assert!(asset["fields"].get("serial").is_none());
        post(1, "discard", "c", json!({ "reason": "late" })).refused(ErrorCode::IllegalTransition);

        post(2, "discard", "d", json!({ "reason": " " })).refused(ErrorCode::Invalid);
        let discarded = post(2, "discard", "e", json!({ "reason": "twice" })).ok(200);
        assert_eq!(discarded["decision"]["reason"], "twice");
        assert_eq!(list(""), json!([]));
        assert_eq!(list("?decided=true").as_array().unwrap().len(), 2);

        // What was given up can be had back; what was applied can't, that way.
        post(1, "undo", "f", json!({})).refused(ErrorCode::IllegalTransition);
        let again = post(2, "undo", "g", json!({})).ok(200);
        assert!(again.get("decision").is_none());
        assert_eq!(again["operation"], of(2)["operation"]);
        assert_eq!(list("").as_array().unwrap().len(), 1);
        post(2, "undo", "h", json!({})).refused(ErrorCode::IllegalTransition);
        let told = world
            .call("GET", "/v1/audit-entries?action=quarantine_restored")
            .by(&admin)
            .send()
            .ok(200);
        assert_eq!(told["items"].as_array().unwrap().len(), 1);
        post(2, "discard", "i", json!({ "reason": "after all" })).ok(200);
        assert_eq!(
            world.read(&admin, "assets", &far["id"])["fields"]["name"],
            "first"
        );
    });
}

#[test]
fn what_was_decided_is_listed_the_last_decision_first_and_page_by_page() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let mut decided = Vec::new();
        for n in 1..=3 {
            let asset = world.asset(&admin, &places.here, "before");
            world
                .call("PATCH", &format!("/v1/assets/{}", text(&asset["id"])))
                .by(&admin)
                .if_match(text(&asset["version"]))
                .json(&json!({ "fields": { "name": "office" } }))
                .send()
                .ok(200);
            let phone = json!({ "name": "phone" });
            let pushed = push(
                world,
                &technician,
                &[update(n, &asset["id"], text(&asset["version"]), phone)],
            );
            decided.push(pushed["receipts"][0]["conflicts"][0].clone());
        }
        // Not in the order they were opened in.
        decided.swap(0, 1);
        for (n, conflict) in decided.iter().enumerate() {
            world.pass(chrono::TimeDelta::minutes(1));
            let seen = world.read(&admin, "conflicts", conflict)["version"].clone();
            world
                .call("POST", &format!("/v1/conflicts/{}/resolve", text(conflict)))
                .by(&admin)
                .key(&n.to_string())
                .if_match(text(&seen))
                .json(&json!({ "choice": "keep_current" }))
                .send()
                .ok(200);
        }
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let path = format!("/v1/conflicts?status=resolved&sort=-decided_at&limit=1{after}");
            let page = world.call("GET", &path).by(&admin).send().ok(200);
            found.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one["id"].clone()),
            );
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        decided.reverse();
        assert_eq!(found, decided);
        let file = world
            .call("GET", "/v1/conflicts.csv?sort=-decided_at")
            .by(&admin)
            .send()
            .text();
        assert!(
            file.lines().nth(1).unwrap().contains("tech"),
            "whose value came in: {file}"
        );
    });
}
