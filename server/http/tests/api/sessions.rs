//! Logging in, fresh tokens, devices.
use crate::world::{PASSWORD, World, on_each_database};
use chrono::TimeDelta;
use onsite_model::role::Role;
use serde_json::json;
use sync_protocol::codes::ErrorCode;

#[test]
fn who_is_logged_in_is_known_and_no_secret_is_told() {
    on_each_database(|world| {
        let person = world.person("mei@example.com", Role::Dispatcher);
        let me = world.call("GET", "/v1/me").by(&person).send().ok(200);
        assert_eq!(me["user_id"], json!(person.user));
        assert_eq!(me["role"], "dispatcher");
        let user = world.read(&person, "users", &json!(person.user));
        assert!(!user.to_string().contains("argon2"));
    });
}

#[test]
fn a_wrong_password_and_an_unknown_address_are_told_alike_and_throttled() {
    let world = World::sqlite();
    world.hire("mei@example.com", Role::Support);
    let log_in = |email: &str, password: &str| {
        let device = json!({ "name": "Phone", "platform": "test" });
        let body = json!({ "email": email, "password": password, "device": device });
        world.call("POST", "/v1/login").json(&body).send()
    };
    let strip = |mut problem: serde_json::Value| {
        problem["request_id"].take();
        problem
    };
    let wrong = strip(log_in("mei@example.com", "wrong horse").refused(ErrorCode::BadCredentials));
    let unknown = strip(log_in("bo@example.com", PASSWORD).refused(ErrorCode::BadCredentials));
    assert_eq!(wrong, unknown);
    for _ in 0..9 {
        log_in("mei@example.com", "wrong horse").refused(ErrorCode::BadCredentials);
    }
    let answer = log_in("mei@example.com", PASSWORD);
    answer.refused(ErrorCode::Throttled);
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
    world.pass(TimeDelta::minutes(16));
    let login = log_in("mei@example.com", PASSWORD).ok(200);
    assert!(
        login.get("refresh_token").is_none(),
        "a device without a key gets none"
    );
}

#[test]
fn an_access_token_runs_out_and_is_refreshed_by_its_device_alone() {
    on_each_database(|world| {
        let person = world.person("mei@example.com", Role::Support);
        world.pass(TimeDelta::minutes(16));
        world
            .call("GET", "/v1/me")
            .by(&person)
            .send()
            .refused(ErrorCode::TokenExpired);
        let body = json!({ "refresh_token": person.refresh_token });
        let refresh = || {
            world
                .call("POST", "/v1/refresh")
                .json(&body)
                .proven_by(&person)
                .send()
        };
        let first = refresh().ok(200);
        let lost_answer = refresh().ok(200);
        assert_eq!(first["refresh_token"], lost_answer["refresh_token"]);
        let token = first["access_token"].as_str().unwrap();
        let me = world
            .call("GET", "/v1/me")
            .header("Authorization", &format!("bearer {token}"));
        me.send().ok(200);

        let thief = world.log_in("mei@example.com");
        let stolen = world
            .call("POST", "/v1/refresh")
            .json(&json!({ "refresh_token": first["refresh_token"] }));
        stolen.proven_by(&thief).send().refused(ErrorCode::TokenReused);
        let me = world
            .call("GET", "/v1/me")
            .header("Authorization", &format!("Bearer {token}"));
        me.send().refused(ErrorCode::Unauthenticated);
    });
}

#[test]
fn a_logout_and_a_revocation_end_the_session() {
    on_each_database(|world| {
        let person = world.person("mei@example.com", Role::Support);
        assert_eq!(world.call("POST", "/v1/logout").by(&person).send().status, 204);
        world
            .call("GET", "/v1/me")
            .by(&person)
            .send()
            .refused(ErrorCode::Unauthenticated);

        let (old, new) = (world.log_in("mei@example.com"), world.log_in("mei@example.com"));
        let other = world.person("bo@example.com", Role::Support);
        let path = format!("/v1/devices/{}", old.device);
        world
            .call("DELETE", &path)
            .by(&other)
            .send()
            .refused(ErrorCode::NotFound);
        for _ in 0..2 {
            assert_eq!(world.call("DELETE", &path).by(&new).send().status, 204);
        }
        world
            .call("GET", "/v1/me")
            .by(&old)
            .send()
            .refused(ErrorCode::DeviceRevoked);
        let devices = world.call("GET", "/v1/devices").by(&new).send().ok(200);
        let revoked = devices
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["id"] == json!(old.device))
            .unwrap();
        assert!(revoked["revoked_at"].is_string());
        assert_eq!(devices.as_array().unwrap().len(), 3);
        world
            .call("GET", "/v1/devices?everybody=true")
            .by(&new)
            .send()
            .refused(ErrorCode::Forbidden);

        let admin = world.admin();
        let all = world
            .call("GET", "/v1/devices?everybody=true")
            .by(&admin)
            .send()
            .ok(200);
        assert_eq!(all.as_array().unwrap().len(), 5);
        let log = world
            .call("GET", "/v1/audit-entries?limit=200")
            .by(&admin)
            .send()
            .ok(200);
        let actions = log["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["action"] == "device_revoked");
        assert_eq!(actions.count(), 1);
    });
}

#[test]
fn a_change_of_password_is_done_once_and_ends_other_sessions() {
    on_each_database(|world| {
        let (here, there) = (
            world.person("mei@example.com", Role::Support),
            world.log_in("mei@example.com"),
        );
        let change = |old: &str, key: &str| {
            let body = json!({ "old": old, "new": "battery staple horse" });
            world
                .call("POST", "/v1/me/password")
                .by(&here)
                .key(key)
                .json(&body)
                .send()
        };
        change("wrong horse", "one").refused(ErrorCode::BadCredentials);
        let first = change(PASSWORD, "two").ok(200);
        assert_eq!(first["ended"], 1);
        assert_eq!(
            change(PASSWORD, "two").ok(200),
            first,
            "a retry is answered as the first time"
        );
        change(PASSWORD, "three").refused(ErrorCode::BadCredentials);
        world.call("GET", "/v1/me").by(&here).send().ok(200);
        world
            .call("GET", "/v1/me")
            .by(&there)
            .send()
            .refused(ErrorCode::Unauthenticated);
    });
}
