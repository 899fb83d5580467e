//! One listener's stream of events: the newest version of what they hold, whenever that moves.
//!
//! The stream is asked for its next piece only when the last one is on its way, and a piece is made from what is
//! known at that moment. So a slow reader misses versions between, never the newest, and nothing piles up.
use crate::app::App;
use crate::problem::Problem;
use actix_web::web::Bytes;
use futures_util::Stream;
use onsite_services::session::{self, Caller};
use onsite_store::Db;
use onsite_store::heads::{Subscription, Topic};
use std::sync::Arc;
use std::time::Duration;
use sync_protocol::codes::ErrorCode;
use sync_protocol::version::Version;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How often something is sent at least, so that both ends notice a connection that is gone.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Shortest time between two events: a burst of commits is one.
const GAP: Duration = Duration::from_millis(50);

/// How long a client waits before it connects again: this, and up to [`SPREAD_MILLIS`] more by its device, so that
/// not all come back in one moment after a restart.
const RETRY_MILLIS: u128 = 1_000;
const SPREAD_MILLIS: u128 = 4_000;

/// Somebody who listens.
pub(crate) struct Listener {
    app: App,
    caller: Caller,
    /// What their head is made of.
    topics: Arc<[Topic]>,
    waiting: Subscription,
    stopping: watch::Receiver<bool>,
    /// What they were told last, or have from before.
    told: Option<Version>,
    /// The version of their access when it was last looked at.
    access: u64,
    state: State,
    heartbeat: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Opening,
    Open,
    /// An event went out; the next one waits until then.
    Resting(Instant),
}

impl Listener {
    /// Starts listening, with what the client has from before.
    ///
    /// # Errors
    /// The database is out of reach.
    pub(crate) async fn open(app: &App, caller: &Caller, last: Option<Version>) -> Result<Listener, Problem> {
        app.store.catch_up(last).await?;
        let access = app.store.heads().known().head(Topic::Access(caller.user_id));
        let (topics, waiting) = app.listen(caller).await?;
        Ok(Listener {
            waiting,
            app: app.clone(),
            caller: caller.clone(),
            topics,
            stopping: app.stopping.clone(),
            told: last,
            access,
            state: State::Opening,
            heartbeat: Instant::now() + HEARTBEAT,
        })
    }

    /// The listener's pieces; it ends when the server stops or the listener may listen no longer.
    pub(crate) fn into_stream(self) -> impl Stream<Item = Result<Bytes, actix_web::Error>> {
        futures_util::stream::unfold(self, |mut listener| async move {
            let piece = listener.next().await?;
            Some((Ok(piece), listener))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        if self.state == State::Opening {
            self.state = State::Open;
            let wait = RETRY_MILLIS + self.caller.device_id.as_u128() % SPREAD_MILLIS;
            let news = self.news();
            return Some(format!("retry: {wait}\n\n{}", news.unwrap_or_default()).into());
        }
        loop {
            if *self.stopping.borrow() {
                return None;
            }
            if let State::Resting(until) = self.state {
                tokio::select! {
                    () = sleep_until(until) => self.state = State::Open,
                    _ = self.stopping.changed() => return None,
                }
            }
            let due = tokio::select! {
                () = self.waiting.changed() => false,
                () = sleep_until(self.heartbeat) => true,
                _ = self.stopping.changed() => return None,
            };
            if !self.still_stands(due).await {
                return None;
            }
            if let Some(event) = self.news() {
                self.state = State::Resting(Instant::now() + GAP);
                self.heartbeat = Instant::now() + HEARTBEAT;
                return Some(event.into());
            }
            if due {
                self.heartbeat = Instant::now() + HEARTBEAT;
                return Some(Bytes::from_static(b":\n\n"));
            }
        }
    }

    /// An event, if the head is another than the one last told.
    fn news(&mut self) -> Option<String> {
        let head = self.app.store.heads().known().newest(&self.topics);
        if self.told == Some(head) {
            return None;
        }
        self.told = Some(head);
        Some(format!(
            "id: {head}\nevent: head\ndata: {{\"head\":\"{head}\"}}\n\n"
        ))
    }

    /// Looks again at who listens and what they hold, where that may have changed or was not looked at for long.
    async fn still_stands(&mut self, due: bool) -> bool {
        let access = self
            .app
            .store
            .heads()
            .known()
            .head(Topic::Access(self.caller.user_id));
        if due || access != self.access {
            let (id, now) = (self.caller.session_id, self.app.now());
            let app = self.app.clone();
            let asked = move |db: &mut Db| session::of_session(db, &app.house.secrets, id, now);
            match self.app.read(asked).await {
                // In another role they hold something else: the client connects again.
                Ok(standing) if standing.caller.role == self.caller.role => self.access = access,
                Ok(_) => return false,
                // The database is busy or away: asked again next time.
                Err(problem) if problem.code() == ErrorCode::Unavailable => {}
                Err(_) => return false,
            }
        }
        if let Ok(topics) = self.app.topics(&self.caller).await
            && topics != self.topics
            && let Ok(listening) = self.app.listen(&self.caller).await
        {
            (self.topics, self.waiting) = listening;
        }
        true
    }
}
