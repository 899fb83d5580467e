//! A phone in a pocket: the client engine, its own key, its own clock, and the real server when there is signal.
use super::api::{Answer, Api};
use anyhow::{Context, Result, bail};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::entity::{Declared, decode, encode};
use onsite_model::ids::new_id;
use onsite_services::device_proof;
use onsite_services::wipe;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::Fields;
use sync_protocol::client::{Engine, Origin, PullEvent};
use sync_protocol::enrol::ServerKey;
use sync_protocol::evidence;
use sync_protocol::limits::Limits;
use sync_protocol::pull::PullResponse;
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::receipt::Receipt;
use sync_protocol::wipe::WipeOrder;
use uuid::Uuid;

/// The kind of body that carries bytes of an upload.
const UPLOAD: &str = "application/offset+octet-stream";

/// A phone that has logged in.
#[derive(Debug)]
pub struct Pocket {
    api: Api,
    key: EcdsaKeyPair,
    pub device: Uuid,
    pub user: Uuid,
    /// How far its clock is ahead of the server's.
    pub skew: TimeDelta,
    pub engine: Engine,
    /// What it checks the server's signatures with.
    server_key: ServerKey,
    nonces: Vec<String>,
    /// What the server and this phone can both do at a time.
    limits: Limits,
    /// Buckets whose copy was mended, with how many rows it took.
    pub repaired: Vec<(String, usize)>,
}

/// A request that is ready to be sent, again and again where it only asks.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub url: String,
    pub proof: String,
    pub body: String,
}

impl Pocket {
    /// Logs in from a new phone and fills it up for its offline days.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn enrol(url: &str, email: &str, password: &str, tags: u64) -> Result<Pocket> {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).context("no key")?;
        let device = json!({
            "name": "phone", "platform": "test", "public_key": device_proof::public_key(&key),
        });
        let (api, login) = Api::new(url).login_with(email, password, device)?;
        let id = |name: &str| -> Result<Uuid> {
            Ok(login[name]
                .as_str()
                .with_context(|| format!("no {name}"))?
                .parse()?)
        };
        let enrolled = api.post("/v1/enrol", &json!({ "tags": tags }))?;
        let nonces = enrolled["nonces"].as_array().cloned().unwrap_or_default();
        Ok(Pocket {
            device: id("device_id")?,
            user: login["user"]["id"].as_str().context("no user")?.parse()?,
            limits: serde_json::from_value::<Limits>(enrolled["limits"].clone())?.and(Limits::OWN),
            engine: Engine::new(id("stream_id")?),
            skew: TimeDelta::zero(),
            server_key: serde_json::from_value(login["server_key"].clone())?,
            repaired: Vec::new(),
            nonces: nonces
                .iter()
                .filter_map(|nonce| nonce.as_str().map(str::to_owned))
                .collect(),
            api,
            key,
        })
    }

    /// What its clock shows.
    pub fn now(&self) -> DateTime<Utc> {
        (onsite_model::clock::system())() + self.skew
    }

    /// The phone as a caller of the API.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// The server is now reached at another address.
    pub fn reaches(&mut self, url: &str) {
        self.api = self.api.at(url);
    }

    /// Lets time pass on the phone alone: a day is told in seconds.
    pub fn pass(&mut self, minutes: i64) {
        self.skew += TimeDelta::minutes(minutes);
    }

    /// What the server has measured of this phone's clock, in milliseconds ahead of its own.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn measured_skew(&self) -> Result<i64> {
        let devices = self.api.get("/v1/devices")?;
        let own = devices
            .as_array()
            .and_then(|all| all.iter().find(|one| one["id"] == json!(self.device)));
        own.and_then(|one| one["skew_millis"].as_i64())
            .context("the server does not list this phone")
    }

    fn origin(&self, at: DateTime<Utc>) -> Origin {
        Origin::new(new_id(at), at)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The engine refuses it.
    pub fn add<E: Declared>(&mut self, row: Uuid, at: DateTime<Utc>, entity: &E) -> Result<Uuid> {
        let origin = self.origin(at);
        self.engine.create(origin, E::KIND.name(), row, encode(entity))?;
        Ok(row)
    }

    /// Changes fields of a row.
    ///
    /// # Errors
    /// The phone has no such row.
    pub fn change(&mut self, row: Uuid, at: DateTime<Utc>, fields: Value) -> Result<()> {
        let Value::Object(fields) = fields else {
            bail!("fields are an object")
        };
        let origin = self.origin(at);
        self.engine.update(origin, row, fields)?;
        Ok(())
    }

    /// A row as its user sees it.
    ///
    /// # Errors
    /// The phone has no such row.
    pub fn get<E: Declared>(&self, row: Uuid) -> Result<E> {
        let view = self
            .engine
            .view(row)
            .with_context(|| format!("no {} {row}", E::KIND.name()))?;
        Ok(decode(&view.body)?)
    }

    /// All rows of a kind, by id.
    ///
    /// # Errors
    /// A row can't be read.
    pub fn all<E: Declared>(&self) -> Result<BTreeMap<Uuid, E>> {
        let views = self.engine.list(E::KIND.name());
        views
            .into_iter()
            .map(|view| Ok((view.id, decode(&view.body)?)))
            .collect()
    }

    /// A nonce for a signature, while there are any.
    pub fn take_nonce(&mut self) -> Option<String> {
        self.nonces.pop()
    }

    /// The device's own signature over bytes.
    ///
    /// # Errors
    /// The key can't sign.
    pub fn sign(&self, message: &[u8]) -> Result<String> {
        Ok(device_proof::sign_p256(&self.key, message)?)
    }

    fn proven(&self, path: &str, body: &Value) -> Result<Value> {
        self.proven_with(path, body, &[])?.json()
    }

    fn proven_with(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Result<Answer> {
        good(path, self.ask(path, body, headers)?)
    }

    fn ask(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Result<Answer> {
        let bytes = body.to_string().into_bytes();
        let iat = self.now().timestamp();
        let proof = device_proof::make(&self.key, self.device, "POST", path, &bytes, iat)?;
        let mut headers = headers.to_vec();
        headers.push(("Device-Proof", &proof));
        let body = Some(("application/json", bytes.as_slice()));
        self.api.send("POST", path, &headers, body)
    }

    /// Pushes the next batch, as if its answer got lost on the way back; returns how many operations it had.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn push_and_lose_the_answer(&self) -> Result<usize> {
        let Limits {
            max_operations,
            max_push_bytes,
            ..
        } = self.limits;
        let Some(request) = self.engine.next_push(self.now(), max_operations, max_push_bytes) else {
            return Ok(0);
        };
        self.proven("/v1/push", &serde_json::to_value(&request)?)?;
        Ok(request.operations.len())
    }

    /// Pushes until nothing is unsent.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn push(&mut self) -> Result<Vec<Receipt>> {
        self.push_in(self.limits.max_operations)
    }

    /// Pushes until nothing is unsent, at most so many operations at a time.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn push_in(&mut self, size: usize) -> Result<Vec<Receipt>> {
        let mut receipts = Vec::new();
        while let Some(request) = self
            .engine
            .next_push(self.now(), size, self.limits.max_push_bytes)
        {
            let answer = self.proven("/v1/push", &serde_json::to_value(&request)?)?;
            let response: PushResponse = serde_json::from_value(answer)?;
            receipts.extend(response.receipts.clone());
            self.obey(response.wipe.clone());
            self.engine.on_push(&request, response);
            if self.engine.needs_new_stream() {
                bail!("the server sees a fork");
            }
        }
        Ok(receipts)
    }

    /// Pulls until a checkpoint; returns the buckets that were filled.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn pull(&mut self) -> Result<Vec<String>> {
        let mut filled = Vec::new();
        loop {
            let request = self.engine.next_pull(self.limits.max_rows);
            let answer = self.ask("/v1/pull", &serde_json::to_value(&request)?, &[])?;
            if answer.status == 403 {
                self.obey(serde_json::from_value(answer.json()?["wipe"].take())?);
            }
            let page: PullResponse = serde_json::from_value(good("/v1/pull", answer)?.json()?)?;
            let mut done = false;
            for event in self.engine.on_pull(&request, page) {
                match event {
                    PullEvent::Filled(bucket) => filled.push(bucket),
                    PullEvent::Checkpoint(_) => done = true,
                    _ => {}
                }
            }
            if done {
                self.repair()?;
                return Ok(filled);
            }
        }
    }

    /// Mends every bucket that turned out to differ.
    fn repair(&mut self) -> Result<()> {
        while let Some(request) = self.engine.next_repair() {
            let answer = self.proven("/v1/repair", &serde_json::to_value(&request)?)?;
            let events = self.engine.on_repair(&request, serde_json::from_value(answer)?);
            for event in events {
                if let PullEvent::Repaired { bucket, rows } = event {
                    self.repaired.push((bucket, rows));
                }
            }
        }
        Ok(())
    }

    /// Wipes the phone if the order is really the server's.
    fn obey(&mut self, order: Option<WipeOrder>) {
        if order.is_some_and(|order| wipe::is_genuine(&order, self.device, &self.server_key)) {
            self.engine.wipe();
        }
    }
    /// The request that asks whether there is anything new.
    ///
    /// # Errors
    /// The key can't sign.
    pub fn poll(&self) -> Result<Prepared> {
        let request = self.engine.next_pull(self.limits.max_rows);
        self.prepared("/v1/pull", serde_json::to_string(&request)?)
    }

    /// The requests that push everything unsent, `size` operations each.
    ///
    /// # Errors
    /// The key can't sign.
    pub fn pushes(&self, size: usize) -> Result<Vec<Prepared>> {
        let Some(all) = self.engine.next_push(self.now(), usize::MAX, usize::MAX) else {
            return Ok(Vec::new());
        };
        let pushes = all.operations.chunks(size).map(|operations| PushRequest {
            operations: operations.to_vec(),
            ..all.clone()
        });
        pushes
            .map(|push| self.prepared("/v1/push", serde_json::to_string(&push)?))
            .collect()
    }

    fn prepared(&self, path: &str, body: String) -> Result<Prepared> {
        let iat = self.now().timestamp();
        let proof = device_proof::make(&self.key, self.device, "POST", path, body.as_bytes(), iat)?;
        Ok(Prepared {
            url: self.api.url(path),
            proof,
            body,
        })
    }

    /// Announces a photo's bytes, and sends so many of them along; returns where the upload is.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn begin_upload(&self, attachment: Uuid, bytes: &[u8], along: usize) -> Result<String> {
        let metadata = format!(
            "attachment_id {},sha256 {}",
            STANDARD.encode(attachment.to_string()),
            STANDARD.encode(evidence::sha256_hex(bytes))
        );
        let length = bytes.len().to_string();
        let headers = [
            ("Tus-Resumable", "1.0.0"),
            ("Upload-Length", length.as_str()),
            ("Upload-Metadata", metadata.as_str()),
        ];
        let body = bytes.get(..along).filter(|body| !body.is_empty());
        let answer = self
            .api
            .send("POST", "/v1/files", &headers, body.map(|body| (UPLOAD, body)))?;
        match (answer.status, answer.location) {
            (201, Some(location)) => Ok(location),
            (status, _) => bail!(
                "the photo was answered {status}: {}",
                String::from_utf8_lossy(&answer.body)
            ),
        }
    }

    /// How many bytes of an upload are there.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn uploaded(&self, upload: &str) -> Result<usize> {
        let progress = self
            .api
            .send("GET", upload, &[("Tus-Resumable", "1.0.0")], None)?;
        let received = progress.json()?["received"].as_u64();
        Ok(usize::try_from(received.context("no such upload")?)?)
    }

    /// Goes on with an upload until the server has all of it.
    ///
    /// # Errors
    /// The server refuses it, or is gone.
    pub fn go_on(&self, upload: &str, bytes: &[u8]) -> Result<()> {
        let there = self.uploaded(upload)?;
        let Some(rest) = bytes.get(there..).filter(|rest| !rest.is_empty()) else {
            return Ok(());
        };
        let offset = there.to_string();
        let headers = [("Tus-Resumable", "1.0.0"), ("Upload-Offset", offset.as_str())];
        let answer = self.api.send("PATCH", upload, &headers, Some((UPLOAD, rest)))?;
        match answer.status {
            204 => Ok(()),
            status => bail!(
                "going on was answered {status}: {}",
                String::from_utf8_lossy(&answer.body)
            ),
        }
    }

    /// Sends a photo's bytes, and returns the attachment as the server has it then.
    ///
    /// # Errors
    /// The server refuses them.
    pub fn upload(&self, attachment: Uuid, bytes: &[u8]) -> Result<Fields> {
        self.begin_upload(attachment, bytes, bytes.len())?;
        match self.api.get(&format!("/v1/attachments/{attachment}"))?["fields"].take() {
            Value::Object(fields) if fields.contains_key("stored_at") => Ok(fields),
            record => bail!("the photo is not with its record: {record}"),
        }
    }

    /// The bytes of a photo as the server gives them.
    ///
    /// # Errors
    /// The server refuses it.
    pub fn photo(&self, attachment: Uuid) -> Result<Vec<u8>> {
        self.api.bytes(&format!("/v1/attachments/{attachment}/content"))
    }
}

fn good(path: &str, answer: Answer) -> Result<Answer> {
    if answer.status != 200 {
        bail!(
            "{path} was answered {}: {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
    }
    Ok(answer)
}
