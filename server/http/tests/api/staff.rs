//! People of the office: a forgotten password is set anew.
use crate::world::{Person, on_each_database};
use onsite_model::role::Role;
use serde_json::json;
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
