//! The way into the database for everything above: [`Store::write`] queues for the group-committing writer,
//! [`Store::read`] runs on a snapshot in one of several reader threads.
use crate::connect::Address;
use crate::db::Db;
use crate::dialect::Conn;
use crate::error::StoreError;
use crate::feed;
use crate::group::{self, Went, Write};
use crate::heads::{self, Heads, Topic, Touched};
use crate::housekeeper;
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

/// Whether what is written has reached the database before the next is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// All together: nearly always right, and many times faster.
    Together,
    /// Each alone, so that a constraint's refusal falls on the one that it is about.
    OneByOne,
}

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

    /// Lets what the writes before this one hold back be brought to the database beside it: to be said by one that has
    /// asked what it needs to know, and has yet to think.
    ///
    /// # Errors
    /// The database refused something of them, or the system has no thread to give.
    pub fn hand_over(&mut self) -> Result<(), StoreError> {
        self.db.hand_over()
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

    /// Runs part of a transaction so that a refusal undoes only that part: as [`Tx::attempt`] or as [`Tx::savepoint`].
    ///
    /// # Errors
    /// As these.
    pub fn part<T, E: WriteError>(
        &mut self,
        pace: Pace,
        part: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let before = *self.clock;
        let (depth, mark) = (self.db.enter(), self.touched.mark());
        let done = part(self).and_then(|value| {
            self.db.leave(depth, pace == Pace::OneByOne)?;
            Ok(value)
        });
        done.or_else(|error| {
            *self.clock = before;
            self.touched.undo_to(mark);
            self.db.undo(depth)?;
            Err(error)
        })
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
        self.part(Pace::OneByOne, part)
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
        self.part(Pace::Together, part)
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
    writer: Sender<Box<dyn Write>>,
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

        let (writer, write_jobs) = bounded::<Box<dyn Write>>(WRITE_QUEUE);
        let (write_address, counter, told) = (address.clone(), groups.clone(), heads.clone());
        let leftovers = housekeeper::start(&address)?;
        spawn("onsite-writer", move || {
            group::run(&write_address, &write_jobs, &head_in, &told, &counter, &leftovers);
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
        let mut work = Some(work);
        let once = move |tx: &mut Tx<'_>, _| match work.take() {
            Some(work) => work(tx),
            None => Err(unavailable("it can't be run again")),
        };
        self.queue(once, false).await
    }

    /// The same for work that can be run again: it shares the fate of others with which it is brought to the database at
    /// [`Pace::Together`], and where the database refuses something of them each is run again at [`Pace::OneByOne`].
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_together<T, E>(
        &self,
        work: impl FnMut(&mut Tx<'_>, Pace) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: WriteError,
    {
        self.queue(work, true).await
    }

    async fn queue<T, E>(
        &self,
        work: impl FnMut(&mut Tx<'_>, Pace) -> Result<T, E> + Send + 'static,
        is_repeatable: bool,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: WriteError,
    {
        let (reply, answer) = oneshot::channel();
        let job = Job {
            work,
            is_repeatable,
            result: None,
            reply: Some(reply),
        };
        match self.writer.try_send(Box::new(job)) {
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

/// A write with the caller that waits for it.
struct Job<T, E, W> {
    work: W,
    is_repeatable: bool,
    result: Option<Result<T, E>>,
    reply: Option<oneshot::Sender<Result<T, E>>>,
}

impl<T, E, W> Write for Job<T, E, W>
where
    T: Send,
    E: WriteError,
    W: FnMut(&mut Tx<'_>, Pace) -> Result<T, E> + Send,
{
    fn is_repeatable(&self) -> bool {
        self.is_repeatable
    }

    fn run(&mut self, tx: &mut Tx<'_>, pace: Pace) -> Went {
        let result = tx.part(pace, |tx| {
            // A panic undoes its own part like any refusal; the others of the group stand.
            catch_unwind(AssertUnwindSafe(|| (self.work)(tx, pace)))
                .unwrap_or_else(|_| Err(E::from(StoreError::Corrupt("a write panicked".to_owned()))))
        });
        let went = match result.as_ref().err().and_then(WriteError::store_error) {
            Some(error) if error.ends_the_group() => Went::Broken,
            Some(error) if error.is_refusal() || matches!(error, StoreError::Earlier(_)) => Went::Refused,
            _ => Went::Well,
        };
        self.result = Some(result);
        went
    }

    fn forget(&mut self) {
        self.result = None;
    }

    fn finish(&mut self, committed: Result<(), StoreError>) {
        // A refusal stays what it is; a success is one only if the commit was.
        let answer = match (self.result.take(), committed) {
            (Some(Err(refusal)), _) => Err(refusal),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(error)) => Err(E::from(error)),
            (None, Ok(())) => Err(unavailable("the write was not run")),
        };
        // The caller may have gone away; its write stands all the same.
        if let Some(reply) = self.reply.take() {
            let _ = reply.send(answer);
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

pub(crate) fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map(drop)
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}
