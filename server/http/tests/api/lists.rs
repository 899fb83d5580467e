//! Lists: every column they say they can be sorted and narrowed down by, pages that miss and repeat nothing, and
//! what is found in them.
use crate::world::{Person, World, on_each_database, text};
use onsite_http::openapi;
use onsite_http::routes;
use onsite_model::role::Role;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

fn page(world: &World, person: &Person, path: &str) -> Value {
    world.call("GET", path).by(person).send().ok(200)
}

fn names(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| text(&item["fields"]["name"]).to_owned())
        .collect()
}

/// All of a list, page by page.
fn walk(world: &World, person: &Person, path: &str, limit: u32) -> Vec<Value> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = page(world, person, &format!("{path}&limit={limit}{after}"));
        found.extend(page["items"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return found,
        }
    }
}

/// The routes of lists with their parameters.
fn lists() -> Vec<(String, Vec<Value>)> {
    let mut all = Vec::new();
    for route in routes::table() {
        let operation = &openapi()["paths"][route.path()]["get"];
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let is_file = route.path().ends_with(".csv") || route.path().ends_with(".xlsx");
        if route.method().as_str() == "GET" && !is_file && parameters.iter().any(|one| one["name"] == "sort")
        {
            all.push((route.path().to_owned(), parameters));
        }
    }
    all
}

#[test]
fn every_list_takes_every_parameter_it_names_and_refuses_nonsense() {
    on_each_database(|world| {
        let admin = world.admin();
        let lists = lists();
        assert!(lists.len() >= 20, "{}", lists.len());
        for (path, parameters) in lists {
            for parameter in &parameters {
                let (name, schema) = (text(&parameter["name"]), &parameter["schema"]);
                if ["after", "limit", "total"].contains(&name) {
                    continue;
                }
                let good: Vec<String> = match (name, schema["type"].as_str(), schema["format"].as_str()) {
                    ("sort", ..) => schema["enum"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|one| text(one).to_owned())
                        .collect(),
                    (_, Some("boolean"), _) => vec!["true".to_owned(), "false".to_owned()],
                    (_, _, Some("date-time")) => vec!["2026-03-02T08:00:00Z".to_owned()],
                    (_, _, Some("date")) => vec!["2026-03-02".to_owned()],
                    _ => match schema["pattern"].as_str() {
                        Some(ids) if ids.contains("none") => {
                            vec![
                                admin.user.to_string(),
                                "none".to_owned(),
                                format!("{},none", admin.user),
                            ]
                        }
                        Some(ids) if ids.contains("a-f") => vec![format!("{0},{0}", admin.user)],
                        Some(words) if words.contains('|') => {
                            let words = words.trim_start_matches("^(").split(')').next().unwrap();
                            vec![words.replace('|', ",")]
                        }
                        Some(_) => vec!["1,2".to_owned()],
                        None => vec!["a".to_owned()],
                    },
                };
                for value in good {
                    let answer = world
                        .call("GET", &format!("{path}?{name}={value}&total=true"))
                        .by(&admin)
                        .send();
                    assert_eq!(answer.status, 200, "{path}?{name}={value}: {}", answer.text());
                }
                let is_free = schema["type"] == "string"
                    && schema["pattern"].is_null()
                    && schema["format"].is_null()
                    && name != "sort";
                if !is_free {
                    let answer = world
                        .call("GET", &format!("{path}?{name}=nonsense"))
                        .by(&admin)
                        .send();
                    answer.refused(ErrorCode::Malformed);
                }
            }
            let refused = world.call("GET", &format!("{path}?sort=body")).by(&admin).send();
            assert_eq!(refused.refused(ErrorCode::Malformed)["field"], "sort");
        }
    });
}

#[test]
fn a_list_is_sorted_both_ways_and_its_pages_miss_and_repeat_nothing() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        // Equal values, none, upper and lower case, Chinese.
        let tags = [
            Some("b"),
            None,
            Some("A"),
            None,
            Some("a2"),
            Some("标签"),
            Some("C"),
            None,
        ];
        for (n, tag) in tags.iter().enumerate() {
            let mut fields = json!({ "site_id": places.here["id"], "kind": "laptop", "name": "same" });
            fields["warranty_until"] = json!(format!("2027-01-0{}", n % 3 + 1));
            if let Some(tag) = tag {
                fields["tag"] = json!(tag);
            }
            world.add(&admin, "assets", fields);
        }
        let all = walk(world, &admin, "/v1/assets?sort=id", 200);
        assert_eq!(all.len(), tags.len());
        for field in [
            "tag",
            "name",
            "warranty_until",
            "seen_at",
            "kind",
            "status",
            "serial",
            "id",
        ] {
            let whole = walk(world, &admin, &format!("/v1/assets?sort={field}"), 200);
            let backwards: Vec<Value> = whole.iter().rev().cloned().collect();
            for limit in [1, 3] {
                assert_eq!(
                    walk(world, &admin, &format!("/v1/assets?sort={field}"), limit),
                    whole,
                    "{field}"
                );
                let found = walk(world, &admin, &format!("/v1/assets?sort=-{field}"), limit);
                assert_eq!(found, backwards, "-{field}");
            }
        }
        let sorted = walk(world, &admin, "/v1/assets?sort=tag", 200);
        let sorted: Vec<&str> = sorted
            .iter()
            .filter_map(|one| one["fields"]["tag"].as_str())
            .collect();
        assert_eq!(sorted, ["A", "a2", "b", "C", "标签"]);
        // A cursor is of one order alone.
        let first = page(world, &admin, "/v1/assets?sort=tag&limit=1");
        let next = format!("/v1/assets?sort=name&limit=1&after={}", text(&first["next"]));
        world
            .call("GET", &next)
            .by(&admin)
            .send()
            .refused(ErrorCode::BadCursor);
        world
            .call("GET", "/v1/assets?after=bm9uZQ")
            .by(&admin)
            .send()
            .refused(ErrorCode::BadCursor);
        assert_eq!(
            page(world, &admin, "/v1/assets?total=true&limit=2")["total"],
            json!(8)
        );
        assert!(first.get("total").is_none());
    });
}

#[test]
fn words_stand_in_the_order_of_their_meaning() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        for priority in ["urgent", "low", "normal", "high"] {
            world.add(
                &admin,
                "tickets",
                json!({ "client_id": places.client["id"], "title": priority, "priority": priority }),
            );
        }
        let found = walk(world, &admin, "/v1/tickets?sort=-priority", 1);
        let found: Vec<&str> = found.iter().map(|one| text(&one["fields"]["title"])).collect();
        assert_eq!(found, ["urgent", "high", "normal", "low"]);
        let two = page(world, &admin, "/v1/tickets?priority=urgent,low&total=true");
        assert_eq!(two["total"], json!(2));
    });
}

#[test]
fn what_is_nobodys_is_asked_for_and_paged() {
    on_each_database(|world| {
        let admin = world.admin();
        let (one, other) = (
            world.person("one@example.com", Role::Technician),
            world.person("other@example.com", Role::Technician),
        );
        let places = world.places(&admin, None);
        for n in 0..9 {
            let mut fields = json!({ "client_id": places.client["id"], "title": format!("{n}") });
            match n % 3 {
                0 => fields["assignee_id"] = json!(one.user),
                1 => fields["assignee_id"] = json!(other.user),
                _ => {}
            }
            world.add(&admin, "tickets", fields);
        }
        let found = |assignee: &str| {
            let path = format!("/v1/tickets?sort=title&assignee={assignee}");
            let titles: Vec<String> = walk(world, &admin, &path, 2)
                .iter()
                .map(|ticket| text(&ticket["fields"]["title"]).to_owned())
                .collect();
            let total = page(world, &admin, &format!("{path}&total=true"))["total"].clone();
            assert_eq!(total, json!(titles.len()));
            titles
        };
        assert_eq!(found("none"), ["2", "5", "8"]);
        assert_eq!(
            found(&format!("none,{}", one.user)),
            ["0", "2", "3", "5", "6", "8"]
        );
        assert_eq!(found(&format!("{}", other.user)), ["1", "4", "7"]);
        let file = world
            .call("GET", "/v1/tickets.csv?assignee=none")
            .by(&admin)
            .send();
        assert_eq!(file.text().lines().count(), 4);
        world
            .call("GET", "/v1/tickets?assignee=nobody")
            .by(&admin)
            .send()
            .refused(ErrorCode::Malformed);
    });
}

#[test]
fn rows_are_found_by_their_texts_and_by_those_of_what_they_belong_to() {
    on_each_database(|world| {
        let admin = world.admin();
        let client = world.add(&admin, "clients", json!({ "name": "上海浦东医院" }));
        let site = world.add(
            &admin,
            "sites",
            json!({ "client_id": client["id"], "name": "三号楼", "address": "世纪大道 1 号" }),
        );
        let asset = |name: &str, tag: &str| {
            world.add(
                &admin,
                "assets",
                json!({ "site_id": site["id"], "kind": "printer", "name": name, "tag": tag, "serial": "SN-77/1" }),
            )
        };
        let printer = asset("财务室打印机", "OS-00012");
        asset("前台电脑", "OS-00013");
        let found = |query: &str| {
            let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
            names(&page(world, &admin, &format!("/v1/assets?q={query}")))
        };
        assert_eq!(found("打印"), ["财务室打印机"]);
        assert_eq!(found("os 12"), ["财务室打印机"]);
        assert_eq!(found("浦东 财务"), ["财务室打印机"]);
        assert_eq!(found("三号楼").len(), 2);
        assert_eq!(found("sn771").len(), 2);
        assert_eq!(found("%"), [""; 0]);
        assert_eq!(found("nothing"), [""; 0]);
        let here = page(
            world,
            &admin,
            &format!("/v1/assets?client={}&total=true", text(&client["id"])),
        );
        assert_eq!(here["total"], json!(2));
        // What is written is found at once, by its new words alone.
        let call = world
            .call("PATCH", &format!("/v1/assets/{}", text(&printer["id"])))
            .by(&admin);
        let call = call.if_match(text(&printer["version"]));
        call.json(&json!({ "fields": { "name": "会议室投影" } }))
            .send()
            .ok(200);
        assert_eq!(found("打印"), [""; 0]);
        assert_eq!(found("投影"), ["会议室投影"]);
        let long = "a".repeat(201);
        world
            .call("GET", &format!("/v1/assets?q={long}"))
            .by(&admin)
            .send()
            .refused(ErrorCode::Malformed);
        // What has no texts has no such parameter.
        world
            .call("GET", "/v1/signatures?q=a")
            .by(&admin)
            .send()
            .refused(ErrorCode::UnknownField);
    });
}

#[test]
fn a_ticket_is_found_by_its_assets_and_a_technician_finds_what_they_hold() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        let near = world.asset(&admin, &places.here, "near");
        world.asset(&admin, &places.elsewhere, "far");
        let ticket = world.add(
            &admin,
            "tickets",
            json!({
                "client_id": places.client["id"], "site_id": places.here["id"], "title": "Broken",
                "asset_ids": [near["id"]],
            }),
        );
        let path = format!("/v1/tickets?asset={}", text(&near["id"]));
        assert_eq!(page(world, &admin, &path)["items"][0]["id"], ticket["id"]);
        let mine = page(world, &technician, "/v1/assets?sort=name&total=true");
        assert_eq!(
            (names(&mine), &mine["total"]),
            (vec!["near".to_owned()], &json!(1))
        );
    });
}
