//! Whatever becomes of a file on its way, reading it ends in rows.
use crate::world::fixture_bytes;
use onsite_services::import::{self, Format};
use proptest::prelude::*;
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
const LISTS: &[&str] = &["snipe_it/assets.csv", "snipe_it/assets_zh.csv", "snipe_it/bad_rows.csv"];

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

fn read(name: &str, bytes: &[u8], format: Format) -> usize {
    let rows = import::read_bytes(name, bytes, format, None).unwrap();
    for row in &rows {
        if let Ok(draft) = &row.read {
            assert!(!draft.key.is_empty());
            assert!(draft.fields["name"].as_str().is_some_and(|name| !name.trim().is_empty()));
        }
    }
    rows.len()
}

proptest! {
    #[test]
    fn broken_bytes_never_stop_a_read(
        name in prop::sample::select([INVENTORIES, LISTS].concat()),
        cuts in prop::collection::vec(cut(), 1..12),
    ) {
        let format = if name.starts_with("glpi") { Format::Glpi } else { Format::SnipeIt };
        let bytes = mutated(fixture_bytes(name), &cuts);
        prop_assert!(read(name, &bytes, format) >= 1 || format == Format::SnipeIt);
    }

    #[test]
    fn sections_of_any_shape_never_stop_a_read(
        name in prop::sample::select(INVENTORIES),
        changes in prop::collection::vec((prop::collection::vec(any::<prop::sample::Index>(), 1..5), value()), 1..8),
    ) {
        let mut tree: Value = serde_json::from_slice(&fixture_bytes(name)).unwrap();
        for (path, new) in changes {
            replace(&mut tree, &path, new);
        }
        read(name, tree.to_string().as_bytes(), Format::Glpi);
    }

    #[test]
    fn reading_is_the_same_every_time(name in prop::sample::select([INVENTORIES, LISTS].concat()), cuts in prop::collection::vec(cut(), 0..4)) {
        let format = if name.starts_with("glpi") { Format::Glpi } else { Format::SnipeIt };
        let bytes = mutated(fixture_bytes(name), &cuts);
        let again = || import::read_bytes(name, &bytes, format, None).unwrap();
        prop_assert_eq!(again(), again());
    }
}
