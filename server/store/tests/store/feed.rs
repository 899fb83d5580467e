//! The feed: one entry per row that moves forward, removals when a row changes its bucket, pages that lose nothing.
use crate::samples::{client, delete_client, id, save, save_client};
use chrono::DateTime;
use onsite_model::bucket::Bucket;
use onsite_store::backups::{self, Backup};
use onsite_store::{StoreError, feed, rows};
use std::collections::BTreeMap;
use sync_protocol::pull::Change;
use sync_protocol::version::Version;
use uuid::Uuid;

fn site(n: u128) -> Bucket {
    Bucket::Site(id(n))
}

fn names(buckets: &[Bucket]) -> Vec<String> {
    buckets.iter().map(ToString::to_string).collect()
}

/// What a change is, in short.
fn short<B>(change: &Change<B>) -> (&'static str, u128, u64) {
    let word = match change {
        Change::Put(_) => "put",
        Change::Deleted { .. } => "deleted",
        Change::Removed { .. } => "removed",
    };
    (word, change.row().as_u128(), change.version())
}

on_both! {
    fn a_row_has_one_entry_that_moves_forward(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_client(tx, 1, site(1))?;
                save_client(tx, 2, site(1))?;
                save_client(tx, 1, site(1))
            })
            .await
            .unwrap();
        let (changes, complete) = store.read(|db| feed::changes(db, &names(&[site(1)]), 0, 10)).await.unwrap();
        assert!(complete);
        assert_eq!(changes.iter().map(short).collect::<Vec<_>>(), [("put", 2, 2), ("put", 1, 3)]);
    }

    fn changes_of_other_buckets_and_older_ones_stay_out(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_client(tx, 1, site(1))?;
                save_client(tx, 2, site(2))?;
                save_client(tx, 3, site(1))
            })
            .await
            .unwrap();
        let (changes, _) = store.read(|db| feed::changes(db, &names(&[site(1)]), 1, 10)).await.unwrap();
        assert_eq!(changes.iter().map(short).collect::<Vec<_>>(), [("put", 3, 3)]);
        assert_eq!(store.read(|db| feed::count(db, &names(&[site(1), site(2)]))).await.unwrap(), 3);
    }

    fn a_deleted_row_is_announced_and_no_longer_filled(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_client(tx, 1, site(1))?;
                save_client(tx, 2, site(1))?;
                delete_client(tx, 1)
            })
            .await
            .unwrap();
        let (changes, _) = store.read(|db| feed::changes(db, &names(&[site(1)]), 0, 10)).await.unwrap();
        assert_eq!(changes.iter().map(short).collect::<Vec<_>>(), [("put", 2, 2), ("deleted", 1, 3)]);
        let filled = store.read(|db| feed::fill(db, site(1), None, 10)).await.unwrap();
        assert_eq!(filled.iter().map(|row| row.id).collect::<Vec<_>>(), [id(2)]);
        assert_eq!(store.read(|db| feed::count(db, &names(&[site(1)]))).await.unwrap(), 1);
    }

    fn a_row_that_changes_its_bucket_leaves_the_old_one(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_client(tx, 1, site(1))?;
                save(tx, id(1), client("moved"), site(2), Some(site(1)))
            })
            .await
            .unwrap();
        let changes = |buckets: Vec<String>| store.read(move |db| feed::changes(db, &buckets, 0, 10));
        let (old, _) = changes(names(&[site(1)])).await.unwrap();
        assert_eq!(old.iter().map(short).collect::<Vec<_>>(), [("removed", 1, 2)]);
        let (new, _) = changes(names(&[site(2)])).await.unwrap();
        assert_eq!(new.iter().map(short).collect::<Vec<_>>(), [("put", 1, 2)]);
        // Whoever holds both is told of the removal first, or the put would be undone by it.
        let (both, _) = changes(names(&[site(1), site(2)])).await.unwrap();
        assert_eq!(both.iter().map(short).collect::<Vec<_>>(), [("removed", 1, 2), ("put", 1, 2)]);
    }

    fn a_row_that_comes_back_takes_its_removal_away(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_client(tx, 1, site(1))?;
                save(tx, id(1), client("away"), site(2), Some(site(1)))?;
                save(tx, id(1), client("back"), site(1), Some(site(2)))
            })
            .await
            .unwrap();
        let (changes, _) = store.read(|db| feed::changes(db, &names(&[site(1)]), 0, 10)).await.unwrap();
        assert_eq!(changes.iter().map(short).collect::<Vec<_>>(), [("put", 1, 3)]);
        let (changes, _) = store.read(|db| feed::changes(db, &names(&[site(2)]), 0, 10)).await.unwrap();
        assert_eq!(changes.iter().map(short).collect::<Vec<_>>(), [("removed", 1, 3)]);
    }

    fn a_page_is_never_cut_between_a_removal_and_its_put(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_client(tx, 1, site(1))?;
                save_client(tx, 2, site(1))?;
                save(tx, id(1), client("moved"), site(2), Some(site(1)))
            })
            .await
            .unwrap();
        let both = names(&[site(1), site(2)]);
        let (first, complete) = {
            let both = both.clone();
            store.read(move |db| feed::changes(db, &both, 0, 2)).await.unwrap()
        };
        assert!(!complete);
        let last = first.last().map(short).unwrap();
        let (rest, _) = store.read(move |db| feed::changes(db, &both, last.2, 2)).await.unwrap();
        let all: Vec<_> = first.iter().chain(&rest).map(short).collect();
        assert_eq!(all, [("put", 2, 2), ("removed", 1, 3), ("put", 1, 3)]);
    }

    fn how_things_stand_names_the_newest_backup_and_the_last_removal(database) {
        let store = database.open();
        let made_at = DateTime::from_timestamp(0, 0).unwrap();
        store
            .write(move |tx| {
                for (epoch, number) in [(1, 9), (2, 3), (2, 4)] {
                    let through = Version { epoch, number };
                    backups::record(tx, &Backup { through, made_at })?;
                }
                save_client(tx, 1, site(1))?;
                save_client(tx, 2, site(1))?;
                save(tx, id(1), client("moved"), site(2), Some(site(1)))?;
                save_client(tx, 2, site(1))
            })
            .await
            .unwrap();
        let standing = store.read(|db| feed::standing(db, id(7))).await.unwrap();
        assert_eq!(standing.durable_through, Some(Version { epoch: 2, number: 4 }));
        assert_eq!(standing.last_removal, 3);
        for after in 0..5 {
            let (known, all) = store
                .read(move |db| {
                    let buckets = names(&[site(1), site(2)]);
                    let known = feed::changes_knowing(db, standing.last_removal, &buckets, after, 10)?;
                    Ok::<_, StoreError>((known, feed::changes(db, &buckets, after, 10)?))
                })
                .await
                .unwrap();
            assert_eq!(known, all);
        }
    }

    /// A row that moved with its parent has a version without a history of its own.
    fn changes_of_all_buckets_are_those_of_each(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_client(tx, 1, site(1))?;
                save_client(tx, 2, site(1))?;
                let moved = rows::get(tx.db(), id(1))?.expect("saved before");
                rows::relocate(tx, &moved, site(2));
                delete_client(tx, 2)
            })
            .await
            .unwrap();
        for after in 0..5 {
            let (all, each) = store
                .read(move |db| {
                    let all = feed::changes_in(db, None, after, 10)?;
                    Ok::<_, StoreError>((all, feed::changes(db, &names(&[site(1), site(2)]), after, 10)?))
                })
                .await
                .unwrap();
            assert_eq!(all, each);
        }
    }

    /// Random saves, moves and deletions, read back in pages of every small size, give the rows as they stand.
    fn paging_at_any_size_rebuilds_the_buckets(database) {
        let store = database.open();
        let buckets = [site(1), site(2), site(3)];
        store
            .write(move |tx| {
                let mut homes: BTreeMap<u128, Bucket> = BTreeMap::new();
                let mut state = 7_u64;
                for _ in 0..200 {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let n = u128::from(state >> 33) % 12 + 1;
                    let to = buckets[(state >> 20) as usize % 3];
                    match homes.get(&n).copied() {
                        Some(_) if state.is_multiple_of(11) => {
                            delete_client(tx, n)?;
                        }
                        from => {
                            save(tx, id(n), client("somewhere"), to, from.filter(|from| *from != to))?;
                            homes.insert(n, to);
                        }
                    }
                }
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        let held = names(&buckets[..2]);
        let mut expected: BTreeMap<Uuid, u64> = BTreeMap::new();
        for bucket in &buckets[..2] {
            let bucket = *bucket;
            let rows = store.read(move |db| feed::fill(db, bucket, None, 1000)).await.unwrap();
            expected.extend(rows.into_iter().map(|row| (row.id, row.version)));
        }
        assert!(!expected.is_empty());
        for limit in 1..=9 {
            let (mut known, mut after): (BTreeMap<Uuid, (String, u64)>, u64) = (BTreeMap::new(), 0);
            loop {
                let held = held.clone();
                let (changes, complete) =
                    store.read(move |db| feed::changes(db, &held, after, limit)).await.unwrap();
                for change in &changes {
                    match change {
                        Change::Put(row) => {
                            known.insert(row.id, (row.bucket.clone(), row.version));
                        }
                        Change::Deleted { row, .. } => {
                            known.remove(row);
                        }
                        Change::Removed { row, bucket, version } => {
                            let theirs = known.get(row).is_some_and(|(own, at)| own == bucket && at < version);
                            if theirs {
                                known.remove(row);
                            }
                        }
                    }
                }
                match changes.last() {
                    Some(last) => after = last.version(),
                    None => assert!(complete, "an empty page that is not the last"),
                }
                if complete {
                    break;
                }
            }
            let known: BTreeMap<Uuid, u64> = known.into_iter().map(|(id, (_, at))| (id, at)).collect();
            assert_eq!(known, expected, "pages of {limit}");
        }
    }

    fn a_bucket_is_filled_in_pages_by_id(database) {
        let store = database.open();
        store
            .write(|tx| (1..=7).rev().try_for_each(|n| save_client(tx, n, site(1)).map(drop)))
            .await
            .unwrap();
        let (mut after, mut filled) = (None, Vec::new());
        loop {
            let page = store.read(move |db| feed::fill(db, site(1), after, 3)).await.unwrap();
            after = page.last().map(|row| row.id);
            filled.extend(page.iter().map(|row| row.id.as_u128()));
            if page.len() < 3 {
                break;
            }
        }
        assert_eq!(filled, (1..=7).collect::<Vec<_>>());
    }
}
