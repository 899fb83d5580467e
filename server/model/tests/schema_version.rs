//! The golden cases of the schema versions, and what must hold of every step.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use onsite_model::entity::EntityKind;
use onsite_model::schema_version::{down, up, up_stored};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::merge::Stamp;
use sync_protocol::{Fields, SCHEMA};
use uuid::Uuid;

const CASES: &[&str] = &[include_str!(
    "../../../sync-protocol/fixtures/schema/worklog_entry_2.json"
)];

fn fields(value: &Value) -> Fields {
    value.as_object().expect("an object").clone()
}

#[test]
fn the_golden_cases_hold() {
    for text in CASES {
        let file: Value = serde_json::from_str(text).unwrap();
        let entity = file["entity"].as_str().unwrap();
        let before = u32::try_from(file["schema"].as_u64().unwrap()).unwrap() - 1;
        for case in file["up"].as_array().unwrap() {
            let newest = up(entity, before, fields(&case["old"]));
            assert_eq!(Value::Object(newest.clone()), case["new"], "up: {case:#}");
            assert_eq!(up(entity, before, newest.clone()), newest, "twice is as once");
        }
        for case in file["down"].as_array().unwrap() {
            let old = down(entity, before, fields(&case["new"]));
            assert_eq!(Value::Object(old), case["old"], "down: {case:#}");
        }
    }
}

#[test]
fn the_newest_shape_stays_as_it_is() {
    for kind in EntityKind::ALL {
        let given = fields(&json!({"part": "one nobody knows", "parts": [{"name": "SSD", "quantity": 1}]}));
        assert_eq!(up(kind.name(), SCHEMA, given.clone()), given);
        assert_eq!(down(kind.name(), SCHEMA, given.clone()), given);
    }
}

/// What an older app wrote, it reads again; and it is the row that the newest app would have written.
#[test]
fn what_an_older_app_writes_comes_back_to_it() {
    let rest = json!({"visit_id": Uuid::from_u128(1), "author_id": Uuid::from_u128(2), "kind": "part",
                      "at": "2026-11-20T02:00:00Z", "text": ""});
    for quantity in [1, 2, 10_000] {
        for name in ["SSD", "网线 ×2", ", "] {
            let mut old = fields(&rest);
            old.insert("part".to_owned(), json!(name));
            old.insert("quantity".to_owned(), json!(quantity));
            let mut native = fields(&rest);
            native.insert("parts".to_owned(), json!([{"name": name, "quantity": quantity}]));
            let turned = up("worklog_entry", 1, old.clone());
            let record = |fields: &Fields| EntityKind::WorklogEntry.decode(fields).unwrap();
            assert_eq!(record(&turned), record(&native));
            record(&turned).validate().unwrap();
            assert_eq!(down("worklog_entry", 1, turned), old);
        }
    }
}

/// A stored row's new field was written when the last of those it replaced was.
#[test]
fn stamps_go_with_the_fields() {
    let stamp = |version| Stamp {
        version,
        stream: Uuid::from_u128(1),
        operation: Uuid::from_u128(2),
    };
    let body = fields(&json!({"kind": "part", "part": "SSD", "quantity": 1}));
    let names = [("kind", 3), ("part", 3), ("quantity", 5)];
    let stamps: BTreeMap<_, _> = names
        .map(|(name, version)| (name.to_owned(), stamp(version)))
        .into();
    let (body, stamps) = up_stored("worklog_entry", body, stamps.into_iter().collect());
    assert_eq!(body["parts"], json!([{"name": "SSD", "quantity": 1}]));
    let left: BTreeMap<_, _> = stamps.into_iter().collect();
    assert_eq!(
        left,
        [("kind", 3), ("parts", 5)]
            .map(|(name, version)| (name.to_owned(), stamp(version)))
            .into()
    );
}
