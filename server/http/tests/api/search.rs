//! Search over everything, and who calls.
use crate::world::{Person, World, on_each_database, text};
use onsite_model::role::Role;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

fn search(world: &World, person: &Person, query: &str) -> Value {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    world
        .call("GET", &format!("/v1/search?q={query}"))
        .by(person)
        .send()
        .ok(200)
}

/// Kind and title of every hit.
fn hits(found: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for group in found["groups"].as_array().unwrap() {
        for hit in group["hits"].as_array().unwrap() {
            all.push((text(&group["kind"]).to_owned(), text(&hit["title"]).to_owned()));
        }
    }
    all
}

fn pair(kind: &str, title: &str) -> (String, String) {
    (kind.to_owned(), title.to_owned())
}

#[test]
fn everything_is_found_by_what_people_know_of_it() {
    on_each_database(|world| {
        let admin = world.admin();
        let client = world.add(&admin, "clients", json!({ "name": "上海浦东医院", "code": "PD" }));
        let site = world.add(
            &admin,
            "sites",
            json!({ "client_id": client["id"], "name": "三号楼", "address": "世纪大道 1 号" }),
        );
        world.add(
            &admin,
            "contacts",
            json!({ "client_id": client["id"], "name": "王小明", "phone": "+86 138-0013-8000" }),
        );
        world.add(
            &admin,
            "assets",
            json!({
                "site_id": site["id"], "kind": "server", "name": "财务服务器", "tag": "OS-00012",
                "serial": "SN 77/1", "details": { "hostname": "fin-srv-01" },
            }),
        );
        let ticket = world.add(
            &admin,
            "tickets",
            json!({ "client_id": client["id"], "site_id": site["id"], "title": "打印机卡纸" }),
        );
        let number = text(&ticket["fields"]["number"]);
        world.visit(&admin, &client, &site);

        let asset = pair("asset", "OS-00012 · 财务服务器");
        for query in ["财务", "OS-00012", "os12", "sn771", "FIN SRV", "fin-srv-01"] {
            let found = hits(&search(world, &admin, query));
            let expected = query != "os12";
            assert_eq!(found.contains(&asset), expected, "{query}: {found:?}");
        }
        let contact = pair("contact", "王小明");
        for query in [
            "小明",
            "138 0013 8000",
            "13800138000",
            "0013-8000",
            "+86 (138) 00138000",
        ] {
            assert_eq!(
                hits(&search(world, &admin, query)),
                std::slice::from_ref(&contact),
                "{query}"
            );
        }
        assert_eq!(
            hits(&search(world, &admin, "浦东")),
            [pair("client", "上海浦东医院")]
        );
        assert_eq!(hits(&search(world, &admin, "三号")), [pair("site", "三号楼")]);
        let found = search(world, &admin, number);
        assert_eq!(hits(&found), [pair("ticket", &format!("{number} · 打印机卡纸"))]);
        let hit = &found["groups"][0]["hits"][0];
        assert_eq!(
            (&hit["client"], &hit["site"]),
            (&json!("上海浦东医院"), &json!("三号楼"))
        );
        assert_eq!(hits(&search(world, &admin, "nothing")), []);
        world
            .call("GET", "/v1/search?q=")
            .by(&admin)
            .send()
            .refused(ErrorCode::Malformed);
    });
}

#[test]
fn the_whole_word_comes_first_and_the_newest_of_equals() {
    on_each_database(|world| {
        let admin = world.admin();
        for name in ["New Acme", "Acme", "Acme Trading", "Acme Consulting"] {
            world.add(&admin, "clients", json!({ "name": name }));
        }
        let found = search(world, &admin, "acme");
        let titles: Vec<String> = hits(&found).into_iter().map(|(_, title)| title).collect();
        assert_eq!(titles, ["Acme", "Acme Consulting", "Acme Trading", "New Acme"]);
        let found = world
            .call("GET", "/v1/search?q=acme&hits=2")
            .by(&admin)
            .send()
            .ok(200);
        assert_eq!(hits(&found).len(), 2);
        assert_eq!(found["groups"][0]["more"], json!(true));
    });
}

#[test]
fn a_technician_finds_what_they_hold_and_no_more() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, Some(&technician));
        world.asset(&admin, &places.here, "printer near");
        world.asset(&admin, &places.elsewhere, "printer far");
        let assets = |person: &Person| hits(&search(world, person, "printer"));
        assert_eq!(assets(&technician), [pair("asset", "printer near")]);
        assert_eq!(assets(&admin).len(), 2);
    });
}

#[test]
fn a_caller_is_known_by_their_number_with_what_is_open() {
    on_each_database(|world| {
        let admin = world.admin();
        let support = world.person("support@example.com", Role::Support);
        let technician = world.person("tech@example.com", Role::Technician);
        let places = world.places(&admin, None);
        let client = &places.client;
        let contact = world.add(
            &admin,
            "contacts",
            json!({ "client_id": client["id"], "name": "Mei", "phone": "021-5555 1234 转 8" }),
        );
        world.asset(&admin, &places.here, "UPS");
        let ticket = |title: &str| {
            world.add(
                &admin,
                "tickets",
                json!({ "client_id": client["id"], "title": title }),
            )
        };
        let open = ticket("open");
        let gone = ticket("gone");
        let call = world
            .call("PATCH", &format!("/v1/tickets/{}", text(&gone["id"])))
            .by(&admin);
        let call = call.if_match(text(&gone["version"]));
        call.json(&json!({ "fields": { "status": "cancelled" } }))
            .send()
            .ok(200);
        for phone in [
            "%2B86%2021%205555%201234",
            "02155551234",
            "5555-1234",
            "(021)55551234x12",
        ] {
            let found = world
                .call("GET", &format!("/v1/callers?phone={phone}"))
                .by(&support)
                .send()
                .ok(200);
            assert_eq!(found["callers"].as_array().unwrap().len(), 1, "{phone}");
            let caller = &found["callers"][0];
            assert_eq!(caller["contact"]["id"], contact["id"]);
            assert_eq!(caller["client"]["id"], client["id"]);
            assert_eq!(caller["open_tickets"].as_array().unwrap().len(), 1);
            assert_eq!(caller["open_tickets"][0]["id"], open["id"]);
            assert_eq!(
                (&caller["asset_count"], caller["sites"].as_array().unwrap().len()),
                (&json!(1), 2)
            );
        }
        let nobody = |person: &Person, phone: &str| {
            world
                .call("GET", &format!("/v1/callers?phone={phone}"))
                .by(person)
                .send()
        };
        assert_eq!(nobody(&support, "02155551235").ok(200)["callers"], json!([]));
        // A technician who was never there does not know them.
        assert_eq!(nobody(&technician, "02155551234").ok(200)["callers"], json!([]));
        nobody(&support, "12345").refused(ErrorCode::Invalid);
    });
}
