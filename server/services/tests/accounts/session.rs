//! Refreshing, losing the answer, theft, and every way a session ends.
use crate::world::{PASSWORD, Phone, World, at, browser, on_each_database};
use chrono::TimeDelta;
use onsite_model::role::Role;
use onsite_services::device_proof;
use onsite_services::login::{Login, SESSION_LIFETIME};
use onsite_services::secrets::Secrets;
use onsite_services::session::{self, Refreshed, Tokens};
use onsite_services::tokens;
use onsite_store::{StoreError, accounts, devices};
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

const EMAIL: &str = "lin@example.com";

async fn phone_login(world: &World) -> (Uuid, Phone, Login) {
    let user = world.user(EMAIL, Role::Technician).await;
    let phone = Phone::new();
    let login = world
        .login(EMAIL, PASSWORD, &phone.introduction(None), at(0))
        .await
        .unwrap();
    (user, phone, login)
}

fn refresh_token(tokens: &Tokens) -> String {
    tokens.refresh_token.clone().unwrap()
}

/// A refresh as the device itself makes it.
async fn renew(world: &World, phone: &Phone, login: &Login, token: &str, minute: i64) -> Tokens {
    let proof = phone.proof(login.device_id, token);
    match world.refresh(token, proof, at(minute)).await.unwrap() {
        Refreshed::Renewed(tokens) => tokens,
        Refreshed::Reused { .. } => panic!("a good refresh was taken for a theft"),
    }
}

/// The session is over: for its newest tokens too, and for whoever asks.
async fn assert_ended(world: &World, phone: &Phone, login: &Login, newest: &Tokens, minute: i64) {
    assert_refused(world, phone, login, newest, minute, ErrorCode::Unauthenticated).await;
}

/// Neither token opens anything, and this is why.
async fn assert_refused(
    world: &World,
    phone: &Phone,
    login: &Login,
    newest: &Tokens,
    minute: i64,
    code: ErrorCode,
) {
    let refused = world
        .authenticate(&newest.access_token, at(minute))
        .await
        .unwrap_err();
    assert_eq!(refused.code, code);
    let token = refresh_token(newest);
    let refused = world
        .refresh(&token, phone.proof(login.device_id, &token), at(minute))
        .await
        .unwrap_err();
    assert_eq!(refused.code, code);
}

#[tokio::test]
async fn each_refresh_makes_the_next_token() {
    on_each_database(async |world| {
        let (user, phone, login) = phone_login(world).await;
        let mut token = refresh_token(&login.tokens);
        for round in 1..=5 {
            let tokens = renew(world, &phone, &login, &token, round * 14).await;
            let caller = world
                .authenticate(&tokens.access_token, at(round * 14 + 1))
                .await
                .unwrap();
            assert_eq!(caller.user_id, user);
            assert_ne!(refresh_token(&tokens), token);
            token = refresh_token(&tokens);
        }
    })
    .await;
}

#[tokio::test]
async fn a_device_whose_answer_was_lost_gets_the_same_successor() {
    on_each_database(async |world| {
        let (_, phone, login) = phone_login(world).await;
        let first = refresh_token(&login.tokens);
        let lost = renew(world, &phone, &login, &first, 10).await;
        let again = renew(world, &phone, &login, &first, 11).await;
        let once_more = renew(world, &phone, &login, &first, 12).await;
        assert_eq!(refresh_token(&again), refresh_token(&lost));
        assert_eq!(refresh_token(&once_more), refresh_token(&lost));
        renew(world, &phone, &login, &refresh_token(&again), 13).await;
    })
    .await;
}

#[tokio::test]
async fn a_token_older_than_that_ends_the_session_even_for_the_device_itself() {
    on_each_database(async |world| {
        let (user, phone, login) = phone_login(world).await;
        let first = refresh_token(&login.tokens);
        let second = renew(world, &phone, &login, &first, 1).await;
        let third = renew(world, &phone, &login, &refresh_token(&second), 2).await;
        let outcome = world
            .refresh(&first, phone.proof(login.device_id, &first), at(3))
            .await
            .unwrap();
        assert!(matches!(&outcome, Refreshed::Reused { user_id, device_id, .. }
            if *user_id == user && *device_id == login.device_id));
        assert_eq!(outcome.answer().unwrap_err().code, ErrorCode::TokenReused);
        assert_ended(world, &phone, &login, &third, 4).await;
    })
    .await;
}

#[tokio::test]
async fn a_thief_without_the_devices_key_ends_the_session() {
    on_each_database(async |world| {
        let phone = Phone::new();
        let thief = Phone::new();
        world.user(EMAIL, Role::Technician).await;
        for attempt in 0..5 {
            let login = world
                .login(EMAIL, PASSWORD, &phone.introduction(None), at(0))
                .await
                .unwrap();
            let token = refresh_token(&login.tokens);
            let own_device = world
                .login(EMAIL, PASSWORD, &thief.introduction(None), at(0))
                .await
                .unwrap();
            let proof = match attempt {
                0 => None,
                1 => Some("nonsense".to_owned()),
                // By a key that isn't the device's, in its name and in that of the thief's own device.
                2 => thief.proof(login.device_id, &token),
                3 => thief.proof(own_device.device_id, &token),
                // The device's own proof of another request.
                _ => {
                    let body = b"{}";
                    Some(
                        device_proof::make(&phone.key, login.device_id, "POST", "/v1/push", body, 0).unwrap(),
                    )
                }
            };
            let outcome = world.refresh(&token, proof, at(1)).await.unwrap();
            assert_eq!(
                outcome.answer().unwrap_err().code,
                ErrorCode::TokenReused,
                "attempt {attempt}"
            );
            assert_ended(world, &phone, &login, &login.tokens, 2).await;
            // The thief's own session is untouched, and so is a login after it.
            assert!(
                world
                    .authenticate(&own_device.tokens.access_token, at(2))
                    .await
                    .is_ok()
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_proof_for_one_body_does_not_carry_another_token() {
    on_each_database(async |world| {
        let (_, phone, first) = phone_login(world).await;
        let from = phone.introduction(Some(first.device_id));
        let second = world.login(EMAIL, PASSWORD, &from, at(0)).await.unwrap();
        let proof = phone.proof(first.device_id, &refresh_token(&first.tokens));
        let outcome = world
            .refresh(&refresh_token(&second.tokens), proof, at(1))
            .await
            .unwrap();
        assert!(matches!(outcome, Refreshed::Reused { .. }));
        // Only the session whose token was presented is over.
        assert_ended(world, &phone, &second, &second.tokens, 2).await;
        renew(world, &phone, &first, &refresh_token(&first.tokens), 2).await;
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_not_ours_ends_nothing() {
    on_each_database(async |world| {
        let (_, phone, login) = phone_login(world).await;
        let other = Secrets::derive(b"0xFq8sTzLm3Wc6Ud1Kp9Rj4Yh7Nb2Ge5").unwrap();
        let caller = world
            .authenticate(&login.tokens.access_token, at(0))
            .await
            .unwrap();
        for forged in [
            tokens::refresh_token(&other, caller.session_id, 0),
            tokens::refresh_token(&world.secrets, caller.device_id, 0),
            String::new(),
        ] {
            let refused = world.refresh(&forged, None, at(1)).await.unwrap_err();
            assert_eq!(refused.code, ErrorCode::Unauthenticated);
        }
        renew(world, &phone, &login, &refresh_token(&login.tokens), 2).await;
    })
    .await;
}

#[tokio::test]
async fn a_revoked_device_is_told_so_at_once() {
    on_each_database(async |world| {
        let (_, phone, login) = phone_login(world).await;
        let device = login.device_id;
        world
            .store
            .write::<_, StoreError>(move |tx| devices::revoke(tx, device, at(1)))
            .await
            .unwrap();
        let refused = world
            .authenticate(&login.tokens.access_token, at(2))
            .await
            .unwrap_err();
        assert_eq!(refused.code, ErrorCode::DeviceRevoked);
        let token = refresh_token(&login.tokens);
        let refused = world
            .refresh(&token, phone.proof(device, &token), at(2))
            .await
            .unwrap_err();
        assert_eq!(refused.code, ErrorCode::DeviceRevoked);
    })
    .await;
}

#[tokio::test]
async fn a_session_lasts_thirty_days_however_often_it_is_refreshed() {
    on_each_database(async |world| {
        let (_, phone, login) = phone_login(world).await;
        let last = SESSION_LIFETIME.num_minutes() - 1;
        let tokens = renew(world, &phone, &login, &refresh_token(&login.tokens), last).await;
        assert!(world.authenticate(&tokens.access_token, at(last)).await.is_ok());
        assert_ended(world, &phone, &login, &tokens, last + 1).await;
    })
    .await;
}

#[tokio::test]
async fn logging_out_ends_this_session_alone() {
    on_each_database(async |world| {
        let (_, phone, login) = phone_login(world).await;
        let elsewhere = world.login(EMAIL, PASSWORD, &browser(), at(0)).await.unwrap();
        let caller = world
            .authenticate(&login.tokens.access_token, at(1))
            .await
            .unwrap();
        world
            .write(move |tx| session::logout(tx, &caller, at(1)))
            .await
            .unwrap();
        assert_ended(world, &phone, &login, &login.tokens, 2).await;
        assert!(
            world
                .authenticate(&elsewhere.tokens.access_token, at(2))
                .await
                .is_ok()
        );
    })
    .await;
}

#[tokio::test]
async fn an_expired_access_token_is_told_apart_from_an_altered_one() {
    on_each_database(async |world| {
        let (_, _, login) = phone_login(world).await;
        let access = &login.tokens.access_token;
        let late = at(15) + TimeDelta::seconds(6);
        assert_eq!(
            world.authenticate(access, late).await.unwrap_err().code,
            ErrorCode::TokenExpired
        );
        let altered = format!("{access}A");
        assert_eq!(
            world.authenticate(&altered, late).await.unwrap_err().code,
            ErrorCode::Unauthenticated
        );
        assert_eq!(
            world.authenticate("", at(0)).await.unwrap_err().code,
            ErrorCode::Unauthenticated
        );
        let crossed = tokens::issue_access(
            &world.secrets,
            login.user.id,
            Role::Admin,
            Uuid::from_u128(9),
            world.authenticate(access, at(0)).await.unwrap().session_id,
            at(0),
        )
        .unwrap();
        assert_eq!(
            world.authenticate(&crossed, at(0)).await.unwrap_err().code,
            ErrorCode::Unauthenticated
        );
    })
    .await;
}

#[tokio::test]
async fn a_changed_role_and_a_user_who_left_hold_at_once() {
    on_each_database(async |world| {
        let (user, phone, login) = phone_login(world).await;
        world.save_user(user, EMAIL, Role::Dispatcher, true).await;
        let caller = world
            .authenticate(&login.tokens.access_token, at(1))
            .await
            .unwrap();
        assert_eq!(caller.role, Role::Dispatcher);
        world.save_user(user, EMAIL, Role::Dispatcher, false).await;
        // Their devices are to forget what they read, as revoked ones are.
        let code = ErrorCode::DeviceRevoked;
        assert_refused(world, &phone, &login, &login.tokens, 2, code).await;
    })
    .await;
}

#[tokio::test]
async fn a_token_newer_than_a_restored_database_goes_on_from_there() {
    on_each_database(async |world| {
        let (_, phone, login) = phone_login(world).await;
        let second = renew(world, &phone, &login, &refresh_token(&login.tokens), 1).await;
        let third = renew(world, &phone, &login, &refresh_token(&second), 2).await;
        let session = world
            .authenticate(&third.access_token, at(2))
            .await
            .unwrap()
            .session_id;
        // The backup was taken right after the login.
        world
            .store
            .write::<_, StoreError>(move |tx| accounts::set_generation(tx, session, 0))
            .await
            .unwrap();
        let fourth = renew(world, &phone, &login, &refresh_token(&third), 3).await;
        renew(world, &phone, &login, &refresh_token(&fourth), 4).await;
    })
    .await;
}

#[test]
fn printing_tokens_shows_none() {
    let tokens = Tokens {
        access_token: "aaaa.bbbb.cccc".to_owned(),
        expires_in: 900,
        refresh_token: Some("dddd".to_owned()),
    };
    let printed = format!("{tokens:?}");
    assert!(
        printed.contains("900") && !printed.contains("bbbb") && !printed.contains("dddd"),
        "{printed}"
    );
}
