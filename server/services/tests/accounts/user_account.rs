//! Passwords set and changed, and the sessions that end with them.
use crate::world::{PASSWORD, World, at, browser, office_address, on_each_database};
use onsite_model::ids::new_id;
use onsite_model::role::Role;
use onsite_services::login::Verified;
use onsite_services::passwords::{self, MAX_CHARS};
use onsite_services::session::Caller;
use onsite_services::{ServiceError, user_account};
use sync_protocol::codes::ErrorCode;

const EMAIL: &str = "lin@example.com";
const NEW: &str = "an entirely new one";

async fn check_old(world: &World, caller: &Caller, old: &str) -> Result<Verified, ServiceError> {
    let caller = caller.clone();
    let attempt = world
        .write(move |tx| user_account::begin_password_change(tx, &caller, office_address(), at(1)))
        .await?;
    attempt.check(old)
}

async fn change(world: &World, caller: &Caller, old: Verified, new: &str) -> Result<usize, ServiceError> {
    let hashed = passwords::hash(new, old.email())?;
    let caller = caller.clone();
    world
        .write(move |tx| user_account::change_password(tx, &caller, &old, &hashed, at(1)))
        .await
}

#[tokio::test]
async fn changing_ones_password_ends_ones_other_sessions() {
    on_each_database(async |world| {
        world.user(EMAIL, Role::Dispatcher).await;
        world.user("chen@example.com", Role::Dispatcher).await;
        let here = world
            .login(EMAIL, PASSWORD, &browser(), at(0))
            .await
            .unwrap()
            .tokens
            .access_token;
        let there = world
            .login(EMAIL, PASSWORD, &browser(), at(0))
            .await
            .unwrap()
            .tokens
            .access_token;
        let chen = world
            .login("chen@example.com", PASSWORD, &browser(), at(0))
            .await
            .unwrap();
        let caller = world.authenticate(&here, at(0)).await.unwrap();

        let old = check_old(world, &caller, PASSWORD).await.unwrap();
        assert_eq!(change(world, &caller, old, NEW).await.unwrap(), 1);
        assert!(world.authenticate(&here, at(2)).await.is_ok());
        assert_eq!(
            world.authenticate(&there, at(2)).await.unwrap_err().code,
            ErrorCode::Unauthenticated
        );
        assert!(world.authenticate(&chen.tokens.access_token, at(2)).await.is_ok());

        let refused = world.login(EMAIL, PASSWORD, &browser(), at(2)).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::BadCredentials);
        assert!(world.login(EMAIL, NEW, &browser(), at(2)).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn the_old_password_is_needed_and_guesses_at_it_are_counted() {
    on_each_database(async |world| {
        world.user(EMAIL, Role::Dispatcher).await;
        let caller = world.caller(EMAIL, &browser(), at(0)).await;
        for _ in 0..10 {
            let refused = check_old(world, &caller, "wrong horse battery")
                .await
                .unwrap_err();
            assert_eq!(refused.code, ErrorCode::BadCredentials);
        }
        let throttled = check_old(world, &caller, PASSWORD).await.unwrap_err();
        assert_eq!(throttled.code, ErrorCode::Throttled);
    })
    .await;
}

#[tokio::test]
async fn anothers_password_proves_nothing() {
    on_each_database(async |world| {
        world.user(EMAIL, Role::Dispatcher).await;
        world.user("chen@example.com", Role::Admin).await;
        let lin = world.caller(EMAIL, &browser(), at(0)).await;
        let chen = world.caller("chen@example.com", &browser(), at(0)).await;
        let chens = check_old(world, &chen, PASSWORD).await.unwrap();
        let refused = change(world, &lin, chens, NEW).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::BadCredentials);
        assert!(world.login(EMAIL, PASSWORD, &browser(), at(2)).await.is_ok());
        assert!(
            world
                .login("chen@example.com", PASSWORD, &browser(), at(2))
                .await
                .is_ok()
        );
    })
    .await;
}

#[tokio::test]
async fn setting_a_password_ends_all_sessions() {
    on_each_database(async |world| {
        let user = world.user(EMAIL, Role::Technician).await;
        let login = world.login(EMAIL, PASSWORD, &browser(), at(0)).await.unwrap();
        world.login(EMAIL, PASSWORD, &browser(), at(0)).await.unwrap();
        assert_eq!(world.set_password(user, EMAIL, NEW).await.unwrap(), 2);
        let refused = world
            .authenticate(&login.tokens.access_token, at(1))
            .await
            .unwrap_err();
        assert_eq!(refused.code, ErrorCode::Unauthenticated);
        assert!(world.login(EMAIL, NEW, &browser(), at(1)).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn ending_a_users_sessions_leaves_others_alone() {
    on_each_database(async |world| {
        let user = world.user(EMAIL, Role::Technician).await;
        world.user("chen@example.com", Role::Technician).await;
        let lin = world.login(EMAIL, PASSWORD, &browser(), at(0)).await.unwrap();
        let chen = world
            .login("chen@example.com", PASSWORD, &browser(), at(0))
            .await
            .unwrap();
        assert_eq!(
            world
                .write(move |tx| user_account::end_sessions(tx, user, at(1)))
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            world
                .write(move |tx| user_account::end_sessions(tx, user, at(1)))
                .await
                .unwrap(),
            0
        );
        assert!(world.authenticate(&lin.tokens.access_token, at(2)).await.is_err());
        assert!(world.authenticate(&chen.tokens.access_token, at(2)).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn two_users_cannot_log_in_by_the_same_address() {
    on_each_database(async |world| {
        let lin = world.user(EMAIL, Role::Technician).await;
        // Lin's row has a new address, but Lin still logs in by the old one.
        world
            .save_user(lin, "lin.wei@example.com", Role::Technician, true)
            .await;
        let heir = new_id(at(0));
        world.save_user(heir, EMAIL, Role::Technician, true).await;
        let refused = world.set_password(heir, EMAIL, NEW).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            (ErrorCode::Taken, Some("email"))
        );
        assert!(world.login(EMAIL, PASSWORD, &browser(), at(0)).await.is_ok());
        let nobody = world.set_password(new_id(at(0)), EMAIL, NEW).await.unwrap_err();
        assert_eq!(nobody.code, ErrorCode::NotFound);
    })
    .await;
}

#[test]
fn new_passwords_keep_the_rules() {
    for wrong in [
        "",
        "short-one",
        "九个汉字的密码不够",
        &"x".repeat(MAX_CHARS + 1),
        EMAIL,
        " Lin@Example.COM ",
    ] {
        let refused = passwords::hash(wrong, EMAIL).unwrap_err();
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            (ErrorCode::Invalid, Some("password")),
            "{wrong}"
        );
    }
    for right in ["ten chars!", "十个汉字的密码就够长了", &"x".repeat(MAX_CHARS)] {
        let hashed = passwords::hash(right, EMAIL).unwrap();
        assert!(passwords::verify(right, Some(hashed.phc())));
        assert!(!passwords::verify("another one", Some(hashed.phc())));
        assert!(!passwords::verify(right, None));
        assert!(!format!("{hashed:?}").contains("argon2"));
    }
}

#[test]
fn the_same_password_is_never_hashed_the_same() {
    assert_ne!(
        passwords::hash(PASSWORD, EMAIL).unwrap(),
        passwords::hash(PASSWORD, EMAIL).unwrap()
    );
}
