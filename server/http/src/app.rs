//! What every handler works with: the shared state, and the one bridge from async handlers to the synchronous
//! services.
use crate::input::once::Once;
use crate::problem::Problem;
use crate::tus::turns::Turns;
use chrono::{DateTime, Utc};
use onsite_files::BlobStore;
use onsite_model::clock::Clock;
use onsite_model::ids::new_id;
use onsite_services::ServiceError;
use onsite_services::author::{Author, Cause};
use onsite_services::house::House;
use onsite_services::session::Caller;
use onsite_store::idempotency::{self, Answer};
use onsite_store::{Db, Store, Tx};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use sync_protocol::codes::ErrorCode;
use tokio::sync::Semaphore;

/// Everything the server needs from outside.
#[allow(missing_debug_implementations)]
pub struct AppState {
    pub store: Store,
    pub house: House,
    /// The one source of time.
    pub clock: Clock,
    pub blobs: BlobStore,
    pub limits: Limits,
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
    /// Bytes of one user that may wait for the rest of an upload, or for their record.
    pub unfinished_bytes: u64,
    /// Whether a proxy of ours stands in front, whose `X-Forwarded-For` names the client.
    pub behind_proxy: bool,
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
            unfinished_bytes: 2_000_000_000,
            behind_proxy: false,
        }
    }
}

/// The shared state, cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    state: AppState,
    password_checks: Semaphore,
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
        let password_checks = Semaphore::new(state.limits.password_checks.max(1));
        App(Arc::new(Shared {
            state,
            password_checks,
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

    /// Runs work that takes a core for long, such as a password check, beside the event loop and only a few at a
    /// time.
    ///
    /// # Errors
    /// What `work` returned, or the server is stopping.
    pub async fn heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, Problem> {
        let stopping = || Problem::new(ErrorCode::Unavailable, "the server is stopping; try again");
        let _turn = self.0.password_checks.acquire().await.map_err(|_| stopping())?;
        Ok(actix_web::web::block(work).await.map_err(|_| stopping())??)
    }
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
