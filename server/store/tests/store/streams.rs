//! Streams, receipts, history and quarantine: what answers a retry, and what is never lost.
use crate::samples::{at, id, save_client, save_stream};
use onsite_model::bucket::Bucket;
use onsite_store::history::{self, Entry};
use onsite_store::quarantine::{self, Decision, Quarantined};
use onsite_store::streams::{self, Kept, Stream};
use onsite_store::{Db, Store, StoreError, Tx, aliases};
use serde_json::{Value, json};
use sync_protocol::Fields;
use sync_protocol::codes::QuarantineReason;
use sync_protocol::receipt::{Outcome, Receipt};

fn kept(stream: u128, n: u64, operation: Option<u128>) -> Kept {
    Kept {
        stream: id(stream),
        n,
        operation: operation.map(id),
        hash: format!("hash {n}"),
        receipt: Receipt {
            n,
            operation: operation.map(id),
            outcome: Outcome::Quarantined,
            version: 42,
            conflicts: vec![id(5)],
            reason: Some(QuarantineReason::Invalid),
            detail: Some("不可接受 \u{1F4A5}".to_owned()),
        },
        received_at: at(n as i64),
    }
}

fn quarantined(n: u64) -> Quarantined {
    Quarantined {
        id: id(1000 + u128::from(n)),
        stream: id(1),
        n,
        user_id: Some(id(1)),
        operation: None,
        row: None,
        waits_for: None,
        raw: r#"{"n":1,"op":{"text":"\u0000"}}"#.to_owned(),
        reason: QuarantineReason::Undecodable,
        detail: "it can't be read".to_owned(),
        received_at: at(n as i64),
        decision: None,
    }
}

fn fields(value: Value) -> Fields {
    value.as_object().cloned().unwrap()
}

/// One write to client 1, by a stream, in the next version.
fn wrote(tx: &mut Tx<'_>, stream: u128, changes: Value, written: Value) -> Result<u64, StoreError> {
    let version = tx.next_version();
    history::append(
        tx,
        &Entry {
            version,
            row_id: id(1),
            operation: id(u128::from(version) + 500),
            stream: id(stream),
            user_id: None,
            changes: fields(changes),
            written: fields(written),
            occurred_at: at(0),
            recorded_at: at(1),
        },
    )?;
    Ok(version)
}

fn keep(tx: &mut Tx<'_>, kept: Kept) -> Result<(), StoreError> {
    streams::keep(tx, kept);
    Ok(())
}

async fn answer(store: &Store, operation: u128) -> Option<(String, Receipt)> {
    let asked = move |db: &mut Db| streams::receipts_of(db, &[id(operation)]);
    store.read(asked).await.unwrap().remove(&id(operation))
}

on_both! {
    fn a_receipt_is_kept_word_for_word_by_place_and_by_id(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_stream(tx, 1)?;
                streams::keep(tx, kept(1, 1, Some(77)));
                keep(tx, kept(1, 2, None))
            })
            .await
            .unwrap();
        let expected = ("hash 1".to_owned(), kept(1, 1, Some(77)).receipt);
        assert_eq!(store.read(|db| streams::receipt(db, id(1), 1)).await.unwrap(), Some(expected.clone()));
        assert_eq!(answer(&store, 77).await, Some(expected));
        assert_eq!(store.read(|db| streams::receipt(db, id(1), 3)).await.unwrap(), None);
        assert_eq!(answer(&store, 78).await, None);
        assert_eq!(store.read(|db| streams::get(db, id(1))).await.unwrap().unwrap().last_n, 2);
    }

    fn a_number_gets_one_receipt(database) {
        let store = database.open();
        store.write(|tx| save_stream(tx, 1).and_then(|_| keep(tx, kept(1, 1, None)))).await.unwrap();
        let again = store.write(|tx| keep(tx, kept(1, 1, Some(8)))).await;
        assert!(matches!(again, Err(StoreError::Unique(_))), "{again:?}");
        assert_eq!(answer(&store, 8).await, None);
    }

    fn a_stream_knows_those_its_device_had_before(database) {
        let store = database.open();
        let earlier = store
            .write(|tx| {
                for n in 1..=3 {
                    let device_id = None;
                    streams::add(tx, &Stream { id: id(n), device_id, user_id: None, last_n: 0 })?;
                }
                streams::go_on(tx, id(2), id(1), 7)?;
                streams::go_on(tx, id(3), id(2), 9)?;
                Ok::<_, StoreError>((streams::earlier(tx.db(), id(3))?, streams::earlier(tx.db(), id(1))?))
            })
            .await
            .unwrap();
        assert_eq!(earlier, (vec![(id(2), 9), (id(1), 7)], vec![]));
    }

    fn an_alias_leads_to_the_row_that_stayed_in_the_end(database) {
        let store = database.open();
        let led = store
            .write(|tx| {
                for n in 1..=3 {
                    save_client(tx, n, Bucket::Catalogue)?;
                }
                aliases::add(tx, id(1), id(2))?;
                aliases::add(tx, id(2), id(3))?;
                let of = |tx: &mut Tx<'_>, n| aliases::of(tx.db(), id(n));
                Ok::<_, StoreError>([of(tx, 1)?, of(tx, 2)?, of(tx, 3)?])
            })
            .await
            .unwrap();
        assert_eq!(led, [Some(id(3)), Some(id(3)), None]);
    }

    fn a_receipt_needs_its_stream(database) {
        let store = database.open();
        let orphan = store.write(|tx| keep(tx, kept(1, 1, None))).await;
        assert!(matches!(orphan, Err(StoreError::ForeignKey(_))), "{orphan:?}");
    }

    fn an_operation_known_from_two_streams_answers_as_the_first(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_stream(tx, 1)?;
                save_stream(tx, 2)?;
                let mut second = kept(2, 1, Some(77));
                second.received_at = at(99);
                second.hash = "another".to_owned();
                streams::keep(tx, second);
                keep(tx, kept(1, 1, Some(77)))
            })
            .await
            .unwrap();
        let (hash, _) = answer(&store, 77).await.unwrap();
        assert_eq!(hash, "hash 1", "the one received first");
    }

    fn a_copy_of_an_operation_that_comes_in_the_same_instant_is_not_the_first(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_stream(tx, 1)?;
                save_stream(tx, 2)?;
                // The order of their places says nothing about who came first.
                let mut copy = kept(1, 1, Some(77));
                copy.receipt.outcome = Outcome::Duplicate;
                streams::keep(tx, copy);
                keep(tx, kept(2, 1, Some(77)))
            })
            .await
            .unwrap();
        let (_, receipt) = answer(&store, 77).await.unwrap();
        assert_eq!(receipt.outcome, Outcome::Quarantined);
    }

    fn quarantine_keeps_the_raw_operation_until_one_decision(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_stream(tx, 1)?;
                (1..=3).try_for_each(|n| quarantine::keep(tx, &quarantined(n)))
            })
            .await
            .unwrap();
        assert_eq!(store.read(|db| quarantine::get(db, id(1002))).await.unwrap(), Some(quarantined(2)));
        let decision = Decision { applied: false, by: id(1), at: at(9), reason: "a test".to_owned() };
        let taken = decision.clone();
        assert_eq!(store.write(move |tx| quarantine::decide(tx, id(1002), &taken)).await, Ok(true));
        let late = Decision { applied: true, ..decision.clone() };
        assert_eq!(store.write(move |tx| quarantine::decide(tx, id(1002), &late)).await, Ok(false));
        let found = store.read(|db| quarantine::get(db, id(1002))).await.unwrap().unwrap();
        assert_eq!(found.decision, Some(decision));

        let numbers = |open_only, after: Option<u128>| {
            let store = store.clone();
            async move {
                let found = store.read(move |db| quarantine::list(db, open_only, after.map(id), 10)).await.unwrap();
                found.into_iter().map(|one| one.n).collect::<Vec<_>>()
            }
        };
        assert_eq!(numbers(true, None).await, [1, 3]);
        assert_eq!(numbers(false, None).await, [1, 2, 3]);
        assert_eq!(numbers(false, Some(1001)).await, [2, 3]);
    }

    fn a_place_in_a_stream_is_quarantined_once(database) {
        let store = database.open();
        store.write(|tx| save_stream(tx, 1).and_then(|_| quarantine::keep(tx, &quarantined(1)))).await.unwrap();
        let again = store
            .write(|tx| quarantine::keep(tx, &Quarantined { id: id(4), ..quarantined(1) }))
            .await;
        assert!(matches!(again, Err(StoreError::Unique(_))), "{again:?}");
    }

    fn history_tells_the_newest_write_first(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_client(tx, 1, Bucket::Catalogue)?;
                wrote(tx, 10, json!({"name": "甲", "notes": null}), json!({}))?;
                wrote(tx, 11, json!({"notes": "ab"}), json!({"notes": "b"}))
            })
            .await
            .unwrap();
        let found = store.read(|db| history::of_row(db, id(1), 10)).await.unwrap();
        let versions: Vec<u64> = found.iter().map(|entry| entry.version).collect();
        assert_eq!(versions, [3, 2]);
        assert_eq!(found[0].written, fields(json!({"notes": "b"})));
        assert_eq!(found[1].changes, fields(json!({"name": "甲", "notes": null})));
        let one = store.read(|db| history::at_version(db, 2)).await.unwrap().unwrap();
        assert_eq!((one.stream, one.occurred_at, one.recorded_at), (id(10), at(0), at(1)));
        assert_eq!(store.read(|db| history::at_version(db, 1)).await.unwrap(), None);
    }

    fn the_value_an_author_started_from_is_their_own_last_or_the_one_at_the_base(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_client(tx, 1, Bucket::Catalogue)?;
                wrote(tx, 10, json!({"notes": "at two"}), json!({}))?;
                wrote(tx, 20, json!({"notes": "foreign at three"}), json!({}))?;
                wrote(tx, 10, json!({"notes": "united at four"}), json!({"notes": "typed at four"}))?;
                wrote(tx, 20, json!({"notes": "foreign at five"}), json!({}))
            })
            .await
            .unwrap();
        let before = |field: &'static str, base, own: Option<u128>| {
            let store = store.clone();
            async move {
                store.read(move |db| history::value_before(db, id(1), field, base, own.map(id))).await.unwrap()
            }
        };
        assert_eq!(before("notes", 2, Some(10)).await, Some(json!("typed at four")));
        assert_eq!(before("notes", 4, Some(10)).await, Some(json!("united at four")), "seen as united");
        assert_eq!(before("notes", 4, Some(30)).await, Some(json!("united at four")));
        assert_eq!(before("notes", 2, Some(30)).await, Some(json!("at two")));
        assert_eq!(before("notes", 3, None).await, Some(json!("foreign at three")));
        assert_eq!(before("notes", 1, Some(30)).await, None);
        assert_eq!(before("name", 9, Some(10)).await, None);
    }
}
