//! The OpenAPI 3.1 document, from the route table.
use crate::problem;
use crate::route::Route;
use crate::routes;
use onsite_model::entity::EntityKind;
use onsite_model::permission::Permission;
use onsite_model::role::Role;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;
use sync_protocol::codes::ErrorCode;
use sync_protocol::policy::Policy;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| build(&routes::table()));

/// What stands before the routes.
const INTRODUCTION: &str = "\
Times are RFC 3339 in UTC, ids are UUIDs. A record is `{id, version, fields}`; fields that have no value are absent.\n\n\
**Versions.** The `ETag` of a record is its version. A PATCH or DELETE names the version you saw in `If-Match`. A \
PATCH sends `{fields}` with only what changes; what others changed meanwhile stays, and the same field changed by \
somebody else is answered with 409 and its present value. A field that holds a set takes a list, or \
`{\"add\": […], \"remove\": […]}`.\n\n\
**Retries.** Send an `Idempotency-Key` of your own with a POST, one per intent: the same request under the same key \
is done once and answered alike.\n\n\
**Lists** come in pages; send `next` as `after` for the next one.\n\n\
**Refusals** are problem+json (RFC 9457). Decide by `code`, which never changes its meaning.";

/// The OpenAPI 3.1 document of this server.
pub(crate) fn document() -> &'static Value {
    &DOCUMENT
}

fn build(table: &[Route]) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let mut paths = Map::new();
    for route in table {
        let mut operation = route.operation(&mut schemas);
        operation.insert("operationId".to_owned(), json!(operation_id(route)));
        operation.insert("tags".to_owned(), json!([tag(route)]));
        operation.insert("summary".to_owned(), json!(summary(route.text())));
        operation.insert("description".to_owned(), json!(route.text()));
        if !matches!(route.permission(), Permission::Public) {
            let roles: Vec<&str> = roles(route.permission()).map(Role::name).collect();
            operation.insert("x-roles".to_owned(), json!(roles));
        }
        let path = paths.entry(route.path()).or_insert_with(|| json!({}));
        path[route.method().as_str().to_lowercase()] = Value::Object(operation);
    }
    let mut definitions = schemas.take_definitions(true);
    mark_read_only(&mut definitions);
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Onsite", "version": env!("CARGO_PKG_VERSION"), "description": INTRODUCTION },
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "bearer": {
                    "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "the access token that login or refresh gave",
                },
                "deviceProof": {
                    "type": "apiKey", "in": "header", "name": "Device-Proof",
                    "description": "a compact JWS (ES256) by the device's key over its id (dev), the method (htm), \
                                    the path (htu) and the SHA-256 of the exact body (bh)",
                },
            },
        },
        "x-errors": ErrorCode::ALL.iter().map(|code| json!({
            "code": problem::name(*code), "status": code.status(), "title": code.title(),
        })).collect::<Vec<_>>(),
    })
}

/// The roles that hold a permission.
pub(crate) fn roles(permission: Permission) -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(move |role| role.may(permission))
}

/// Fields that the server alone sets can be read and not sent.
fn mark_read_only(definitions: &mut Map<String, Value>) {
    for kind in EntityKind::ALL {
        let schema = definitions.get_mut(&format!("{kind:?}"));
        let fields = schema
            .and_then(|schema| schema.get_mut("properties"))
            .and_then(Value::as_object_mut);
        for (name, field) in fields.into_iter().flatten() {
            if let (Policy::Server, Value::Object(field)) = (kind.spec().policy(name), field) {
                field.insert("readOnly".to_owned(), json!(true));
            }
        }
    }
}

/// The part of the API a route belongs to: the first part of its path that isn't the version, or what that is
/// about.
fn tag(route: &Route) -> &str {
    let mut parts = route
        .path()
        .split('/')
        .filter(|part| !part.is_empty() && *part != "v1");
    match parts.next().unwrap_or_default() {
        "login" | "logout" | "refresh" | "me" | "devices" => "accounts",
        "enrol" | "streams" | "push" | "pull" => "sync",
        "survey" | "briefing" | "verify" | "verifications" | "pages" => "links",
        "docs" | "errors" | "health" | "openapi.json" => "server",
        "" | "{file}" | "assets" | "trust" => "app",
        noun => noun,
    }
}

/// Unique and lasting: method and path.
fn operation_id(route: &Route) -> String {
    let mut id = route.method().as_str().to_lowercase();
    for part in route
        .path()
        .split('/')
        .filter(|part| !part.is_empty() && *part != "v1")
    {
        id.push('_');
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => id.push_str(&format!("by_{name}")),
            None => id.extend(
                part.chars()
                    .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }),
            ),
        }
    }
    id
}

/// The first sentence.
fn summary(about: &str) -> &str {
    about
        .split_once(". ")
        .map_or(about, |(first, _)| first)
        .trim_end_matches('.')
}
