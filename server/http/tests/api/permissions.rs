//! Who may do what: every route against every role.
use crate::world::{World, text};
use onsite_http::route::Route;
use onsite_http::routes;
use onsite_model::permission::Permission;
use onsite_model::role::Role;
use std::fmt::Write;
use sync_protocol::codes::ErrorCode;

/// What each role may, as somebody last read and approved it. A change of permissions shows here.
const APPROVED: &str = include_str!("permissions.txt");

const NOTHING: &str = "0199a1b2-0000-7000-8000-000000000000";

/// Open to anybody, each for a reason: there is no session yet, a mailed link is the key, or it is the app itself.
const OPEN: [&str; 28] = [
    "POST /v1/login",
    "POST /v1/refresh",
    "GET /v1/health",
    "GET /v1/errors",
    "GET /openapi.json",
    "GET /docs",
    "GET /docs/style.css",
    "GET /v1/verifications/{sha256}",
    "GET /survey/{token}",
    "POST /survey/{token}",
    "GET /sign/{token}",
    "POST /sign/{token}",
    "GET /a/{tag}",
    "POST /a/{tag}",
    "GET /briefing/{token}",
    "POST /briefing/{token}",
    "GET /verify/{sha256}",
    "GET /pages/logo.png",
    "GET /pages/brand.css",
    "GET /pages/style.css",
    "OPTIONS /v1/files",
    "GET /",
    "GET /console",
    "GET /favicon.ico",
    "GET /{file}",
    "GET /assets/{file}",
    "GET /trust",
    "GET /trust/authority.crt",
];

fn name(route: &Route) -> String {
    format!("{} {}", route.method(), route.path())
}

fn roles(route: &Route) -> Vec<&'static str> {
    Role::ALL
        .iter()
        .filter(|role| role.may(route.permission()))
        .map(|role| role.name())
        .collect()
}

/// The path with ids of nothing in it.
fn sample(route: &Route) -> String {
    let path = route
        .path()
        .replace("{id}", NOTHING)
        .replace("{sha256}", &"0".repeat(64));
    path.replace("{token}", "nothing")
        .replace("{tag}", "nothing")
        .replace("{file}", "nothing")
}

fn is_proven_by_device(route: &Route) -> bool {
    ["/v1/push", "/v1/pull", "/v1/repair"].contains(&route.path())
}

#[test]
fn the_matrix_is_the_approved_one() {
    let mut matrix = String::new();
    for route in routes::table() {
        let who = match route.permission() {
            Permission::Public => "anybody".to_owned(),
            _ => roles(&route).join(" "),
        };
        writeln!(matrix, "{}: {:?}: {who}", name(&route), route.permission()).unwrap();
    }
    assert!(
        matrix == APPROVED,
        "the permissions changed; read them, and if they are right, make this permissions.txt:\n{matrix}"
    );
}

#[test]
fn only_the_listed_routes_are_open() {
    for route in routes::table() {
        if route.permission() == Permission::Public {
            assert!(
                OPEN.contains(&name(&route).as_str()),
                "{} names no permission",
                name(&route)
            );
        }
    }
}

#[test]
fn without_a_token_nothing_else_opens() {
    let world = World::sqlite();
    for route in routes::table()
        .iter()
        .filter(|route| route.permission() != Permission::Public)
    {
        let expected = if is_proven_by_device(route) {
            ErrorCode::BadProof
        } else {
            ErrorCode::Unauthenticated
        };
        let call = || world.call(route.method().as_str(), &sample(route));
        call().send().refused(expected);
        for nonsense in ["Bearer", "Bearer ", "Basic eDp5", "Bearer x.y.z"] {
            let refused = call().header("Authorization", nonsense).send();
            let code = refused.code();
            assert!(
                ["unauthenticated", "bad_proof"].contains(&code.as_str()),
                "{}: {code}",
                name(route)
            );
        }
    }
}

#[test]
fn every_route_lets_in_the_roles_of_the_matrix_and_no_other() {
    let world = World::sqlite();
    for role in Role::ALL {
        let person = world.person(&format!("{}@example.com", role.name()), *role);
        for route in routes::table() {
            // It would end the session the others are asked with; and devices prove themselves without roles.
            if route.path() == "/v1/logout"
                || is_proven_by_device(&route)
                || route.permission() == Permission::Public
            {
                continue;
            }
            let answer = world
                .call(route.method().as_str(), &sample(&route))
                .by(&person)
                .send();
            let refused = answer.code() == "forbidden";
            assert_eq!(
                refused,
                !role.may(route.permission()),
                "{} as {}: {} {}",
                name(&route),
                role.name(),
                answer.status,
                answer.text()
            );
            assert!(
                answer.status < 500 && answer.status != 401,
                "{}: {}",
                name(&route),
                answer.text()
            );
        }
    }
}

#[test]
fn a_role_that_is_taken_away_is_gone_with_the_next_request() {
    let world = World::sqlite();
    let admin = world.admin();
    let person = world.person("mei@example.com", Role::Dispatcher);
    world.call("GET", "/v1/quarantine").by(&person).send().ok(200);
    let user = world.read(&admin, "users", &serde_json::json!(person.user));
    let call = world
        .call("POST", &format!("/v1/users/{}/access", person.user))
        .by(&admin)
        .key("demote");
    let call = call.if_match(text(&user["version"]));
    call.json(&serde_json::json!({ "role": "support", "active": true }))
        .send()
        .ok(200);
    world
        .call("GET", "/v1/quarantine")
        .by(&person)
        .send()
        .refused(ErrorCode::Forbidden);
}
