//! What decides merges beside the merge itself: the steps of every state machine as somebody last read them, ids that
//! follow from what they are about, names of buckets; and the converters on anything at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use chrono::DateTime;
use onsite_model::bucket::Bucket;
use onsite_model::entity::EntityKind;
use onsite_model::ids::{derived_id, natural_id, new_id};
use onsite_model::inspection_answer::InspectionAnswer;
use onsite_model::schema_version::{down, up, up_stored};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use sync_protocol::Fields;
use sync_protocol::SCHEMA;
use sync_protocol::merge::Stamps;
use sync_protocol::policy::Policy;
use uuid::Uuid;

/// Every word that is a state somewhere.
const STATES: &[&str] = &[
    "aborted",
    "absent",
    "accepted",
    "acknowledged",
    "assigned",
    "attempted",
    "cancelled",
    "closed",
    "declined",
    "dismissed",
    "done",
    "draft",
    "due",
    "finished",
    "in_progress",
    "in_repair",
    "in_service",
    "missing",
    "new",
    "on_site",
    "open",
    "pending",
    "planned",
    "presented",
    "proposed",
    "refused",
    "reopened",
    "resolved",
    "retired",
    "scheduled",
    "signed",
    "solved",
    "spare",
    "travelling",
    "unreachable",
];

#[test]
fn state_machines_take_the_steps_that_were_approved_and_no_others() {
    let mut told = String::new();
    for kind in EntityKind::ALL {
        for field in kind.spec().fields {
            let Policy::Status(legal) = field.policy else {
                continue;
            };
            for from in STATES {
                let to: Vec<&str> = STATES.iter().copied().filter(|to| legal(from, to)).collect();
                if !to.is_empty() {
                    writeln!(told, "{} {}: {from} -> {}", kind.name(), field.name, to.join(" ")).unwrap();
                }
            }
            assert!(!legal("", "") && !legal("nonsense", STATES[0]), "{}", kind.name());
        }
    }
    let approved = include_str!("steps.txt");
    assert!(
        told == approved,
        "the steps changed; read them, and if they are right, make this steps.txt:\n{told}"
    );
}

#[test]
fn ids_follow_from_what_they_are_about() {
    let inspection = Uuid::from_u128(0x018f_3a5e_7c00_7000_8000_0000_0000_0091);
    // RFC 9562, section 5.5: the same on every phone, in every language.
    assert_eq!(natural_id(inspection, "load"), Uuid::new_v5(&inspection, b"load"));
    assert_eq!(
        InspectionAnswer::id(inspection, "load"),
        natural_id(inspection, "load")
    );
    assert_ne!(natural_id(inspection, "load"), natural_id(inspection, "Load"));

    let at = |seconds| DateTime::from_timestamp(seconds, 250_000_000).unwrap();
    let (early, late) = (
        derived_id(at(1_795_000_000), inspection, "x"),
        derived_id(at(1_795_000_001), inspection, "x"),
    );
    assert_eq!(early, derived_id(at(1_795_000_000), inspection, "x"));
    assert!(early < late, "sorted by when it happened");
    assert_ne!(early, derived_id(at(1_795_000_000), inspection, "y"));
    let millis = |id: Uuid| id.as_u128() >> 80;
    for id in [early, new_id(at(1_795_000_000))] {
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        assert_eq!(millis(id), 1_795_000_000_250);
    }
    assert_ne!(new_id(at(0)), new_id(at(0)));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let name = select(vec!["name", "quantity", "part", "add", "by", ""]).prop_map(str::to_owned);
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(name, inner, 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Fields as a faulty app might send them, with those the converters look at among them.
fn any_fields() -> impl Strategy<Value = Fields> {
    let name = prop_oneof![
        select(vec!["part", "parts", "quantity", "text", "kind"]).prop_map(str::to_owned),
        ".{0,6}"
    ];
    btree_map(name, any_json(), 0..6).prop_map(|fields| fields.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the item is called: two phones that answer it make one row, and no other item's answer is that row.
    #[test]
    fn an_answer_has_one_id_on_every_phone(key in any::<u128>(), item in ".{1,40}", other in ".{1,40}") {
        let inspection = Uuid::from_u128(key);
        let id = |item: &str| {
            // Through the text of a message, which is all that phones and server share.
            let text = json!({"inspection_id": inspection, "item": item}).to_string();
            let fields: Fields = serde_json::from_str(&text).unwrap();
            EntityKind::InspectionAnswer.decode(&fields).unwrap().natural_id()
        };
        prop_assert_eq!(id(&item), Some(Uuid::new_v5(&inspection, item.as_bytes())));
        prop_assert_eq!(id(&item) == id(&other), item == other);
    }

    #[test]
    fn no_fields_upset_a_converter(
        kind in select(EntityKind::ALL.to_vec()), given in any_fields(), schema in 0..SCHEMA + 2,
    ) {
        let entity = kind.name();
        let newest = up(entity, schema, given.clone());
        let again = up(entity, schema, newest.clone());
        prop_assert_eq!(&again, &newest, "twice is as once");
        // What no step is about stays as it is.
        let touched: BTreeSet<&str> = ["part", "parts", "quantity"].into();
        for turned in [&newest, &down(entity, schema, given.clone())] {
            for (name, value) in given.iter().filter(|(name, _)| !touched.contains(name.as_str())) {
                prop_assert_eq!(turned.get(name), Some(value));
            }
        }
        let (stored, _) = up_stored(entity, given.clone(), Stamps::new());
        prop_assert_eq!(&stored, &up(entity, 0, given));
        // Whatever comes out, it is a record or is refused by name.
        if let Err(invalid) = kind.decode(&newest) {
            prop_assert!(!invalid.to_string().is_empty());
        }
    }

    #[test]
    fn a_bucket_is_known_by_its_name_alone(text in "[a-z]{0,9}:?[0-9a-f-]{0,36}|.{0,20}", id: u128) {
        if let Ok(bucket) = text.parse::<Bucket>() {
            prop_assert_eq!(bucket.to_string().parse::<Bucket>().ok(), Some(bucket));
        }
        let id = Uuid::from_u128(id);
        for bucket in [Bucket::Catalogue, Bucket::Archive, Bucket::User(id), Bucket::Device(id), Bucket::Client(id), Bucket::Site(id)] {
            prop_assert_eq!(bucket.to_string().parse::<Bucket>().ok(), Some(bucket));
        }
    }
}

#[test]
fn a_part_that_says_nothing_is_no_part() {
    let turned = |given: Value| Value::Object(up("worklog_entry", 1, given.as_object().unwrap().clone()));
    assert_eq!(
        turned(json!({"part": null, "quantity": null})),
        json!({"parts": null})
    );
    assert_eq!(
        turned(json!({"quantity": 2})),
        json!({"parts": [{"quantity": 2}]})
    );
    let back = |given: Value| Value::Object(down("worklog_entry", 1, given.as_object().unwrap().clone()));
    assert_eq!(back(json!({"parts": [{"name": "", "quantity": 0}]})), json!({}));
    assert_eq!(back(json!({"parts": []})), json!({}));
    assert_eq!(
        back(json!({"parts": [{"name": "SSD", "quantity": 1}, {"name": "cable", "quantity": 4}]})),
        json!({"part": "SSD ×1, cable ×4", "quantity": 1})
    );
}
