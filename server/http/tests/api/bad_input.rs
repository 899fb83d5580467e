//! Bad input of every kind to every route of the table: always a refusal with a stable code, never a fault of ours.
//! What a route takes is read from the document that describes it.
use crate::call::{Answer, Call};
use crate::world::{Person, World, text};
use onsite_http::route::Route;
use onsite_http::{openapi, routes};
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

const NOTHING: &str = "0199a1b2-0000-7000-8000-000000000000";

const JSON: &str = "application/json";

const FORM: &str = "application/x-www-form-urlencoded";

/// A route, what its document says, and somebody who may use it.
struct Subject<'a> {
    world: &'a World,
    person: &'a Person,
    route: &'a Route,
    operation: &'static Value,
}

impl Subject<'_> {
    fn takes(&self, place: &str, name: &str) -> bool {
        let parameters = self.operation["parameters"].as_array();
        parameters
            .into_iter()
            .flatten()
            .any(|one| one["in"] == place && one["name"] == name)
    }

    fn body_schema(&self) -> Option<&'static Value> {
        let schema = &self.operation["requestBody"]["content"][JSON]["schema"];
        (!schema.is_null()).then(|| resolve(schema))
    }

    /// Its body is as long as the upload says, and is taken piece by piece.
    fn is_upload(&self) -> bool {
        self.route.path().starts_with("/v1/files")
    }

    fn has_body(&self) -> bool {
        !self.operation["requestBody"].is_null()
    }

    /// A phone may be newer than the server, so the strictest rules are not for its requests.
    fn is_of_phones(&self) -> bool {
        ["/v1/push", "/v1/pull", "/v1/repair"].contains(&self.route.path())
    }

    fn path(&self) -> String {
        let path = self
            .route
            .path()
            .replace("{id}", NOTHING)
            .replace("{sha256}", &"0".repeat(64));
        path.replace("{token}", "nothing")
            .replace("{tag}", "nothing")
            .replace("{file}", "nothing")
    }

    /// The request with everything in place but what a test spoils; the body is proven too, where that counts.
    fn send(&self, path: &str, body: Option<(&str, Vec<u8>)>, without: &str) -> Answer {
        let mut call = self.world.call(self.route.method().as_str(), path);
        if without != "If-Match" && self.takes("header", "If-Match") {
            call = call.if_match("1.1");
        }
        if without != "Idempotency-Key" && self.takes("header", "Idempotency-Key") {
            call = call.key("bad-input");
        }
        if let Some((media_type, body)) = body {
            call = call.bytes(media_type, body);
        }
        self.prove(call).send()
    }

    fn prove(&self, call: Call) -> Call {
        if self.is_of_phones() || self.route.path() == "/v1/refresh" {
            call.proven_by(self.person)
        } else {
            call.by(self.person)
        }
    }

    /// A body as the route takes it at best.
    fn good_body(&self) -> Option<(&'static str, Vec<u8>)> {
        let form = &self.operation["requestBody"]["content"][FORM]["schema"];
        if !form.is_null() {
            let fields = example(form);
            let pairs = fields
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| format!("{name}={}", plain(value)));
            return Some((FORM, pairs.collect::<Vec<_>>().join("&").into_bytes()));
        }
        let parts = &self.operation["requestBody"]["content"]["multipart/form-data"]["schema"]["allOf"][0];
        if !parts.is_null() {
            let fields = example(parts);
            let fields = fields.as_object().unwrap().iter().map(|(name, value)| {
                let value = plain(value);
                format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            });
            let body = fields.collect::<String>() + "--b--\r\n";
            return Some(("multipart/form-data; boundary=b", body.into_bytes()));
        }
        self.body_schema()
            .map(|schema| (JSON, example(schema).to_string().into_bytes()))
    }
}

/// A value as a form has it: without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn resolve(schema: &'static Value) -> &'static Value {
    match schema["$ref"].as_str() {
        Some(target) => resolve(openapi().pointer(target.trim_start_matches('#')).unwrap()),
        None => schema,
    }
}

/// Something of the shape a schema asks for, with what is required and no more.
fn example(schema: &'static Value) -> Value {
    let schema = resolve(schema);
    if let Some(first) = schema["anyOf"]
        .as_array()
        .or(schema["oneOf"].as_array())
        .and_then(|all| all.first())
    {
        return example(first);
    }
    if let Some(word) = schema["enum"].as_array().and_then(|words| words.first()) {
        return word.clone();
    }
    if !schema["const"].is_null() {
        return schema["const"].clone();
    }
    let kind = schema["type"]
        .as_str()
        .or(schema["type"][0].as_str())
        .unwrap_or("object");
    match (kind, schema["format"].as_str()) {
        ("string", Some("uuid")) => json!(NOTHING),
        ("string", Some("date-time")) => json!("2026-03-02T08:00:00Z"),
        // The one pattern among bodies is that of a version.
        ("string", _) if schema["pattern"].is_string() => json!("1.0"),
        ("string", _) => json!("text"),
        ("integer" | "number", _) => json!(1),
        ("boolean", _) => json!(true),
        ("array", _) => json!([]),
        _ => {
            let required = schema["required"].as_array().into_iter().flatten();
            let field = |name: &Value| {
                let name = text(name).to_owned();
                let value = example(&schema["properties"][&name]);
                (name, value)
            };
            Value::Object(required.map(field).collect())
        }
    }
}

/// Runs a test on every route, by somebody who may use it.
fn on_every_route(test: impl Fn(&Subject<'_>)) {
    let world = World::sqlite();
    let person = world.admin();
    for route in &routes::table() {
        if route.path() == "/v1/logout" {
            continue;
        }
        let operation = &openapi()["paths"][route.path()][route.method().as_str().to_lowercase()];
        test(&Subject {
            world: &world,
            person: &person,
            route,
            operation,
        });
    }
    // Nothing of it was done.
    let clients = world.call("GET", "/v1/clients").by(&person).send().ok(200);
    assert_eq!(clients["items"], json!([]));
}

/// Launchers and mail programs add parameters of their own to the address of a page.
const PAGES: [&str; 11] = [
    "/",
    "/console",
    "/favicon.ico",
    "/{file}",
    "/assets/{file}",
    "/survey/{token}",
    "/briefing/{token}",
    "/sign/{token}",
    "/a/{tag}",
    "/verify/{sha256}",
    "/trust",
];

#[test]
fn parameters_that_no_route_knows() {
    on_every_route(|subject| {
        if PAGES.contains(&subject.route.path()) {
            return;
        }
        let path = format!("{}?nonsense=1", subject.path());
        let answer = subject.send(&path, subject.good_body(), "");
        // What isn't there is told before what is strange about the question.
        if answer.status != 404 || !subject.route.path().contains('{') {
            let problem = answer.refused(ErrorCode::UnknownField);
            assert_eq!(problem["field"], "nonsense");
        }
        subject
            .send(&format!("{}?a=1&a=2", subject.path()), subject.good_body(), "")
            .refused(ErrorCode::Malformed);
    });
}

#[test]
fn ids_that_are_none() {
    on_every_route(|subject| {
        for (part, bad) in [("{id}", "7"), ("{id}", "%00"), ("{sha256}", "XYZ")] {
            if subject.route.path().contains(part) {
                let path = subject.route.path().replace(part, bad);
                let answer = subject.send(&path, subject.good_body(), "");
                assert_eq!(answer.status, 404, "{path}: {}", answer.text());
            }
        }
        if subject.takes("path", "id") {
            let answer = subject.send(&subject.path(), subject.good_body(), "");
            assert!(
                (400..500).contains(&answer.status),
                "{} {}",
                subject.path(),
                answer.text()
            );
        }
    });
}

#[test]
fn headers_that_are_missing() {
    on_every_route(|subject| {
        if subject.takes("header", "If-Match") {
            let answer = subject.send(&subject.path(), subject.good_body(), "If-Match");
            answer.refused(ErrorCode::PreconditionRequired);
        }
        if subject.takes("header", "Idempotency-Key") {
            let answer = subject.send(&subject.path(), subject.good_body(), "Idempotency-Key");
            assert_eq!(answer.refused(ErrorCode::Malformed)["field"], "Idempotency-Key");
        }
    });
}

/// Posts that are safe to repeat by themselves: what they say can only be said once, or repeats harmlessly.
const REPEATABLE: [&str; 15] = [
    "/v1/login",
    "/v1/refresh",
    "/v1/push",
    "/v1/pull",
    "/v1/repair",
    "/survey/{token}",
    "/briefing/{token}",
    "/sign/{token}",
    "/a/{tag}",
    "/v1/mail-previews",
    "/v1/files",
    "/v1/files/{id}",
    "/v1/import-columns",
    "/v1/labels",
    "/v1/labels/preview",
];

#[test]
fn every_post_takes_a_key() {
    on_every_route(|subject| {
        if subject.route.method() == "POST" && !REPEATABLE.contains(&subject.route.path()) {
            assert!(
                subject.takes("header", "Idempotency-Key"),
                "{}",
                subject.route.path()
            );
        }
    });
}

#[test]
fn pages_of_nonsense() {
    on_every_route(|subject| {
        if !subject.takes("query", "limit") {
            return;
        }
        let ask = |query: &str| subject.send(&format!("{}?{query}", subject.path()), None, "");
        for limit in ["0", "201"] {
            assert_eq!(
                ask(&format!("limit={limit}")).refused(ErrorCode::Invalid)["field"],
                "limit"
            );
        }
        for limit in ["-1", "ten", "1.5", "99999999999"] {
            assert_eq!(
                ask(&format!("limit={limit}")).refused(ErrorCode::Malformed)["field"],
                "limit"
            );
        }
        for after in ["!", "YQ", "____"] {
            assert_eq!(
                ask(&format!("after={after}")).refused(ErrorCode::BadCursor)["field"],
                "after"
            );
        }
    });
}

#[test]
fn filters_of_the_wrong_type() {
    on_every_route(|subject| {
        // A page in a language we do not have is shown in one that we have.
        if PAGES.contains(&subject.route.path()) {
            return;
        }
        for parameter in subject.operation["parameters"].as_array().into_iter().flatten() {
            let schema = &parameter["schema"];
            let schema = resolve(schema["anyOf"].get(0).unwrap_or(schema));
            let is_text = schema["type"] == "string" || schema["type"][0] == "string";
            let is_free = is_text
                && schema["format"].is_null()
                && schema["enum"].is_null()
                && schema["oneOf"].is_null();
            let name = text(&parameter["name"]);
            if parameter["in"] == "query" && !is_free && !["limit", "after"].contains(&name) {
                let answer = subject.send(&format!("{}?{name}=%C3%A4", subject.path()), None, "");
                if subject.route.path().contains('{') && answer.status == 404 {
                    continue;
                }
                assert_eq!(
                    answer.refused(ErrorCode::Malformed)["field"],
                    name,
                    "{}",
                    subject.path()
                );
            }
        }
    });
}

#[test]
fn bodies_that_are_not_what_they_should_be() {
    on_every_route(|subject| {
        if subject.body_schema().is_none() {
            return;
        }
        let path = subject.path();
        let send = |media_type: &str, body: &[u8]| subject.send(&path, Some((media_type, body.to_vec())), "");
        for media_type in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
        ] {
            send(media_type, b"{}").refused(ErrorCode::UnsupportedMedia);
        }
        let nested = [vec![b'['; 4000], vec![b']'; 4000]].concat();
        for bad in [
            &b""[..],
            b"{",
            b"{}{}",
            b"\xff\xfe",
            b"{'a': 1}",
            b"nonsense",
            b"{\"a\": 1e999}",
            &nested,
        ] {
            send(JSON, bad).refused(ErrorCode::Malformed);
        }
        for bad in [json!(null), json!(7), json!("text")] {
            send(JSON, bad.to_string().as_bytes()).refused(ErrorCode::Malformed);
        }
        let compressed = subject.prove(
            subject
                .world
                .call(subject.route.method().as_str(), &path)
                .key("bad-input")
                .if_match("1.1")
                .bytes(JSON, "{}")
                .header("Content-Encoding", "br"),
        );
        compressed.send().refused(ErrorCode::UnsupportedMedia);
    });
}

#[test]
fn bodies_that_are_too_large() {
    on_every_route(|subject| {
        if subject.has_body() && !subject.is_upload() {
            let body = vec![b' '; subject.route.largest_body() + 1];
            let media_type = if subject.body_schema().is_some() {
                JSON
            } else {
                "application/octet-stream"
            };
            subject
                .send(&subject.path(), Some((media_type, body)), "")
                .refused(ErrorCode::TooLarge);
        }
    });
}

#[test]
fn fields_that_are_unknown_given_twice_or_of_the_wrong_type() {
    on_every_route(|subject| {
        let Some(schema) = subject.body_schema() else {
            return;
        };
        let good = example(schema);
        let send =
            |body: &Value| subject.send(&subject.path(), Some((JSON, body.to_string().into_bytes())), "");
        spoil(schema, &good, "", &mut |path, spoilt, flaw| match flaw {
            Flaw::Unknown if subject.is_of_phones() => {}
            Flaw::Unknown => {
                let problem = send(&spoilt).refused(ErrorCode::UnknownField);
                assert_eq!(problem["field"], path, "{} {spoilt}", subject.path());
            }
            // Operations are decoded one by one; a bad one is kept and not refused.
            Flaw::WrongType if subject.is_of_phones() && path == "operations" => {}
            // What a device tells of itself decides nothing, so it refuses no work either.
            Flaw::WrongType if subject.is_of_phones() && path.starts_with("standing") => {}
            Flaw::WrongType => {
                let answer = send(&spoilt);
                let code = answer.code();
                assert!(
                    ["malformed", "unknown_field"].contains(&code.as_str()) || is_hidden(subject, &code),
                    "{} {path}: {spoilt} {}",
                    subject.path(),
                    answer.text()
                );
            }
        });
        if !subject.is_of_phones() {
            let twice = b"{\"a\": 1, \"a\": 2}".to_vec();
            subject
                .send(&subject.path(), Some((JSON, twice)), "")
                .refused(ErrorCode::Malformed);
            let nul = b"{\"a\\u0000\": 1}".to_vec();
            subject
                .send(&subject.path(), Some((JSON, nul)), "")
                .refused(ErrorCode::Malformed);
        }
    });
}

/// Whether the record the path names not being there was told before a field of it was looked at.
fn is_hidden(subject: &Subject<'_>, code: &str) -> bool {
    subject.route.path().contains("{id}") && code == "not_found"
}

enum Flaw {
    Unknown,
    WrongType,
}

/// Every way to spoil one field of a body, down to the fields of a record.
fn spoil(schema: &'static Value, good: &Value, path: &str, found: &mut dyn FnMut(&str, Value, Flaw)) {
    let schema = resolve(schema);
    let Some(fields) = schema["properties"].as_object() else {
        return;
    };
    let at = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    let mut strange = good.clone();
    strange["nonsense"] = json!(1);
    found(&at("nonsense"), strange, Flaw::Unknown);
    for (name, field) in fields {
        let mut spoilt = good.clone();
        if field["readOnly"] != true && !is_anything(field) {
            spoilt[name] = json!([[["wrong"]]]);
            found(&at(name), spoilt, Flaw::WrongType);
        }
        if name == "fields" {
            let inner = &good[name];
            spoil(field, inner, &at(name), &mut |path, inner, flaw| {
                let mut whole = good.clone();
                whole["fields"] = inner;
                found(path, whole, flaw);
            });
        }
    }
}

/// Whether any JSON at all is right.
fn is_anything(field: &'static Value) -> bool {
    let field = resolve(field);
    let variants = field["anyOf"].as_array().into_iter().flatten();
    field == &json!(true)
        || field
            .as_object()
            .is_some_and(|all| all.keys().all(|key| key == "description" || key == "default"))
        || variants.into_iter().any(is_anything)
        || field["type"] == "array" && field["items"]["type"] == "array"
}
