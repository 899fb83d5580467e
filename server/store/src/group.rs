//! Group commit: many callers' writes in one transaction, each in a savepoint of its own, all acknowledged after
//! the one commit. The clock row is locked first, so version order is commit order on both databases.
use crate::connect::Address;
use crate::db::Db;
use crate::dialect::Conn;
use crate::error::StoreError;
use crate::heads::{self, Commit, Heads, Touched};
use crate::schema::sync_clock;
use crate::store::{Clock, Tx, snapshot};
use crate::work::Work;
use crossbeam_channel::Receiver;
use diesel::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch;

/// Most writes in one commit; more would make the first one wait too long.
const MAX_GROUP: usize = 256;

/// Tells a caller how the commit of its group went.
pub(crate) type Finish = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// A caller's write: runs in the open group and says whether the group can go on after it.
pub(crate) type WriteJob = Box<dyn FnOnce(&mut Tx<'_>) -> (Finish, GoesOn) + Send>;

/// Whether the connection is still good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GoesOn {
    Yes,
    No,
}

/// The writer's thread: takes jobs until every sender is gone.
pub(crate) fn run(
    address: &Address,
    jobs: &Receiver<WriteJob>,
    head: &watch::Sender<Clock>,
    heads: &Heads,
    groups: &Arc<AtomicU64>,
) {
    let mut connection: Option<Db> = None;
    while let Ok(first) = jobs.recv() {
        let mut db = match connection
            .take()
            .map_or_else(|| address.connect().map(Db::new), Ok)
        {
            Ok(db) => db,
            Err(error) => {
                refuse(first, &error);
                continue;
            }
        };
        let mut finishes: Vec<Finish> = Vec::new();
        let outcome = fill_group(&mut db, first, jobs, &mut finishes);
        let mut remembered = None;
        let answer = outcome.as_ref().map(|_| ()).map_err(Clone::clone);
        match outcome {
            // Before the callers are told: whoever has its answer also finds it in the head.
            Ok((clock, commit, work)) => {
                groups.fetch_add(1, Ordering::Relaxed);
                heads.hear(&commit);
                if heads.known().clock().epoch != clock.epoch {
                    begin_anew(&mut db, heads);
                }
                head.send_replace(clock);
                connection = Some(db);
                remembered = work;
            }
            // The connection is dropped; what it held open is rolled back with it.
            Err(error) => tracing::error!(%error, "a group of writes failed; nothing of it was saved"),
        }
        for finish in finishes {
            finish(answer.clone());
        }
        drop(remembered);
    }
}

/// A new epoch began here: what was known of the one before answers nobody any more. If the database can't be asked now,
/// the watcher will.
fn begin_anew(db: &mut Db, heads: &Heads) {
    let known = heads.known().clock();
    match snapshot(db, |db| heads::load(db, known)) {
        Ok(news) => heads.learn(news),
        Err(error) => tracing::warn!(%error, "what a new epoch begins with can't be read yet"),
    }
}

/// Answers a job that could not even start.
fn refuse(job: WriteJob, error: &StoreError) {
    tracing::error!(%error, "the database can't be opened");
    // A job only needs a transaction to run; dropping it closes its caller's channel, which reads as unavailable.
    drop(job);
}

fn fill_group(
    db: &mut Db,
    first: WriteJob,
    jobs: &Receiver<WriteJob>,
    finishes: &mut Vec<Finish>,
) -> Result<(Clock, Commit, Option<Work>), StoreError> {
    let begun = begin(db)?;
    let (mut clock, mut touched) = (begun, Touched::default());
    let mut next = Some(first);
    while let Some(job) = next {
        let before = clock.version;
        let (finish, goes_on) = job(&mut Tx::new(db, &mut clock, &mut touched));
        finishes.push(finish);
        if goes_on == GoesOn::No {
            return Err(StoreError::Unavailable("a write broke the connection".to_owned()));
        }
        debug_assert!(clock.version >= before);
        next = if finishes.len() < MAX_GROUP {
            jobs.try_recv().ok()
        } else {
            None
        };
    }
    let commit = Commit::of(begun, &mut clock, touched);
    commit.announce(db)?;
    diesel::update(sync_clock::table.find(1))
        .set(sync_clock::version.eq(clock.version as i64))
        .execute(db.writing()?)?;
    let work = db.commit()?;
    Ok((clock, commit, work))
}

/// Opens the transaction and takes the clock.
fn begin(db: &mut Db) -> Result<Clock, StoreError> {
    db.begin()?;
    let clock = || {
        sync_clock::table
            .find(1)
            .select((sync_clock::epoch, sync_clock::version))
    };
    let (epoch, version): (i32, i64) = match db.unaffected() {
        Conn::Sqlite(c) => clock().get_result(c)?,
        Conn::Pg(c) => clock().for_update().get_result(c)?,
    };
    Ok(Clock {
        epoch: epoch as u32,
        version: version as u64,
    })
}
