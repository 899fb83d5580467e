//! Nothing that comes over the wire upsets a decoder, or an engine that is given what it decoded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#[path = "support/kinds.rs"]
mod kinds;

use chrono::DateTime;
use kinds::KINDS;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use sync_protocol::checksum::RepairResponse;
use sync_protocol::client::{Engine, Origin};
use sync_protocol::fields_text::FieldsText;
use sync_protocol::hlc::Hlc;
use sync_protocol::merge::{Stamp, unite};
use sync_protocol::operation::{self, Numbered, Operation};
use sync_protocol::pull::{Change, PullResponse, Row};
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::version::Version;
use uuid::Uuid;

fn any_json() -> impl Strategy<Value = Value> {
    let words = select(vec![
        "put",
        "create",
        "applied",
        "0.0",
        "1.42",
        "site:a",
        "0195547f86d00000",
        "",
        "2026-03-02T01:15:30Z",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-(1_i64 << 54)..1 << 54).prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        words.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let name = prop_oneof![
            select(vec!["id", "n", "op", "set", "add", "row", "version"]).prop_map(str::to_owned),
            ".{0,4}"
        ];
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(name, inner, 0..5).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn golden_of(kind: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/messages")
        .join(kind);
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .map(|path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())
        .collect()
}

fn golden() -> Vec<Value> {
    KINDS.iter().flat_map(|kind| golden_of(kind.name)).collect()
}

/// Puts `new` in place of the value that the path of picks leads to.
fn damage(message: &mut Value, picks: &[usize], new: Value) {
    let Some((pick, rest)) = picks.split_first() else {
        *message = new;
        return;
    };
    let child = match message {
        Value::Object(fields) if !fields.is_empty() => {
            let nth = pick % fields.len();
            fields.values_mut().nth(nth)
        }
        Value::Array(items) if !items.is_empty() => {
            let nth = pick % items.len();
            items.get_mut(nth)
        }
        _ => None,
    };
    match child {
        Some(child) => damage(child, rest, new),
        None => *message = new,
    }
}

fn any_message() -> impl Strategy<Value = Value> {
    let damaged =
        (select(golden()), vec(any::<usize>(), 1..5), any_json()).prop_map(|(mut message, picks, new)| {
            damage(&mut message, &picks, new);
            message
        });
    prop_oneof![1 => any_json(), 4 => damaged]
}

/// Reads `message` as a `T`, if it is one; then it is the same after being written and read again.
fn read<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(message: &Value) -> Option<T> {
    let read: T = serde_json::from_value(message.clone()).ok()?;
    let text = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), read);
    Some(read)
}

fn row<B>(body: B) -> Row<B> {
    Row {
        id: Uuid::from_u128(2),
        entity: "note".to_owned(),
        bucket: "catalogue".to_owned(),
        version: 7,
        body,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_message_upsets_a_decoder(message in any_message()) {
        for kind in KINDS {
            // What can be read is the same after being written and read again; that is asked inside.
            let _ = (kind.round_trip)(&message);
        }
        read::<Numbered>(&message);
        read::<Change>(&message);
        read::<Row>(&message);
        read::<Stamp>(&message);
        let canonical = serde_json_canonicalizer::to_vec(&message).unwrap();
        prop_assert_eq!(operation::hash(&message), hex::encode(Sha256::digest(canonical)));
    }

    #[test]
    fn no_bytes_upset_the_reader_of_a_push(
        push in select(golden_of("push_request")), at: Index, cut in 0..40usize, new in vec(any::<u8>(), 0..12),
    ) {
        let mut bytes = serde_json::to_vec(&push).unwrap();
        let from = at.index(bytes.len());
        let to = (from + cut).min(bytes.len());
        bytes.splice(from..to, new);
        let whole = serde_json::from_slice::<PushRequest>(&bytes).ok();
        let one_by_one = PushRequest::read(&bytes).ok();
        prop_assert!(one_by_one.is_some() || whole.is_none(), "an operation refused the push");
        if let Some(whole) = whole {
            prop_assert_eq!(one_by_one, Some(whole));
        }
    }

    #[test]
    fn a_row_passed_on_as_text_says_what_its_fields_say(body in any_json()) {
        let read = FieldsText::read(body.to_string());
        let Value::Object(fields) = body else {
            prop_assert!(read.is_err(), "fields are an object");
            return Ok(());
        };
        let text = read.unwrap();
        prop_assert_eq!(&text, &FieldsText::of(&fields).unwrap());
        prop_assert_eq!(&text.fields().unwrap(), &fields);
        let told = serde_json::to_string(&Change::Put(row(text))).unwrap();
        prop_assert_eq!(serde_json::from_str::<Change>(&told).unwrap(), Change::Put(row(fields)));
    }

    #[test]
    fn no_text_upsets_a_decoder(text in any::<String>(), digits in "[0-9a-fA-F.+-]{0,24}") {
        for text in [text, digits] {
            if let Ok(version) = text.parse::<Version>() {
                prop_assert_eq!(version.to_string().parse(), Ok(version));
            }
            if let Ok(hlc) = Hlc::try_from(text.clone()) {
                prop_assert_eq!(String::from(hlc), text.clone());
            }
            prop_assert!(serde_json::from_str::<Operation>(&text).is_err());
            prop_assert!(FieldsText::read(text).is_err());
        }
    }

    #[test]
    fn whatever_a_set_is_told_it_stays_a_set(now in any_json(), change in any_json()) {
        if let Some(set) = unite(&now, &change) {
            let again = unite(&set, &change);
            prop_assert_eq!(again, Some(set), "saying it twice says no more");
        }
    }

    #[test]
    fn no_answer_upsets_an_engine(answers in vec((any_message(), any::<bool>()), 1..12)) {
        let (stream, row) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut engine = Engine::new(stream);
        let mut edits = 0;
        for (mut answer, mine) in answers {
            let origin = Origin::new(Uuid::from_u128(100 + edits), DateTime::UNIX_EPOCH);
            edits += 1;
            let fields = json!({"answer": edits.to_string()}).as_object().unwrap().clone();
            if engine.create(origin.clone(), "note", row, fields.clone()).is_err() {
                let _ = engine.update(origin, row, fields);
            }
            let request = engine.next_push(DateTime::UNIX_EPOCH, 5, 10_000);
            if let (true, Some(receipts), Some(request)) = (mine, answer.get_mut("receipts"), &request) {
                // Receipts that fit, so that they get past the first doubt.
                for (receipt, sent) in receipts.as_array_mut().into_iter().flatten().zip(&request.operations) {
                    if let Some(receipt) = receipt.as_object_mut() {
                        receipt.insert("n".to_owned(), sent["n"].clone());
                        receipt.insert("operation".to_owned(), sent["op"]["id"].clone());
                    }
                }
            }
            if let (Some(response), Some(request)) = (read::<PushResponse>(&answer), &request) {
                engine.on_push(request, response);
            }
            if let Some(page) = read::<PullResponse>(&answer) {
                let request = engine.next_pull(10);
                engine.on_pull(&request, page);
            }
            if let (Some(response), Some(request)) = (read::<RepairResponse>(&answer), engine.next_repair()) {
                engine.on_repair(&request, response);
            }
            if let Some(own) = engine.continues() {
                prop_assert!(own.through > 0 && engine.needs_new_stream());
            }
            if engine.needs_new_stream() {
                engine.renumber(Uuid::from_u128(1000 + edits));
            }
            engine.prune(DateTime::UNIX_EPOCH);
            let unsent = engine.operations().iter().filter(|entry| entry.settled.is_none()).count();
            prop_assert_eq!(engine.status().pending, unsent);
            prop_assert!(engine.list("note").len() + engine.parked().len() < 10);
            let text = serde_json::to_string(&engine).unwrap();
            prop_assert_eq!(serde_json::from_str::<Engine>(&text).unwrap(), engine.clone());
        }
    }
}
