//! What is left to do after a commit and nobody has to wait for, in a thread beside the writer's.
//!
//! What a group remembered of its thousands of rows is let go of here. And what was committed goes from SQLite's write-ahead
//! log to the database's file, which the writer would otherwise do at the end of each large commit: a sixth of its time when
//! a hundred phones push.
use crate::connect::Address;
use crate::error::StoreError;
use crate::group::Write;
use crate::store::spawn;
use crate::work::Work;
use crossbeam_channel::{Receiver, Sender, bounded};
use diesel::connection::SimpleConnection;

/// Versions after which the log is worth a checkpoint. One is about a page of it, and SQLite by itself waits for 1,000 pages.
/// What takes none (logins, receipts of refused work) is left to the writer's own.
const VERSIONS: u64 = 1_000;

/// Pages of the log, 64 MB, at which the writer makes a checkpoint itself: only without other writes can the log begin anew.
pub(crate) const WRITERS_PAGES: u32 = 16_384;

/// Commits that may wait for it.
const QUEUE: usize = 4;

/// What is left of a group.
#[allow(missing_debug_implementations)]
pub(crate) struct Leftover {
    /// Its writes, whose callers have been told.
    pub(crate) writes: Vec<Box<dyn Write>>,
    pub(crate) remembered: Option<Work>,
    /// Versions it took.
    pub(crate) versions: u64,
}

/// Starts the thread, which ends when the sender is gone. Whatever it can't take, the sender lets go of itself.
///
/// # Errors
/// The system has no thread to give.
pub(crate) fn start(address: &Address) -> Result<Sender<Leftover>, StoreError> {
    let (leftovers, taken) = bounded(QUEUE);
    let address = address.clone();
    spawn("onsite-housekeeper", move || run(&address, &taken))?;
    Ok(leftovers)
}

fn run(address: &Address, leftovers: &Receiver<Leftover>) {
    let mut connection = None;
    let mut versions = 0;
    while let Ok(leftover) = leftovers.recv() {
        let Leftover {
            writes,
            remembered,
            versions: more,
        } = leftover;
        versions += more;
        drop((writes, remembered));
        if versions < VERSIONS || !matches!(address, Address::Sqlite(_)) {
            continue;
        }
        versions = 0;
        let done = match connection.take().map_or_else(|| address.connect(), Ok) {
            // As far as readers allow, without making anybody wait.
            Ok(mut conn) => conn
                .batch_execute("PRAGMA wal_checkpoint(PASSIVE)")
                .map(|()| connection = Some(conn))
                .map_err(StoreError::from),
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            // Nothing is lost by it: the log only grows until the writer does it itself.
            tracing::warn!(%error, "the write-ahead log can't be brought to the database's file now");
        }
    }
}
