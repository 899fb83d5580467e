//! Which request has hold of an upload in this process. A phone that lost its network comes back while its old request
//! still waits for bytes; so the newer one cuts the older off, and goes on where that ends.
//!
//! Nothing depends on it for safety: a request of another process, or one that does not end in time, finds its turn
//! gone when it wants to note its bytes (`onsite_services::upload`).
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

/// How long a newer request waits until the older has brought what it got to disk.
const PATIENCE: Duration = Duration::from_secs(5);

/// Every upload that a request has hold of.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    held: Mutex<HashMap<Uuid, Running>>,
}

#[derive(Debug)]
struct Running {
    cut: watch::Sender<bool>,
    /// Closes when the request has ended.
    ended: watch::Receiver<()>,
}

/// A request's hold of an upload; it ends with this value.
#[derive(Debug)]
pub(crate) struct Hold {
    turns: Arc<Turns>,
    upload: Uuid,
    cut: watch::Receiver<bool>,
    ended: watch::Sender<()>,
}

impl Turns {
    /// Takes hold of an upload; whoever had it is cut off first.
    pub(crate) async fn take_over(self: &Arc<Self>, upload: Uuid) -> Hold {
        let (cut_in, cut) = watch::channel(false);
        let (ended_in, ended) = watch::channel(());
        let hold = Hold {
            turns: self.clone(),
            upload,
            cut,
            ended: ended_in,
        };
        let before = self.held().insert(upload, Running { cut: cut_in, ended });
        if let Some(mut before) = before {
            before.cut.send_replace(true);
            // Nothing is ever sent: it closes, or the older request hangs.
            let _ = timeout(PATIENCE, before.ended.changed()).await;
        }
        hold
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Running>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hold {
    /// Waits until a newer request takes the upload over.
    pub(crate) async fn cut_off(&mut self) {
        // A closed channel says the same: the newer request stands in our place.
        let _ = self.cut.wait_for(|cut| *cut).await;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut held = self.turns.held();
        if held
            .get(&self.upload)
            .is_some_and(|running| running.ended.same_channel(&self.ended.subscribe()))
        {
            held.remove(&self.upload);
        }
    }
}
