//! What the office looks after: the audit log searched, the outbox from its newest end, forgotten passwords, how the
//! server is doing.
use crate::world::{Person, World, on_each_database, text};
use onsite_model::role::Role;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

const FORGOTTEN: &str = "a password nobody knew";

fn items(world: &World, by: &Person, path: &str) -> Vec<Value> {
    let page = world.call("GET", path).by(by).send().ok(200);
    page["items"].as_array().unwrap().clone()
}

#[test]
fn the_audit_log_is_searched_and_read_from_its_newest_end() {
    on_each_database(|world| {
        let admin = world.admin();
        let support = world.person("support@example.com", Role::Support);
        let all = items(world, &admin, "/v1/audit-entries?limit=200");
        let mut backwards = items(world, &admin, "/v1/audit-entries?newest=true&limit=200");
        backwards.reverse();
        assert_eq!(backwards, all);

        let first = world
            .call("GET", "/v1/audit-entries?newest=true&limit=1")
            .by(&admin)
            .send()
            .ok(200);
        let next = format!(
            "/v1/audit-entries?newest=true&limit=1&after={}",
            text(&first["next"])
        );
        assert_eq!(items(world, &admin, &next), [all[all.len() - 2].clone()]);

        let action = text(&all[0]["action"]);
        let of_action = items(world, &admin, &format!("/v1/audit-entries?action={action}"));
        assert!(!of_action.is_empty() && of_action.iter().all(|one| one["action"] == action));
        let actions = world.call("GET", "/v1/audit-actions").by(&admin).send().ok(200);
        assert!(actions.as_array().unwrap().contains(&json!(action)));
        let of_nobody = format!("/v1/audit-entries?subject={}&user={}", support.user, support.user);
        let theirs = items(world, &admin, &of_nobody);
        assert!(theirs.iter().all(|one| one["user_id"] == json!(support.user)));
        let later = "/v1/audit-entries?from=2999-01-01T00:00:00Z";
        assert!(items(world, &admin, later).is_empty());
        let earlier = "/v1/audit-entries?until=2000-01-01T00:00:00Z";
        assert!(items(world, &admin, earlier).is_empty());
    });
}

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
        let told = items(world, &admin, "/v1/audit-entries?action=password_reset");
        assert_eq!(told.len(), 1);
        assert!(!told[0].to_string().contains(FORGOTTEN));
    });
}

#[test]
fn the_server_tells_its_managers_how_it_is_doing() {
    on_each_database(|world| {
        let admin = world.admin();
        let dispatcher = world.person("dispatch@example.com", Role::Dispatcher);
        world
            .call("GET", "/v1/system")
            .by(&dispatcher)
            .send()
            .refused(ErrorCode::Forbidden);
        let system = world.call("GET", "/v1/system").by(&admin).send().ok(200);
        assert_eq!(system["mails"], json!({ "due": 0, "dead": 0 }));
        assert_eq!(
            (&system["quarantined"], &system["open_conflicts"]),
            (&json!(0), &json!(0))
        );
        assert!(system["backup"].is_null());
    });
}
