//! The database's own word: uniqueness, references, checks, and the settings they depend on.
use crate::samples::{at, client, id, save, save_client, save_device, user};
use onsite_model::asset::{Asset, AssetKind, AssetStatus};
use onsite_model::bucket::Bucket;
use onsite_model::site::Site;
use onsite_store::{Db, StoreError, Tx, assets};
use std::sync::Arc;
use uuid::Uuid;

fn site(client: Uuid) -> Site {
    Site {
        client_id: client,
        name: "site".to_owned(),
        address: "1 Test Road".to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        access_notes: None,
    }
}

fn asset(tag: Option<&str>) -> Asset {
    Asset {
        site_id: id(2),
        tag: tag.map(str::to_owned),
        claimed_tag: None,
        kind: AssetKind::Switch,
        name: "switch".to_owned(),
        manufacturer: None,
        model: None,
        serial: None,
        status: AssetStatus::InService,
        quantity: None,
        location: None,
        parent_id: None,
        seen_at: None,
        purchased_on: None,
        warranty_until: None,
        notes: None,
        details: None,
        source: None,
        source_key: None,
    }
}

/// Client 1 with site 2.
fn seed(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    save_client(tx, 1, Bucket::Client(id(1)))?;
    save(tx, id(2), site(id(1)), Bucket::Site(id(2)), None).map(drop)
}

fn save_asset(tx: &mut Tx<'_>, n: u128, asset: Asset) -> Result<u64, StoreError> {
    save(tx, id(n), asset, Bucket::Site(id(2)), None)
}

fn settings(db: &mut Db) -> Result<Vec<(String, String)>, StoreError> {
    let names = ["synchronous", "foreign_keys", "trusted_schema", "journal_mode"];
    names
        .into_iter()
        .map(|name| {
            let sql = format!("SELECT CAST({name} AS TEXT) AS value FROM pragma_{name}");
            Ok((name.to_owned(), db.ask(&sql)?))
        })
        .collect()
}

/// Of PostgreSQL: an answer given after the commit must not depend on anything still in memory.
fn durable(db: &mut Db) -> Result<(), StoreError> {
    for (name, expected) in [("synchronous_commit", "on"), ("TimeZone", "UTC")] {
        let word = db.ask(&format!("SELECT current_setting('{name}') AS value"))?;
        assert_eq!(word, expected, "{name}");
    }
    Ok(())
}

on_both! {
    fn connections_are_durable_and_check_references(database) {
        let store = database.open();
        // 2 is FULL: an acknowledged write survives a power cut.
        let expected = [("synchronous", "2"), ("foreign_keys", "1"), ("trusted_schema", "0"), ("journal_mode", "wal")];
        match database.address() {
            onsite_store::Address::Sqlite(_) => {
                let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
                assert_eq!(store.write(|tx| settings(tx.db())).await.unwrap(), expected);
                assert_eq!(store.read(settings).await.unwrap(), expected);
            }
            onsite_store::Address::Postgres(_) => {
                store.write(|tx| durable(tx.db())).await.unwrap();
                store.read(durable).await.unwrap();
            }
        }
    }

    fn a_reader_cannot_leave_anything_behind(database) {
        let store = database.open();
        let _ = store
            .read(|db| {
                db.run("UPDATE sync_clock SET version = 7").map(drop)
            })
            .await;
        assert_eq!(store.read(onsite_store::feed::clock).await.unwrap().version, 0);
    }

    fn who_has_a_tag_is_known_before_it_has_reached_the_database(database) {
        let store = database.open();
        store
            .write::<_, StoreError>(|tx| {
                seed(tx)?;
                save_asset(tx, 3, asset(Some("A")))?;
                assert_eq!(assets::with_tag(tx.db(), "A")?, Some(id(3)));
                let undone = tx.attempt(|tx| {
                    save_asset(tx, 3, asset(Some("B")))?;
                    assert_eq!(assets::with_tag(tx.db(), "A")?, None);
                    assert_eq!(assets::with_tag(tx.db(), "B")?, Some(id(3)));
                    Err::<(), _>(StoreError::Check("undone".to_owned()))
                });
                assert!(undone.is_err());
                assert_eq!(assets::with_tag(tx.db(), "B")?, None);
                assert_eq!(assets::with_tag(tx.db(), "A")?, Some(id(3)));
                tx.attempt(|tx| save_asset(tx, 3, asset(None)))?;
                assert_eq!(assets::with_tag(tx.db(), "A")?, None);
                tx.attempt(|tx| save_asset(tx, 4, asset(Some("A"))))?;
                assert_eq!(assets::with_tag(tx.db(), "A")?, Some(id(4)));
                Ok(())
            })
            .await
            .unwrap();
        store
            .write::<_, StoreError>(|tx| {
                assert_eq!(assets::with_tag(tx.db(), "A")?, Some(id(4)));
                // An older row first, so that the statement that brings both meets the tag's old holder last.
                save_asset(tx, 3, asset(None))?;
                save_asset(tx, 4, asset(None))?;
                assert_eq!(assets::with_tag(tx.db(), "A")?, None);
                save_asset(tx, 3, asset(Some("A")))?;
                assert_eq!(assets::with_tag(tx.db(), "A")?, Some(id(3)));
                Ok(())
            })
            .await
            .unwrap();
        let holder = store.read(|db| assets::with_tag(db, "A")).await.unwrap();
        assert_eq!(holder, Some(id(3)));
    }

    fn unique_values_are_told_apart_from_other_errors(database) {
        let store = database.open();
        store.write(seed).await.unwrap();
        store.write(|tx| save_asset(tx, 10, asset(Some("OS-1")))).await.unwrap();
        store.write(|tx| save(tx, id(20), user("same"), Bucket::Catalogue, None)).await.unwrap();
        let coded = || onsite_model::client::Client { code: Some("ACME".to_owned()), ..client("coded") };
        store.write(move |tx| save(tx, id(30), coded(), Bucket::Catalogue, None)).await.unwrap();
        let sourced = |n: u128| {
            move |tx: &mut Tx<'_>| {
                let source = Some("glpi".to_owned());
                save_asset(tx, n, Asset { source, source_key: Some("7".to_owned()), ..asset(None) })
            }
        };
        store.write(sourced(40)).await.unwrap();

        let refused = [
            store.write(|tx| save_asset(tx, 11, asset(Some("OS-1")))).await,
            store
                .write(|tx| {
                    let mut shouting = user("same");
                    shouting.email = "SAME@example.com".to_owned();
                    save(tx, id(21), shouting, Bucket::Catalogue, None)
                })
                .await,
            store.write(move |tx| save(tx, id(31), coded(), Bucket::Catalogue, None)).await,
            store.write(sourced(41)).await,
        ];
        for error in refused {
            assert!(matches!(error, Err(StoreError::Unique(_))), "{error:?}");
        }
        // Assets without a tag or a source are no duplicates of each other.
        store.write(|tx| save_asset(tx, 12, asset(None))).await.unwrap();
        store.write(|tx| save_asset(tx, 13, asset(None))).await.unwrap();
        assert_eq!(store.read(|db| assets::with_tag(db, "OS-1")).await.unwrap(), Some(id(10)));
        assert_eq!(store.read(|db| assets::from_source(db, "glpi", "7")).await.unwrap(), Some(id(40)));
    }

    fn a_deleted_assets_tag_is_free_again(database) {
        let store = database.open();
        store.write(seed).await.unwrap();
        store.write(|tx| save_asset(tx, 10, asset(Some("OS-1")))).await.unwrap();
        store
            .write(|tx| {
                let mut row = Arc::unwrap_or_clone(onsite_store::rows::get(tx.db(), id(10))?.unwrap());
                row.deleted = true;
                row.version = tx.next_version();
                onsite_store::rows::save(tx, Arc::new(row), asset(Some("OS-1")).into(), None);
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        store.write(|tx| save_asset(tx, 11, asset(Some("OS-1")))).await.unwrap();
    }

    fn references_must_lead_somewhere(database) {
        let store = database.open();
        store.write(seed).await.unwrap();
        let refused = [
            store.write(|tx| save(tx, id(3), site(id(99)), Bucket::Site(id(3)), None).map(drop)).await,
            store
                .write(|tx| save_asset(tx, 10, Asset { parent_id: Some(id(99)), ..asset(None) }).map(drop))
                .await,
            store.write(|tx| save_device(tx, 50, id(99)).map(drop)).await,
            store.write(|tx| onsite_store::grants::give(tx, id(99), Bucket::Site(id(2)))).await,
            store.write(|tx| onsite_store::nonces::add(tx, "n", id(99), at(0))).await,
        ];
        for error in refused {
            assert!(matches!(error, Err(StoreError::ForeignKey(_))), "{error:?}");
        }
    }

    fn what_a_check_forbids_is_refused_as_such(database) {
        let store = database.open();
        store.write(seed).await.unwrap();
        let backwards = onsite_model::tag_range::TagRange {
            device_id: id(50),
            prefix: "OS-".to_owned(),
            width: 4,
            first: 9,
            last: 3,
        };
        let refused = store
            .write(move |tx| {
                let user = crate::samples::save_user(tx, 5)?;
                save_device(tx, 50, user)?;
                save(tx, id(60), backwards, Bucket::Device(id(50)), None)
            })
            .await;
        assert!(matches!(refused, Err(StoreError::Check(_))), "{refused:?}");
        let blob = onsite_store::blobs::Blob {
            sha256: "0".repeat(64),
            media_type: "image/png".to_owned(),
            size: 0,
            stored_at: at(0),
        };
        let refused = store.write(move |tx| onsite_store::blobs::add(tx, &blob)).await;
        assert!(matches!(refused, Err(StoreError::Check(_))), "{refused:?}");
        // The store goes on.
        store.write(|tx| save_asset(tx, 10, asset(None))).await.unwrap();
    }
}
