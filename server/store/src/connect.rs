//! Opening databases: addresses, connection settings, migrations.
use crate::dialect::{Conn, on};
use crate::error::StoreError;
use crate::housekeeper::WRITERS_PAGES;
use crate::projections;
use crate::sums;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::path::{Path, PathBuf};
use std::str::FromStr;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// The advisory lock under which PostgreSQL is migrated: "onsite" in ASCII.
const MIGRATING: i64 = 0x6f6e_7369_7465;

/// How long a SQLite connection waits for another process's lock, in milliseconds.
const BUSY_TIMEOUT_MILLIS: u32 = 5000;

/// Where a database is: `sqlite:PATH` or `postgres://…`.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

impl std::fmt::Debug for Address {
    /// Without the password an address can hold.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Address::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Address::Postgres(url) => {
                let rest = url.rsplit_once('@').map_or(url.as_str(), |(_, host)| host);
                write!(f, "postgres://…@{rest}")
            }
        }
    }
}

impl FromStr for Address {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            if path.is_empty() {
                return Err(StoreError::Check("sqlite: needs the path of a file".to_owned()));
            }
            return Ok(Address::Sqlite(Path::new(path).to_owned()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Address::Postgres(text.to_owned()));
        }
        Err(StoreError::Check(
            "a database address starts with sqlite: or postgres://".to_owned(),
        ))
    }
}

impl Address {
    /// Opens a connection with the settings every connection has.
    pub(crate) fn connect(&self) -> Result<Conn, StoreError> {
        let gone = |error: diesel::ConnectionError| StoreError::Unavailable(error.to_string());
        match self {
            Address::Sqlite(path) => {
                let mut c = SqliteConnection::establish(&path.to_string_lossy()).map_err(gone)?;
                // FULL: acknowledged means on disk. WAL: readers see snapshots while the writer writes.
                c.batch_execute(&format!(
                    "PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLIS};
                     PRAGMA journal_mode = WAL;
                     PRAGMA synchronous = FULL;
                     PRAGMA foreign_keys = ON;
                     PRAGMA temp_store = MEMORY;
                     PRAGMA cache_size = -32000;
                     PRAGMA wal_autocheckpoint = {WRITERS_PAGES};
                     PRAGMA mmap_size = 268435456;
                     PRAGMA trusted_schema = OFF;"
                ))?;
                Ok(Conn::Sqlite(c))
            }
            Address::Postgres(url) => {
                let mut c = PgConnection::establish(url).map_err(gone)?;
                c.batch_execute("SET TIME ZONE 'UTC'; SET client_min_messages = warning;")?;
                Ok(Conn::Pg(c))
            }
        }
    }
}

/// A migration's version.
pub type Migration = String;

/// Brings the database to the present schema.
///
/// # Errors
/// The database can't be opened, or a migration failed; it is then as it was before that one.
pub fn migrate(address: &Address) -> Result<Vec<Migration>, StoreError> {
    let mut db = address.connect()?;
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Unavailable(error.to_string());
    let done = match &mut db {
        Conn::Sqlite(c) => names(&c.run_pending_migrations(SQLITE).map_err(failed)?),
        Conn::Pg(c) => {
            // Several servers may start at the same time; the lock ends with this connection.
            c.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATING})"))?;
            names(&c.run_pending_migrations(POSTGRES).map_err(failed)?)
        }
    };
    sums::begin(&mut db)?;
    projections::renew(&mut db)?;
    Ok(done)
}

/// Counts the sums of all buckets anew.
///
/// # Errors
/// The database is gone.
pub fn recount_sums(address: &Address) -> Result<(), StoreError> {
    sums::recount(&mut address.connect()?)
}

/// The migrations this binary has that the database has not.
///
/// # Errors
/// The database can't be read.
pub fn pending_migrations(address: &Address) -> Result<Vec<Migration>, StoreError> {
    let mut db = address.connect()?;
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Unavailable(error.to_string());
    let pending = match &mut db {
        Conn::Sqlite(c) => c
            .pending_migrations(SQLITE)
            .map_err(failed)?
            .iter()
            .map(|m| m.name().version().to_string())
            .collect(),
        Conn::Pg(c) => c
            .pending_migrations(POSTGRES)
            .map_err(failed)?
            .iter()
            .map(|m| m.name().version().to_string())
            .collect(),
    };
    Ok(pending)
}

fn names(done: &[diesel::migration::MigrationVersion<'_>]) -> Vec<Migration> {
    done.iter().map(ToString::to_string).collect()
}

#[derive(QueryableByName)]
struct OneText {
    #[diesel(sql_type = Text)]
    value: String,
}

/// The version of the SQLite in this binary.
///
/// # Errors
/// An in-memory database can't be opened.
pub fn sqlite_version() -> Result<String, StoreError> {
    let mut c =
        SqliteConnection::establish(":memory:").map_err(|e| StoreError::Unavailable(e.to_string()))?;
    let row: OneText = diesel::sql_query("SELECT sqlite_version() AS value").get_result(&mut c)?;
    Ok(row.value)
}

/// The tables of a migrated database with their columns, as `table.column`, sorted: what the schema is checked
/// against.
///
/// # Errors
/// The database can't be read.
pub fn table_columns(address: &Address) -> Result<Vec<String>, StoreError> {
    let mut db = address.connect()?;
    let sql = match &db {
        Conn::Sqlite(_) => {
            "SELECT m.name || '.' || c.name AS value FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> '__diesel_schema_migrations'"
        }
        Conn::Pg(_) => {
            "SELECT table_name || '.' || column_name AS value FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name <> '__diesel_schema_migrations'"
        }
    };
    let rows: Vec<OneText> = on!(&mut db, |c| diesel::sql_query(sql).load(c))?;
    let mut columns: Vec<String> = rows.into_iter().map(|row| row.value).collect();
    columns.sort();
    Ok(columns)
}
