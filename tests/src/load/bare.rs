//! The ceiling for writes: what phones pushed, written again row by row by prepared statements into the database as it was
//! before, in groups committed at `synchronous=FULL`, with no server, no merge and no check but the database's own.
use anyhow::{Context, Result, ensure};
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, params_from_iter};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What an operation that makes a worklog entry leaves behind: the table, and the query for its rows of the versions after
/// one, in their order. What the server writes once for each push (bucket sums, when the device was seen) is left out.
const LEFT: [(&str, &str); 4] = [
    (
        "rows",
        "SELECT * FROM rows WHERE version > ?1 AND entity = 'worklog_entry' ORDER BY version",
    ),
    (
        "worklog_entries",
        "SELECT own.* FROM rows JOIN worklog_entries own USING (id) WHERE version > ?1 ORDER BY version",
    ),
    (
        "history",
        "SELECT own.* FROM rows JOIN history own USING (version) WHERE version > ?1 AND entity = 'worklog_entry'
         ORDER BY version",
    ),
    (
        "operations",
        "SELECT own.* FROM rows JOIN history USING (version) JOIN operations own USING (operation_id)
         WHERE version > ?1 AND entity = 'worklog_entry' ORDER BY version",
    ),
];

/// Where `operations` have their stream and number.
const STREAM: usize = 0;
const NUMBER: usize = 1;

type Row = Vec<Value>;

/// A database as it was before phones pushed to it.
pub(super) struct Before {
    file: PathBuf,
    version: i64,
}

impl Before {
    /// Copies a database that may be in use.
    pub(super) fn of(database: &Path, file: PathBuf) -> Result<Before> {
        let db = Connection::open(database)?;
        let name = file.to_str().context("the folder's name is no text")?;
        db.execute("VACUUM INTO ?1", [name])?;
        let copy = Connection::open(&file)?;
        let version = copy.query_row("SELECT version FROM sync_clock", [], |row| row.get(0))?;
        Ok(Before { file, version })
    }

    /// Operations a second at which what `database` got since is written to the copy, `size` of them a commit.
    pub(super) fn commits(self, database: &Path, size: usize) -> Result<f64> {
        let left = self.left(database)?;
        let mut db = Connection::open(&self.file)?;
        // As the server opens it.
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32000;
             PRAGMA mmap_size = 268435456;",
        )?;
        let [rows, .., operations] = &left;
        let start = Instant::now();
        let mut at = 0;
        while at < rows.len() {
            let end = rows.len().min(at + size);
            let tx = db.transaction()?;
            {
                let tables = LEFT.iter().zip(&left);
                let statements = tables.map(|((table, _), rows)| insert(&tx, table, rows));
                let mut statements = statements.collect::<Result<Vec<_>>>()?;
                let mut stream = tx.prepare_cached("UPDATE streams SET last_n = ?2 WHERE id = ?1")?;
                for n in at..end {
                    for (statement, table) in statements.iter_mut().zip(&left) {
                        statement.execute(params_from_iter(&table[n]))?;
                    }
                    let (operation, next) = (&operations[n], operations.get(n + 1));
                    if n + 1 == end || next.is_none_or(|next| next[STREAM] != operation[STREAM]) {
                        stream.execute([&operation[STREAM], &operation[NUMBER]])?;
                    }
                }
            }
            tx.execute(
                "UPDATE sync_clock SET version = version + ?1",
                [(end - at) as i64],
            )?;
            tx.commit()?;
            at = end;
        }
        Ok(rows.len() as f64 / start.elapsed().as_secs_f64())
    }

    fn left(&self, database: &Path) -> Result<[Vec<Row>; 4]> {
        let db = Connection::open(database)?;
        let mut left = [const { Vec::new() }; 4];
        for (into, (_, query)) in left.iter_mut().zip(LEFT) {
            let mut query = db.prepare(query)?;
            let columns = query.column_count();
            let found =
                query.query_map([self.version], |row| (0..columns).map(|at| row.get(at)).collect())?;
            *into = found.collect::<rusqlite::Result<_>>()?;
        }
        let count = left[0].len();
        ensure!(
            count > 0 && left.iter().all(|rows| rows.len() == count),
            "the tables do not tell of the same operations: {:?}",
            left.each_ref().map(Vec::len)
        );
        Ok(left)
    }
}

fn insert<'a>(db: &'a Connection, table: &str, rows: &[Row]) -> Result<CachedStatement<'a>> {
    let places = vec!["?"; rows.first().map_or(0, Vec::len)].join(", ");
    Ok(db.prepare_cached(&format!("INSERT INTO {table} VALUES ({places})"))?)
}
