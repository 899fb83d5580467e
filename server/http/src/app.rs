//! What every handler works with: the shared state, and the one bridge from async handlers to the synchronous
//! services.
use crate::cache::Caches;
use crate::input::once::Once;
use crate::input::proof::Proven;
use crate::problem::Problem;
use crate::trusted_proxies::TrustedProxies;
use crate::tus::turns::Turns;
use chrono::{DateTime, Utc};
use onsite_files::BlobStore;
use onsite_mail::Mailer;
use onsite_model::clock::Clock;
use onsite_model::ids::new_id;
use onsite_services::ServiceError;
use onsite_services::author::{Author, Cause};
use onsite_services::health::JobLog;
use onsite_services::house::House;
use onsite_services::session::{self, Caller, Standing};
use onsite_services::{device_proof, scope};
use onsite_store::device_reports;
use onsite_store::devices::Device;
use onsite_store::heads::{Subscription, Topic};
use onsite_store::idempotency::{self, Answer};
use onsite_store::{Db, Store, Tx};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use sync_protocol::codes::ErrorCode;
use tokio::sync::{Semaphore, watch};
use uuid::Uuid;

/// Everything the server needs from outside.
#[allow(missing_debug_implementations)]
pub struct AppState {
    pub store: Store,
    pub house: House,
    /// The one source of time.
    pub clock: Clock,
    pub blobs: BlobStore,
    pub limits: Limits,
    /// Where mails go; absent where no mail server is configured.
    pub mailer: Option<Arc<Mailer>>,
    /// What the jobs of this process did last.
    pub jobs: Arc<JobLog>,
    /// The certificate, as PEM, of an authority of this server's own, for people to trust; the demo has one.
    pub local_authority: Option<String>,
    /// Turns true when the server is told to stop: whoever waits or listens is let go.
    pub stopping: watch::Receiver<bool>,
}

/// How much one client, and all together, may ask of the server.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections open at the same time; more wait in the system's queue.
    pub connections: usize,
    /// How long a request's head may take to arrive.
    pub head: Duration,
    /// How long the body may pause before the request is given up.
    pub body_pause: Duration,
    /// How long the whole body may take.
    pub body: Duration,
    /// Seconds that running requests are given when the server stops.
    pub shutdown_seconds: u64,
    /// Password checks at the same time; each takes 46 MiB and a core.
    pub password_checks: usize,
    /// Other long work at the same time: printing, pictures.
    pub heavy_work: usize,
    /// Proxies of ours, whose `X-Forwarded-For` names the client.
    pub trusted_proxies: TrustedProxies,
    /// Bytes of one user that may wait for the rest of an upload, or for their record.
    pub unfinished_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 10_000,
            head: Duration::from_secs(10),
            body_pause: Duration::from_secs(30),
            body: Duration::from_secs(300),
            shutdown_seconds: 20,
            password_checks: 2,
            heavy_work: 2,
            trusted_proxies: TrustedProxies::default(),
            unfinished_bytes: 2_000_000_000,
        }
    }
}

/// The shared state, cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    state: AppState,
    password_checks: Semaphore,
    heavy_work: Semaphore,
    caches: Caches,
    uploads: Arc<Turns>,
}

impl Deref for App {
    type Target = AppState;

    fn deref(&self) -> &AppState {
        &self.0.state
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("store", &self.store)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl App {
    pub fn new(state: AppState) -> App {
        let turns = |count: usize| Semaphore::new(count.max(1));
        App(Arc::new(Shared {
            password_checks: turns(state.limits.password_checks),
            heavy_work: turns(state.limits.heavy_work),
            state,
            caches: Caches::default(),
            uploads: Arc::default(),
        }))
    }

    /// The uploads that requests to this process have hold of.
    pub(crate) fn uploads(&self) -> &Arc<Turns> {
        &self.0.uploads
    }

    /// The time now.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Who presents this access token; seldom asks the database for one that comes again.
    ///
    /// # Errors
    /// As [`session::authenticate`].
    pub(crate) async fn standing(&self, token: String) -> Result<Arc<Standing>, Problem> {
        let (heads, now, cache) = (self.store.heads(), self.now(), &self.0.caches.tokens);
        if let Some(standing) = cache.get(&token, heads, now) {
            return Ok(standing);
        }
        let as_of = heads.known().clock().version;
        let (state, asked) = (self.clone(), token.clone());
        let found = self.read(move |db| session::authenticate(db, &state.house.secrets, &asked, now));
        let standing = Arc::new(found.await?);
        let on = Topic::Access(standing.caller.user_id);
        cache.put(token, standing.clone(), on, as_of, now, standing.until);
        Ok(standing)
    }

    /// The device that made this request's proof, where it may read; the proof itself is checked every time.
    ///
    /// # Errors
    /// As [`device_proof::prove`] and [`session::reads_until`].
    pub(crate) async fn reading_device(&self, proven: Proven) -> Result<Arc<Device>, Problem> {
        let (heads, now, cache) = (self.store.heads(), self.now(), &self.0.caches.devices);
        let claimed = device_proof::claimed(&proven.request()).map_err(ServiceError::from)?;
        if let Some(device) = cache.get(&claimed, heads, now) {
            device_proof::check(&device, &proven.request())?;
            return Ok(device);
        }
        let as_of = heads.known().clock().version;
        let app = self.clone();
        let found = self.read(move |db| {
            let (device, _) = device_proof::prove(db, &proven.request())?;
            let until = session::reads_until(db, &app.house.secrets, &device, now)?;
            Ok((Arc::new(device), until))
        });
        let (device, until) = match found.await {
            Err(problem) if problem.code() == ErrorCode::DeviceRevoked => {
                self.note_wipe(claimed).await?;
                return Err(problem);
            }
            found => found?,
        };
        let on = Topic::Access(device.user_id);
        cache.put(device.id, device.clone(), on, as_of, now, until);
        Ok(device)
    }

    /// Notes that a device is answered with the order to wipe; once, so that one that goes on asking writes nothing.
    async fn note_wipe(&self, device: Uuid) -> Result<(), Problem> {
        let noted = self.read(move |db| Ok(device_reports::is_wipe_delivered(db, device)?));
        if !noted.await? {
            let now = self.now();
            self.store
                .write::<_, ServiceError>(move |tx| Ok(device_reports::wipe_delivered(tx, device, now)?))
                .await?;
        }
        Ok(())
    }

    /// What a caller is told of as it happens; seldom asks the database.
    ///
    /// # Errors
    /// The database is out of reach.
    pub(crate) async fn topics(&self, caller: &Caller) -> Result<Arc<[Topic]>, Problem> {
        let (heads, now, cache) = (self.store.heads(), self.now(), &self.0.caches.topics);
        let key = (caller.user_id, caller.device_id);
        if let Some(topics) = cache.get(&key, heads, now) {
            return Ok(topics);
        }
        let (as_of, caller) = (heads.known().clock().version, caller.clone());
        let on = Topic::Grants(caller.user_id);
        let topics: Arc<[Topic]> = self.read(move |db| Ok(scope::topics(db, &caller)?)).await?.into();
        cache.put(key, topics.clone(), on, as_of, now, DateTime::<Utc>::MAX_UTC);
        Ok(topics)
    }

    /// Starts waiting for what a caller is told of, and for what ends their access.
    ///
    /// # Errors
    /// The database is out of reach.
    pub(crate) async fn listen(&self, caller: &Caller) -> Result<(Arc<[Topic]>, Subscription), Problem> {
        let access = Topic::Access(caller.user_id);
        let mut topics = self.topics(caller).await?;
        loop {
            let all = topics.iter().copied().chain([access]).collect();
            let waiting = self.store.heads().subscribe(all);
            // They may hold something else since they were asked: only from here on that would be heard.
            let now = self.topics(caller).await?;
            if now == topics {
                return Ok((topics, waiting));
            }
            topics = now;
        }
    }

    /// Reads from a snapshot.
    ///
    /// # Errors
    /// What `work` refused, or the database is out of reach.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Problem> {
        Ok(self.store.read(work).await?)
    }

    /// Writes on somebody's behalf; returns when it is on disk.
    ///
    /// # Errors
    /// What `work` refused, or the database is out of reach; nothing of it stands then.
    pub async fn write<T: Send + 'static>(
        &self,
        author: Author,
        work: impl FnOnce(&mut Tx<'_>, &Cause<'_>) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Problem> {
        let (app, now) = (self.clone(), self.now());
        let result = self.store.write(move |tx| {
            let cause = Cause {
                author: &author,
                operation: new_id(now),
                occurred_at: now,
                now,
                house: &app.house,
            };
            work(tx, &cause)
        });
        Ok(result.await?)
    }

    /// Writes once for a key: the answer is kept in the same transaction as the work, and the same request under
    /// the same key gets that answer again. A refusal is not kept; it may be tried again.
    ///
    /// # Errors
    /// As [`App::write`], or the key came with another request before.
    pub async fn once<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        caller: &Caller,
        once: Once,
        work: impl FnOnce(&mut Tx<'_>, &Cause<'_>) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Problem> {
        let (user, slot) = (caller.user_id, slot(caller, &once));
        self.write(author(caller), move |tx, cause| {
            if let Some(given) = idempotency::get(tx.db(), user, &slot)? {
                return replay(&given, &once);
            }
            let answer = work(tx, cause)?;
            let response = serde_json::to_string(&answer).map_err(|error| unreadable(&error))?;
            // The status of a good answer follows from the handler's type, the second time as the first.
            let kept = Answer {
                request_hash: once.request_hash,
                status: 200,
                response,
            };
            idempotency::keep(tx, user, &slot, &kept, cause.now)?;
            Ok(answer)
        })
        .await
    }

    /// The answer already given under this key, for a handler that must not repeat what it does before its
    /// transaction: checking a password that has been changed, say.
    ///
    /// # Errors
    /// The key came with another request before, or the database is out of reach.
    pub async fn given<T: DeserializeOwned + Send + 'static>(
        &self,
        caller: &Caller,
        once: &Once,
    ) -> Result<Option<T>, Problem> {
        let (user, slot, once) = (caller.user_id, slot(caller, once), once.clone());
        let found = self.read(move |db| {
            let given = idempotency::get(db, user, &slot)?;
            given.map(|given| replay(&given, &once)).transpose()
        });
        found.await
    }

    /// Runs work that takes a core for long, such as printing, beside the event loop and only a few at a time.
    ///
    /// # Errors
    /// What `work` returned, or the server is stopping.
    pub async fn heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Problem> {
        in_turn(&self.0.heavy_work, work).await
    }

    /// Checks or hashes passwords: as [`App::heavy`], in turns of their own, so that nobody waits behind a PDF to
    /// log in.
    ///
    /// # Errors
    /// What `work` returned, or the server is stopping.
    pub async fn with_passwords<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Problem> {
        in_turn(&self.0.password_checks, work).await
    }
}

async fn in_turn<T: Send + 'static>(
    turns: &Semaphore,
    work: impl FnOnce() -> Result<T, ServiceError> + Send + 'static,
) -> Result<T, Problem> {
    let stopping = || Problem::new(ErrorCode::Unavailable, "the server is stopping; try again");
    let _turn = turns.acquire().await.map_err(|_| stopping())?;
    Ok(actix_web::web::block(work).await.map_err(|_| stopping())??)
}

/// A caller as the author of what they write at a screen.
pub fn author(caller: &Caller) -> Author {
    Author {
        device: Some(caller.device_id),
        ..Author::office(caller.user_id, caller.role)
    }
}

/// A key is its device's own: what one was given is not for another.
fn slot(caller: &Caller, once: &Once) -> String {
    format!("{}/{}", caller.device_id, once.key)
}

fn replay<T: DeserializeOwned>(given: &Answer, once: &Once) -> Result<T, ServiceError> {
    if given.request_hash != once.request_hash {
        let detail = "this key came with another request before; make a new key for a new request";
        return Err(ServiceError::new(ErrorCode::IdempotencyMismatch, detail).field("Idempotency-Key"));
    }
    serde_json::from_str(&given.response).map_err(|error| unreadable(&error))
}

fn unreadable(error: &serde_json::Error) -> ServiceError {
    tracing::error!(%error, "an answer kept for a retry can't be read");
    ServiceError::new(
        ErrorCode::Internal,
        "something went wrong here; nothing was saved",
    )
}
