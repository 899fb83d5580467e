//! Requests and answers, for tests to write and read in few words.
use crate::world::Person;
use serde_json::Value;
use std::io::Read;
use sync_protocol::codes::ErrorCode;
use ureq::http::{HeaderMap, Request, Response};
use ureq::{Agent, Body};

/// A request in the making.
#[derive(Clone)]
pub(crate) struct Call {
    server: String,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Call {
    pub(crate) fn new(server: &str, method: &str, path: &str) -> Call {
        let (method, path) = (method.to_uppercase(), path.to_owned());
        Call {
            server: server.to_owned(),
            method,
            path,
            headers: Vec::new(),
            body: None,
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With this person's access token.
    pub(crate) fn by(self, person: &Person) -> Self {
        self.header("Authorization", &format!("Bearer {}", person.token))
    }

    /// Under this `Idempotency-Key`.
    pub(crate) fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    pub(crate) fn if_match(self, version: &str) -> Self {
        self.header("If-Match", &format!("\"{version}\""))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string().into_bytes())
    }

    pub(crate) fn bytes(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("Content-Type", media_type)
    }

    /// With the proof of this person's device over the request as it stands.
    pub(crate) fn proven_by(self, person: &Person) -> Self {
        let body = self.body.clone().unwrap_or_default();
        let path = self.path.split('?').next().unwrap_or_default();
        let proof = person.prove(&self.method, path, &body);
        self.header("Device-Proof", &proof)
    }

    /// Sends it.
    pub(crate) fn send(self) -> Answer {
        let mut request = Request::builder()
            .method(self.method.as_str())
            .uri(format!("{}{}", self.server, self.path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let sent = match self.body {
            Some(body) => agent().run(request.body(body).unwrap()),
            None => agent().run(request.body(()).unwrap()),
        };
        let answer = Answer::read(format!("{} {}", self.method, self.path), sent.unwrap());
        assert_documented(&self.method, &self.path, answer.status);
        answer
    }
}

/// Whatever a route answers, whoever asks, stands in the OpenAPI document.
#[track_caller]
fn assert_documented(method: &str, path: &str, status: u16) {
    let path = path.split('?').next().unwrap_or_default();
    let fits = |template: &str| {
        let same = |(part, given): (&str, &str)| part.starts_with('{') || part == given;
        template.split('/').count() == path.split('/').count()
            && template.split('/').zip(path.split('/')).all(same)
    };
    let paths = onsite_http::openapi()["paths"].as_object().unwrap();
    // Fixed parts go before what varies, as in the server.
    let route = paths
        .iter()
        .filter(|(template, _)| fits(template))
        .min_by_key(|(template, _)| template.matches('{').count());
    let operation = route.map(|(_, methods)| &methods[method.to_lowercase()]);
    if let Some(responses) = operation.and_then(|operation| operation["responses"].as_object()) {
        let known: Vec<&String> = responses.keys().collect();
        assert!(
            known.iter().any(|known| **known == status.to_string()),
            "{method} {path} answered {status}, documented are {known:?}"
        );
    }
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .build()
        .into()
}

/// What the server said.
pub(crate) struct Answer {
    what: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    fn read(what: String, mut response: Response<Body>) -> Answer {
        let endless = response
            .headers()
            .get("Content-Type")
            .is_some_and(|kind| kind == "text/event-stream");
        let bytes = if endless {
            // What comes first; the connection ends with the response.
            let mut first = vec![0; 4096];
            let length = response.body_mut().as_reader().read(&mut first).unwrap();
            first.truncate(length);
            first
        } else {
            let all = response.body_mut().with_config().limit(64 * 1024 * 1024);
            all.read_to_vec().unwrap()
        };
        Answer {
            what,
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            bytes,
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body of an answer that must be of this status.
    #[track_caller]
    pub(crate) fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.what, self.text());
        self.json()
    }

    /// The code of a refusal; empty where it was none.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Checks that it is a problem of this code in every respect, and returns it.
    #[track_caller]
    pub(crate) fn refused(&self, code: ErrorCode) -> Value {
        let problem = self.json();
        assert_eq!(
            problem["code"],
            serde_json::to_value(code).unwrap(),
            "{}: {}",
            self.what,
            self.text()
        );
        assert_eq!(self.status, code.status(), "{}", self.what);
        assert_eq!(problem["status"], code.status(), "{}", self.what);
        assert_eq!(problem["title"], code.title(), "{}", self.what);
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.what
        );
        assert_eq!(
            problem["request_id"],
            self.header("x-request-id"),
            "{}",
            self.what
        );
        assert!(
            problem["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty()),
            "{}",
            self.what
        );
        problem
    }
}
