//! The annotated cases under `fixtures/merge`: every client decides them alike.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use serde::Deserialize;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use sync_protocol::Fields;
use sync_protocol::merge::{
    Clash, Current, Incoming, Merged, NOBODY, Side, Stamp, Stamps, adopt, deletes, merge,
};
use sync_protocol::policy::{EntitySpec, FieldSpec, Policy};
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// What the name leaves open.
    #[serde(default)]
    why: Option<String>,
    fields: BTreeMap<String, Field>,
    current: Fields,
    stamps: BTreeMap<String, CaseStamp>,
    incoming: CaseIncoming,
    #[serde(default)]
    value_at_base: Fields,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Field {
    policy: String,
    #[serde(default)]
    group: Option<String>,
    /// The legal ones, for the policy `status`.
    #[serde(default)]
    steps: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseStamp {
    version: u64,
    stream: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseIncoming {
    set: Fields,
    base: u64,
    own_stream: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    changes: Fields,
    clashes: Vec<ExpectedClash>,
    united: BTreeSet<String>,
    concurrent: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedClash {
    group: String,
    current: Fields,
    incoming: Fields,
    #[serde(default)]
    seen: Fields,
    stands: Side,
}

thread_local! {
    /// A status policy is a plain function; the steps of the case at hand reach it this way.
    static STEPS: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

fn legal(from: &str, to: &str) -> bool {
    STEPS.with_borrow(|steps| steps.iter().any(|(a, b)| a == from && b == to))
}

fn policy(field: &Field) -> Policy {
    match field.policy.as_str() {
        "device" => Policy::Device,
        "office" => Policy::Office,
        "server" => Policy::Server,
        "append" => Policy::Append,
        "text" => Policy::Text,
        "set" => Policy::Set,
        "delta" => Policy::Delta,
        "status" => Policy::Status(legal),
        "claim" => Policy::Claim,
        other => panic!("no such policy: {other}"),
    }
}

/// Streams go by words in the cases.
fn stream(word: &str) -> Uuid {
    if word == "nobody" {
        NOBODY
    } else {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, word.as_bytes())
    }
}

/// A specification lives as long as the program.
fn spec(fields: &BTreeMap<String, Field>) -> EntitySpec {
    let leaked = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let fields: Vec<FieldSpec> = fields
        .iter()
        .map(|(name, field)| FieldSpec {
            name: leaked(name),
            policy: policy(field),
            group: field.group.as_deref().map(leaked),
        })
        .collect();
    EntitySpec {
        name: "case",
        fields: Box::leak(fields.into_boxed_slice()),
    }
}

fn stamps(written: &BTreeMap<String, CaseStamp>) -> Stamps {
    let stamp = |stamp: &CaseStamp| Stamp {
        version: stamp.version,
        stream: stream(&stamp.stream),
        operation: Uuid::from_u128(stamp.version.into()),
    };
    written
        .iter()
        .map(|(field, one)| (field.clone(), stamp(one)))
        .collect()
}

fn decide(case: &Case) -> Merged {
    let steps = case
        .fields
        .values()
        .flat_map(|field| field.steps.clone())
        .collect();
    STEPS.set(steps);
    let stamps = stamps(&case.stamps);
    merge(
        &spec(&case.fields),
        Current {
            body: &case.current,
            stamps: &stamps,
        },
        Incoming {
            set: &case.incoming.set,
            base: case.incoming.base,
            own_stream: case.incoming.own_stream.as_deref().map(stream),
        },
        |field| case.value_at_base.get(field).cloned(),
    )
}

fn cases() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/merge");
    let mut cases = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let theme = path.file_stem().unwrap().to_string_lossy().into_owned();
        let read: Vec<Case> = serde_json::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        cases.extend(read.into_iter().map(|case| (theme.clone(), case)));
    }
    cases
}

#[test]
fn every_case_is_decided_as_written() {
    for (theme, case) in cases() {
        let merged = decide(&case);
        let clash = |c: &ExpectedClash| Clash {
            group: c.group.clone(),
            current: c.current.clone(),
            incoming: c.incoming.clone(),
            seen: c.seen.clone(),
            stands: c.stands,
        };
        let expected = Merged {
            changes: case.expected.changes.clone(),
            clashes: case.expected.clashes.iter().map(clash).collect(),
            united: case.expected.united.clone(),
            concurrent: case.expected.concurrent,
        };
        let why = case.why.as_deref().unwrap_or_default();
        assert_eq!(merged, expected, "{theme}: {}. {why}", case.name);
    }
}

#[test]
fn every_deletion_is_decided_as_written() {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Deletion {
        name: String,
        #[serde(default)]
        why: Option<String>,
        fields: BTreeMap<String, Field>,
        stamps: BTreeMap<String, CaseStamp>,
        incoming: By,
        deleted: bool,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct By {
        base: u64,
        own_stream: Option<String>,
    }
    let cases: Vec<Deletion> = serde_json::from_str(include_str!("../fixtures/deletions.json")).unwrap();
    for case in cases {
        let own_stream = case.incoming.own_stream.as_deref().map(stream);
        let decided = deletes(
            &spec(&case.fields),
            &stamps(&case.stamps),
            case.incoming.base,
            own_stream,
        );
        let why = case.why.as_deref().unwrap_or_default();
        assert_eq!(decided, case.deleted, "{}. {why}", case.name);
    }
}

#[test]
fn a_device_knows_its_own_work_of_earlier_streams_and_not_its_twins() {
    let written = |version, by: &str| CaseStamp {
        version,
        stream: by.to_owned(),
    };
    let row = stamps(&BTreeMap::from([
        ("mine".to_owned(), written(6, "before")),
        ("my_last".to_owned(), written(7, "before")),
        ("twins".to_owned(), written(8, "before")),
        ("others".to_owned(), written(6, "other phone")),
    ]));
    let adopted = adopt(&row, stream("phone"), &[(stream("before"), 7)]);
    let by = |field: &str| adopted[field].stream;
    assert_eq!(by("mine"), stream("phone"));
    assert_eq!(by("my_last"), stream("phone"));
    assert_eq!(by("twins"), stream("before"));
    assert_eq!(by("others"), stream("other phone"));
    assert_eq!(adopted["mine"].version, 6);
    assert_eq!(adopt(&row, stream("phone"), &[]), row);
}

#[test]
fn every_policy_has_cases() {
    let used: BTreeSet<String> = cases()
        .into_iter()
        .flat_map(|(_, case)| case.fields.into_values().map(|field| field.policy))
        .collect();
    let all = [
        "append", "claim", "delta", "device", "office", "server", "set", "status", "text",
    ];
    assert_eq!(used, all.map(str::to_owned).into());
}

#[test]
fn case_names_are_their_own() {
    let mut seen = BTreeSet::new();
    for (theme, case) in cases() {
        assert!(
            seen.insert((theme.clone(), case.name.clone())),
            "twice: {theme}: {}",
            case.name
        );
    }
}

#[test]
fn a_united_text_is_nobodys_and_other_changes_are_their_authors() {
    let merged = Merged {
        changes: json!({"notes": "a b", "room": "B2"}).as_object().unwrap().clone(),
        united: ["notes".to_owned()].into(),
        ..Merged::default()
    };
    let (author, operation) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let stamps = merged.stamps(9, author, operation);
    assert_eq!(
        stamps["notes"],
        Stamp {
            version: 9,
            stream: NOBODY,
            operation
        }
    );
    assert_eq!(
        stamps["room"],
        Stamp {
            version: 9,
            stream: author,
            operation
        }
    );
    assert_eq!(stamps.len(), 2, "{}", Value::Object(merged.changes));
}
