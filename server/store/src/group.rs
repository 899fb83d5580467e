//! Group commit: many callers' writes in one transaction, all acknowledged after the one commit. The clock row is locked first, so version order is commit order on both databases.
use crate::connect::Address;
use crate::db::Db;
use crate::dialect::Conn;
use crate::error::StoreError;
use crate::heads::{self, Commit, Heads, Touched};
use crate::housekeeper::Leftover;
use crate::schema::sync_clock;
use crate::store::{Clock, Pace, Tx, snapshot};
use crate::work::Work;
use crossbeam_channel::{Receiver, Sender};
use diesel::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch;

/// Most writes in one commit; more would make the first one wait too long.
const MAX_GROUP: usize = 256;

/// Versions after which a group takes no more: what one commit changes should fit into the cache of the connection.
const MAX_VERSIONS: u64 = 5_000;

/// A caller's write.
pub(crate) trait Write: Send {
    /// Whether it may be run again after what it did was undone.
    fn is_repeatable(&self) -> bool;

    /// Runs in the open group.
    fn run(&mut self, tx: &mut Tx<'_>, pace: Pace) -> Went;

    /// Forgets how it went: it was undone.
    fn forget(&mut self);

    /// Tells the caller how the commit of its group went.
    fn finish(&mut self, committed: Result<(), StoreError>);
}

/// How a write went, for its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Went {
    /// The group goes on.
    Well,
    /// The database refused something of it, or of another that ran before it at [`Pace::Together`].
    Refused,
    /// The connection is no good any more.
    Broken,
}

/// The writer's thread: takes writes until every sender is gone.
pub(crate) fn run(
    address: &Address,
    writes: &Receiver<Box<dyn Write>>,
    head: &watch::Sender<Clock>,
    heads: &Heads,
    groups: &Arc<AtomicU64>,
    leftovers: &Sender<Leftover>,
) {
    let mut connection: Option<Db> = None;
    let mut next = None;
    while let Some(mut first) = next.take().or_else(|| writes.recv().ok()) {
        let mut db = match connection
            .take()
            .map_or_else(|| address.connect().map(Db::new), Ok)
        {
            Ok(db) => db,
            Err(error) => {
                tracing::error!(%error, "the database can't be opened");
                first.finish(Err(error));
                continue;
            }
        };
        let mut group = Vec::new();
        next = Some(first);
        let outcome = fill(&mut db, &mut next, writes, &mut group);
        let (mut remembered, mut versions) = (None, 0);
        let answer = outcome.as_ref().map(|_| ()).map_err(Clone::clone);
        match outcome {
            // Before the callers are told: whoever has its answer also finds it in the head.
            Ok((clock, commit, work)) => {
                groups.fetch_add(1, Ordering::Relaxed);
                heads.hear(&commit);
                if heads.known().clock().epoch != clock.epoch {
                    begin_anew(&mut db, heads);
                }
                versions = clock.version.saturating_sub(head.send_replace(clock).version);
                connection = Some(db);
                remembered = work;
            }
            // The connection is dropped; what it held open is rolled back with it.
            Err(error) => {
                tracing::error!(%error, "a group of writes failed; nothing of it was saved");
                // The transaction did not even begin.
                if group.is_empty() {
                    group.extend(next.take());
                }
            }
        }
        for write in &mut group {
            write.finish(answer.clone());
        }
        let _ = leftovers.try_send(Leftover {
            writes: group,
            remembered,
            versions,
        });
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

/// Runs the writes that wait, in their order, and commits: first those that can be run again, then others, up to the next that
/// can, which is left in `next`.
///
/// The first ones get no savepoints, which cost as much as writing: if the database refuses anything of them, all is undone
/// and each is run again behind one of its own.
fn fill(
    db: &mut Db,
    next: &mut Option<Box<dyn Write>>,
    writes: &Receiver<Box<dyn Write>>,
    group: &mut Vec<Box<dyn Write>>,
) -> Result<(Clock, Commit, Option<Work>), StoreError> {
    let mut open = Open::begin(db)?;
    let mut went = Went::Well;
    while went == Went::Well
        && let Some(write) = next.take_if(|write| write.is_repeatable())
    {
        went = open.run(group.push_mut(write), Pace::Together)?;
        *next = open.another(writes, group.len());
    }
    if went == Went::Refused || open.is_refused()? {
        group.iter_mut().for_each(|write| write.forget());
        open.begin_again()?;
        for write in group.iter_mut() {
            open.run(write, Pace::OneByOne)?;
        }
    }
    while let Some(write) = next.take_if(|write| !write.is_repeatable()) {
        open.run(group.push_mut(write), Pace::OneByOne)?;
        *next = open.another(writes, group.len());
    }
    open.commit()
}

/// An open transaction.
struct Open<'a> {
    db: &'a mut Db,
    begun: Clock,
    clock: Clock,
    touched: Touched,
}

impl<'a> Open<'a> {
    fn begin(db: &'a mut Db) -> Result<Open<'a>, StoreError> {
        let begun = begin(db)?;
        Ok(Open {
            db,
            begun,
            clock: begun,
            touched: Touched::default(),
        })
    }

    /// Undoes everything and begins anew.
    fn begin_again(&mut self) -> Result<(), StoreError> {
        self.db.roll_back()?;
        self.begun = begin(self.db)?;
        self.clock = self.begun;
        self.touched = Touched::default();
        Ok(())
    }

    /// Runs a write; [`Went::Broken`] is an error.
    fn run(&mut self, write: &mut Box<dyn Write>, pace: Pace) -> Result<Went, StoreError> {
        let before = self.clock.version;
        let went = write.run(&mut Tx::new(self.db, &mut self.clock, &mut self.touched), pace);
        debug_assert!(self.clock.version >= before);
        match went {
            Went::Broken => Err(StoreError::Unavailable("a write broke the connection".to_owned())),
            went => Ok(went),
        }
    }

    /// Brings what is held back to the database; whether it refuses something of it.
    fn is_refused(&mut self) -> Result<bool, StoreError> {
        match self.db.settle() {
            Ok(()) => Ok(false),
            Err(error) if error.ends_the_group() => Err(error),
            Err(_) => Ok(true),
        }
    }

    /// The next write, if one waits and there is room for it beside so many.
    fn another(&self, writes: &Receiver<Box<dyn Write>>, size: usize) -> Option<Box<dyn Write>> {
        let versions = self.clock.version - self.begun.version;
        (size < MAX_GROUP && versions < MAX_VERSIONS)
            .then(|| writes.try_recv().ok())
            .flatten()
    }

    fn commit(mut self) -> Result<(Clock, Commit, Option<Work>), StoreError> {
        let commit = Commit::of(self.begun, &mut self.clock, self.touched);
        commit.announce(self.db)?;
        diesel::update(sync_clock::table.find(1))
            .set(sync_clock::version.eq(self.clock.version as i64))
            .execute(self.db.writing()?)?;
        let work = self.db.commit()?;
        Ok((self.clock, commit, work))
    }
}

/// Opens the transaction and takes the clock.
fn begin(db: &mut Db) -> Result<Clock, StoreError> {
    db.begin()?;
    let clock = || {
        sync_clock::table
            .find(1)
            .select((sync_clock::epoch, sync_clock::version))
    };
    let (epoch, version): (i32, i64) = match db.unaffected()? {
        Conn::Sqlite(c) => clock().get_result(c)?,
        Conn::Pg(c) => clock().for_update().get_result(c)?,
    };
    Ok(Clock {
        epoch: epoch as u32,
        version: version as u64,
    })
}
