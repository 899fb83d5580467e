//! A connection, and what an open write transaction holds back on it.
//!
//! Written rows, history and receipts wait in memory and go to the database set by set: when a part of the
//! transaction ends, or before anything is read that they could change. So a push of two hundred operations is a
//! handful of statements, and yet every query sees all that was written before it.
//!
//! What ended parts hold back can also be handed over ([`Db::hand_over`]): it is written by a thread of its own, to which the
//! connection goes until somebody needs it.
//!
//! Parts nest ([`Db::enter`], [`Db::leave`], [`Db::undo`]). A part gets its SQL savepoint only when something of it
//! reaches the database, so that a part which is refused or stays in memory costs none.
use crate::dialect::Conn;
use crate::error::StoreError;
use crate::flush;
use crate::flusher::Flusher;
use crate::work::Work;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;

type Savepoints = <Conn as Connection>::TransactionManager;

/// A connection to either database, for reading; inside a [`crate::Tx`] for writing too.
#[allow(missing_debug_implementations)]
pub struct Db {
    link: Link,
    /// In a write transaction only.
    work: Option<Work>,
    /// Started when something is first handed over.
    flusher: Option<Flusher>,
    /// Why the open transaction can only be undone.
    refused: Option<StoreError>,
}

#[allow(clippy::large_enum_variant)]
enum Link {
    Here(Conn),
    /// With the flusher.
    Away,
}

impl Db {
    pub(crate) fn new(conn: Conn) -> Db {
        Db {
            link: Link::Here(conn),
            work: None,
            flusher: None,
            refused: None,
        }
    }

    /// Opens a write transaction.
    pub(crate) fn begin(&mut self) -> Result<(), StoreError> {
        match self.conn()? {
            Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
            Conn::Pg(c) => AnsiTransactionManager::begin_transaction(c)?,
        }
        self.work = Some(Work::new());
        Ok(())
    }

    /// Commits it. What it remembered is handed out, for its thousands of rows to be let go of when nobody waits.
    pub(crate) fn commit(&mut self) -> Result<Option<Work>, StoreError> {
        Savepoints::commit_transaction(self.writing()?)?;
        Ok(self.work.take())
    }

    /// Opens a snapshot: head and rows that are read on it belong together.
    pub(crate) fn begin_reading(&mut self) -> Result<(), StoreError> {
        match self.conn()? {
            Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction(c)?,
            Conn::Pg(c) => AnsiTransactionManager::begin_transaction_sql(
                c,
                "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
            )?,
        }
        Ok(())
    }

    /// Ends a snapshot.
    pub(crate) fn end_reading(&mut self) -> Result<(), StoreError> {
        Ok(Savepoints::rollback_transaction(self.conn()?)?)
    }

    /// The connection for a query: all that was written before has reached the database.
    ///
    /// # Errors
    /// Something written before is refused by the database.
    pub(crate) fn reading(&mut self) -> Result<&mut Conn, StoreError> {
        self.flush(false)?;
        self.conn()
    }

    /// The connection for a statement that writes at once: it can be undone with the part it is in.
    ///
    /// # Errors
    /// As [`Db::reading`].
    pub(crate) fn writing(&mut self) -> Result<&mut Conn, StoreError> {
        self.flush(true)?;
        self.conn()
    }

    /// The connection for a query that of what is held back only that can change which `holds` looks for.
    ///
    /// # Errors
    /// As [`Db::reading`].
    pub(crate) fn affected_by(&mut self, holds: impl FnOnce(&Work) -> bool) -> Result<&mut Conn, StoreError> {
        match self.work.as_ref().is_some_and(holds) {
            true => self.reading(),
            false => self.conn(),
        }
    }

    /// The connection for a query that what is held back can't change.
    ///
    /// # Errors
    /// Something that was handed over is refused by the database.
    pub(crate) fn unaffected(&mut self) -> Result<&mut Conn, StoreError> {
        self.conn()
    }

    /// The connection, when all that was handed over has been written; none for a transaction that can only be undone.
    fn conn(&mut self) -> Result<&mut Conn, StoreError> {
        self.await_flusher()?;
        if let Some(error) = &self.refused {
            return Err(StoreError::Earlier(Box::new(error.clone())));
        }
        match &mut self.link {
            Link::Here(conn) => Ok(conn),
            Link::Away => Err(lost()),
        }
    }

    /// Lets what earlier parts of the transaction hold back be brought to the database beside whatever comes next. The
    /// next query waits for it.
    ///
    /// # Errors
    /// What was handed over before is refused by the database, or the system has no thread to give.
    pub(crate) fn hand_over(&mut self) -> Result<(), StoreError> {
        self.conn()?;
        let flusher = match &self.flusher {
            Some(flusher) => flusher,
            None => self.flusher.insert(Flusher::start()?),
        };
        let Some(held_back) = self.work.as_mut().and_then(Work::take_earlier) else {
            return Ok(());
        };
        match std::mem::replace(&mut self.link, Link::Away) {
            Link::Here(conn) => flusher.give(conn, held_back),
            Link::Away => Err(lost()),
        }
    }

    fn await_flusher(&mut self) -> Result<(), StoreError> {
        if let (Link::Away, Some(flusher)) = (&self.link, &self.flusher) {
            let (conn, done) = flusher.take_back()?;
            self.link = Link::Here(conn);
            self.refused = self.refused.take().or(done.err());
        }
        Ok(())
    }

    /// What the write transaction remembers and holds back.
    pub(crate) fn work(&mut self) -> Option<&mut Work> {
        self.work.as_mut()
    }

    /// Brings all that is held back to the database.
    ///
    /// # Errors
    /// The database refuses some of it.
    pub(crate) fn settle(&mut self) -> Result<(), StoreError> {
        self.reading().map(drop)
    }

    /// Undoes the whole transaction.
    pub(crate) fn roll_back(&mut self) -> Result<(), StoreError> {
        self.work = None;
        self.await_flusher()?;
        self.refused = None;
        Ok(Savepoints::rollback_transaction(self.conn()?)?)
    }

    /// Begins a part that can be undone alone. Returns its depth.
    pub(crate) fn enter(&mut self) -> usize {
        self.work.as_mut().map_or(0, Work::enter)
    }

    /// Ends a part well: it stands as far as the parts around it do. Only a part that has `settled` has surely been
    /// accepted by the database.
    pub(crate) fn leave(&mut self, depth: usize, settled: bool) -> Result<(), StoreError> {
        if settled {
            self.flush(false)?;
        }
        while let Some(reached) = self.work.as_mut().and_then(|work| work.leave(depth)) {
            if reached {
                Savepoints::commit_transaction(self.conn()?)?;
            }
        }
        Ok(())
    }

    /// Undoes a part, and parts in it that a panic left open.
    pub(crate) fn undo(&mut self, depth: usize) -> Result<(), StoreError> {
        while let Some(reached) = self.work.as_mut().and_then(|work| work.undo(depth)) {
            if reached {
                Savepoints::rollback_transaction(self.conn()?)?;
            }
        }
        Ok(())
    }

    /// Brings what is held back to the database, each part's behind its own savepoint; with `to_write` all open
    /// parts get theirs, because a statement follows.
    fn flush(&mut self, to_write: bool) -> Result<(), StoreError> {
        let Some(work) = &self.work else { return Ok(()) };
        let parts = work.depth();
        let needed = match to_write {
            true => parts,
            false => work.deepest_held_back(),
        };
        for depth in 0..needed {
            self.conn()?;
            let (Some(work), Link::Here(conn)) = (&mut self.work, &mut self.link) else {
                return Err(lost());
            };
            if work.reach(depth) {
                Savepoints::begin_transaction(conn)?;
            }
            let held_back = work.take(depth);
            if held_back.is_empty() {
                continue;
            }
            // The whole transaction has no savepoint: until all of this is written it can only be undone, in a panic too.
            if depth == 0 {
                self.refused = Some(StoreError::Corrupt("a write was cut off".to_owned()));
            }
            let written = flush::write(conn, held_back);
            if depth == 0 {
                self.refused = written.clone().err();
            }
            if let Err(error) = written {
                // The innermost part is told of its own; an outer one's fault is none of the inner one's.
                return Err(if depth + 1 == parts {
                    error
                } else {
                    StoreError::Earlier(Box::new(error))
                });
            }
        }
        Ok(())
    }
}

fn lost() -> StoreError {
    StoreError::Unavailable("the connection is lost".to_owned())
}
