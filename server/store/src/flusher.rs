//! A thread beside the writer's that brings what earlier writes hold back to the database while the next one is decided.
//!
//! There is still one connection and one transaction: the connection goes to the thread and comes back, so that whoever
//! needs it waits until all that was handed over has been written.
use crate::dialect::Conn;
use crate::error::StoreError;
use crate::flush;
use crate::store::spawn;
use crate::work::HeldBack;
use crossbeam_channel::{Receiver, Sender, bounded};

/// The connection, and whether the database took what was handed over.
type Done = (Conn, Result<(), StoreError>);

#[allow(missing_debug_implementations)]
pub(crate) struct Flusher {
    given: Sender<(Conn, HeldBack)>,
    done: Receiver<Done>,
}

impl Flusher {
    /// Starts its thread, which ends when this is gone.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub(crate) fn start() -> Result<Flusher, StoreError> {
        let (given, work) = bounded::<(Conn, HeldBack)>(1);
        let (finished, done) = bounded(1);
        spawn("onsite-flusher", move || {
            while let Ok((mut conn, held_back)) = work.recv() {
                let result = flush::write(&mut conn, held_back);
                if finished.send((conn, result)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Flusher { given, done })
    }

    pub(crate) fn give(&self, conn: Conn, held_back: HeldBack) -> Result<(), StoreError> {
        self.given.send((conn, held_back)).map_err(|_| ended())
    }

    /// Waits for what was given.
    pub(crate) fn take_back(&self) -> Result<Done, StoreError> {
        self.done.recv().map_err(|_| ended())
    }
}

fn ended() -> StoreError {
    StoreError::Unavailable("the thread that writes beside the writer has ended".to_owned())
}
