//! Databases for tests, of every crate: each test has one of its own, and it is gone when the test is over.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use crate::db::Db;
use crate::dialect::on;
use crate::{Address, Store, StoreError, migrate};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// Names the URL of a database in the PostgreSQL that tests make their own in; its user may create others.
pub const POSTGRES_VARIABLE: &str = "ONSITE_TEST_POSTGRES";

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A database of one test.
#[derive(Debug)]
pub struct Scratch {
    address: Address,
    /// A folder of the test's own; it holds the SQLite file too.
    pub folder: TempDir,
    cluster: Option<Cluster>,
}

#[derive(Debug)]
struct Cluster {
    superuser: String,
    name: String,
}

impl Scratch {
    /// Makes an empty database with the present schema. `None` where there is no PostgreSQL to make it in: that is
    /// said.
    ///
    /// # Panics
    /// The database can't be made; or, in continuous integration, there is no PostgreSQL.
    pub fn create(kind: Kind) -> Option<Scratch> {
        let folder = TempDir::new().expect("a temporary folder");
        let scratch = match kind {
            Kind::Sqlite => Scratch {
                address: Address::Sqlite(folder.path().join("onsite.db")),
                folder,
                cluster: None,
            },
            Kind::Postgres => Scratch::in_cluster(superuser()?, folder),
        };
        migrate(&scratch.address).expect("the migrations run");
        Some(scratch)
    }

    /// One of every kind there is to test on.
    ///
    /// # Panics
    /// As [`Scratch::create`].
    pub fn each() -> Vec<Scratch> {
        [Kind::Sqlite, Kind::Postgres]
            .into_iter()
            .filter_map(Scratch::create)
            .collect()
    }

    fn in_cluster(superuser: String, folder: TempDir) -> Scratch {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("onsite_test_{}_{number}", std::process::id());
        // A test program that was killed may have left one of this name.
        execute(
            &superuser,
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        );
        execute(
            &superuser,
            &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"),
        );
        Scratch {
            address: Address::Postgres(with_database(&superuser, &name)),
            folder,
            cluster: Some(Cluster { superuser, name }),
        }
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The address as the server's configuration takes it.
    pub fn url(&self) -> String {
        match &self.address {
            Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            Address::Postgres(url) => url.clone(),
        }
    }

    /// Opens it; each store opened stands for a process of its own.
    ///
    /// # Panics
    /// It can't be opened.
    pub fn open(&self) -> Store {
        Store::open(self.address.clone()).expect("the database opens")
    }

    /// Runs SQL on it by a connection that is none of the store's: what a test breaks on purpose.
    ///
    /// # Panics
    /// The SQL fails.
    pub fn execute(&self, sql: &str) {
        match &self.address {
            Address::Postgres(url) => execute(url, sql),
            Address::Sqlite(path) => SqliteConnection::establish(&path.to_string_lossy())
                .expect("the file opens")
                .batch_execute(sql)
                .unwrap_or_else(|error| panic!("{sql}: {error}")),
        }
    }
}

impl Db {
    /// Runs a statement on this very connection.
    ///
    /// # Errors
    /// The database refuses it.
    pub fn run(&mut self, sql: &str) -> Result<usize, StoreError> {
        Ok(on!(self.unaffected(), |c| diesel::sql_query(sql).execute(c))?)
    }

    /// The one value, a text called `value`, that a query on this very connection gives.
    ///
    /// # Errors
    /// The database refuses it, or gives none.
    pub fn ask(&mut self, sql: &str) -> Result<String, StoreError> {
        let word: Word = on!(self.unaffected(), |c| diesel::sql_query(sql).get_result(c))?;
        Ok(word.value)
    }
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(Cluster { superuser, name }) = &self.cluster {
            // FORCE: the threads of a store just dropped may still hold connections.
            execute(superuser, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn superuser() -> Option<String> {
    match std::env::var(POSTGRES_VARIABLE) {
        Ok(url) => Some(url),
        Err(_) if std::env::var_os("CI").is_some() => {
            panic!("{POSTGRES_VARIABLE} is not set; continuous integration must test PostgreSQL too")
        }
        Err(_) => {
            eprintln!("skipped: {POSTGRES_VARIABLE} is not set, so there is no PostgreSQL to test on");
            None
        }
    }
}

fn execute(url: &str, sql: &str) {
    let mut connection = PgConnection::establish(url).expect("PostgreSQL answers");
    connection
        .batch_execute("SET client_min_messages = warning")
        .and_then(|()| connection.batch_execute(sql))
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The URL with another database in it: what stands between the host and the parameters.
fn with_database(url: &str, name: &str) -> String {
    let (address, parameters) = match url.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (url, String::new()),
    };
    let host_ends = address
        .find("://")
        .and_then(|scheme| address[scheme + 3..].find('/').map(|slash| scheme + 3 + slash))
        .unwrap_or(address.len());
    format!("{}/{name}{parameters}", &address[..host_ends])
}
