//! Databases for tests: each test has one of its own, migrated, and gone when the test is over.
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use onsite_store::{Address, Store, migrate};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// URL of a superuser's database of the PostgreSQL in which tests make their own.
pub const POSTGRES_VARIABLE: &str = "ONSITE_TEST_POSTGRES";

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A database of one test.
#[derive(Debug)]
pub struct Database {
    address: Address,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// Removed with what it holds when dropped.
    Folder {
        _folder: TempDir,
    },
    Cluster {
        superuser: String,
        name: String,
    },
}

impl Database {
    /// Makes an empty database with the present schema. `None` where there is no PostgreSQL to make it in: that
    /// is said, and allowed only outside continuous integration.
    pub fn create(kind: Kind) -> Option<Database> {
        let database = match kind {
            Kind::Sqlite => Database::in_folder(),
            Kind::Postgres => Database::in_cluster(superuser()?),
        };
        migrate(&database.address).expect("the migrations run");
        Some(database)
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
    pub fn open(&self) -> Store {
        Store::open(self.address.clone()).expect("the database opens")
    }

    fn in_folder() -> Database {
        let folder = TempDir::new().expect("a temporary folder");
        Database {
            address: Address::Sqlite(folder.path().join("onsite.db")),
            place: Place::Folder { _folder: folder },
        }
    }

    fn in_cluster(superuser: String) -> Database {
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
        Database {
            address: Address::Postgres(with_database(&superuser, &name)),
            place: Place::Cluster { superuser, name },
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Place::Cluster { superuser, name } = &self.place {
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
