//! The API as a program uses it.
use anyhow::{Context, Result, bail};
use onsite_model::ids::new_id;
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Request;

/// A caller of the API, logged in or not.
#[derive(Debug, Clone)]
pub struct Api {
    agent: Agent,
    url: String,
    token: Option<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub etag: Option<String>,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Errors
    /// It isn't JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).context("the answer is not JSON")
    }
}

impl Api {
    /// Nobody yet.
    pub fn new(url: &str) -> Api {
        let config = Agent::config_builder().http_status_as_error(false).build();
        Api {
            agent: config.into(),
            url: url.to_owned(),
            token: None,
        }
    }

    /// The same caller at another address.
    #[must_use]
    pub fn at(&self, url: &str) -> Api {
        Api {
            url: url.to_owned(),
            ..self.clone()
        }
    }

    /// Logs in without a device key, as a browser at a desk does.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn login(&self, email: &str, password: &str) -> Result<(Api, Value)> {
        self.login_with(email, password, json!({ "name": "desk", "platform": "web" }))
    }

    /// Logs in from a device.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn login_with(&self, email: &str, password: &str, device: Value) -> Result<(Api, Value)> {
        let login = self.post(
            "/v1/login",
            &json!({ "email": email, "password": password, "device": device }),
        )?;
        let token = login["access_token"]
            .as_str()
            .context("no access token")?
            .to_owned();
        Ok((
            Api {
                token: Some(token),
                ..self.clone()
            },
            login,
        ))
    }

    /// Sends a request and returns whatever is answered.
    ///
    /// # Errors
    /// Nothing is answered.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<(&str, &[u8])>,
    ) -> Result<Answer> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = match body {
            Some((media_type, bytes)) => self
                .agent
                .run(request.header("Content-Type", media_type).body(bytes)?)?,
            None => self.agent.run(request.body(())?)?,
        };
        let header = |name: &str| {
            let value = response.headers().get(name);
            value.and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let (etag, location) = (header("ETag"), header("Location"));
        let body = response.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        Ok(Answer {
            status: response.status().as_u16(),
            etag,
            location,
            body,
        })
    }

    /// Its access token, once it is logged in.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The whole address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn good(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer> {
        let bytes = body.map(Value::to_string);
        let body = bytes.as_ref().map(|text| ("application/json", text.as_bytes()));
        let answer = self.send(method, path, headers, body)?;
        if !(200..300).contains(&answer.status) {
            bail!(
                "{method} {path} was answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        Ok(answer)
    }

    /// # Errors
    /// The server refuses it.
    pub fn get(&self, path: &str) -> Result<Value> {
        self.good("GET", path, &[], None)?.json()
    }

    /// # Errors
    /// The server refuses it.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>> {
        Ok(self.good("GET", path, &[], None)?.body)
    }

    /// Posts under a key of its own.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let key = fresh_key();
        self.good("POST", path, &[("Idempotency-Key", &key)], Some(body))?
            .json()
    }

    /// Posts about a record as it stands.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn post_on(&self, record: &str, action: &str, body: &Value) -> Result<Value> {
        let (key, seen) = (fresh_key(), self.version(record)?);
        let headers = [("Idempotency-Key", key.as_str()), ("If-Match", seen.as_str())];
        self.good("POST", &format!("{record}/{action}"), &headers, Some(body))?
            .json()
    }

    /// Changes fields of a record as it stands.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn patch(&self, record: &str, fields: Value) -> Result<Value> {
        let seen = self.version(record)?;
        self.good(
            "PATCH",
            record,
            &[("If-Match", &seen)],
            Some(&json!({ "fields": fields })),
        )?
        .json()
    }

    fn version(&self, record: &str) -> Result<String> {
        let answer = self.good("GET", record, &[], None)?;
        answer.etag.with_context(|| format!("{record} has no version"))
    }

    /// Adds a record and returns its id.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn add(&self, collection: &str, fields: Value) -> Result<String> {
        let added = self.post(collection, &json!({ "fields": fields }))?;
        added["id"].as_str().map(str::to_owned).context("no id")
    }

    /// Every record of a list, page by page.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn all(&self, list: &str) -> Result<Vec<Value>> {
        let mut found = Vec::new();
        let mut next: Option<String> = None;
        let sign = if list.contains('?') { '&' } else { '?' };
        loop {
            let after = next.map(|after| format!("&after={after}")).unwrap_or_default();
            let page = self.get(&format!("{list}{sign}limit=200{after}"))?;
            found.extend(page["items"].as_array().cloned().unwrap_or_default());
            match page["next"].as_str() {
                Some(after) => next = Some(after.to_owned()),
                None => return Ok(found),
            }
        }
    }
}

fn fresh_key() -> String {
    new_id((onsite_model::clock::system())()).to_string()
}
