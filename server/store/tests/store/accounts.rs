//! Credentials, counted attempts, sessions and devices.
use crate::samples::{at, id, save_device, save_user};
use onsite_store::accounts::{self, Attempt, Attempts, Session};
use onsite_store::{Store, StoreError, devices};

fn session(n: u128, device: u128) -> Session {
    Session {
        id: id(n),
        user_id: id(1),
        device_id: id(device),
        generation: 1,
        created_at: at(0),
        expires_at: at(1000),
        revoked_at: None,
        network: Some("192.0.2.1".to_owned()),
    }
}

/// User 1 with devices 10 and 11, and a session on each.
async fn seeded(store: &Store) {
    store
        .write(|tx| {
            let user = save_user(tx, 1)?;
            for (device, number) in [(10, 20), (11, 21)] {
                save_device(tx, device, user)?;
                accounts::add_session(tx, &session(number, device))?;
            }
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

async fn get(store: &Store, n: u128) -> Session {
    store
        .read(move |db| accounts::session(db, id(n)))
        .await
        .unwrap()
        .unwrap()
}

on_both! {
    fn a_session_moves_on_by_generations_and_ends_once(database) {
        let store = database.open();
        seeded(&store).await;
        assert_eq!(get(&store, 20).await, session(20, 10));
        store.write(|tx| accounts::set_generation(tx, id(20), 7)).await.unwrap();
        store.write(|tx| accounts::end_session(tx, id(20), at(5))).await.unwrap();
        store.write(|tx| accounts::end_session(tx, id(20), at(9))).await.unwrap();
        let ended = Session { generation: 7, revoked_at: Some(at(5)), ..session(20, 10) };
        assert_eq!(get(&store, 20).await, ended, "the first end counts");
        assert_eq!(get(&store, 21).await, session(21, 11), "the other one goes on");
    }

    fn a_revoked_device_takes_its_sessions_with_it(database) {
        let store = database.open();
        seeded(&store).await;
        store.write::<_, StoreError>(|tx| {
            devices::seen(tx, id(10), at(3), -86_400_000_000);
            Ok(())
        }).await.unwrap();
        store.write(|tx| devices::revoke(tx, id(10), at(5))).await.unwrap();
        let device = store.read(|db| devices::get(db, id(10))).await.unwrap().unwrap();
        assert_eq!(device.revoked_at, Some(at(5)));
        assert_eq!((device.last_seen_at, device.skew_millis), (at(3), -86_400_000_000));
        assert_eq!(get(&store, 20).await.revoked_at, Some(at(5)));
        assert_eq!(get(&store, 21).await.revoked_at, None);
        let listed = store.read(|db| devices::list(db, Some(id(1)))).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [id(10), id(11)], "last seen first");
    }

    fn an_address_logs_in_one_user(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_user(tx, 1)?;
                save_user(tx, 2)?;
                accounts::set_credentials(tx, id(1), "a@example.com", "old")?;
                accounts::set_credentials(tx, id(1), "a@example.com", "new")
            })
            .await
            .unwrap();
        let found = store.read(|db| accounts::credentials(db, "a@example.com")).await.unwrap();
        assert_eq!(found, Some((id(1), "new".to_owned())));
        let taken = store.write(|tx| accounts::set_credentials(tx, id(2), "a@example.com", "x")).await;
        assert!(matches!(taken, Err(StoreError::Unique(_))), "{taken:?}");
        assert_eq!(store.read(|db| accounts::credentials(db, "b@example.com")).await, Ok(None));
    }

    fn attempts_are_counted_by_account_by_source_and_by_strangers(database) {
        let store = database.open();
        store
            .write(|tx| {
                let attempt = |email, source, familiar| Attempt { email, source, familiar };
                accounts::add_attempt(tx, id(1), &attempt("a@example.com", "192.0.2.1", false), at(1))?;
                accounts::add_attempt(tx, id(2), &attempt("a@example.com", "192.0.2.2", true), at(2))?;
                accounts::add_attempt(tx, id(3), &attempt("b@example.com", "192.0.2.1", false), at(3))
            })
            .await
            .unwrap();
        let since = async |seconds| {
            let email = "a@example.com";
            let which = [
                Attempts::OnAccountFrom { email, source: "192.0.2.1" },
                Attempts::From("192.0.2.1"),
                Attempts::ByStrangers { email },
            ];
            let counts = store.read::<_, StoreError>(move |db| {
                which.into_iter().map(|which| accounts::attempts_since(db, which, at(seconds))).collect::<Result<Vec<_>, _>>()
            });
            counts.await.unwrap()
        };
        assert_eq!(since(0).await, [1, 2, 1]);
        assert_eq!(since(1).await, [0, 1, 0], "later than, not at");
        store.write(|tx| accounts::clear_attempts(tx, "a@example.com", "192.0.2.1")).await.unwrap();
        assert_eq!(since(0).await, [0, 1, 0]);
        store.write(|tx| accounts::forget_attempts(tx, at(4))).await.unwrap();
        assert_eq!(since(0).await, [0, 0, 0]);
    }

    fn where_a_user_logged_in_from_is_known_until_it_is_forgotten(database) {
        let store = database.open();
        seeded(&store).await;
        let known = async |network: &'static str, since| {
            store.read(move |db| accounts::logged_in_from(db, id(1), network, at(since))).await.unwrap()
        };
        assert!(known("192.0.2.1", -1).await);
        assert!(!known("192.0.2.1", 0).await, "later than, not at");
        assert!(!known("192.0.2.2", -1).await);
        store.write(|tx| accounts::forget_networks(tx, id(1), Some(id(20)))).await.unwrap();
        assert!(known("192.0.2.1", -1).await, "the session kept still knows it");
        store.write(|tx| accounts::forget_networks(tx, id(1), None)).await.unwrap();
        assert!(!known("192.0.2.1", -1).await);
    }

    fn a_proof_is_used_once_until_its_token_is_past(database) {
        let store = database.open();
        seeded(&store).await;
        let used = async |session, proof: &'static str| {
            store.write(move |tx| accounts::use_proof(tx, id(session), proof)).await.unwrap()
        };
        assert!(used(20, "a").await);
        assert!(!used(20, "a").await);
        assert!(used(20, "b").await && used(21, "a").await);
        store.write(|tx| accounts::forget_proofs(tx, id(20))).await.unwrap();
        assert!(used(20, "a").await && !used(21, "a").await);
    }

    fn a_users_other_devices_are_locked_until_they_log_in(database) {
        let store = database.open();
        seeded(&store).await;
        let locked = async |device| store.read(move |db| devices::get(db, id(device))).await.unwrap().unwrap().locked_at;
        store.write(|tx| devices::lock(tx, id(1), Some(id(10)), at(5))).await.unwrap();
        store.write(|tx| devices::lock(tx, id(1), Some(id(10)), at(6))).await.unwrap();
        assert_eq!((locked(10).await, locked(11).await), (None, Some(at(5))), "the first time counts");
        store.write(|tx| devices::unlock(tx, id(11))).await.unwrap();
        assert_eq!(locked(11).await, None);
    }
}
