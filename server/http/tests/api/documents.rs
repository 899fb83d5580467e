//! The descriptions of the API: true to the route table, for programs and for people.
use crate::world::{World, text};
use onsite_http::{openapi, routes};
use serde_json::Value;
use std::collections::BTreeSet;
use sync_protocol::codes::ErrorCode;

fn walk<'a>(value: &'a Value, see: &mut impl FnMut(&'a Value)) {
    see(value);
    match value {
        Value::Object(object) => object.values().for_each(|value| walk(value, see)),
        Value::Array(list) => list.iter().for_each(|value| walk(value, see)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = openapi();
    let mut count = 0;
    walk(document, &mut |value| {
        if let Some(target) = value.get("$ref").and_then(Value::as_str) {
            assert!(
                document.pointer(target.trim_start_matches('#')).is_some(),
                "{target}"
            );
            count += 1;
        }
    });
    assert!(count > 200, "{count}");
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let document = openapi();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let table: Vec<String> = routes::table()
        .iter()
        .map(|route| format!("{} {}", route.method(), route.path()))
        .collect();
    assert_eq!(
        table.len(),
        table.iter().collect::<BTreeSet<_>>().len(),
        "a route stands twice"
    );
    assert_eq!(described, table.into_iter().collect());
}

#[test]
fn operations_are_complete() {
    let document = openapi();
    let mut ids = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let what = format!("{method} {path}");
            assert!(
                ids.insert(text(&operation["operationId"])),
                "{what}: its id is taken"
            );
            assert!(text(&operation["summary"]).len() > 3, "{what}: about what?");
            let parameters = || operation["parameters"].as_array().into_iter().flatten();
            let named: BTreeSet<&str> = parameters()
                .filter(|one| one["in"] == "path")
                .map(|one| text(&one["name"]))
                .collect();
            let in_path: BTreeSet<&str> = path
                .split('{')
                .skip(1)
                .map(|part| part.split('}').next().unwrap())
                .collect();
            assert_eq!(named, in_path, "{what}");
            let mut all: Vec<(&str, &str)> = parameters()
                .map(|one| (text(&one["in"]), text(&one["name"])))
                .collect();
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count, "{what}: a parameter stands twice");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|status| status.starts_with('2')), "{what}");
            assert!(
                responses.contains_key("400") && responses.contains_key("500"),
                "{what}"
            );
        }
    }
}

#[test]
fn what_the_server_alone_sets_is_read_only() {
    let document = openapi();
    let visit = &document["components"]["schemas"]["Visit"]["properties"];
    assert_eq!(visit["technician_id"]["readOnly"], true);
    assert!(visit["purpose"].get("readOnly").is_none());
}

#[test]
fn the_document_and_the_page_are_served() {
    let world = World::sqlite();
    let served = world.call("GET", "/openapi.json").send().ok(200);
    assert_eq!(served, *openapi());
    assert_eq!(served["openapi"], "3.1.0");

    let page = world.call("GET", "/docs").send();
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let page = page.text();
    for route in routes::table() {
        let escaped = route.path().replace('/', "&#x2f;");
        assert!(
            page.contains(&format!("<code>{escaped}</code>")),
            "{}",
            route.path()
        );
    }
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    let mut links = 0;
    for part in page.split("href=\"#").skip(1) {
        let target = part.split('"').next().unwrap();
        assert!(
            page.contains(&format!("id=\"{target}\"")),
            "a link leads nowhere: {target}"
        );
        links += 1;
    }
    assert!(links > 500);
    let style = world.call("GET", "/docs/style.css").send();
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
}

#[test]
fn the_codes_are_told() {
    let world = World::sqlite();
    let codes = world.call("GET", "/v1/errors").send().ok(200);
    assert_eq!(codes.as_array().unwrap().len(), ErrorCode::ALL.len());
    assert_eq!(codes[0]["code"], "malformed");
    assert_eq!(codes[0]["status"], 400);
}
