//! Good and bad logins, limits that can't be raced, and devices that come back.
use crate::world::{PASSWORD, Phone, at, browser, office_address, on_each_database};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use onsite_model::ids::new_id;
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_services::device::new_stream;
use onsite_services::login::{self, LoginDevice, LoginUser, Origin};
use onsite_store::{Store, StoreError, devices, streams};
use std::net::IpAddr;
use sync_protocol::codes::ErrorCode;

const EMAIL: &str = "lin@example.com";

#[tokio::test]
async fn a_phone_that_logs_in_gets_a_device_a_stream_and_both_tokens() {
    on_each_database(async |world| {
        let user = world.user(EMAIL, Role::Technician).await;
        let phone = Phone::new();
        let login = world
            .login(EMAIL, PASSWORD, &phone.introduction(None), at(0))
            .await
            .unwrap();
        assert_eq!(
            login.user,
            LoginUser {
                id: user,
                name: "Lin Wei".to_owned(),
                role: Role::Technician,
                language: Language::ZhCn
            }
        );
        assert_eq!(login.epoch, world.store.head().epoch);
        assert_eq!(login.tokens.expires_in, 900);
        assert!(login.tokens.refresh_token.is_some());

        let (device_id, stream_id) = (login.device_id, login.stream_id);
        let (device, stream) = world
            .store
            .read::<_, StoreError>(move |db| Ok((devices::get(db, device_id)?, streams::get(db, stream_id)?)))
            .await
            .unwrap();
        assert_eq!(device.unwrap().user_id, user);
        let stream = stream.unwrap();
        assert_eq!(
            (stream.device_id, stream.user_id, stream.last_n),
            (Some(device_id), None, 0)
        );

        let caller = world
            .authenticate(&login.tokens.access_token, at(1))
            .await
            .unwrap();
        assert_eq!((caller.user_id, caller.device_id), (user, device_id));
        assert_eq!((caller.role, caller.language), (Role::Technician, Language::ZhCn));
    })
    .await;
}

#[tokio::test]
async fn a_browser_without_a_key_gets_no_refresh_token() {
    on_each_database(async |world| {
        world.user(EMAIL, Role::Dispatcher).await;
        let login = world.login(EMAIL, PASSWORD, &browser(), at(0)).await.unwrap();
        assert_eq!(login.tokens.refresh_token, None);
        assert!(
            world
                .authenticate(&login.tokens.access_token, at(0))
                .await
                .is_ok()
        );
    })
    .await;
}

#[tokio::test]
async fn the_address_is_taken_in_any_case() {
    on_each_database(async |world| {
        world.user("Lin@Example.com", Role::Dispatcher).await;
        assert!(
            world
                .login("  lin@EXAMPLE.com ", PASSWORD, &browser(), at(0))
                .await
                .is_ok()
        );
    })
    .await;
}

#[tokio::test]
async fn wrong_password_unknown_account_and_inactive_user_get_the_same_answer() {
    on_each_database(async |world| {
        world.user(EMAIL, Role::Dispatcher).await;
        let left = world.user("left@example.com", Role::Technician).await;
        world
            .save_user(left, "left@example.com", Role::Technician, false)
            .await;

        let wrong = world
            .login(EMAIL, "wrong horse battery", &browser(), at(0))
            .await
            .unwrap_err();
        let unknown = world
            .login("nobody@example.com", PASSWORD, &browser(), at(0))
            .await
            .unwrap_err();
        let inactive = world
            .login("left@example.com", PASSWORD, &browser(), at(0))
            .await
            .unwrap_err();
        assert_eq!(wrong.code, ErrorCode::BadCredentials);
        assert_eq!(unknown, wrong);
        assert_eq!(inactive, wrong);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_address_or_no_device_is_refused_by_field() {
    on_each_database(async |world| {
        world.user(EMAIL, Role::Dispatcher).await;
        for email in [
            "",
            "lin",
            "lin@example.com\0",
            &format!("{}@example.com", "l".repeat(10_000)),
        ] {
            let refused = world.begin(email, office_address(), at(0)).await.unwrap_err();
            assert_eq!(
                (refused.code, refused.field.as_deref()),
                (ErrorCode::Invalid, Some("email"))
            );
        }
        let key = |text: &str| LoginDevice {
            public_key: Some(text.to_owned()),
            ..browser()
        };
        for (from, field) in [
            (
                LoginDevice {
                    name: " ".to_owned(),
                    ..browser()
                },
                "device.name",
            ),
            (
                LoginDevice {
                    platform: "a\u{0}b".to_owned(),
                    ..browser()
                },
                "device.platform",
            ),
            (key("AAAA"), "device.public_key"),
            (key(&BASE64_URL_SAFE_NO_PAD.encode([4; 65])), "device.public_key"),
        ] {
            let refused = world.login(EMAIL, PASSWORD, &from, at(0)).await.unwrap_err();
            assert_eq!(
                (refused.code, refused.field.as_deref()),
                (ErrorCode::Invalid, Some(field))
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_eleventh_attempt_on_an_account_waits_fifteen_minutes() {
    on_each_database(async |world| {
        world.user(EMAIL, Role::Dispatcher).await;
        for minute in 0..10 {
            let refused = world
                .login(EMAIL, "wrong horse battery", &browser(), at(minute))
                .await
                .unwrap_err();
            assert_eq!(refused.code, ErrorCode::BadCredentials);
        }
        let throttled = world
            .login(EMAIL, PASSWORD, &browser(), at(10))
            .await
            .unwrap_err();
        assert_eq!(
            (throttled.code, throttled.retry_after),
            (ErrorCode::Throttled, Some(900))
        );
        // Another account is not held up, and an attempt that was refused did not count.
        assert!(
            world
                .begin("chen@example.com", office_address(), at(10))
                .await
                .is_ok()
        );
        assert!(world.login(EMAIL, PASSWORD, &browser(), at(15)).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_good_login_forgets_the_attempts_on_the_account() {
    on_each_database(async |world| {
        world.user(EMAIL, Role::Dispatcher).await;
        for _ in 0..3 {
            for _ in 0..9 {
                world.begin(EMAIL, office_address(), at(0)).await.unwrap();
            }
            world.login(EMAIL, PASSWORD, &browser(), at(0)).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn one_network_address_has_fifty_attempts() {
    on_each_database(async |world| {
        let host = |n: u16| IpAddr::from([0x2001, 0xdb8, 0, 7, 0, 0, 0, n]);
        for n in 0..50 {
            world
                .begin(&format!("user{n}@example.com"), host(n), at(0))
                .await
                .unwrap();
        }
        // Every host of a /64 is the same subscriber.
        let throttled = world
            .begin("chen@example.com", host(900), at(0))
            .await
            .unwrap_err();
        assert_eq!(throttled.code, ErrorCode::Throttled);
        let neighbour = IpAddr::from([0x2001, 0xdb8, 0, 8, 0, 0, 0, 1]);
        assert!(world.begin("chen@example.com", neighbour, at(0)).await.is_ok());
        assert!(world.begin("chen@example.com", host(900), at(15)).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_forty_attempts_sent_together_exactly_ten_are_let_through() {
    on_each_database(async |world| {
        // Two nodes on one database, each with a writer of its own.
        let nodes = [
            world.store.clone(),
            Store::open(world.store.address().clone()).unwrap(),
        ];
        let attempts: Vec<_> = (0..40)
            .map(|n| {
                let node = nodes[n % 2].clone();
                tokio::spawn(async move {
                    let from = Origin {
                        address: office_address(),
                        device: None,
                    };
                    node.write(move |tx| login::begin_login(tx, EMAIL, from, at(0)))
                        .await
                })
            })
            .collect();
        let mut passed = 0;
        for attempt in attempts {
            match attempt.await.unwrap() {
                Ok(_) => passed += 1,
                Err(error) => assert_eq!(error.code, ErrorCode::Throttled),
            }
        }
        assert_eq!(passed, 10);
    })
    .await;
}

#[tokio::test]
async fn a_password_changed_while_the_old_one_was_checked_wins() {
    on_each_database(async |world| {
        let user = world.user(EMAIL, Role::Dispatcher).await;
        let old = world
            .begin(EMAIL, office_address(), at(0))
            .await
            .unwrap()
            .check(PASSWORD)
            .unwrap();
        world
            .set_password(user, EMAIL, "another long password")
            .await
            .unwrap();
        let secrets = world.secrets.clone();
        let refused = world
            .write(move |tx| login::finish_login(tx, &secrets, &old, &browser(), at(0)))
            .await
            .unwrap_err();
        assert_eq!(refused.code, ErrorCode::BadCredentials);
    })
    .await;
}

#[tokio::test]
async fn a_known_phone_keeps_its_device_and_its_newest_stream() {
    on_each_database(async |world| {
        world.user(EMAIL, Role::Technician).await;
        let phone = Phone::new();
        let first = world
            .login(EMAIL, PASSWORD, &phone.introduction(None), at(0))
            .await
            .unwrap();
        let device = first.device_id;
        let again = world
            .login(EMAIL, PASSWORD, &phone.introduction(Some(device)), at(1))
            .await
            .unwrap();
        assert_eq!((again.device_id, again.stream_id), (device, first.stream_id));

        let stream = world
            .write(move |tx| new_stream(tx, device, at(2)))
            .await
            .unwrap();
        assert_ne!(stream.id, first.stream_id);
        let later = world
            .login(EMAIL, PASSWORD, &phone.introduction(Some(device)), at(3))
            .await
            .unwrap();
        assert_eq!((later.device_id, later.stream_id), (device, stream.id));
    })
    .await;
}

#[tokio::test]
async fn a_device_is_not_taken_over_by_another_key_another_user_or_after_revocation() {
    on_each_database(async |world| {
        world.user(EMAIL, Role::Technician).await;
        world.user("chen@example.com", Role::Technician).await;
        let (phone, other) = (Phone::new(), Phone::new());
        let mine = world
            .login(EMAIL, PASSWORD, &phone.introduction(None), at(0))
            .await
            .unwrap()
            .device_id;
        let keyless = LoginDevice {
            id: Some(mine),
            ..browser()
        };
        for (email, from) in [
            (EMAIL, other.introduction(Some(mine))),
            (EMAIL, keyless),
            (EMAIL, phone.introduction(Some(new_id(at(0))))),
            ("chen@example.com", phone.introduction(Some(mine))),
        ] {
            let login = world.login(email, PASSWORD, &from, at(1)).await.unwrap();
            assert_ne!(login.device_id, mine);
        }
        world
            .store
            .write::<_, StoreError>(move |tx| devices::revoke(tx, mine, at(2)))
            .await
            .unwrap();
        let login = world
            .login(EMAIL, PASSWORD, &phone.introduction(Some(mine)), at(3))
            .await
            .unwrap();
        assert_ne!(login.device_id, mine);
    })
    .await;
}
