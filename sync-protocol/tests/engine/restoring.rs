//! A server set back to a backup.
use crate::hand::*;
use serde_json::json;
use sync_protocol::client::{Engine, PullEvent, PushEvent};
use sync_protocol::operation::{self, OperationKind};
use sync_protocol::pull::PullResponse;
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::receipt::Outcome;
use sync_protocol::version::Version;
use uuid::Uuid;

#[test]
fn what_the_server_lost_is_sent_again() {
    let mut engine = synced();
    for number in 1..=3 {
        update(&mut engine, number, json!({"title": format!("title {number}")}));
    }
    push_all(&mut engine, 1, 13);
    update(&mut engine, 4, json!({"notes": "n"}));
    let request = next_push(&engine);
    assert_eq!(
        engine.on_push(&request, answer(1, Vec::new(), 3)),
        [PushEvent::Rewound { from: 3 }]
    );
    assert_eq!(engine.status().pending, 2);
    assert_eq!(
        numbers(&next_push(&engine)),
        [2, 3, 4],
        "the one before is compared by its hash"
    );
}

#[test]
fn a_restored_server_is_read_anew_and_asked_what_it_still_has() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "kept"}));
    update(&mut engine, 2, json!({"title": "lost"}));
    push_all(&mut engine, 1, 13);
    pull(
        &mut engine,
        checkpoint(
            1,
            "c",
            14,
            vec![put(ROW, SITE, 14, json!({"title": "lost", "notes": "jams"}))],
        ),
    );
    assert_eq!(engine.next_push(at(0), 10, 10_000), None);

    let events = pull(
        &mut engine,
        checkpoint(
            2,
            "x",
            13,
            vec![put(ROW, SITE, 13, json!({"title": "not applied"}))],
        ),
    );
    assert_eq!(events, [PullEvent::NewEpoch(2)]);
    assert_eq!(engine.next_pull(100).cursor, None);
    assert_eq!(
        shown(&engine, "title"),
        json!("lost"),
        "what is shown stays until it is read again"
    );

    let request = next_push(&engine);
    assert_eq!(numbers(&request), [2], "the last receipted operation asks");
    assert_eq!(
        engine.on_push(&request, answer(2, Vec::new(), 2)),
        [PushEvent::Rewound { from: 2 }]
    );
    let hashes = |request: &PushRequest| -> Vec<String> {
        request
            .operations
            .iter()
            .map(|numbered| operation::hash(&numbered["op"]))
            .collect()
    };
    let again = next_push(&engine);
    assert_eq!(
        (numbers(&again), hashes(&again)[1].clone()),
        (vec![1, 2], hashes(&request)[0].clone())
    );
    let receipts = vec![receipt(1, Outcome::Applied, 13), receipt(2, Outcome::Applied, 20)];
    engine.on_push(&again, answer(2, receipts, 3));

    let old = put(ROW, SITE, 13, json!({"title": "kept", "notes": "jams"}));
    pull(&mut engine, fill(2, "a", 19, SITE, vec![old]));
    assert_eq!(
        shown(&engine, "title"),
        json!("lost"),
        "version 20 has not come yet"
    );
    pull(
        &mut engine,
        checkpoint(2, "b", 20, vec![put(ROW, SITE, 20, json!({"title": "lost"}))]),
    );
    assert_eq!(
        (shown(&engine, "title"), engine.status().settling),
        (json!("lost"), 0)
    );
}

#[test]
fn rows_of_buckets_that_a_restored_server_does_not_give_leave_at_the_checkpoint() {
    let mut engine = synced();
    pull(
        &mut engine,
        fill(
            1,
            "c",
            10,
            OTHER_SITE,
            vec![put(OTHER_ROW, OTHER_SITE, 6, json!({}))],
        ),
    );
    pull(&mut engine, checkpoint(2, "x", 7, Vec::new()));
    pull(
        &mut engine,
        fill(
            2,
            "a",
            7,
            SITE,
            vec![put(ROW, SITE, 4, json!({"title": "older"}))],
        ),
    );
    assert_eq!(
        shown(&engine, "title"),
        json!("older"),
        "set back with the server"
    );
    assert!(engine.view(OTHER_ROW).is_some());
    pull(&mut engine, checkpoint(2, "b", 7, Vec::new()));
    assert_eq!(engine.view(OTHER_ROW), None);
}

#[test]
fn receipts_that_a_restored_server_returns_are_confirmed() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "one"}));
    push_all(&mut engine, 1, 13);
    pull(
        &mut engine,
        checkpoint(1, "c", 13, vec![put(ROW, SITE, 13, json!({"title": "one"}))]),
    );
    pull(&mut engine, checkpoint(2, "x", 13, Vec::new()));
    let request = next_push(&engine);
    assert_eq!(
        engine.on_push(&request, answer(2, vec![receipt(1, Outcome::Applied, 13)], 2)),
        []
    );
    assert_eq!(engine.next_push(at(0), 10, 10_000), None);
    assert_eq!(engine.status().settling, 0);
}

#[test]
fn numbers_that_are_gone_for_good_lead_to_a_new_stream() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "one"}));
    push_all(&mut engine, 1, 13);
    pull(
        &mut engine,
        checkpoint(1, "c", 13, vec![put(ROW, SITE, 13, json!({"title": "one"}))]),
    );
    engine.prune(at(100 * 24 * 60));
    update(&mut engine, 200_000, json!({"title": "two"}));
    let request = next_push(&engine);
    engine.on_push(&request, answer(2, Vec::new(), 1));
    assert!(engine.needs_new_stream());
    engine.renumber(SECOND_STREAM);
    assert_eq!(numbers(&next_push(&engine)), [1]);
}

#[test]
fn operations_of_an_earlier_stream_follow_a_restored_server_into_a_new_one() {
    let mut engine = synced();
    for number in 1..=2 {
        update(&mut engine, number, json!({"title": format!("title {number}")}));
    }
    let request = next_push(&engine);
    let forked = PushResponse {
        fork: Some(2),
        ..answer(1, vec![receipt(1, Outcome::Applied, 13)], 9)
    };
    engine.on_push(&request, forked);
    engine.renumber(SECOND_STREAM);
    push_all(&mut engine, 1, 20);
    pull(&mut engine, checkpoint(2, "x", 7, Vec::new()));
    assert!(engine.needs_new_stream());
    engine.renumber(Uuid::from_u128(0x53));
    let again = next_push(&engine);
    let kinds: Vec<_> = again
        .operations
        .iter()
        .map(|numbered| numbered["op"]["set"]["title"].clone())
        .collect();
    assert_eq!(kinds, [json!("title 1"), json!("title 2")]);
    assert_eq!(engine.operations()[0].operation.kind, OperationKind::Update);
}

#[test]
fn answers_from_before_the_restore_are_not_believed() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "one"}));
    let request = next_push(&engine);
    let before = answer(1, vec![receipt(1, Outcome::Applied, 13)], 2);
    assert_eq!(
        engine.on_push(&request, answer(2, Vec::new(), 1)),
        [PushEvent::NewEpoch(2)]
    );
    assert_eq!(engine.on_push(&request, before), []);
    assert_eq!(
        engine.status().pending,
        1,
        "its effect was lost with the old epoch"
    );
    let start = engine.next_pull(100);
    assert_eq!(
        engine.on_pull(&start, fill(1, "a", 50, OTHER_SITE, Vec::new())),
        []
    );
    assert_eq!(engine.next_pull(100), start);
}

#[test]
fn what_no_backup_has_is_kept_though_a_poll_says_nothing_of_backups() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "one"}));
    push_all(&mut engine, 1, 13);
    let told = PullResponse {
        durable_through: Some("1.13".parse().unwrap()),
        ..checkpoint(1, "c", 13, vec![put(ROW, SITE, 13, json!({"title": "one"}))])
    };
    pull(&mut engine, told);
    pull(&mut engine, checkpoint(1, "d", 13, Vec::new()));
    engine.prune(at(100 * 24 * 60));
    assert_eq!(engine.operations().len(), 1, "the backup may end just before it");
    let told = PullResponse {
        durable_through: Some("1.14".parse().unwrap()),
        ..checkpoint(1, "e", 14, Vec::new())
    };
    pull(&mut engine, told);
    engine.prune(at(5));
    assert_eq!(engine.operations().len(), 0);
}
/// A device that has heard of a backup up to `through`, in its epoch.
fn told_of_backup(engine: &mut Engine, cursor: &str, head: u64, through: &str) {
    let through: Version = through.parse().unwrap();
    let page = PullResponse {
        durable_through: Some(through),
        ..checkpoint(through.epoch, cursor, head, Vec::new())
    };
    pull(engine, page);
}

#[test]
fn what_was_kept_in_quarantine_after_a_backup_is_not_in_it() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "one"}));
    let request = next_push(&engine);
    engine.on_push(&request, answer(1, vec![receipt(1, Outcome::Quarantined, 12)], 2));
    told_of_backup(&mut engine, "c", 12, "1.12");
    engine.prune(at(0));
    assert_eq!(
        engine.operations().len(),
        1,
        "it took no version, and so names the backup's"
    );
    told_of_backup(&mut engine, "d", 13, "1.13");
    engine.prune(at(0));
    assert_eq!(engine.operations().len(), 0);
}

#[test]
fn a_receipt_that_a_restored_server_gives_anew_is_not_of_the_life_before() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "one"}));
    update(&mut engine, 2, json!({"title": "two"}));
    push_all(&mut engine, 1, 13);
    // Set back to 12, the server was sent both once more by a message that had been on its way.
    pull(&mut engine, checkpoint(2, "x", 14, Vec::new()));
    let request = next_push(&engine);
    assert_eq!(numbers(&request), [2]);
    // Another receipt than then: the first may have been lost as well, and taken again or not.
    engine.on_push(&request, answer(2, vec![receipt(2, Outcome::Applied, 15)], 3));
    assert_eq!(numbers(&next_push(&engine)), [1, 2]);
    push_all(&mut engine, 2, 14);
    pull(&mut engine, fill(2, "a", 15, SITE, Vec::new()));
    told_of_backup(&mut engine, "b", 15, "2.14");
    engine.prune(at(0));
    assert_eq!(
        engine.operations().len(),
        2,
        "the backup may be of the moment before them"
    );
    told_of_backup(&mut engine, "c", 16, "2.16");
    engine.prune(at(0));
    assert_eq!(engine.operations().len(), 0);
}

#[test]
fn a_group_in_doubt_goes_whole_into_a_new_stream() {
    let mut engine = synced();
    let together = engine.group(Uuid::from_u128(0x91), |engine| {
        engine.update(edit(1), ROW, fields(json!({"title": "one"})))?;
        engine.update(edit(2), ROW, fields(json!({"notes": "two"})))?;
        Ok(())
    });
    assert_eq!(together, Ok(()));
    push_all(&mut engine, 1, 13);
    pull(&mut engine, checkpoint(2, "x", 12, Vec::new()));
    let request = next_push(&engine);
    // A copy of this device has gone on: the last comes under its number by chance, and the next is another's.
    let forked = PushResponse {
        fork: Some(3),
        ..answer(2, vec![receipt(2, Outcome::Applied, 15)], 4)
    };
    engine.on_push(&request, forked);
    assert!(engine.needs_new_stream());
    engine.renumber(SECOND_STREAM);
    assert_eq!(numbers(&next_push(&engine)), [1, 2]);
}
