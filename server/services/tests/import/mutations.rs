//! Whatever becomes of a file on its way, reading it ends in rows.
use crate::world::{World, fixture_bytes, on_each_database};
use onsite_services::import::{self, Format, Target};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const INVENTORIES: &[&str] = &[
    "glpi/laptop.json",
    "glpi/server.json",
    "glpi/switch.json",
    "glpi/printer.json",
    "glpi/phone.json",
    "glpi/access_point.json",
    "glpi/workstation_old.json",
    "glpi/network_old.json",
];
const LISTS: &[&str] = &[
    "snipe_it/assets.csv",
    "snipe_it/assets_zh.csv",
    "snipe_it/bad_rows.csv",
];

/// A change to some bytes: overwritten, removed, or doubled.
#[derive(Debug, Clone)]
enum Cut {
    Overwrite(prop::sample::Index, u8),
    Remove(prop::sample::Index, usize),
    Double(prop::sample::Index, usize),
}

fn cut() -> impl Strategy<Value = Cut> {
    prop_oneof![
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Cut::Overwrite(at, byte)),
        (any::<prop::sample::Index>(), 1..200_usize).prop_map(|(at, length)| Cut::Remove(at, length)),
        (any::<prop::sample::Index>(), 1..200_usize).prop_map(|(at, length)| Cut::Double(at, length)),
    ]
}

fn mutated(mut bytes: Vec<u8>, cuts: &[Cut]) -> Vec<u8> {
    for cut in cuts {
        if bytes.is_empty() {
            break;
        }
        match cut {
            Cut::Overwrite(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Cut::Remove(at, length) => {
                let at = at.index(bytes.len());
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Cut::Double(at, length) => {
                let at = at.index(bytes.len());
                let piece = bytes[at..(at + length).min(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

/// Any JSON value.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        "\\PC{0,12}".prop_map(Value::from),
        "[0-9]{1,30} ?(MB|GB|TB|kHz)?".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z0-9]{1,6}", inner, 0..5).prop_map(|fields| json!(fields)),
        ]
    })
}

/// Puts `new` somewhere in the tree; `path` says where.
fn replace(tree: &mut Value, path: &[prop::sample::Index], new: Value) {
    let count = match &*tree {
        Value::Array(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => 0,
    };
    let (Some((first, rest)), true) = (path.split_first(), count > 0) else {
        *tree = new;
        return;
    };
    let child = match tree {
        Value::Array(items) => items.get_mut(first.index(count)),
        Value::Object(fields) => fields.values_mut().nth(first.index(count)),
        _ => None,
    };
    if let Some(child) = child {
        replace(child, rest, new);
    }
}

/// A fixture with broken bytes, or an inventory with values of any shape in it.
fn broken_file() -> impl Strategy<Value = (Format, Vec<u8>)> {
    let bytes = (
        prop::sample::select([INVENTORIES, LISTS].concat()),
        prop::collection::vec(cut(), 1..6),
    )
        .prop_map(|(name, cuts)| (format_of(name), mutated(fixture_bytes(name), &cuts)));
    let paths = prop::collection::vec(any::<prop::sample::Index>(), 1..5);
    let shapes = (
        prop::sample::select(INVENTORIES),
        prop::collection::vec((paths, value()), 1..8),
    );
    prop_oneof![
        bytes,
        shapes.prop_map(|(name, changes)| (Format::Glpi, reshaped(name, changes)))
    ]
}

fn format_of(name: &str) -> Format {
    if name.starts_with("glpi") {
        Format::Glpi
    } else {
        Format::SnipeIt
    }
}

fn reshaped(name: &str, changes: Vec<(Vec<prop::sample::Index>, Value)>) -> Vec<u8> {
    let mut tree: Value = serde_json::from_slice(&fixture_bytes(name)).unwrap();
    for (path, new) in changes {
        replace(&mut tree, &path, new);
    }
    tree.to_string().into_bytes()
}

proptest! {
    #[test]
    fn a_broken_file_never_stops_a_read((format, bytes) in broken_file()) {
        let rows = import::read_bytes("broken", &bytes, format, None).unwrap();
        for draft in rows.iter().filter_map(|row| row.read.as_ref().ok()) {
            prop_assert!(!draft.key.is_empty());
            prop_assert!(draft.fields["name"].as_str().is_some_and(|name| !name.trim().is_empty()));
        }
        prop_assert_eq!(rows, import::read_bytes("broken", &bytes, format, None).unwrap());
    }
}

#[tokio::test]
async fn whatever_was_read_can_be_run_and_run_again() {
    on_each_database(async |world: &World| {
        world.client("Acme", "ACME", "HQ").await;
        let mut runner = TestRunner::deterministic();
        for _ in 0..120 {
            let (format, bytes) = broken_file().new_tree(&mut runner).unwrap().current();
            let rows = import::read_bytes("broken", &bytes, format, None).unwrap();
            let target = Target {
                client: Some("ACME".to_owned()),
                site: None,
            };
            let plan = world.try_plan(rows.clone(), target.clone()).await.unwrap();
            let planned = plan.report().counts;
            let done = world.run(plan).await;
            let input = String::from_utf8_lossy(&bytes);
            assert_eq!(done.counts, planned, "the dry run had told it: {done:?}\n{input}");
            let again = world.try_plan(rows, target).await.unwrap().report();
            assert_eq!(
                (again.counts.created, again.counts.updated),
                (0, 0),
                "{again:?}\n{input}"
            );
        }
    })
    .await;
}
