//! A connection, and what an open write transaction holds back on it.
//!
//! Written rows, history and receipts wait in memory and go to the database set by set: when a part of the
//! transaction ends, or before anything is read that they could change. So a push of two hundred operations is a
//! handful of statements, and yet every query sees all that was written before it.
//!
//! Parts nest ([`Db::enter`], [`Db::leave`], [`Db::undo`]). A part gets its SQL savepoint only when something of it
//! reaches the database, so that a part which is refused or stays in memory costs none.
use crate::dialect::Conn;
use crate::error::StoreError;
use crate::flush;
use crate::work::Work;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;

type Savepoints = <Conn as Connection>::TransactionManager;

/// A connection to either database, for reading; inside a [`crate::Tx`] for writing too.
#[allow(missing_debug_implementations)]
pub struct Db {
    conn: Conn,
    /// In a write transaction only.
    work: Option<Work>,
}

impl Db {
    pub(crate) fn new(conn: Conn) -> Db {
        Db { conn, work: None }
    }

    /// Opens a write transaction.
    pub(crate) fn begin(&mut self) -> Result<(), StoreError> {
        match &mut self.conn {
            Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
            Conn::Pg(c) => AnsiTransactionManager::begin_transaction(c)?,
        }
        self.work = Some(Work::new());
        Ok(())
    }

    /// Commits it. What it remembered is handed out, for its thousands of rows to be let go of when nobody waits.
    pub(crate) fn commit(&mut self) -> Result<Option<Work>, StoreError> {
        self.writing()?;
        Savepoints::commit_transaction(&mut self.conn)?;
        Ok(self.work.take())
    }

    /// Opens a snapshot: head and rows that are read on it belong together.
    pub(crate) fn begin_reading(&mut self) -> Result<(), StoreError> {
        match &mut self.conn {
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
        Ok(Savepoints::rollback_transaction(&mut self.conn)?)
    }

    /// The connection for a query: all that was written before has reached the database.
    ///
    /// # Errors
    /// Something written before is refused by the database.
    pub(crate) fn reading(&mut self) -> Result<&mut Conn, StoreError> {
        self.flush(false)?;
        Ok(&mut self.conn)
    }

    /// The connection for a statement that writes at once: it can be undone with the part it is in.
    ///
    /// # Errors
    /// As [`Db::reading`].
    pub(crate) fn writing(&mut self) -> Result<&mut Conn, StoreError> {
        self.flush(true)?;
        Ok(&mut self.conn)
    }

    /// The connection for a query that what is held back can't change.
    pub(crate) fn unaffected(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// What the write transaction remembers and holds back.
    pub(crate) fn work(&mut self) -> Option<&mut Work> {
        self.work.as_mut()
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
                Savepoints::commit_transaction(&mut self.conn)?;
            }
        }
        Ok(())
    }

    /// Undoes a part, and parts in it that a panic left open.
    pub(crate) fn undo(&mut self, depth: usize) -> Result<(), StoreError> {
        while let Some(reached) = self.work.as_mut().and_then(|work| work.undo(depth)) {
            if reached {
                Savepoints::rollback_transaction(&mut self.conn)?;
            }
        }
        Ok(())
    }

    /// Brings what is held back to the database, each part's behind its own savepoint; with `to_write` all open
    /// parts get theirs, because a statement follows.
    fn flush(&mut self, to_write: bool) -> Result<(), StoreError> {
        let Some(work) = &mut self.work else { return Ok(()) };
        let parts = work.depth();
        let needed = match to_write {
            true => parts,
            false => work.deepest_held_back(),
        };
        for depth in 0..needed {
            if work.reach(depth) {
                Savepoints::begin_transaction(&mut self.conn)?;
            }
            let held_back = work.take(depth);
            if held_back.is_empty() {
                continue;
            }
            if let Err(error) = flush::write(&mut self.conn, held_back) {
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
