//! The golden cases of compiling a sheet, which the phone's own compiler reads too: both must tell the same sheet, byte
//! for byte, because the client signs what the phone told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use onsite_model::entity::decode;
use onsite_model::language::Language;
use onsite_model::sheet_compile::{Edition, VisitRecords, compile, missing};
use onsite_model::sheet_content::Provider;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::evidence;
use uuid::Uuid;

const CASES: &str = include_str!("../../../sync-protocol/fixtures/sheet/compile.json");

fn row<E: DeserializeOwned>(value: &Value) -> E {
    decode(value.as_object().expect("an object")).expect("a row")
}

fn rows<E: DeserializeOwned>(value: &Value) -> BTreeMap<Uuid, E> {
    let all = value.as_object().expect("rows by id");
    all.iter()
        .map(|(id, body)| (id.parse().unwrap(), row(body)))
        .collect()
}

fn id(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}

fn records(value: &Value) -> VisitRecords {
    let optional = |name: &str| Some(&value[name]).filter(|given| !given.is_null());
    VisitRecords {
        visit_id: id(&value["visit"]["id"]),
        visit: row(&value["visit"]["body"]),
        client: row(&value["client"]["body"]),
        site: row(&value["site"]["body"]),
        contact: optional("contact").map(|given| row(&given["body"])),
        technician: optional("technician").map(|given| row(&given["body"])),
        tickets: rows(&value["tickets"]),
        worklog: rows(&value["worklog"]),
        inspections: rows(&value["inspections"]),
        answers: rows(&value["answers"]),
        assets: rows(&value["assets"]),
        advice: rows(&value["advice"]),
        attachments: rows(&value["attachments"]),
    }
}

fn edition(value: &Value) -> Edition {
    Edition {
        sheet_id: id(&value["sheet_id"]),
        version: serde_json::from_value(value["version"].clone()).unwrap(),
        amends: serde_json::from_value(value["amends"].clone()).unwrap(),
        language: serde_json::from_value::<Language>(value["language"].clone()).unwrap(),
        provider: serde_json::from_value::<Provider>(value["provider"].clone()).unwrap(),
    }
}

#[test]
fn the_golden_cases_hold() {
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let content = compile(&records(&case["records"]), &edition(&case["edition"]));
        let canonical = evidence::canonical(&content).unwrap();
        let told = json!({
            "content": content, "canonical": canonical, "hash": evidence::sheet_hash(&canonical),
            "missing": missing(&content),
        });
        for part in ["content", "canonical", "hash", "missing"] {
            assert_eq!(case[part], told[part], "{}: {part}", case["name"]);
        }
    }
}
