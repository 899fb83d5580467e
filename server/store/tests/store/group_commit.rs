//! Group commit: every write has its own fate and its own version, and all that share a commit share its luck.
use crate::samples::{id, save_client};
use onsite_model::bucket::Bucket;
use onsite_store::scratch::Scratch;
use onsite_store::{Clock, Pace, Store, StoreError, Tx, feed, rows};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Waker};

/// What a caller wants written.
type Work<T> = Box<dyn FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send>;

type Write<T> = Pin<Box<dyn Future<Output = Result<T, StoreError>>>>;

/// Starts writes so that they all end up in one group: a first one holds the group open until they are queued.
async fn in_one_group<T: Send + 'static>(store: &Store, writes: Vec<Work<T>>) -> Vec<Result<T, StoreError>> {
    let (go, gate) = mpsc::channel::<()>();
    let holder = store.clone();
    let mut queue: Vec<Write<Option<T>>> = vec![Box::pin(async move {
        holder
            .write(move |_| {
                gate.recv().expect("the gate opens");
                Ok(None)
            })
            .await
    })];
    for write in writes {
        let store = store.clone();
        queue.push(Box::pin(
            async move { store.write(|tx| write(tx).map(Some)).await },
        ));
    }
    // The first poll queues a write; none can be answered before the gate opens.
    for write in &mut queue {
        let polled = write.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Pending));
    }
    go.send(()).unwrap();
    let mut answers = Vec::new();
    for write in queue {
        answers.push(write.await);
    }
    answers.remove(0).expect_or_ignore();
    answers
        .into_iter()
        .map(|answer| answer.map(|value| value.expect("only the holder has none")))
        .collect()
}

/// The holder of a group falls with it; its answer says nothing the others' don't.
trait Ignore {
    fn expect_or_ignore(self);
}

impl<T> Ignore for Result<Option<T>, StoreError> {
    fn expect_or_ignore(self) {
        if let Err(error) = self {
            assert!(matches!(error, StoreError::Unavailable(_)));
        }
    }
}

fn saves(n: u128) -> Work<u64> {
    Box::new(move |tx| save_client(tx, n, Bucket::Catalogue))
}

async fn exists(store: &Store, n: u128) -> bool {
    store
        .read(move |db| Ok::<_, StoreError>(rows::get(db, id(n))?.is_some()))
        .await
        .unwrap()
}

async fn stored_clock(database: &Scratch) -> Clock {
    database.open().read(feed::clock).await.unwrap()
}

on_both! {
    fn many_concurrent_writes_are_all_durable_each_with_its_own_version(database) {
        let store = database.open();
        let tasks: Vec<_> = (1..=300)
            .map(|n| {
                let store = store.clone();
                tokio::spawn(async move { store.write(move |tx| save_client(tx, n, Bucket::Catalogue)).await })
            })
            .collect();
        let mut versions = BTreeSet::new();
        for task in tasks {
            versions.insert(task.await.unwrap().unwrap());
        }
        assert_eq!(versions, (1..=300).collect());
        assert_eq!(store.head().version, 300);
        drop(store);

        // Another process sees them all.
        let clients = database
            .open()
            .read(|db| feed::changes(db, &["catalogue".to_owned()], 0, 1000))
            .await
            .unwrap();
        let stored: Vec<u64> = clients.0.iter().map(|change| change.version()).collect();
        assert_eq!(stored, (1..=300).collect::<Vec<_>>());
        assert_eq!(stored_clock(database).await.version, 300);
    }

    fn waiting_writes_share_one_commit(database) {
        let store = database.open();
        let answers = in_one_group(&store, (1..=50).map(saves).collect()).await;
        let versions: Vec<u64> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(versions, (1..=50).collect::<Vec<_>>());
        assert_eq!(store.commits(), 1);
    }

    fn a_refusal_undoes_only_its_own_write(database) {
        let store = database.open();
        let answers = in_one_group(&store, vec![
            saves(1),
            Box::new(|tx| {
                save_client(tx, 2, Bucket::Catalogue)?;
                save_client(tx, 3, Bucket::Catalogue)?;
                Err(StoreError::Check("not this one".to_owned()))
            }),
            saves(4),
        ])
        .await;
        assert_eq!(answers, vec![Ok(1), Err(StoreError::Check("not this one".to_owned())), Ok(2)]);
        assert_eq!(stored_clock(database).await.version, 2);
        for (n, stands) in [(1, true), (2, false), (3, false), (4, true)] {
            assert_eq!(exists(&store, n).await, stands, "client {n}");
        }
    }

    fn a_constraint_error_undoes_only_its_own_write(database) {
        let store = database.open();
        let code = |n: u128, code: &'static str| -> Work<u64> {
            Box::new(move |tx| {
                let mut client = crate::samples::client("coded");
                client.code = Some(code.to_owned());
                crate::samples::save(tx, id(n), client, Bucket::Catalogue, None)
            })
        };
        let answers = in_one_group(&store, vec![code(1, "A"), code(2, "A"), code(3, "B")]).await;
        assert_eq!(answers[0], Ok(1));
        assert!(matches!(answers[1], Err(StoreError::Unique(_))), "{:?}", answers[1]);
        assert_eq!(answers[2], Ok(2));
    }

    fn one_refused_of_those_written_together_falls_alone(database) {
        let store = database.open();
        let runs = Arc::new(Mutex::new(Vec::new()));
        let (go, gate) = mpsc::channel::<()>();
        let coded = |n: u128, code: &'static str| {
            let runs = runs.clone();
            store.write_together::<_, StoreError>(move |tx, pace| {
                runs.lock().unwrap().push((n, pace));
                tx.hand_over()?;
                let mut client = crate::samples::client("coded");
                client.code = Some(code.to_owned());
                crate::samples::save(tx, id(n), client, Bucket::Catalogue, None)
            })
        };
        let holder = store.write::<(), StoreError>(move |_| {
            gate.recv().expect("the gate opens");
            Ok(())
        });
        let other = store.write(|tx| save_client(tx, 4, Bucket::Catalogue));
        let (_, first, twin, third, last, other, _) = tokio::join!(
            biased;
            holder,
            coded(1, "A"),
            coded(2, "A"),
            coded(3, "B"),
            coded(5, "C"),
            other,
            async { go.send(()).unwrap() },
        );
        assert_eq!((first, third, last, other), (Ok(1), Ok(2), Ok(3), Ok(4)));
        assert!(matches!(twin, Err(StoreError::Unique(_))), "{twin:?}");
        for (n, stands) in [(1, true), (2, false), (3, true), (4, true), (5, true)] {
            assert_eq!(exists(&store, n).await, stands, "client {n}");
        }
        // The fourth is told of it and the first to stop; then each is run alone.
        let runs = runs.lock().unwrap().clone();
        assert_eq!(
            runs,
            [Pace::Together, Pace::OneByOne].map(|pace| [1, 2, 3, 5].map(|n| (n, pace))).concat()
        );
        assert_eq!(stored_clock(database).await.version, 4);
    }

    fn a_savepoint_undoes_its_part_and_its_versions(database) {
        let store = database.open();
        let version = store
            .write(|tx| {
                save_client(tx, 1, Bucket::Catalogue)?;
                let part = tx.savepoint(|tx| {
                    save_client(tx, 2, Bucket::Catalogue)?;
                    Err::<(), _>(StoreError::Check("undone".to_owned()))
                });
                assert!(part.is_err());
                save_client(tx, 3, Bucket::Catalogue)
            })
            .await;
        assert_eq!(version, Ok(2));
        assert!(exists(&store, 1).await && !exists(&store, 2).await && exists(&store, 3).await);
    }

    fn a_panic_undoes_its_own_write_and_no_other(database) {
        let store = database.open();
        store.write(|tx| save_client(tx, 1, Bucket::Catalogue)).await.unwrap();
        let answers = in_one_group(&store, vec![
            saves(2),
            Box::new(|tx| {
                save_client(tx, 4, Bucket::Catalogue)?;
                panic!("a fault on purpose")
            }),
            saves(5),
        ])
        .await;
        assert_eq!(answers[0], Ok(2));
        assert!(matches!(answers[1], Err(StoreError::Corrupt(_))), "{:?}", answers[1]);
        assert_eq!(answers[2], Ok(3));
        assert!(exists(&store, 2).await && !exists(&store, 4).await && exists(&store, 5).await);
        assert_eq!(store.write(|tx| save_client(tx, 3, Bucket::Catalogue)).await, Ok(4));
        assert_eq!(stored_clock(database).await.version, 4);
    }

    fn a_panicking_read_leaves_the_readers_working(database) {
        let store = database.open();
        for _ in 0..8 {
            let answer: Result<(), StoreError> = store.read(|_| panic!("a fault on purpose")).await;
            assert!(matches!(answer, Err(StoreError::Unavailable(_))));
        }
        assert!(!exists(&store, 1).await);
    }

    fn a_caller_that_went_away_does_not_take_its_write_back(database) {
        let store = database.open();
        let mut write: Write<u64> = {
            let store = store.clone();
            Box::pin(async move { store.write(|tx| save_client(tx, 1, Bucket::Catalogue)).await })
        };
        let _ = write.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        drop(write);
        assert_eq!(store.write(|tx| save_client(tx, 2, Bucket::Catalogue)).await, Ok(2));
        assert!(exists(&store, 1).await);
    }

    fn the_head_is_announced_after_each_commit(database) {
        let store = database.open();
        let mut head = store.watch_head();
        store.write(|tx| save_client(tx, 1, Bucket::Catalogue)).await.unwrap();
        head.changed().await.unwrap();
        assert_eq!(head.borrow().version, 1);
        assert_eq!(*head.borrow(), stored_clock(database).await);
    }
}
