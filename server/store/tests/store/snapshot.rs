//! Invariant 4: a reader at version V has seen every commit up to V, whoever writes meanwhile.
use crate::samples::{id, save_client};
use onsite_model::bucket::Bucket;
use onsite_store::{Store, StoreError, feed};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const WRITERS: u128 = 6;
const WRITES: u128 = 40;

/// Writes one to three rows at a time, each a version of its own.
async fn write_many(store: Store, writer: u128) {
    for round in 0..WRITES {
        let rows = 1 + (writer + round) % 3;
        let first = 1 + writer * 1_000_000 + round * 10;
        store
            .write(move |tx| {
                (first..first + rows).try_for_each(|n| save_client(tx, n, Bucket::Catalogue).map(drop))
            })
            .await
            .unwrap();
    }
}

/// Reads on until `done`, by a cursor as phones do; no version may ever be missing below the head.
async fn read_on(store: Store, done: Arc<AtomicBool>, page: i64) -> u64 {
    let mut seen = 0;
    loop {
        let last_round = done.load(Ordering::Acquire);
        loop {
            let (head, (changes, complete)) = store
                .read(move |db| {
                    let head = feed::clock(db)?.version;
                    Ok::<_, StoreError>((head, feed::changes(db, &["catalogue".to_owned()], seen, page)?))
                })
                .await
                .unwrap();
            for change in &changes {
                assert_eq!(
                    change.version(),
                    seen + 1,
                    "a version was skipped below head {head}"
                );
                seen += 1;
            }
            assert!(seen <= head);
            if complete {
                assert_eq!(seen, head, "the head ran ahead of what can be read");
                break;
            }
        }
        if last_round {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}

on_both! {
    fn a_reader_at_a_version_has_seen_every_commit_up_to_it(database) {
        // Two stores stand for two server processes on one database.
        let nodes = [database.open(), database.open()];
        let done = Arc::new(AtomicBool::new(false));
        let readers: Vec<_> = [(0, 7), (1, 1000)]
            .into_iter()
            .map(|(node, page): (usize, i64)| tokio::spawn(read_on(nodes[node].clone(), done.clone(), page)))
            .collect();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| tokio::spawn(write_many(nodes[writer as usize % 2].clone(), writer)))
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        done.store(true, Ordering::Release);
        let written: u128 = (0..WRITERS)
            .flat_map(|writer| (0..WRITES).map(move |round| 1 + (writer + round) % 3))
            .sum();
        for reader in readers {
            assert_eq!(u128::from(reader.await.unwrap()), written);
        }
    }

    fn a_read_sees_one_moment(database) {
        let store = database.open();
        store.write(|tx| save_client(tx, 1, Bucket::Catalogue)).await.unwrap();
        let (reading, begun) = std::sync::mpsc::channel::<()>();
        let (go, gate) = std::sync::mpsc::channel::<()>();
        let read = {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .read(move |db| {
                        let before = feed::clock(db)?;
                        reading.send(()).unwrap();
                        gate.recv().unwrap();
                        let found = onsite_store::rows::get(db, id(2))?;
                        Ok::<_, StoreError>((before, feed::clock(db)?, found.is_some()))
                    })
                    .await
            })
        };
        begun.recv().unwrap();
        store.write(|tx| save_client(tx, 2, Bucket::Catalogue)).await.unwrap();
        go.send(()).unwrap();
        let (before, after, found) = read.await.unwrap().unwrap();
        assert_eq!((before, found), (after, false));
        assert_eq!(store.read(feed::clock).await.unwrap().version, 2);
    }
}
