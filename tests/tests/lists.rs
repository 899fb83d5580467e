//! Lists that go out and come back, through the real binary over real HTTP, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use onsite_tests::live::demo::PASSWORD;
use onsite_tests::live::{Api, Server};
use onsite_tests::{Database, Kind};
use serde_json::{Value, json};
use std::time::Duration;

/// What bringing a list in would do.
fn tried(api: &Api, key: &str, list: &str) -> Value {
    let answer = api
        .send(
            "POST",
            "/v1/imports?format=csv&file_name=assets.csv&dry_run=true",
            &[("Idempotency-Key", key)],
            Some(("text/csv", list.as_bytes())),
        )
        .unwrap();
    let begun = answer.json().unwrap();
    let path = format!("/v1/imports/{}", begun["id"].as_str().expect("an import"));
    loop {
        let stands = api.get(&path).unwrap();
        if stands["state"] != "running" {
            assert_eq!(stands["state"], "done", "{stands}");
            return stands["counts"].clone();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn demos_assets_come_back(database: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").to_string_lossy().into_owned();
    let mut arguments = vec!["demo", "--dir", data.as_str()];
    arguments.extend(database.iter().flat_map(|address| ["--database", address]));
    let server = Server::start(&arguments, &[], &folder.path().join("server.log")).unwrap();
    let nobody = Api::new(&server.url());
    let (api, _) = nobody.login("dispatch@demo.example", PASSWORD).unwrap();
    for tongue in ["en", "zh-CN"] {
        let path = "/v1/assets.csv?zone=Asia/Shanghai";
        let answer = api
            .send("GET", path, &[("Accept-Language", tongue)], None)
            .unwrap();
        let list = String::from_utf8(answer.body).unwrap();
        let rows = list.lines().count() - 1;
        assert!(rows > 200, "{rows} assets");
        let counts = tried(&api, &format!("{tongue}-as-it-is"), &list);
        assert_eq!(
            (&counts["rows"], &counts["unchanged"]),
            (&json!(rows), &json!(rows)),
            "{counts}"
        );
        assert_eq!(counts["kept"], 0, "{counts}");
        let changed = list.replacen("PowerEdge", "PowerEdge (old)", 1);
        let counts = tried(&api, &format!("{tongue}-changed"), &changed);
        assert_eq!(
            (&counts["updated"], &counts["unchanged"]),
            (&json!(1), &json!(rows - 1)),
            "{counts}"
        );
    }
}

#[test]
fn the_demos_assets_on_sqlite() {
    demos_assets_come_back(None);
}

#[test]
fn the_demos_assets_on_postgres() {
    if let Some(database) = Database::create(Kind::Postgres) {
        demos_assets_come_back(Some(&database.url()));
    }
}
