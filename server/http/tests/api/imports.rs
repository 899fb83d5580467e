//! Imports over HTTP: columns guessed, a dry run, the run itself with its outcome, and the same again.
use crate::world::{Person, World, on_each_database, text};
use onsite_model::role::Role;
use serde_json::{Value, json};
use std::time::Duration;
use sync_protocol::codes::ErrorCode;

const LIST: &str = "公司,位置,资产标签,名称,Serial,Colour\n\
                    上海浦东医院,三号楼,OS-1,财务打印机,SN1,red\n\
                    上海浦东医院,三号楼,OS-2,=前台电脑,SN2,blue\n\
                    上海浦东医院,三号楼,OS-2,双胞胎,SN3,blue\n";

fn post(world: &World, person: &Person, key: &str, query: &str, file: &str) -> Value {
    let call = world
        .call("POST", &format!("/v1/imports?{query}"))
        .by(person)
        .key(key);
    call.bytes("application/octet-stream", file.as_bytes())
        .send()
        .ok(200)
}

/// Asks until the import has ended.
fn ended(world: &World, person: &Person, begun: &Value) -> Value {
    let path = format!("/v1/imports/{}", text(&begun["id"]));
    loop {
        let stands = world.call("GET", &path).by(person).send().ok(200);
        if stands["state"] != "running" {
            return stands;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn rows(world: &World, person: &Person, import: &Value, query: &str) -> Value {
    let path = format!("/v1/imports/{}/rows?{query}", text(&import["id"]));
    world.call("GET", &path).by(person).send().ok(200)
}

#[test]
fn a_file_is_tried_run_and_the_same_again_changes_nothing() {
    on_each_database(|world| {
        let admin = world.admin();
        let assets = || {
            world
                .call("GET", "/v1/assets?total=true")
                .by(&admin)
                .send()
                .ok(200)["total"]
                .clone()
        };
        let guessed = world.call("POST", "/v1/import-columns").by(&admin);
        let guessed = guessed.bytes("text/csv", LIST.as_bytes()).send().ok(200);
        let fields: Vec<Option<&str>> = guessed["columns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["field"].as_str())
            .collect();
        let expected = [
            Some("client"),
            Some("site"),
            Some("asset_tag"),
            Some("name"),
            Some("serial"),
            None,
        ];
        assert_eq!(fields, expected);
        assert_eq!(guessed["columns"][3]["sample"], "财务打印机");

        let query = "format=csv&file_name=list.csv";
        let tried = ended(
            world,
            &admin,
            &post(world, &admin, "try", &format!("{query}&dry_run=true"), LIST),
        );
        assert_eq!(
            (&tried["state"], &tried["counts"]["created"]),
            (&json!("done"), &json!(2)),
            "{tried}"
        );
        assert_eq!(assets(), json!(0));

        let run = ended(world, &admin, &post(world, &admin, "run", query, LIST));
        assert_eq!(
            (&run["state"], &run["total"], &run["done"]),
            (&json!("done"), &json!(3), &json!(3))
        );
        assert_eq!(run["counts"]["created"], json!(2));
        assert_eq!(assets(), json!(2));
        let first = rows(world, &admin, &run, "limit=2");
        assert_eq!(
            (first["items"].as_array().unwrap().len(), &first["total"]),
            (2, &json!(3))
        );
        let next = rows(
            world,
            &admin,
            &run,
            &format!("limit=2&after={}", text(&first["next"])),
        );
        assert!(next.get("next").is_none());
        assert_eq!(next["items"][0]["outcome"], "duplicate");
        assert_eq!(rows(world, &admin, &run, "outcome=created")["total"], json!(2));
        let path = format!("/v1/imports/{}/outcome.csv", text(&run["id"]));
        let csv = world
            .call("GET", &path)
            .by(&admin)
            .header("Accept-Language", "zh-CN")
            .send();
        assert!(csv.text().starts_with("\u{feff}行,结果"), "{}", csv.text());
        assert!(csv.text().contains("财务打印机"));

        // A retry under the same key is the same import; the same file anew changes nothing.
        assert_eq!(post(world, &admin, "run", query, LIST)["id"], run["id"]);
        let again = ended(world, &admin, &post(world, &admin, "again", query, LIST));
        assert_eq!(
            (&again["counts"]["unchanged"], &again["counts"]["created"]),
            (&json!(2), &json!(0))
        );
        let all = world.call("GET", "/v1/imports").by(&admin).send().ok(200);
        assert_eq!(all.as_array().unwrap().len(), 3);
        assert!(all.as_array().unwrap().iter().any(|one| one["id"] == again["id"]));
    });
}

#[test]
fn columns_are_mapped_by_hand_and_what_makes_no_sense_is_told() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        let file = "Inventar,Bezeichnung\nOS-7,Drucker\n";
        let mapping = r#"{"Inventar":"asset_tag","Bezeichnung":"name"}"#;
        let mapping: String = form_urlencoded::byte_serialize(mapping.as_bytes()).collect();
        let query = format!(
            "format=csv&file_name=a.csv&mapping={mapping}&client={}&site={}",
            text(&places.client["id"]),
            text(&places.here["id"])
        );
        let run = ended(world, &admin, &post(world, &admin, "mapped", &query, file));
        assert_eq!(run["counts"]["created"], json!(1), "{run}");
        let found = world.call("GET", "/v1/assets?tag=OS-7").by(&admin).send().ok(200);
        assert_eq!(found["items"][0]["fields"]["name"], "Drucker");

        let lost = ended(
            world,
            &admin,
            &post(
                world,
                &admin,
                "lost",
                "format=csv&file_name=a.csv&client=nobody",
                file,
            ),
        );
        assert_eq!(lost["state"], "failed");
        assert!(!text(&lost["error"]).is_empty());
        assert_eq!(rows(world, &admin, &lost, "")["items"], json!([]));
        let bad = world.call(
            "POST",
            "/v1/imports?format=csv&file_name=a&mapping=%7B%22a%22%3A%22b%22%7D",
        );
        let bad = bad
            .by(&admin)
            .key("bad")
            .bytes("text/csv", file.as_bytes())
            .send();
        assert_eq!(bad.refused(ErrorCode::Invalid)["field"], "mapping");
        let support = world.person("support@example.com", Role::Support);
        let call = world
            .call("POST", "/v1/imports?format=csv&file_name=a")
            .by(&support)
            .key("no");
        call.bytes("text/csv", file.as_bytes())
            .send()
            .refused(ErrorCode::Forbidden);
    });
}

/// The assets as a file, as the console gives it out.
fn exported(world: &World, person: &Person, tongue: &str) -> String {
    let call = world.call("GET", "/v1/assets.csv?zone=Asia/Shanghai").by(person);
    call.header("Accept-Language", tongue).send().text()
}

/// Brings a list in and returns the import with its rows.
fn brought(world: &World, person: &Person, key: &str, dry: bool, file: &str) -> (Value, Value) {
    let query = format!("format=csv&file_name=assets.csv&dry_run={dry}");
    let import = ended(world, person, &post(world, person, key, &query, file));
    assert_eq!(import["state"], "done", "{import}");
    let found = rows(world, person, &import, "");
    (import["counts"].clone(), found["items"].clone())
}

/// Two clients of one name, each with two sites of one name, and assets whose words a careless reader would take for
/// something else.
fn assets_hard_to_read(world: &World, admin: &Person) {
    for turn in 0..2 {
        let client = world.add(admin, "clients", json!({ "name": "Twin  Ltd" }));
        for half in 0..2 {
            let site = json!({ "client_id": client["id"], "name": "Hall", "address": "1 Long Road" });
            let site = world.add(admin, "sites", site);
            let tag = format!("OS-{turn}{half}");
            let full = json!({
                "site_id": site["id"], "kind": "other", "name": "=monitor arm", "tag": tag, "serial": "N/A",
                "manufacturer": "'+1  Maker", "model": "Laptop, 14\"", "quantity": 12, "location": "Server room",
                "status": "in_repair", "purchased_on": "2025-01-31", "warranty_until": "2028-01-31",
                "notes": "-first\n\n  second, with \"marks\"  ", "seen_at": "2026-03-02T08:00:00Z",
                "details": { "columns": { "Colour": "red" } },
            });
            let whole = world.add(admin, "assets", full);
            let part =
                json!({ "site_id": site["id"], "kind": "ups", "name": "备用", "parent_id": whole["id"] });
            world.add(admin, "assets", part);
        }
    }
}

#[test]
fn what_goes_out_comes_back_unchanged_in_both_languages() {
    on_each_database(|world| {
        let admin = world.admin();
        assets_hard_to_read(world, &admin);
        for tongue in ["en", "zh-CN"] {
            let file = exported(world, &admin, tongue);
            let (counts, rows) = brought(world, &admin, &format!("try-{tongue}"), true, &file);
            assert_eq!(
                (&counts["rows"], &counts["unchanged"]),
                (&json!(8), &json!(8)),
                "{rows}"
            );
            assert_eq!(counts["kept"], 0, "{rows}");
            let (counts, _) = brought(world, &admin, &format!("run-{tongue}"), false, &file);
            assert_eq!(counts["unchanged"], 8);
            assert_eq!(exported(world, &admin, tongue), file, "nothing was written");
        }
    });
}

#[test]
fn a_changed_cell_changes_its_row_unless_somebody_was_there_since() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        let [server, switch] =
            ["The server", "The switch"].map(|name| world.asset(&admin, &places.here, name));
        let file = exported(world, &admin, "en");
        let changed = file.replace("The server", "The new server");
        let (counts, rows) = brought(world, &admin, "try", true, &changed);
        assert_eq!(
            (&counts["updated"], &counts["unchanged"]),
            (&json!(1), &json!(1)),
            "{rows}"
        );
        assert_eq!(rows[0]["notes"], json!(["~ Name: The server → The new server"]));
        brought(world, &admin, "run", false, &changed);
        let now = world.read(&admin, "assets", &server["id"]);
        assert_eq!(now["fields"]["name"], "The new server");
        assert_eq!(now["fields"].get("source"), None, "it is the person's own edit");
        assert_eq!(
            world.read(&admin, "assets", &switch["id"])["version"],
            switch["version"]
        );

        // Whoever changed the older list has not seen the new name.
        let older = file
            .replace("The server", "Another name")
            .replace("Here", "Elsewhere");
        let (counts, rows) = brought(world, &admin, "older", false, &older);
        assert_eq!(
            (&counts["updated"], &counts["kept"]),
            (&json!(2), &json!(1)),
            "{rows}"
        );
        let now = world.read(&admin, "assets", &server["id"]);
        assert_eq!(now["fields"]["name"], "The new server");
        assert_eq!(now["fields"]["site_id"], places.elsewhere["id"]);
    });
}

#[test]
fn a_list_of_ours_names_places_of_ours_and_its_rows_say_what_is_wrong() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        let other = world.add(&admin, "clients", json!({ "name": "Other Dental" }));
        for _ in 0..2 {
            let site = json!({ "client_id": other["id"], "name": "Annex", "address": "2 Long Road" });
            world.add(&admin, "sites", site);
        }
        world.asset(&admin, &places.here, "The server");
        let file = exported(world, &admin, "zh-CN");
        let (header, line) = file.split_once("\r\n").unwrap();
        let line = line.trim_end();
        let (shown, _) = line.rsplit_once(',').unwrap();
        let fresh =
            |client: &str, site: &str, tag: &str| format!("{client},{site},{tag},Fresh,台式机,,,,,,,,,,,,");
        let lines = [
            line.replace("Bright Dental", "Brihgt Dental"),
            fresh("Brihgt Dental", "Here", "OS-1"),
            fresh("Bright Dental", "Hier", "OS-2"),
            fresh("Other Dental", "Annex", "OS-3"),
            fresh("Bright Dental", "Elsewhere", "OS-4"),
            fresh("Bright Dental", "Here", "OS-5").replace("台式机", "电脑桌"),
            line.replace('/', "?"),
            format!("{shown},019cad8f-ac0e-7ebf-8faf-9d8279ab971c/1.1"),
        ];
        let list = format!("{header}\r\n{}\r\n", lines.join("\r\n"));
        let (counts, rows) = brought(world, &admin, "run", false, &list);
        let told: Vec<(&str, &str)> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                (
                    text(&row["outcome"]),
                    row["notes_zh"][0].as_str().unwrap_or_default(),
                )
            })
            .collect();
        let kinds = "台式机、笔记本电脑、服务器、交换机、路由器、防火墙、无线接入点、打印机、UPS、摄像头、电话、显示器、存储设备、其他";
        let expected = [
            ("refused", "! 客户 “Brihgt Dental”: 没有此名称的客户".to_owned()),
            ("refused", "! 客户 “Brihgt Dental”: 没有此名称的客户".to_owned()),
            (
                "refused",
                "! 站点 “Hier”: 客户“Bright Dental”没有此名称的站点".to_owned(),
            ),
            (
                "refused",
                "! 站点 “Annex”: 客户“Other Dental”有 2 个站点，请指明是哪一个".to_owned(),
            ),
            ("created", String::new()),
            ("refused", format!("! 类型 “电脑桌”: 只能是：{kinds}")),
        ];
        for (told, expected) in told.iter().zip(&expected) {
            assert_eq!(told.0, expected.0, "{told:?}");
            assert!(told.1.starts_with(&expected.1), "{told:?}, not {expected:?}");
        }
        assert_eq!(told.len(), 8);
        assert!(
            told[6..].iter().all(|row| row.1.starts_with("! Onsite 记录 “")),
            "{told:?}"
        );
        assert_eq!(
            (&counts["clients_created"], &counts["sites_created"]),
            (&json!(0), &json!(0))
        );
        let found = world.call("GET", "/v1/assets?tag=OS-4").by(&admin).send().ok(200);
        assert_eq!(found["items"][0]["fields"]["site_id"], places.elsewhere["id"]);
    });
}
