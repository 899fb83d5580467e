//! What a process knows of commits: its own at once, other processes' soon, and never less than it told before.
use crate::samples::{at, id, save_client, save_device, save_user};
use onsite_model::bucket::Bucket;
use onsite_store::heads::Topic;
use onsite_store::{Clock, Store, StoreError, accounts, devices, epochs, grants};
use std::sync::Arc;
use std::time::Duration;
use sync_protocol::version::Version;

/// How long news may take. It only bounds a hang.
const HANG: Duration = Duration::from_secs(60);

fn site(n: u128) -> Bucket {
    Bucket::Site(id(n))
}

fn head(store: &Store, topic: Topic) -> u64 {
    store.heads().known().head(topic)
}

/// Waits until a store has heard of a version of a topic.
async fn hears(store: &Store, topic: Topic, version: u64) {
    let waiting = store.heads().subscribe(Arc::new([topic]));
    let heard = async {
        while head(store, topic) < version {
            waiting.changed().await;
        }
    };
    tokio::time::timeout(HANG, heard).await.expect("it is heard of");
}

fn seen(number: u64) -> Option<Version> {
    Some(Version { epoch: 1, number })
}

on_both! {
    fn a_commit_is_known_before_its_writer_is_told(database) {
        let store = database.open();
        for n in 1..20 {
            let version = store.write(move |tx| save_client(tx, n, site(n % 3))).await.unwrap();
            assert!(head(&store, Topic::Bucket(site(n % 3))) >= version);
            assert!(head(&store, Topic::Any) >= version);
        }
    }

    fn a_new_epoch_is_known_before_its_writer_is_told(database) {
        let store = database.open();
        store.write(|tx| save_client(tx, 1, site(1))).await.unwrap();
        store.write(|tx| epochs::begin(tx, 2, 1, at(0))).await.unwrap();
        assert_eq!(store.heads().known().clock(), Clock { epoch: 2, version: 1 });
        assert_eq!(head(&store, Topic::Bucket(site(1))), 1);
    }

    fn what_was_undone_touched_nothing(database) {
        let store = database.open();
        let refused = store.write(|tx| {
            save_client(tx, 1, site(1))?;
            Err::<(), _>(StoreError::Check("no".to_owned()))
        });
        refused.await.unwrap_err();
        assert_eq!((head(&store, Topic::Bucket(site(1))), head(&store, Topic::Any)), (0, 0));
    }

    fn an_opened_store_knows_what_was_written_before(database) {
        let first = database.open();
        first
            .write(|tx| {
                save_user(tx, 1)?;
                save_client(tx, 2, site(1))?;
                grants::give(tx, id(1), site(1))?;
                save_client(tx, 3, site(2))?;
                grants::end(tx, id(1), site(1), at(0))
            })
            .await
            .unwrap();
        let second = database.open();
        let topics = [Topic::Bucket(Bucket::Catalogue), Topic::Bucket(site(1)), Topic::Bucket(site(2)), Topic::Grants(id(1))];
        assert_eq!(topics.map(|topic| head(&second, topic)), [1, 2, 4, 5]);
        assert_eq!(head(&second, Topic::Bucket(site(3))), 0);
    }

    fn another_process_hears_of_rows_grants_and_access(database) {
        let (here, there) = (database.open(), database.open());
        let version = there.write(|tx| save_client(tx, 1, site(1))).await.unwrap();
        hears(&here, Topic::Bucket(site(1)), version).await;

        there
            .write(|tx| {
                save_user(tx, 2)?;
                save_device(tx, 3, id(2))?;
                grants::give(tx, id(2), site(1))
            })
            .await
            .unwrap();
        let given = head(&there, Topic::Grants(id(2)));
        hears(&here, Topic::Grants(id(2)), given).await;

        there.write(|tx| devices::revoke(tx, id(3), at(1))).await.unwrap();
        let revoked = head(&there, Topic::Access(id(2)));
        assert!(revoked > given, "it has a version of its own");
        hears(&here, Topic::Access(id(2)), revoked).await;
        there.write(|tx| accounts::end_sessions(tx, id(2), None, at(2))).await.unwrap();
        let ended = head(&there, Topic::Access(id(2)));
        assert!(ended > revoked);
        hears(&here, Topic::Access(id(2)), ended).await;
    }

    fn two_processes_that_write_know_each_others_commits(database) {
        let (here, there) = (database.open(), database.open());
        let write = async |store: &Store, from: u128| {
            let mut last = 0;
            for n in from..from + 30 {
                last = store.write(move |tx| save_client(tx, n, site(from))).await.unwrap();
            }
            last
        };
        let (mine, theirs) = tokio::join!(write(&here, 1), write(&there, 101));
        for store in [&here, &there] {
            hears(store, Topic::Any, mine.max(theirs)).await;
            let heads = [site(1), site(101)].map(|bucket| head(store, Topic::Bucket(bucket)));
            assert_eq!(heads, [mine, theirs]);
        }
    }

    fn whoever_saw_a_version_is_not_answered_from_before_it(database) {
        let (here, there) = (database.open(), database.open());
        for n in 1..20 {
            let version = there.write(move |tx| save_client(tx, n, site(1))).await.unwrap();
            here.catch_up(seen(version)).await.unwrap();
            assert!(head(&here, Topic::Any) >= version);
            assert!(head(&here, Topic::Bucket(site(1))) >= version);
        }
        assert!(here.heads().current(seen(1_000)).is_none(), "nobody knows that version");
    }

    fn a_commit_too_large_to_announce_is_heard_all_the_same(database) {
        let (here, there) = (database.open(), database.open());
        let last = there
            .write(|tx| {
                let mut last = 0;
                for n in 1..=600 {
                    last = save_client(tx, n, site(n))?;
                }
                Ok::<_, StoreError>(last)
            })
            .await
            .unwrap();
        hears(&here, Topic::Bucket(site(600)), last).await;
        assert!(head(&here, Topic::Bucket(site(1))) > 0);
    }
}

/// What is committed while a process can't listen is found when it can again.
#[test]
fn a_lost_connection_loses_no_commit() {
    use onsite_store::scratch::Kind;
    crate::on_both::run(Kind::Postgres, async |database| {
        let here = database.open();
        let first = here.write(|tx| save_client(tx, 1, site(1))).await.unwrap();
        hears(&here, Topic::Any, first).await;
        database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
        let there = database.open();
        let second = there.write(|tx| save_client(tx, 2, site(2))).await.unwrap();
        hears(&here, Topic::Any, second).await;
        assert_eq!(head(&here, Topic::Bucket(site(2))), second);
    });
}
