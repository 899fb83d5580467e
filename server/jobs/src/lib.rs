//! Work nobody waits for: delivering mail, deadlines, the daily timers, and clearing the storage. Each step is a function a test can call; [`run`]
//! only decides when.
mod outbox;
mod sweep;
mod timers;

pub use outbox::deliver_due;
pub use sweep::{Swept, sweep};
pub use timers::{daily, escalate};

use chrono::{DateTime, TimeDelta, Utc};
use onsite_files::BlobStore;
use onsite_mail::Mailer;
use onsite_model::clock::Clock;
use onsite_services::house::House;
use onsite_store::Store;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often the outbox is looked at when nothing has been written; retries wait for this.
const LOOK: Duration = Duration::from_secs(10);

/// What the jobs work with.
#[derive(Clone)]
#[allow(missing_debug_implementations)]
pub struct Jobs {
    pub store: Store,
    pub house: Arc<House>,
    pub clock: Clock,
    pub blobs: BlobStore,
    /// Absent where no mail server is configured: mails then stay in the outbox, for people to read.
    pub mailer: Option<Arc<Mailer>>,
}

/// Runs the jobs until `stop` turns true. A write wakes the outbox at once.
pub async fn run(jobs: Jobs, mut stop: watch::Receiver<bool>) {
    if jobs.mailer.is_none() {
        tracing::warn!("no mail server is configured: mails stay in the outbox");
    }
    let mut head = jobs.store.watch_head();
    let mut timers_at: DateTime<Utc> = (jobs.clock)();
    let mut deadlines_at = timers_at;
    while !*stop.borrow() {
        let now = (jobs.clock)();
        if now >= timers_at {
            timers_at = now + TimeDelta::hours(1);
            if let Err(error) = daily(&jobs).await {
                tracing::error!(%error, "the timers failed; they run again in an hour");
            }
            match sweep(&jobs).await {
                Ok(swept) if swept != Swept::default() => tracing::info!(?swept, "storage cleared"),
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "the storage could not be cleared; again in an hour"),
            }
        }
        if now >= deadlines_at {
            deadlines_at = now + TimeDelta::minutes(1);
            if let Err(error) = escalate(&jobs).await {
                tracing::error!(%error, "deadlines could not be looked at; again in a minute");
            }
        }
        match deliver_due(&jobs).await {
            // There may be more.
            Ok(sent) if sent > 0 => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the outbox could not be read; trying again"),
        }
        tokio::select! {
            _ = stop.changed() => {}
            _ = head.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
