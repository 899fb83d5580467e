//! Grants: what a user holds and held, by version, because work is judged by what its author held at its base.
use crate::samples::{at, id, save_user};
use onsite_model::bucket::Bucket;
use onsite_store::grants::{self, Held};
use onsite_store::{Store, StoreError};

const SITE: u128 = 100;

fn site() -> Bucket {
    Bucket::Site(id(SITE))
}

async fn held_since(store: &Store, version: u64, not_before: i64) -> bool {
    store
        .read(move |db| grants::held_since(db, id(1), site(), version, at(not_before)))
        .await
        .unwrap()
}

on_both! {
    fn giving_twice_is_giving_once(database) {
        let store = database.open();
        let head = store
            .write(|tx| {
                save_user(tx, 1)?;
                grants::give(tx, id(1), site())?;
                grants::give(tx, id(1), site())?;
                Ok::<_, StoreError>(tx.clock().version)
            })
            .await
            .unwrap();
        assert_eq!(head, 2, "the second gift took no version");
        let held = store.read(|db| grants::held(db, id(1))).await.unwrap();
        assert_eq!(held, [Held { bucket: site(), since: 2 }]);
    }

    fn an_ended_grant_can_be_given_anew(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_user(tx, 1)?;
                grants::give(tx, id(1), site())?;
                grants::end(tx, id(1), site(), at(0))
            })
            .await
            .unwrap();
        assert_eq!(store.read(|db| grants::held(db, id(1))).await.unwrap(), []);
        store.write(|tx| grants::give(tx, id(1), site())).await.unwrap();
        let held = store.read(|db| grants::held(db, id(1))).await.unwrap();
        assert_eq!(held, [Held { bucket: site(), since: 4 }]);
    }

    fn what_is_held_comes_sorted_and_is_ones_own(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_user(tx, 1)?;
                save_user(tx, 2)?;
                for bucket in [Bucket::Site(id(9)), Bucket::Client(id(3)), Bucket::Site(id(8))] {
                    grants::give(tx, id(1), bucket)?;
                }
                grants::give(tx, id(2), Bucket::Site(id(7)))
            })
            .await
            .unwrap();
        let held = store.read(|db| grants::held(db, id(1))).await.unwrap();
        let buckets: Vec<Bucket> = held.into_iter().map(|one| one.bucket).collect();
        assert_eq!(buckets, [Bucket::Client(id(3)), Bucket::Site(id(8)), Bucket::Site(id(9))]);
    }

    fn a_past_grant_covers_what_was_seen_under_it(database) {
        let store = database.open();
        // Given in version 2, ended in version 3 at second 50.
        store
            .write(|tx| {
                save_user(tx, 1)?;
                grants::give(tx, id(1), site())?;
                grants::end(tx, id(1), site(), at(50))
            })
            .await
            .unwrap();
        assert!(held_since(&store, 1, 0).await, "an old row was seen through a newer grant");
        assert!(held_since(&store, 3, 0).await);
        assert!(!held_since(&store, 4, 0).await, "seen after the grant had ended");
        assert!(held_since(&store, 3, 50).await);
        assert!(!held_since(&store, 3, 51).await, "ended too long ago");
        store.write(|tx| grants::give(tx, id(1), site())).await.unwrap();
        assert!(held_since(&store, 1_000, 1_000).await, "a live grant has no end");
        let other = store.read(|db| grants::held_since(db, id(1), Bucket::Site(id(5)), 0, at(0))).await;
        assert_eq!(other, Ok(false));
    }
}
