//! What may happen once and must not be raced: links, nonces, keys of requests, running numbers, audit places.
use crate::samples::{at, id, save_client, save_stream};
use onsite_model::bucket::Bucket;
use onsite_store::audit::{self, AuditEntry};
use onsite_store::idempotency::{self, Answer};
use onsite_store::links::{self, Link};
use onsite_store::{Store, StoreError, Tx, WriteError, blobs, counters, nonces, signing_keys};
use std::collections::BTreeSet;

/// Runs the same write many times at once, on two stores of one database.
async fn raced<T: Send + 'static, E: WriteError>(
    stores: &[Store; 2],
    write: impl Fn(&mut Tx<'_>) -> Result<T, E> + Copy + Send + 'static,
) -> Vec<Result<T, E>> {
    let tasks: Vec<_> = (0..24)
        .map(|n| {
            let store = stores[n % 2].clone();
            tokio::spawn(async move { store.write(write).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

fn won(answers: Vec<Result<bool, StoreError>>) -> usize {
    answers
        .into_iter()
        .filter(|answer| *answer.as_ref().unwrap())
        .count()
}

on_both! {
    fn a_link_is_used_once_however_many_try(database) {
        let stores = [database.open(), database.open()];
        let link = Link {
            token_hash: "abc".to_owned(),
            purpose: "sign".to_owned(),
            row_id: id(1),
            expires_at: at(60),
            used_at: None,
        };
        let added = link.clone();
        stores[0]
            .write(move |tx| save_client(tx, 1, Bucket::Catalogue).and_then(|_| links::add(tx, &added)))
            .await
            .unwrap();
        assert_eq!(stores[1].read(|db| links::get(db, "abc")).await.unwrap(), Some(link.clone()));
        assert_eq!(won(raced(&stores, |tx| links::consume(tx, "abc", at(5))).await), 1);
        let used = Link { used_at: Some(at(5)), ..link };
        assert_eq!(stores[0].read(|db| links::get(db, "abc")).await.unwrap(), Some(used));
        assert_eq!(stores[0].write(|tx| links::consume(tx, "unknown", at(5))).await, Ok(false));
        assert_eq!(stores[0].read(|db| links::get(db, "unknown")).await.unwrap(), None);
    }

    fn a_nonce_is_used_once_and_only_by_its_device(database) {
        let stores = [database.open(), database.open()];
        stores[0]
            .write(|tx| {
                save_stream(tx, 1)?;
                save_stream(tx, 2)?;
                nonces::add(tx, "n1", id(1), at(0))?;
                nonces::add(tx, "n2", id(1), at(0))
            })
            .await
            .unwrap();
        assert_eq!(stores[0].write(|tx| nonces::consume(tx, "n1", id(2), at(1))).await, Ok(false));
        assert_eq!(won(raced(&stores, |tx| nonces::consume(tx, "n1", id(1), at(1))).await), 1);
        assert_eq!(stores[1].read(|db| nonces::unused(db, id(1))).await.unwrap(), ["n2"]);
        let twice = stores[0].write(|tx| nonces::add(tx, "n2", id(2), at(2))).await;
        assert!(matches!(twice, Err(StoreError::Unique(_))), "{twice:?}");
    }

    fn one_of_many_same_requests_keeps_its_answer(database) {
        let stores = [database.open(), database.open()];
        let answers = raced(&stores, |tx| {
            let number = counters::take(tx, "answers", 1)?;
            let answer = Answer {
                request_hash: "same".to_owned(),
                status: 201,
                response: format!("answer {number}"),
            };
            idempotency::keep(tx, id(1), "key", &answer, at(0)).map(|()| true)
        })
        .await;
        let kept = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(kept, 1);
        for lost in answers.into_iter().filter_map(Result::err) {
            assert!(matches!(lost, StoreError::Unique(_)), "{lost:?}");
        }
        let get = |user, key: &'static str| stores[1].read(move |db| idempotency::get(db, id(user), key));
        let found = get(1, "key").await.unwrap().unwrap();
        assert_eq!((found.status, found.response.as_str()), (201, "answer 1"));
        assert_eq!(get(2, "key").await.unwrap(), None, "a key is its user's");
        stores[0].write(|tx| idempotency::forget(tx, at(0))).await.unwrap();
        assert!(get(1, "key").await.unwrap().is_some(), "not older than the limit");
        stores[0].write(|tx| idempotency::forget(tx, at(1))).await.unwrap();
        assert_eq!(get(1, "key").await.unwrap(), None);
    }

    fn running_numbers_have_no_gaps_and_no_repeats(database) {
        let stores = [database.open(), database.open()];
        let taken = raced(&stores, |tx| {
            let first = counters::take(tx, "tickets", 3)?;
            // A refused write gives its numbers back.
            if first % 2 == 0 && tx.clock().version == 0 {
                tx.next_version();
                return Err(StoreError::Check("refused".to_owned()));
            }
            Ok(first)
        })
        .await;
        let numbers: BTreeSet<u64> =
            taken.iter().filter_map(|one| one.as_ref().ok()).flat_map(|first| *first..first + 3).collect();
        let kept = taken.iter().filter(|one| one.is_ok()).count() as u64;
        assert!(kept > 0);
        assert_eq!(numbers, (1..=kept * 3).collect());
        assert_eq!(stores[0].write(|tx| counters::take(tx, "sheets", 1)).await, Ok(1));
    }

    fn an_audit_place_is_taken_once(database) {
        let stores = [database.open(), database.open()];
        let append = |tx: &mut Tx<'_>| {
            let last = audit::last(tx.db())?;
            let entry = AuditEntry {
                seq: last.as_ref().map_or(1, |last| last.seq + 1),
                at: at(0),
                user_id: None,
                action: "test".to_owned(),
                subject_id: Some(id(9)),
                detail: "{}".to_owned(),
                previous_hash: last.map_or_else(|| "0".repeat(64), |last| last.hash),
                hash: format!("{:064}", tx.clock().version),
            };
            audit::append(tx, &entry)
        };
        for answer in raced(&stores, append).await {
            answer.unwrap();
        }
        let entries = stores[0].read(|db| audit::list(db, &audit::Filter::default(), 0, 100)).await.unwrap();
        let places: Vec<u64> = entries.iter().map(|entry| entry.seq).collect();
        assert_eq!(places, (1..=24).collect::<Vec<_>>());
        for pair in entries.windows(2) {
            assert_eq!(pair[1].previous_hash, pair[0].hash);
        }
        let taken = stores[0].write(move |tx| audit::append(tx, &entries[3])).await;
        assert!(matches!(taken, Err(StoreError::Unique(_))), "{taken:?}");
    }

    fn a_file_and_a_key_noted_twice_are_noted_once(database) {
        let store = database.open();
        let blob = blobs::Blob {
            sha256: "f".repeat(64),
            media_type: "image/png".to_owned(),
            size: 5_000_000_000,
            stored_at: at(3),
        };
        let noted = blob.clone();
        store
            .write(move |tx| {
                blobs::add(tx, &noted)?;
                blobs::add(tx, &blobs::Blob { media_type: "text/plain".to_owned(), ..noted.clone() })?;
                signing_keys::add(tx, "k1", "first", at(0))?;
                signing_keys::add(tx, "k1", "second", at(1))
            })
            .await
            .unwrap();
        let sha256 = blob.sha256.clone();
        assert_eq!(store.read(move |db| blobs::get(db, &sha256)).await.unwrap(), Some(blob));
        assert_eq!(store.read(|db| signing_keys::get(db, "k1")).await.unwrap().as_deref(), Some("first"));
        assert_eq!(store.read(|db| signing_keys::get(db, "k2")).await.unwrap(), None);
    }
}
