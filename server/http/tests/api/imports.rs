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
