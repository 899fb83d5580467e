//! What comes over the wire against a whole server: operations, batches, cursors and repairs that are damaged or made up
//! each get their one answer, upset nothing, and leave what is stored readable. `PROPTEST_CASES` makes the run longer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use chrono::TimeDelta;
use onsite_model::entity::EntityKind;
use onsite_services::push::Pushed;
use onsite_services::repair;
use onsite_store::{devices, sums};
use onsite_tests::ground::Ground;
use onsite_tests::{Database, Kind};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::checksum::RepairRequest;
use sync_protocol::codes::ErrorCode;
use sync_protocol::pull::PullRequest;
use sync_protocol::push::{MAX_OPERATIONS, PushRequest};
use sync_protocol::receipt::Outcome;
use sync_protocol::version::Version;
use sync_protocol::{PROTOCOL, SCHEMA};
use uuid::Uuid;

fn any_json() -> impl Strategy<Value = Value> {
    let words = select(vec![
        "create",
        "update",
        "delete",
        "0.0",
        "1.9",
        "asset",
        "closed",
        "2026-11-18T08:00:00Z",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        any::<u128>().prop_map(|id| json!(Uuid::from_u128(id))),
        words.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let name = prop_oneof![
            select(vec!["add", "remove", "by", "id", "size", "name", "deleted"]).prop_map(str::to_owned),
            ".{0,4}"
        ];
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(name, inner, 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// How an operation is damaged: the value that a path of picks leads to is replaced.
type Damage = (Vec<Index>, Value);

fn damage(value: &mut Value, picks: &[Index], new: &Value) {
    let child = match (picks.first(), &mut *value) {
        (Some(pick), Value::Object(fields)) if !fields.is_empty() => {
            let nth = pick.index(fields.len());
            fields.values_mut().nth(nth)
        }
        (Some(pick), Value::Array(members)) if !members.is_empty() => {
            let nth = pick.index(members.len());
            members.get_mut(nth)
        }
        _ => None,
    };
    match child {
        Some(child) => damage(child, &picks[1..], new),
        None => *value = new.clone(),
    }
}

/// Which good operation a damaged one is made of, how often it is damaged, and where.
fn any_operation() -> impl Strategy<Value = (Index, Vec<Damage>)> {
    (any::<Index>(), vec((vec(any::<Index>(), 0..5), any_json()), 0..4))
}

/// Operations of every kind a phone sends, on the rows it holds.
fn good(ground: &Ground, row: Uuid) -> Vec<Value> {
    let (visit, asset, ticket) = (ground.visit, ground.assets[0], ground.ticket);
    let body = |entity: &str, row: Uuid, kind: &str, set: Value| {
        json!({"id": Uuid::nil(), "entity": entity, "row": row, "kind": kind, "base": "1.30", "set": set,
               "occurred_at": "2026-11-18T08:00:00Z", "hlc": "0195547fa2f80001", "deps": [], "group": null})
    };
    vec![
        body(
            "asset",
            asset,
            "update",
            json!({"location": "rack", "notes": "one\ntwo", "quantity": {"by": 3}, "tag": "OS-2"}),
        ),
        body(
            "asset",
            row,
            "create",
            json!({"site_id": ground.site, "kind": "ups", "name": "new", "tag": "OS-1", "details": {"a": [1]}}),
        ),
        body("asset", ground.assets[1], "delete", json!({})),
        body("asset", asset, "update", json!({"manufacturer": "HP"})),
        body(
            "ticket",
            ticket,
            "update",
            json!({"status": "in_progress", "asset_ids": {"add": [asset], "remove": []}, "description": "a\nB"}),
        ),
        body(
            "visit",
            visit,
            "update",
            json!({"status": "accepted", "arrived_at": "2026-11-18T08:00:00Z", "solution": "done"}),
        ),
        body(
            "worklog_entry",
            row,
            "create",
            json!({"ticket_id": ticket, "author_id": ground.phones[2].user, "kind": "note",
            "at": "2026-11-18T08:00:00Z", "text": "looked", "parts": [{"name": "SSD", "quantity": 1}]}),
        ),
        body(
            "inspection",
            row,
            "create",
            json!({"visit_id": visit, "asset_id": asset, "template_id": row}),
        ),
        body(
            "service_sheet",
            row,
            "create",
            json!({"visit_id": visit, "version": 1, "status": "draft", "canonical": "{}", "hash": "ab"}),
        ),
        body(
            "signature",
            row,
            "create",
            json!({"sheet_id": row, "party": "client", "name": "Li", "hash": "ab", "strokes": [], "nonce": "n"}),
        ),
        body(
            "attachment",
            row,
            "create",
            json!({"owner_id": asset, "file_name": "a.jpg", "media_type": "image/jpeg",
            "sha256": "0".repeat(64), "size": 9, "taken_at": "2026-11-18T08:00:00Z"}),
        ),
        body(
            "contact",
            row,
            "create",
            json!({"client_id": row, "name": "Wang", "phone": "1", "email": "a@example.com"}),
        ),
        body(
            "advice",
            row,
            "create",
            json!({"visit_id": visit, "asset_id": asset, "severity": "low", "text": "replace it"}),
        ),
    ]
}

fn push(
    ground: &mut Ground,
    stream: Uuid,
    made: &[(Index, Vec<Damage>)],
    n: &mut u64,
) -> Result<Vec<Outcome>, TestCaseError> {
    // Somebody else works on the same, so that there is something to merge with.
    let asset = ground.assets[0];
    if !ground.row(asset).deleted {
        ground.desk_edit(EntityKind::Asset, asset, json!({"name": format!("ups {n}")}));
    }
    ground.now += TimeDelta::seconds(1);
    let now = ground.now;
    let mut operations = Vec::new();
    for (pick, damages) in made {
        let row = ground.dice.id(now);
        let templates = good(ground, row);
        let mut op = templates[pick.index(templates.len())].clone();
        op["id"] = json!(ground.dice.id(now));
        for (picks, new) in damages {
            damage(&mut op, picks, new);
        }
        operations.push(json!({"n": *n + operations.len() as u64, "op": op}));
    }
    let sent = operations.len();
    let request = PushRequest {
        protocol: PROTOCOL,
        schema: SCHEMA,
        stream,
        sent_at: now,
        operations,
        standing: None,
    };
    let response = ground
        .office
        .push(ground.phones[2].device, request.clone(), now)
        .unwrap();
    prop_assert_eq!(response.receipts.len(), sent, "{:?}", request.operations);
    for (receipt, sent) in response.receipts.iter().zip(&request.operations) {
        let detail = receipt.detail.as_deref().unwrap_or_default();
        prop_assert!(!detail.contains("could not apply this"), "it panicked: {sent:#}");
        prop_assert_eq!(
            receipt.outcome == Outcome::Quarantined,
            receipt.reason.is_some(),
            "{}",
            sent
        );
    }
    *n += sent as u64;
    // The same again is answered the same.
    let again = ground.office.push(ground.phones[2].device, request, now).unwrap();
    prop_assert_eq!(&again.receipts, &response.receipts);
    Ok(response
        .receipts
        .into_iter()
        .map(|receipt| receipt.outcome)
        .collect())
}

/// Runs a body on one ground, for as many cases as are asked for.
fn on_one_ground<S: Strategy>(
    strategy: S,
    mut body: impl FnMut(&mut Ground, S::Value) -> Result<(), TestCaseError>,
    after: impl Fn(&mut Ground),
) {
    let mut ground = Ground::new(Database::create(Kind::Sqlite).expect("SQLite is there"));
    let config = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    };
    let ground_cell = std::cell::RefCell::new(&mut ground);
    let body_cell = std::cell::RefCell::new(&mut body);
    let outcome = TestRunner::new(config).run(&strategy, |value| {
        (body_cell.borrow_mut())(&mut ground_cell.borrow_mut(), value)
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    after(&mut ground);
}

#[test]
fn damaged_operations_get_a_receipt_each_and_upset_nothing() {
    let (mut n, mut stream) = (1, None);
    let mut ends = BTreeMap::new();
    on_one_ground(
        vec(any_operation(), 1..8),
        |ground, made| {
            let device = ground.phones[2].device;
            let stream = *stream.get_or_insert_with(|| {
                let now = ground.now;
                ground.office.new_stream(&mut ground.dice, device, now)
            });
            for outcome in push(ground, stream, &made, &mut n)? {
                *ends.entry(format!("{outcome:?}")).or_insert(0) += 1;
            }
            Ok(())
        },
        |ground| {
            // What they left behind is read by phones, the office and whoever adds it up.
            for phone in [0, 1] {
                ground.sync(phone);
            }
            assert_eq!(ground.office.read(sums::differing), Vec::<String>::new());
            let rows = ground.office.read(|db| {
                EntityKind::ALL
                    .iter()
                    .map(|kind| onsite_store::rows::page(db, *kind, None, None, None, 100_000))
                    .collect::<Result<Vec<_>, _>>()
            });
            for row in rows.into_iter().flatten() {
                row.kind.decode(&row.body).unwrap();
            }
        },
    );
    // What never happened was not tested.
    for outcome in ["Applied", "Merged", "Conflict", "Quarantined"] {
        assert!(ends.contains_key(outcome), "{outcome} is missing: {ends:?}");
    }
}

#[test]
fn made_up_batches_are_read_or_refused_whole() {
    on_one_ground(
        (
            any::<u32>(),
            any::<u32>(),
            vec(any_json(), 0..4),
            0..MAX_OPERATIONS + 3,
        ),
        |_, (protocol, schema, odd, count)| {
            let mut operations: Vec<Value> = odd;
            operations.resize(count, Value::Null);
            let request = PushRequest {
                protocol,
                schema,
                stream: Uuid::nil(),
                sent_at: chrono::DateTime::UNIX_EPOCH,
                operations,
                standing: None,
            };
            let read = Pushed::read(&request).map_err(|error| error.code);
            let too_many = count > MAX_OPERATIONS;
            let too_new = protocol > PROTOCOL || schema > SCHEMA;
            prop_assert_eq!(read.is_err(), too_many || too_new);
            Ok(())
        },
        |_| {},
    );
}

#[test]
fn altered_cursors_are_refused_and_odd_limits_too() {
    on_one_ground(
        (
            any::<Index>(),
            0..9usize,
            "[A-Za-z0-9_.=-]{0,9}|.{0,3}",
            any::<u32>(),
            any::<bool>(),
        ),
        |ground, (at, cut, new, limit, is_altered)| {
            let device = ground.phones[0].device;
            let good = ground.phones[0].next_pull(10).cursor.unwrap();
            let chars: Vec<char> = good.chars().collect();
            let from = at.index(chars.len());
            let to = (from + cut).min(chars.len());
            let kept = |part: &[char]| part.iter().collect::<String>();
            let altered = format!("{}{new}{}", kept(&chars[..from]), kept(&chars[to..]));
            let cursor = if is_altered { altered } else { good.clone() };
            let request = PullRequest {
                protocol: PROTOCOL,
                schema: SCHEMA,
                cursor: Some(cursor.clone()),
                limit: if is_altered { 10 } else { limit },
            };
            let answer = ground
                .office
                .pull(device, request, Version::ZERO, ground.now, |_, _| Ok(()));
            let code = answer.map(drop).map_err(|error| error.code);
            let expected = match (cursor == good, is_altered || (1..=1000).contains(&limit)) {
                (true, true) => Ok(()),
                (true, false) => Err(ErrorCode::Invalid),
                (false, _) => Err(ErrorCode::BadCursor),
            };
            prop_assert_eq!(code, expected, "{}", cursor);
            Ok(())
        },
        |_| {},
    );
}

#[test]
fn made_up_repairs_tell_nothing_that_is_not_held() {
    on_one_ground(
        (
            "catalogue|archive|(site|client|user|device):[0-9a-f-]{0,36}|.{0,12}",
            vec((any::<u128>(), any::<u64>()), 0..20),
        ),
        |ground, (bucket, rows)| {
            let device = ground.phones[0].device;
            let request = RepairRequest {
                protocol: PROTOCOL,
                schema: SCHEMA,
                bucket: bucket.clone(),
                rows: rows
                    .into_iter()
                    .map(|(id, version)| (Uuid::from_u128(id), version))
                    .collect(),
            };
            let (answer, is_held) = ground.office.read(move |db| {
                let device = devices::get(db, device)?.unwrap();
                let held = onsite_services::pull::held(db, &device)?;
                Ok((
                    repair::repair(db, &device, &request).map_err(|error| error.code),
                    held.contains_key(&request.bucket),
                ))
            });
            prop_assert_eq!(answer.is_ok(), is_held, "{}: {:?}", bucket, answer);
            Ok(())
        },
        |_| {},
    );
}
