//! People of the office: who they are is corrected, a forgotten password is set anew.
use crate::world::{PASSWORD, Person, on_each_database};
use onsite_model::role::Role;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

const FORGOTTEN: &str = "a password nobody knew";

#[test]
fn a_forgotten_password_is_set_anew_and_ends_every_session() {
    on_each_database(|world| {
        let admin = world.admin();
        let boss = world.person("boss@example.com", Role::Manager);
        let support = world.person("support@example.com", Role::Support);
        let set = |by: &Person, whose: &Person, key: &str| {
            world
                .call("POST", &format!("/v1/users/{}/password", whose.user))
                .by(by)
                .key(key)
                .json(&json!({ "password": FORGOTTEN }))
                .send()
        };
        set(&support, &boss, "no").refused(ErrorCode::Forbidden);
        // A manager decides about everybody but admins.
        set(&boss, &admin, "neither").refused(ErrorCode::Forbidden);
        assert_eq!(set(&boss, &support, "yes").ok(200)["ended"], 1);
        world
            .call("GET", "/v1/me")
            .by(&support)
            .send()
            .refused(ErrorCode::Unauthenticated);
        let body = json!({
            "email": "support@example.com",
            "password": FORGOTTEN,
            "device": { "name": "desk", "platform": "test" },
        });
        world.call("POST", "/v1/login").json(&body).send().ok(200);
        let path = "/v1/audit-entries?action=password_reset";
        let log = world.call("GET", path).by(&admin).send().ok(200);
        assert_eq!(log["items"].as_array().unwrap().len(), 1);
        assert!(!log.to_string().contains(FORGOTTEN));
    });
}

#[test]
fn who_somebody_is_can_be_corrected_and_they_log_in_by_the_new_address() {
    on_each_database(|world| {
        let admin = world.admin();
        let boss = world.person("boss@example.com", Role::Manager);
        let support = world.person("support@example.com", Role::Support);
        let set = |by: &Person, whose: &Person, key: &str, body: &Value| {
            let path = format!("/v1/users/{}", whose.user);
            let seen = world.call("GET", &path).by(&admin).send().ok(200)["version"].clone();
            world
                .call("POST", &format!("{path}/details"))
                .by(by)
                .key(key)
                .if_match(seen.as_str().unwrap())
                .json(body)
                .send()
        };
        let body = json!({ "name": "Su Porter", "email": "Su@Example.com", "phone": "021 5555", "language": "zh-CN" });
        set(&support, &boss, "no", &body).refused(ErrorCode::Forbidden);
        set(&boss, &admin, "neither", &body).refused(ErrorCode::Forbidden);
        let taken = json!({ "name": "Su", "email": "boss@example.com" });
        let problem = set(&boss, &support, "taken", &taken).refused(ErrorCode::Taken);
        assert_eq!(problem["field"], "email");
        let changed = set(&boss, &support, "yes", &body).ok(200);
        assert_eq!(changed["fields"]["name"], "Su Porter");
        world.call("GET", "/v1/me").by(&support).send().ok(200);
        let login = |email: &str| {
            let body = json!({ "email": email, "password": PASSWORD, "device": { "name": "desk", "platform": "test" } });
            world.call("POST", "/v1/login").json(&body).send()
        };
        login("su@example.com").ok(200);
        login("support@example.com").refused(ErrorCode::BadCredentials);
        let path = "/v1/audit-entries?action=user_details_changed";
        let log = world.call("GET", path).by(&admin).send().ok(200);
        assert_eq!(
            log["items"][0]["detail"],
            json!({ "fields": ["name", "email", "phone", "language"] })
        );
    });
}
