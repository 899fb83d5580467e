//! The ceiling for writes: the rows and indexes that a pushed worklog entry becomes, written by prepared
//! statements and committed in groups at `synchronous=FULL`, with no server, no merge and no check.
use anyhow::Result;
use onsite_store::{Address, migrate};
use rusqlite::Connection;
use std::path::Path;
use std::time::Instant;
use uuid::Uuid;

/// A worklog entry's body, its stamps and its receipt as the server writes them: only their length matters.
const BODY: usize = 330;
const STAMPS: usize = 150;
const RECEIPT: usize = 110;

/// Operations a second, over `groups` commits of `size` operations each.
pub(super) fn commits(path: &Path, groups: usize, size: usize) -> Result<f64> {
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
    migrate(&Address::Sqlite(path.to_owned()))?;
    let mut db = Connection::open(path)?;
    // Foreign keys are checked by the server; their rows are left out here, in favour of the ceiling.
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;")?;
    let (body, stamps, receipt) = ("b".repeat(BODY), "s".repeat(STAMPS), "r".repeat(RECEIPT));
    let stream = Uuid::from_u128(1);
    let start = Instant::now();
    let mut n: i64 = 0;
    for _ in 0..groups {
        let tx = db.transaction()?;
        {
            let mut rows =
                tx.prepare_cached("INSERT INTO rows VALUES (?1, 'worklog_entry', ?2, ?3, ?4, ?5, ?6, 0)")?;
            let mut entries =
                tx.prepare_cached("INSERT INTO worklog_entries VALUES (?1, NULL, ?2, ?3, ?4)")?;
            let mut history =
                tx.prepare_cached("INSERT INTO history VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, ?7, ?7)")?;
            let mut operations =
                tx.prepare_cached("INSERT INTO operations VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
            let mut streams = tx.prepare_cached("UPDATE streams SET last_n = ?1 WHERE id = ?2")?;
            for _ in 0..size {
                n += 1;
                let id = Uuid::from_u128((n as u128) << 64 | 7);
                let (id, of) = (id.as_bytes().as_slice(), stream.as_bytes().as_slice());
                rows.execute((
                    id,
                    "site:01234567-89ab-cdef-0123-456789abcdef",
                    of,
                    n,
                    &body,
                    &stamps,
                ))?;
                entries.execute((id, of, of, n))?;
                history.execute((n, id, id, of, of, &body, n))?;
                operations.execute((of, n, id, &body[..64], &receipt, n))?;
                streams.execute((n, of))?;
            }
        }
        tx.execute("UPDATE sync_clock SET version = ?1", [n])?;
        tx.commit()?;
    }
    Ok((groups * size) as f64 / start.elapsed().as_secs_f64())
}
