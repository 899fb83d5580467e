//! The way into the database for everything above: [`Store::write`] queues for the group-committing writer,
//! [`Store::read`] runs on a snapshot in one of several reader threads.
use crate::connect::Address;
use crate::db::Db;
use crate::dialect::Conn;
use crate::error::StoreError;
use crate::feed;
use crate::group::{self, Finish, GoesOn, WriteJob};
use crate::heads::{self, Heads, Topic, Touched};
use crate::schema::sync_clock;
use crate::watcher;
use crate::work::Work;
use crossbeam_channel::{Sender, TrySendError, bounded};
use diesel::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;
use sync_protocol::version::Version;
use tokio::sync::{oneshot, watch};

/// Writes waiting for the writer; beyond it callers are told to come back.
const WRITE_QUEUE: usize = 2048;

/// Reads waiting for a reader.
const READ_QUEUE: usize = 2048;

/// Reader threads, each with a connection of its own.
const READERS: usize = 4;

/// The database's clock: the newest version committed, or given out in the open group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clock {
    pub epoch: u32,
    pub version: u64,
}

/// An open write transaction that holds the clock. Versions taken from it are in commit order.
#[allow(missing_debug_implementations)]
pub struct Tx<'a> {
    db: &'a mut Db,
    clock: &'a mut Clock,
    touched: &'a mut Touched,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(db: &'a mut Db, clock: &'a mut Clock, touched: &'a mut Touched) -> Tx<'a> {
        Tx { db, clock, touched }
    }

    /// Notes what is being changed, for those who wait for it.
    pub(crate) fn touch(&mut self, topic: Topic) {
        self.touched.add(topic);
    }

    /// The connection, for reading inside the transaction.
    pub fn db(&mut self) -> &mut Db {
        self.db
    }

    /// The clock as it stands.
    pub fn clock(&self) -> Clock {
        *self.clock
    }

    /// Goes on in another epoch; [`crate::epochs::begin`] has written it down.
    pub(crate) fn enter(&mut self, epoch: u32) {
        self.clock.epoch = epoch;
    }

    /// Takes the next version.
    pub fn next_version(&mut self) -> u64 {
        self.clock.version += 1;
        self.clock.version
    }

    /// A row's version as clients see it.
    pub fn version(&self, number: u64) -> Version {
        Version {
            epoch: self.clock.epoch,
            number,
        }
    }

    /// Runs part of a transaction so that a refusal undoes only that part. What it wrote has been accepted by the
    /// database when this returns.
    ///
    /// # Errors
    /// What `part` returned, or the database's refusal of what it wrote.
    pub fn savepoint<T, E: WriteError>(
        &mut self,
        part: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.part(part, true)
    }

    /// The same, but what the part wrote may be held back, and refused when the part around it ends or a later
    /// one reads ([`StoreError::Earlier`]): for one of many that can be tried again with [`Tx::savepoint`] each.
    ///
    /// # Errors
    /// What `part` returned.
    pub fn attempt<T, E: WriteError>(
        &mut self,
        part: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.part(part, false)
    }

    fn part<T, E: WriteError>(
        &mut self,
        part: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
        settled: bool,
    ) -> Result<T, E> {
        let before = *self.clock;
        let (depth, mark) = (self.db.enter(), self.touched.mark());
        let done = part(self).and_then(|value| {
            self.db.leave(depth, settled)?;
            Ok(value)
        });
        done.or_else(|error| {
            *self.clock = before;
            self.touched.undo_to(mark);
            self.db.undo(depth)?;
            Err(error)
        })
    }

    /// Gives a write to what is held back.
    pub(crate) fn hold(&mut self, write: impl FnOnce(&mut Work)) {
        if let Some(work) = self.db.work() {
            write(work);
        }
    }

    /// The connection, for a statement that writes at once.
    pub(crate) fn writing(&mut self) -> Result<&mut Conn, StoreError> {
        self.db.writing()
    }
}

/// The error of a write: knows whether it came from the database, which decides what must be undone.
pub trait WriteError: From<StoreError> + Send + 'static {
    /// The database's error inside, if that is what it is.
    fn store_error(&self) -> Option<&StoreError>;
}

impl WriteError for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

type ReadJob = Box<dyn FnOnce(&mut Option<Db>) + Send>;

/// A database, open. Cheap to clone; the threads end when the last clone is gone.
#[derive(Clone)]
pub struct Store {
    address: Address,
    writer: Sender<WriteJob>,
    readers: Sender<ReadJob>,
    head: watch::Receiver<Clock>,
    heads: Arc<Heads>,
    groups: Arc<AtomicU64>,
    reads: Arc<AtomicU64>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a migrated database and starts its threads.
    ///
    /// # Errors
    /// The database can't be opened or has no schema yet.
    pub fn open(address: Address) -> Result<Store, StoreError> {
        Store::with_readers(address, READERS)
    }

    /// The same, with so many reader threads.
    pub(crate) fn with_readers(address: Address, count: usize) -> Result<Store, StoreError> {
        let mut db = Db::new(address.connect()?);
        let (epoch, version): (i32, i64) = sync_clock::table
            .find(1)
            .select((sync_clock::epoch, sync_clock::version))
            .get_result(db.reading()?)?;
        let (head_in, head) = watch::channel(Clock {
            epoch: epoch as u32,
            version: version as u64,
        });
        let heads = Arc::new(Heads::new(match address {
            Address::Sqlite(_) => None,
            Address::Postgres(_) => Some(heads::MAX_AGE),
        }));
        heads.learn(snapshot(&mut db, |db| heads::load(db, Clock::default()))?);
        let (watched, watching) = (address.clone(), Arc::downgrade(&heads));
        spawn("onsite-watcher", move || watcher::run(&watched, &watching))?;
        let groups = Arc::new(AtomicU64::new(0));

        let (writer, write_jobs) = bounded::<WriteJob>(WRITE_QUEUE);
        let (write_address, counter, told) = (address.clone(), groups.clone(), heads.clone());
        spawn("onsite-writer", move || {
            group::run(&write_address, &write_jobs, &head_in, &told, &counter);
        })?;

        let (readers, read_jobs) = bounded::<ReadJob>(READ_QUEUE);
        for _ in 0..count {
            let (jobs, address) = (read_jobs.clone(), address.clone());
            spawn("onsite-reader", move || {
                let mut connection = None;
                while let Ok(job) = jobs.recv() {
                    if connection.is_none() {
                        connection = address.connect().map(Db::new).ok();
                    }
                    job(&mut connection);
                }
            })?;
        }
        Ok(Store {
            address,
            writer,
            readers,
            head,
            heads,
            groups,
            reads: Arc::default(),
        })
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The newest version this process has committed, or read when it opened.
    pub fn head(&self) -> Clock {
        *self.head.borrow()
    }

    /// Wakes whenever this process has committed.
    pub fn watch_head(&self) -> watch::Receiver<Clock> {
        self.head.clone()
    }

    /// How far every bucket has come, as far as this process knows.
    pub fn heads(&self) -> &Arc<Heads> {
        &self.heads
    }

    /// Makes sure that [`Store::heads`] is young enough to answer from and not behind what the caller has `seen`,
    /// where the database has that at all; asks the database only if it must.
    ///
    /// # Errors
    /// The database can't be read.
    pub async fn catch_up(&self, seen: Option<Version>) -> Result<(), StoreError> {
        if self.heads.current(seen).is_some() {
            return Ok(());
        }
        let (known, at) = (self.heads.known().clock(), Instant::now());
        let (news, clock) = self
            .read::<_, StoreError>(move |db| Ok((heads::load(db, known)?, feed::clock(db)?)))
            .await?;
        self.heads.learn(news);
        self.heads.check(clock, at);
        Ok(())
    }

    /// Reads begun since it was opened, for the metrics.
    pub fn reads(&self) -> u64 {
        self.reads.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Commits made since it was opened, for the metrics.
    pub fn commits(&self) -> u64 {
        self.groups.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Runs `work` in a write transaction together with others' and returns after the commit is on disk.
    ///
    /// # Errors
    /// What `work` returned, its effects then being undone; or [`StoreError::Unavailable`], when nothing of the
    /// group was saved or the queue is full.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: WriteError,
    {
        let (reply, answer) = oneshot::channel::<Result<T, E>>();
        let job: WriteJob = Box::new(move |tx| {
            let result = tx.savepoint(|tx| {
                // A panic undoes its own savepoint like any refusal; the others of the group stand.
                catch_unwind(AssertUnwindSafe(|| work(tx)))
                    .unwrap_or_else(|_| Err(E::from(StoreError::Corrupt("a write panicked".to_owned()))))
            });
            let broken = result.as_ref().err().and_then(WriteError::store_error);
            let goes_on = if broken.is_some_and(StoreError::ends_the_group) {
                GoesOn::No
            } else {
                GoesOn::Yes
            };
            let finish: Finish = Box::new(move |committed| {
                // A refusal stays what it is; a success is one only if the commit was.
                let answer = match (result, committed) {
                    (Ok(_), Err(error)) => Err(E::from(error)),
                    (result, _) => result,
                };
                // The caller may have gone away; its write stands all the same.
                let _ = reply.send(answer);
            });
            (finish, goes_on)
        });
        match self.writer.try_send(job) {
            Ok(()) => answer
                .await
                .unwrap_or_else(|_| Err(unavailable("the write was not taken"))),
            Err(TrySendError::Full(_)) => Err(unavailable("too many writes are waiting")),
            Err(TrySendError::Disconnected(_)) => Err(unavailable("the writer has stopped")),
        }
    }

    /// Runs `work` on a snapshot of what is committed.
    ///
    /// # Errors
    /// What `work` returned, or [`StoreError::Unavailable`].
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: WriteError,
    {
        self.reads.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (reply, answer) = oneshot::channel::<Result<T, E>>();
        let job: ReadJob = Box::new(move |connection| {
            let Some(db) = connection else { return };
            let result = catch_unwind(AssertUnwindSafe(|| snapshot(db, work)))
                .unwrap_or_else(|_| Err(unavailable("a read panicked")));
            if result
                .as_ref()
                .err()
                .and_then(WriteError::store_error)
                .is_some_and(StoreError::ends_the_group)
            {
                *connection = None;
            }
            let _ = reply.send(result);
        });
        match self.readers.try_send(job) {
            Ok(()) => answer
                .await
                .unwrap_or_else(|_| Err(unavailable("the read was not taken"))),
            Err(_) => Err(unavailable("too many reads are waiting")),
        }
    }
}

/// Head and rows are read in one snapshot, so that a reader at a version has seen every commit up to it.
pub(crate) fn snapshot<T, E: WriteError>(
    db: &mut Db,
    work: impl FnOnce(&mut Db) -> Result<T, E>,
) -> Result<T, E> {
    db.begin_reading()?;
    let result = work(db);
    match (result, db.end_reading()) {
        (Ok(_), Err(error)) => Err(E::from(error)),
        (result, _) => result,
    }
}

fn unavailable<E: From<StoreError>>(why: &str) -> E {
    E::from(StoreError::Unavailable(why.to_owned()))
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map(drop)
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}
