//! Logging in, fresh tokens, devices.
use crate::sync::{push, update};
use crate::world::{PASSWORD, Person, World, on_each_database, text};
use chrono::TimeDelta;
use onsite_model::role::Role;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

const NEW_PASSWORD: &str = "battery staple horse";

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

/// What the audit log holds under an action.
fn audited(world: &World, by: &Person, action: &str) -> Vec<Value> {
    let path = "/v1/audit-entries?limit=200";
    let log = world.call("GET", path).by(by).send().ok(200);
    let entries = log["items"].as_array().unwrap().iter();
    entries
        .filter(|entry| entry["action"] == action)
        .cloned()
        .collect()
}

fn change_password(world: &World, by: &Person, old: &str, new: &str) -> Value {
    let call = world.call("POST", "/v1/me/password").by(by).key("new-password");
    call.json(&json!({ "old": old, "new": new })).send().ok(200)
}

#[test]
fn after_a_change_of_password_other_devices_log_in_before_their_work_is_applied() {
    on_each_database(|world| {
        let admin = world.admin();
        let phone = world.person("tech@example.com", Role::Technician);
        let desk = world.log_in("tech@example.com");
        let places = world.places(&admin, Some(&phone));
        let asset = world.asset(&admin, &places.here, "before");
        let rename = |n: u64, name: &str| {
            let operation = update(n, &asset["id"], text(&asset["version"]), json!({ "name": name }));
            push(world, &phone, &[operation])["receipts"][0].clone()
        };
        assert_eq!(rename(1, "one")["outcome"], "applied");
        change_password(world, &desk, PASSWORD, NEW_PASSWORD);
        let kept = rename(2, "two");
        assert_eq!(
            (&kept["outcome"], &kept["reason"]),
            (&json!("quarantined"), &json!("login_due"))
        );
        assert_eq!(
            world.read(&admin, "assets", &asset["id"])["fields"]["name"],
            "one"
        );
        let waiting = world.call("GET", "/v1/quarantine").by(&admin).send().ok(200);
        assert!(
            waiting.to_string().contains("\"two\""),
            "nothing typed is lost: {waiting}"
        );

        let body =
            json!({ "email": "tech@example.com", "password": NEW_PASSWORD, "device": phone.introduction() });
        let login = world.call("POST", "/v1/login").json(&body).send().ok(200);
        assert_eq!(login["device_id"], json!(phone.device));
        assert_eq!(rename(3, "three")["outcome"], "applied");
        assert_eq!(audited(world, &admin, "password_changed").len(), 1);
    });
}

#[test]
fn the_device_that_changed_its_password_goes_on_at_once() {
    let world = World::sqlite();
    let admin = world.admin();
    let phone = world.person("tech@example.com", Role::Technician);
    let places = world.places(&admin, Some(&phone));
    let asset = world.asset(&admin, &places.here, "before");
    change_password(&world, &phone, PASSWORD, NEW_PASSWORD);
    let operation = update(
        1,
        &asset["id"],
        text(&asset["version"]),
        json!({ "name": "after" }),
    );
    assert_eq!(
        push(&world, &phone, &[operation])["receipts"][0]["outcome"],
        "applied"
    );
}

#[test]
fn a_refresh_that_was_overheard_is_worth_nothing_and_a_lost_answer_is_given_again() {
    on_each_database(|world| {
        let admin = world.admin();
        let person = world.person("mei@example.com", Role::Support);
        let body = json!({ "refresh_token": person.refresh_token });
        let overheard = world.call("POST", "/v1/refresh").json(&body).proven_by(&person);
        let first = overheard.clone().send().ok(200);
        overheard.clone().send().refused(ErrorCode::BadProof);
        // The device itself signs anew and gets the same successor.
        let retried = world.call("POST", "/v1/refresh").json(&body).proven_by(&person);
        assert_eq!(
            retried.clone().send().ok(200)["refresh_token"],
            first["refresh_token"]
        );
        for replayed in [&overheard, &retried] {
            replayed.clone().send().refused(ErrorCode::BadProof);
        }
        let next = json!({ "refresh_token": first["refresh_token"] });
        let next = world.call("POST", "/v1/refresh").json(&next).proven_by(&person);
        next.clone().send().ok(200);
        next.send().refused(ErrorCode::BadProof);
        assert!(audited(world, &admin, "token_reused").is_empty());

        // Two tokens back is beyond any lost answer: the session ends, and the log says so.
        overheard.send().refused(ErrorCode::TokenReused);
        let entries = audited(world, &admin, "token_reused");
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0]["user_id"], json!(person.user));
        assert_eq!(entries[0]["subject_id"], json!(person.device));
    });
}

#[test]
fn strangers_everywhere_get_twenty_guesses_and_hold_no_known_device_or_network_up() {
    on_each_database(|world| {
        let admin = world.admin();
        world.hire("mei@example.com", Role::Support);
        let person = world.log_in_from("192.0.2.7", "mei@example.com");
        let guess = |address: &str, password: &str| {
            let body = json!({
                "email": "mei@example.com", "password": password, "device": { "name": "x", "platform": "x" },
            });
            let call = world.call("POST", "/v1/login").header("X-Forwarded-For", address);
            call.json(&body).send()
        };
        for host in 0..20 {
            guess(&format!("198.51.100.{host}"), "wrong horse").refused(ErrorCode::BadCredentials);
        }
        guess("198.51.100.99", PASSWORD).refused(ErrorCode::Throttled);
        let throttled = audited(world, &admin, "logins_throttled");
        assert_eq!(throttled.len(), 1, "written down once");
        assert_eq!(throttled[0]["subject_id"], json!(person.user));

        // The network of an earlier login, and the phone itself from anywhere.
        guess("192.0.2.7", PASSWORD).ok(200);
        let body =
            json!({ "email": "mei@example.com", "password": PASSWORD, "device": person.introduction() });
        let by_phone = world
            .call("POST", "/v1/login")
            .header("X-Forwarded-For", "198.51.100.99")
            .json(&body);
        // A proof of somebody else's device makes nobody known.
        by_phone
            .clone()
            .proven_by(&admin)
            .send()
            .refused(ErrorCode::Throttled);
        by_phone.proven_by(&person).send().ok(200);
        assert_eq!(audited(world, &admin, "logged_in").len(), 4);
    });
}

#[test]
fn a_day_of_distributed_guessing_is_a_hundred_guesses() {
    let world = World::sqlite();
    world.hire("mei@example.com", Role::Support);
    let mut taken = 0;
    for round in 0..8 {
        for host in 0..25 {
            let device = json!({ "name": "x", "platform": "x" });
            let body = json!({ "email": "mei@example.com", "password": "wrong horse", "device": device });
            let call = world
                .call("POST", "/v1/login")
                .header("X-Forwarded-For", &format!("198.51.{round}.{host}"));
            taken += usize::from(call.json(&body).send().status == ErrorCode::BadCredentials.status());
        }
        world.pass(TimeDelta::minutes(16));
    }
    assert_eq!(taken, 100);
}

#[test]
fn a_known_device_that_guesses_is_held_up_itself() {
    let world = World::sqlite();
    let person = world.person("mei@example.com", Role::Support);
    let attempt = |password: &str| {
        let body =
            json!({ "email": "mei@example.com", "password": password, "device": person.introduction() });
        world
            .call("POST", "/v1/login")
            .json(&body)
            .proven_by(&person)
            .send()
    };
    for _ in 0..10 {
        attempt("wrong horse").refused(ErrorCode::BadCredentials);
    }
    attempt(PASSWORD).refused(ErrorCode::Throttled);
}
