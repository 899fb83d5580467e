//! Answers of a server written by hand, and a device that has taken a few.
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::Fields;
use sync_protocol::client::{Engine, Origin, PullEvent};
use sync_protocol::codes::QuarantineReason;
use sync_protocol::pull::{Change, PullResponse, Row};
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::receipt::{Outcome, Receipt};
use uuid::Uuid;

pub(crate) const STREAM: Uuid = Uuid::from_u128(0x51);
pub(crate) const SECOND_STREAM: Uuid = Uuid::from_u128(0x52);
pub(crate) const ROW: Uuid = Uuid::from_u128(0xa1);
pub(crate) const OTHER_ROW: Uuid = Uuid::from_u128(0xa2);
pub(crate) const SITE: &str = "site:1";
pub(crate) const OTHER_SITE: &str = "site:2";

pub(crate) fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

/// The edit with this number, made in this minute.
pub(crate) fn edit(number: u128) -> Origin {
    Origin::new(Uuid::from_u128(number), at(number as i64))
}

pub(crate) fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        other => unreachable!("not an object: {other}"),
    }
}

pub(crate) fn put(row: Uuid, bucket: &str, version: u64, body: Value) -> Change {
    Change::Put(Row {
        id: row,
        entity: "ticket".to_owned(),
        bucket: bucket.to_owned(),
        version,
        body: fields(body),
    })
}

/// A page without anything on it.
pub(crate) fn page(epoch: u32, cursor: &str, head: u64) -> PullResponse {
    PullResponse {
        epoch,
        cursor: cursor.to_owned(),
        dropped: Vec::new(),
        filling: None,
        changes: Vec::new(),
        bucket_complete: false,
        checkpoint: false,
        head,
        total: None,
        sums: BTreeMap::new(),
        durable_through: None,
    }
}

pub(crate) fn fill(epoch: u32, cursor: &str, head: u64, bucket: &str, changes: Vec<Change>) -> PullResponse {
    let filling = Some(bucket.to_owned());
    PullResponse {
        filling,
        changes,
        bucket_complete: true,
        ..page(epoch, cursor, head)
    }
}

pub(crate) fn checkpoint(epoch: u32, cursor: &str, head: u64, changes: Vec<Change>) -> PullResponse {
    PullResponse {
        changes,
        checkpoint: true,
        ..page(epoch, cursor, head)
    }
}

pub(crate) fn pull(engine: &mut Engine, page: PullResponse) -> Vec<PullEvent> {
    let request = engine.next_pull(100);
    engine.on_pull(&request, page)
}

/// A device that holds [`SITE`] with [`ROW`] of version 5, and has seen everything up to 10.
pub(crate) fn synced() -> Engine {
    let mut engine = Engine::new(STREAM);
    let body = json!({"title": "Printer", "notes": "jams", "tags": ["lan"]});
    pull(&mut engine, fill(1, "a", 10, SITE, vec![put(ROW, SITE, 5, body)]));
    pull(&mut engine, checkpoint(1, "b", 10, Vec::new()));
    engine
}

pub(crate) fn update(engine: &mut Engine, number: u128, set: Value) {
    assert_eq!(engine.update(edit(number), ROW, fields(set)), Ok(true));
}

pub(crate) fn next_push(engine: &Engine) -> PushRequest {
    engine.next_push(at(0), 100, 1_000_000).unwrap()
}

pub(crate) fn numbers(request: &PushRequest) -> Vec<u64> {
    request
        .operations
        .iter()
        .map(|numbered| numbered["n"].as_u64().unwrap())
        .collect()
}

pub(crate) fn receipt(n: u64, outcome: Outcome, version: u64) -> Receipt {
    let quarantined = outcome == Outcome::Quarantined;
    Receipt {
        n,
        operation: None,
        outcome,
        version,
        conflicts: Vec::new(),
        reason: quarantined.then_some(QuarantineReason::Invalid),
        detail: None,
    }
}

pub(crate) fn answer(epoch: u32, receipts: Vec<Receipt>, expected: u64) -> PushResponse {
    PushResponse {
        epoch,
        server_time: at(0),
        receipts,
        expected,
        fork: None,
        durable_through: None,
        wipe: None,
    }
}

/// Pushes what is pending; each operation is applied, from `version` on.
pub(crate) fn push_all(engine: &mut Engine, epoch: u32, version: u64) {
    let request = next_push(engine);
    let numbers = numbers(&request);
    let expected = numbers.last().unwrap() + 1;
    let receipts = numbers
        .iter()
        .zip(version..)
        .map(|(n, version)| receipt(*n, Outcome::Applied, version))
        .collect();
    engine.on_push(&request, answer(epoch, receipts, expected));
}

pub(crate) fn shown(engine: &Engine, field: &str) -> Value {
    engine.view(ROW).unwrap().body[field].clone()
}

pub(crate) fn bases(engine: &Engine) -> Vec<String> {
    engine
        .operations()
        .iter()
        .map(|entry| entry.operation.base.to_string())
        .collect()
}
