//! Batches, receipts, forks and pruning.
use crate::hand::*;
use serde_json::json;
use sync_protocol::client::{KEEP_DAYS, Origin, PushEvent};
use sync_protocol::enrol::Continues;
use sync_protocol::pull::PullResponse;
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::receipt::{Outcome, Receipt};
use uuid::Uuid;

#[test]
fn batches_keep_to_their_limits_but_always_carry_one() {
    let mut engine = synced();
    for number in 1..=5 {
        update(&mut engine, number, json!({"title": format!("title {number}")}));
    }
    let all = next_push(&engine);
    assert_eq!(numbers(&engine.next_push(at(0), 2, 1_000_000).unwrap()), [1, 2]);
    let bytes = serde_json::to_vec(&all).unwrap().len();
    let smaller = engine.next_push(at(0), 100, bytes - 1).unwrap();
    assert_eq!(numbers(&smaller), [1, 2, 3, 4]);
    assert_eq!(numbers(&engine.next_push(at(0), 100, 10).unwrap()), [1]);
}

#[test]
fn receipts_count_once_and_in_order() {
    let mut engine = synced();
    for number in 1..=3 {
        update(&mut engine, number, json!({"title": format!("title {number}")}));
    }
    let request = next_push(&engine);
    let out_of_order = vec![receipt(2, Outcome::Applied, 14), receipt(9, Outcome::Applied, 15)];
    assert_eq!(engine.on_push(&request, answer(1, out_of_order, 4)), []);
    let foreign = Receipt {
        operation: Some(Uuid::from_u128(77)),
        ..receipt(1, Outcome::Applied, 13)
    };
    assert_eq!(engine.on_push(&request, answer(1, vec![foreign], 4)), []);
    let cut = answer(1, vec![receipt(1, Outcome::Applied, 13)], 4);
    assert_eq!(engine.on_push(&request, cut.clone()).len(), 1);
    assert_eq!(engine.on_push(&request, cut), []);
    assert_eq!(numbers(&next_push(&engine)), [2, 3]);
    assert_eq!(
        engine.on_push(
            &PushRequest {
                stream: SECOND_STREAM,
                ..next_push(&engine)
            },
            answer(1, Vec::new(), 1)
        ),
        []
    );
    assert_eq!(numbers(&next_push(&engine)), [2, 3]);
}

#[test]
fn a_late_answer_does_not_set_the_outbox_back() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "one"}));
    let first = next_push(&engine);
    push_all(&mut engine, 1, 13);
    update(&mut engine, 2, json!({"title": "two"}));
    assert_eq!(engine.on_push(&first, answer(1, Vec::new(), 1)), []);
    assert_eq!(numbers(&next_push(&engine)), [2]);
}

#[test]
fn a_fork_goes_on_in_a_new_stream_with_the_same_operations() {
    let mut engine = synced();
    for number in 1..=3 {
        update(&mut engine, number, json!({"title": format!("title {number}")}));
    }
    let request = next_push(&engine);
    let response = PushResponse {
        fork: Some(2),
        ..answer(1, vec![receipt(1, Outcome::Applied, 13)], 9)
    };
    let events = engine.on_push(&request, response);
    assert_eq!(events.last(), Some(&PushEvent::NewStreamNeeded));
    assert!(engine.needs_new_stream());
    let own = Continues {
        stream: STREAM,
        through: 1,
    };
    assert_eq!(engine.continues(), Some(own), "what came after is the twin's");
    assert_eq!(engine.next_push(at(0), 10, 10_000), None);
    update(&mut engine, 4, json!({"title": "title 4"}));
    engine.renumber(SECOND_STREAM);
    assert!(!engine.needs_new_stream());
    assert_eq!(engine.continues(), None);
    let again = next_push(&engine);
    assert_eq!((again.stream, numbers(&again)), (SECOND_STREAM, vec![1, 2, 3]));
    assert_eq!(again.operations[0]["op"], request.operations[1]["op"]);
    update(&mut engine, 5, json!({"title": "title 5"}));
    assert_eq!(numbers(&next_push(&engine)), [1, 2, 3, 4]);
}

#[test]
fn a_server_that_expects_more_than_was_ever_numbered_met_a_copy_of_this_device() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "one"}));
    let request = next_push(&engine);
    engine.on_push(&request, answer(1, vec![receipt(1, Outcome::Applied, 13)], 8));
    assert!(engine.needs_new_stream());
    let own = Continues {
        stream: STREAM,
        through: 1,
    };
    assert_eq!(engine.continues(), Some(own));
}

#[test]
fn what_is_not_in_a_backup_is_kept_through_polls_that_find_nothing() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "one"}));
    let request = next_push(&engine);
    let durable_through = Some("1.9".parse().unwrap());
    engine.on_push(
        &request,
        PushResponse {
            durable_through,
            ..answer(1, vec![receipt(1, Outcome::Applied, 13)], 2)
        },
    );
    pull(
        &mut engine,
        checkpoint(1, "c", 15, vec![put(ROW, SITE, 13, json!({"title": "one"}))]),
    );
    let years = at(10 * 365 * 24 * 60);
    engine.prune(years);
    assert_eq!(engine.operations().len(), 1);
    pull(
        &mut engine,
        PullResponse {
            durable_through: Some("1.14".parse().unwrap()),
            ..checkpoint(1, "d", 15, Vec::new())
        },
    );
    engine.prune(at(2));
    assert_eq!(engine.operations(), []);
}

#[test]
fn old_receipted_operations_are_pruned_from_the_front_only() {
    let mut engine = synced();
    let month = i64::try_from(KEEP_DAYS).unwrap() * 24 * 60;
    update(&mut engine, 1, json!({"title": "one"}));
    let later = Origin {
        occurred_at: at(month),
        ..edit(2)
    };
    engine
        .update(later, ROW, fields(json!({"title": "two"})))
        .unwrap();
    update(&mut engine, 3, json!({"title": "three"}));
    engine.prune(at(month + 10));
    assert_eq!(
        engine.operations().len(),
        3,
        "nothing is forgotten without a receipt"
    );
    push_all(&mut engine, 1, 13);
    engine.prune(at(month + 10));
    assert_eq!(
        engine.operations().len(),
        3,
        "nor before its effect has been pulled"
    );
    pull(
        &mut engine,
        checkpoint(1, "c", 15, vec![put(ROW, SITE, 15, json!({"title": "three"}))]),
    );
    engine.prune(at(month + 10));
    let left: Vec<_> = engine.operations().iter().map(|entry| entry.n).collect();
    assert_eq!(left, [Some(2), Some(3)]);
    update(&mut engine, 4, json!({"title": "four"}));
    assert_eq!(numbers(&next_push(&engine)), [4]);
}
