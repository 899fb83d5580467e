//! What a user's edits become, and what is shown of them.
use crate::hand::*;
use serde_json::json;
use sync_protocol::Fields;
use sync_protocol::client::{EditError, Origin};
use sync_protocol::codes::QuarantineReason;
use sync_protocol::operation::MAX_OPERATION_BYTES;
use sync_protocol::pull::Change;
use sync_protocol::receipt::Outcome;
use uuid::Uuid;

#[test]
fn operations_are_numbered_without_gaps_and_start_from_what_was_seen() {
    let mut engine = synced();
    engine
        .create(edit(1), "ticket", OTHER_ROW, fields(json!({"title": "New"})))
        .unwrap();
    update(&mut engine, 2, json!({"title": "Printer 2"}));
    update(&mut engine, 3, json!({"title": "Printer 3"}));
    pull(
        &mut engine,
        checkpoint(
            1,
            "c",
            12,
            vec![put(ROW, SITE, 12, json!({"title": "x", "notes": "y"}))],
        ),
    );
    update(&mut engine, 4, json!({"title": "Printer 4"}));
    update(&mut engine, 5, json!({"notes": "z"}));
    engine.delete(edit(6), ROW).unwrap();
    assert_eq!(bases(&engine), ["0.0", "1.5", "1.5", "1.5", "1.12", "1.5"]);
    assert_eq!(numbers(&next_push(&engine)), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn an_acknowledged_edit_shows_until_a_checkpoint_has_its_version() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "mine"}));
    push_all(&mut engine, 1, 13);
    assert_eq!((engine.status().pending, engine.status().settling), (0, 1));
    pull(
        &mut engine,
        checkpoint(
            1,
            "c",
            12,
            vec![put(ROW, SITE, 12, json!({"title": "theirs", "notes": "n"}))],
        ),
    );
    assert_eq!(
        (shown(&engine, "title"), shown(&engine, "notes")),
        (json!("mine"), json!("n"))
    );
    update(&mut engine, 2, json!({"title": "mine again"}));
    assert_eq!(
        bases(&engine),
        ["1.5", "1.5"],
        "the title of version 12 was never on screen"
    );
    pull(
        &mut engine,
        checkpoint(1, "d", 13, vec![put(ROW, SITE, 13, json!({"title": "mine"}))]),
    );
    assert_eq!(engine.status().settling, 0);
    assert_eq!(shown(&engine, "title"), json!("mine again"));
    assert!(engine.view(ROW).unwrap().unsent);
}

#[test]
fn where_the_server_decided_otherwise_its_value_shows_and_the_author_is_told() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "mine"}));
    update(&mut engine, 2, json!({"notes": "worthless"}));
    let request = next_push(&engine);
    let receipts = vec![
        receipt(1, Outcome::Conflict, 13),
        receipt(2, Outcome::Quarantined, 14),
    ];
    engine.on_push(&request, answer(1, receipts, 3));
    assert_eq!(
        (shown(&engine, "title"), shown(&engine, "notes")),
        (json!("mine"), json!("worthless"))
    );
    pull(
        &mut engine,
        checkpoint(
            1,
            "c",
            14,
            vec![put(ROW, SITE, 12, json!({"title": "theirs", "notes": "jams"}))],
        ),
    );
    assert_eq!(
        (shown(&engine, "title"), shown(&engine, "notes")),
        (json!("theirs"), json!("jams"))
    );
    let status = engine.status();
    assert_eq!(
        (
            status.pending,
            status.settling,
            status.conflicts,
            status.quarantined
        ),
        (0, 0, 1, 1)
    );
    let told = engine.operations()[1].settled.as_ref().unwrap();
    assert_eq!(told.receipt.reason, Some(QuarantineReason::Invalid));
    assert_eq!(engine.operations()[1].operation.set["notes"], json!("worthless"));
}

#[test]
fn a_form_sent_whole_claims_only_what_was_touched() {
    let mut engine = synced();
    let form = json!({"title": "Printer", "notes": "jams often", "tags": {"add": ["lan"]}, "room": null});
    update(&mut engine, 1, form.clone());
    assert_eq!(
        engine.operations()[0].operation.set,
        fields(json!({"notes": "jams often"}))
    );
    assert_eq!(engine.update(edit(2), ROW, fields(form)), Ok(false));
    assert_eq!(engine.operations().len(), 1);
}

#[test]
fn sets_are_overlaid_by_additions_and_removals() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"tags": {"add": ["vip"]}}));
    pull(
        &mut engine,
        checkpoint(
            1,
            "c",
            12,
            vec![put(ROW, SITE, 12, json!({"tags": ["lan", "ups"]}))],
        ),
    );
    assert_eq!(shown(&engine, "tags"), json!(["lan", "ups", "vip"]));
    update(&mut engine, 2, json!({"tags": {"remove": ["lan"]}}));
    assert_eq!(shown(&engine, "tags"), json!(["ups", "vip"]));
    update(&mut engine, 3, json!({"details": {}}));
    assert_eq!(
        shown(&engine, "details"),
        json!({}),
        "an object is no change to a set"
    );
}

#[test]
fn an_edit_that_cannot_be_taken_changes_nothing() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "mine"}));
    let before = engine.clone();
    let large = "x".repeat(MAX_OPERATION_BYTES);
    let refused = [
        engine.create(edit(2), "ticket", ROW, Fields::new()).unwrap_err(),
        engine
            .update(edit(2), OTHER_ROW, fields(json!({"title": "x"})))
            .unwrap_err(),
        engine.delete(edit(2), OTHER_ROW).unwrap_err(),
        engine
            .update(edit(1), ROW, fields(json!({"title": "x"})))
            .unwrap_err(),
    ];
    assert_eq!(
        refused,
        [
            EditError::Exists(ROW),
            EditError::Unknown(OTHER_ROW),
            EditError::Unknown(OTHER_ROW),
            EditError::Repeated(Uuid::from_u128(1))
        ]
    );
    assert!(matches!(
        engine.update(edit(2), ROW, fields(json!({"title": large}))),
        Err(EditError::TooLarge(bytes)) if bytes > MAX_OPERATION_BYTES
    ));
    assert_eq!(engine, before);
}

#[test]
fn a_deleted_row_is_gone_at_once_and_its_id_is_not_used_again() {
    let mut engine = synced();
    engine.delete(edit(1), ROW).unwrap();
    assert_eq!((engine.view(ROW), engine.list("ticket")), (None, Vec::new()));
    assert_eq!(
        engine.create(edit(2), "ticket", ROW, Fields::new()),
        Err(EditError::Exists(ROW))
    );
    push_all(&mut engine, 1, 13);
    pull(
        &mut engine,
        checkpoint(
            1,
            "c",
            13,
            vec![Change::Deleted {
                row: ROW,
                bucket: SITE.to_owned(),
                version: 13,
            }],
        ),
    );
    assert_eq!(engine.view(ROW), None);
}

#[test]
fn stamps_grow_even_when_the_clock_stands_still_or_goes_back() {
    let mut engine = synced();
    for (number, minute) in [(1, 10), (2, 10), (3, 2), (4, 11)] {
        let origin = Origin {
            occurred_at: at(minute),
            ..edit(number)
        };
        engine
            .update(origin, ROW, fields(json!({"title": number.to_string()})))
            .unwrap();
    }
    let operations: Vec<_> = engine.operations().iter().map(|entry| &entry.operation).collect();
    assert!(operations.is_sorted_by(|a, b| a.hlc < b.hlc));
    assert_eq!(
        operations[2].occurred_at,
        at(2),
        "when it happened stays what the device said"
    );
}

#[test]
fn a_row_read_newer_than_a_receipt_has_its_effect() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "mine"}));
    push_all(&mut engine, 1, 13);
    let newer = put(ROW, SITE, 14, json!({"title": "theirs, later"}));
    pull(&mut engine, fill(1, "c", 14, SITE, vec![newer]));
    assert_eq!(
        (shown(&engine, "title"), engine.status().settling),
        (json!("theirs, later"), 0)
    );
}
