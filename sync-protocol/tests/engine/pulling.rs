//! How pages become rows, and how rows leave.
use crate::hand::*;
use serde_json::json;
use sync_protocol::checksum::BucketSum;
use sync_protocol::client::{EditError, Engine, PullEvent, PushEvent};
use sync_protocol::pull::{Change, PullResponse};
use sync_protocol::receipt::Outcome;
use sync_protocol::version::Version;

#[test]
fn a_bucket_shows_when_it_is_whole_and_changes_show_at_the_checkpoint() {
    let mut engine = Engine::new(STREAM);
    let mut first = fill(1, "a", 10, SITE, vec![put(ROW, SITE, 5, json!({"title": "a"}))]);
    first.bucket_complete = false;
    first.total = Some(3);
    assert_eq!(pull(&mut engine, first), []);
    assert_eq!(engine.view(ROW), None);
    let reading = engine.status().reading.unwrap();
    assert_eq!((reading.rows, reading.total), (1, Some(3)));
    let second = fill(
        1,
        "b",
        10,
        SITE,
        vec![put(OTHER_ROW, SITE, 6, json!({"title": "b"}))],
    );
    assert_eq!(pull(&mut engine, second), [PullEvent::Filled(SITE.to_owned())]);
    assert_eq!(engine.list("ticket").len(), 2);
    let mut changes = page(1, "c", 12);
    changes.changes = vec![put(ROW, SITE, 11, json!({"title": "c"}))];
    assert_eq!(pull(&mut engine, changes), []);
    assert_eq!(shown(&engine, "title"), json!("a"));
    let seen = Version { epoch: 1, number: 12 };
    assert_eq!(
        pull(&mut engine, checkpoint(1, "d", 12, Vec::new())),
        [PullEvent::Checkpoint(seen)]
    );
    assert_eq!(shown(&engine, "title"), json!("c"));
    assert_eq!(engine.status().reading, None);
}

#[test]
fn an_answer_to_another_cursor_or_of_an_older_state_is_ignored() {
    let mut engine = synced();
    let request = engine.next_pull(100);
    let news = checkpoint(1, "c", 12, vec![put(ROW, SITE, 12, json!({"title": "new"}))]);
    assert_eq!(engine.on_pull(&request, news.clone()).len(), 1);
    let after = engine.clone();
    let stale = checkpoint(1, "c", 11, vec![put(OTHER_ROW, SITE, 11, json!({}))]);
    for repeated in [news, stale] {
        assert_eq!(engine.on_pull(&request, repeated), []);
    }
    let present = engine.next_pull(100);
    assert_eq!(
        engine.on_pull(&present, checkpoint(1, "d", 11, Vec::new())),
        [],
        "behind the checkpoint"
    );
    assert_eq!(
        engine.on_pull(&present, checkpoint(0, "d", 99, Vec::new())),
        [],
        "an epoch that has passed"
    );
    assert_eq!(engine, after);
}

#[test]
fn a_row_leaves_only_the_bucket_it_is_in_and_only_by_something_newer() {
    let removed = |bucket: &str, version| Change::Removed {
        row: ROW,
        bucket: bucket.to_owned(),
        version,
    };
    let mut engine = synced();
    pull(
        &mut engine,
        checkpoint(1, "c", 12, vec![removed(OTHER_SITE, 12), removed(SITE, 5)]),
    );
    assert!(engine.view(ROW).is_some());
    let moved = put(ROW, OTHER_SITE, 13, json!({"title": "moved"}));
    pull(
        &mut engine,
        checkpoint(1, "d", 13, vec![moved, removed(SITE, 13)]),
    );
    assert_eq!(shown(&engine, "title"), json!("moved"));
    pull(&mut engine, checkpoint(1, "e", 14, vec![removed(OTHER_SITE, 14)]));
    assert_eq!(engine.view(ROW), None);
}

#[test]
fn what_was_staged_for_a_dropped_bucket_does_not_come_back() {
    let mut engine = synced();
    let mut changes = page(1, "c", 12);
    changes.changes = vec![put(ROW, SITE, 12, json!({"title": "staged"}))];
    pull(&mut engine, changes);
    let mut end = checkpoint(1, "d", 13, Vec::new());
    end.dropped = vec![SITE.to_owned()];
    pull(&mut engine, end);
    assert_eq!(engine.list("ticket"), []);
}

#[test]
fn a_fill_that_begins_again_forgets_its_first_attempt() {
    let mut engine = Engine::new(STREAM);
    let mut cut = fill(
        1,
        "a",
        10,
        SITE,
        vec![put(ROW, SITE, 5, json!({"title": "left meanwhile"}))],
    );
    cut.bucket_complete = false;
    pull(&mut engine, cut);
    let mut again = fill(1, "b", 12, SITE, vec![put(OTHER_ROW, SITE, 6, json!({}))]);
    again.dropped = vec![SITE.to_owned()];
    pull(&mut engine, again);
    assert_eq!(engine.view(ROW), None);
    assert_eq!(engine.list("ticket").len(), 1);
}

#[test]
fn filling_a_bucket_anew_removes_what_is_not_in_it_any_more() {
    let mut engine = synced();
    pull(
        &mut engine,
        fill(1, "c", 12, SITE, vec![put(OTHER_ROW, SITE, 6, json!({}))]),
    );
    assert_eq!(engine.view(ROW), None);
    assert!(engine.view(OTHER_ROW).is_some());
}

#[test]
fn a_row_that_leaves_with_unsent_edits_is_parked_until_they_are_sent() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "mine"}));
    let mut end = checkpoint(1, "c", 12, Vec::new());
    end.dropped = vec![SITE.to_owned()];
    let events = pull(&mut engine, end);
    assert!(
        events.contains(&PullEvent::Parked(ROW)) && events.contains(&PullEvent::Dropped(SITE.to_owned()))
    );
    assert_eq!((engine.view(ROW), engine.list("ticket")), (None, Vec::new()));
    assert_eq!(engine.parked()[0].body["title"], json!("mine"));
    let refused = engine.update(edit(2), ROW, fields(json!({"title": "more"})));
    assert_eq!(refused, Err(EditError::Parked(ROW)));
    let request = next_push(&engine);
    let applied = receipt(1, Outcome::Applied, 13);
    let events = engine.on_push(&request, answer(1, vec![applied.clone()], 2));
    assert_eq!(events, [PushEvent::Receipted(applied), PushEvent::Unparked(ROW)]);
    assert_eq!((engine.parked(), engine.view(ROW)), (Vec::new(), None));
}

#[test]
fn a_row_made_here_that_the_server_did_not_give_back_is_parked_as_well() {
    let mut engine = synced();
    engine
        .create(edit(1), "ticket", OTHER_ROW, fields(json!({"title": "New"})))
        .unwrap();
    push_all(&mut engine, 1, 13);
    engine
        .update(edit(2), OTHER_ROW, fields(json!({"title": "Newer"})))
        .unwrap();
    let events = pull(&mut engine, checkpoint(1, "c", 13, Vec::new()));
    assert!(events.contains(&PullEvent::Parked(OTHER_ROW)));
    assert_eq!(engine.parked()[0].body["title"], json!("Newer"));
    push_all(&mut engine, 1, 14);
    assert_eq!((engine.parked(), engine.list("ticket").len()), (Vec::new(), 1));
}

#[test]
fn a_parked_row_that_comes_back_is_held_again() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "mine"}));
    pull(
        &mut engine,
        PullResponse {
            dropped: vec![SITE.to_owned()],
            ..checkpoint(1, "c", 12, Vec::new())
        },
    );
    pull(
        &mut engine,
        fill(
            1,
            "d",
            12,
            SITE,
            vec![put(ROW, SITE, 5, json!({"title": "Printer", "notes": "jams"}))],
        ),
    );
    assert_eq!(engine.parked(), []);
    assert_eq!(shown(&engine, "title"), json!("mine"));
}

#[test]
fn a_stored_engine_goes_on_as_if_nothing_had_happened() {
    let mut engine = synced();
    update(
        &mut engine,
        1,
        json!({"title": "mine", "reading": 0.1, "text": "零下\u{2028}"}),
    );
    let mut staged = page(1, "c", 12);
    staged.changes = vec![put(OTHER_ROW, SITE, 12, json!({}))];
    pull(&mut engine, staged);
    let restored: Engine = serde_json::from_str(&serde_json::to_string(&engine).unwrap()).unwrap();
    assert_eq!(restored, engine);
    assert_eq!(next_push(&restored), next_push(&engine));
}

#[test]
fn versions_that_no_server_can_count_leave_the_engine_readable() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "mine"}));
    push_all(&mut engine, 1, u64::MAX - 1);
    pull(
        &mut engine,
        checkpoint(1, "c", u64::MAX, vec![put(OTHER_ROW, SITE, u64::MAX, json!({}))]),
    );
    let restored: Engine = serde_json::from_str(&serde_json::to_string(&engine).unwrap()).unwrap();
    assert_eq!(restored, engine);
}

#[test]
fn a_refused_cursor_is_forgotten_but_nothing_shown_is() {
    let mut engine = synced();
    update(&mut engine, 1, json!({"title": "mine"}));
    engine.reread();
    assert_eq!(engine.next_pull(100).cursor, None);
    assert_eq!(shown(&engine, "title"), json!("mine"));
    assert_eq!(engine.status().pending, 1);
    assert!(engine.status().reading.is_some());
}

#[test]
fn rows_read_anew_are_put_though_their_version_is_known() {
    let mut engine = synced();
    engine.reread();
    assert_eq!(
        shown(&engine, "title"),
        json!("Printer"),
        "shown until it is replaced"
    );
    // The same row in the shape an updated app knows.
    let row = put(ROW, SITE, 5, json!({"heading": "Printer"}));
    pull(&mut engine, fill(1, "x", 10, SITE, vec![row]));
    let view = engine.view(ROW).unwrap();
    assert_eq!(
        (&view.body["heading"], view.body.get("title")),
        (&json!("Printer"), None)
    );
}

#[test]
fn a_bucket_that_left_is_not_mended_and_holds_up_no_other() {
    let mut engine = synced();
    let wrong = BucketSum { rows: 7, sum: 7 };
    let differs = |cursor: &str, buckets: &[&str]| PullResponse {
        sums: buckets
            .iter()
            .map(|bucket| ((*bucket).to_owned(), wrong))
            .collect(),
        ..checkpoint(1, cursor, 11, Vec::new())
    };
    pull(&mut engine, differs("c", &[SITE, OTHER_SITE]));
    assert_eq!(engine.next_repair().unwrap().bucket, SITE);
    let dropped = PullResponse {
        dropped: vec![SITE.to_owned()],
        ..checkpoint(1, "d", 12, Vec::new())
    };
    pull(&mut engine, dropped);
    assert_eq!(engine.next_repair().unwrap().bucket, OTHER_SITE);
}
