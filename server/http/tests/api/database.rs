//! An empty, migrated database for each test: a SQLite file, and one in the PostgreSQL that the environment names.
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use onsite_model::{clock, ids};
use onsite_store::Address;
use tempfile::TempDir;

/// URL of a PostgreSQL database whose user may create others.
const POSTGRES: &str = "ONSITE_TEST_POSTGRES";

/// A database, gone when it is dropped.
pub(crate) struct Database {
    pub(crate) address: Address,
    /// Also where the server keeps its files.
    pub(crate) folder: TempDir,
    cluster: Option<(String, String)>,
}

impl Database {
    /// One of every kind there is to test on.
    ///
    /// # Panics
    /// In continuous integration, if that is SQLite alone.
    pub(crate) fn each() -> Vec<Database> {
        let mut all = vec![Database::sqlite()];
        match std::env::var(POSTGRES) {
            Ok(server) => all.push(Database::postgres(&server)),
            Err(_) if std::env::var_os("CI").is_some() => {
                panic!("{POSTGRES} is not set, so PostgreSQL would go untested: run cargo xtask test")
            }
            Err(_) => eprintln!("{POSTGRES} is not set: tested on SQLite alone"),
        }
        all
    }

    pub(crate) fn sqlite() -> Database {
        let folder = TempDir::new().unwrap();
        let address = Address::Sqlite(folder.path().join("onsite.db"));
        Database {
            address,
            folder,
            cluster: None,
        }
    }

    fn postgres(server: &str) -> Database {
        let name = format!("api_{}", ids::new_id(clock::system()()).simple());
        execute(
            server,
            &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"),
        );
        let (address, parameters) = server.split_once('?').unwrap_or((server, ""));
        let (host, _) = address.rsplit_once('/').expect("postgres://…/database");
        Database {
            address: Address::Postgres(format!("{host}/{name}?{parameters}")),
            folder: TempDir::new().unwrap(),
            cluster: Some((server.to_owned(), name)),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.cluster {
            // The threads of the store just dropped may still hold connections.
            execute(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn execute(server: &str, sql: &str) {
    let mut connection = PgConnection::establish(server).expect("PostgreSQL answers");
    connection
        .batch_execute(sql)
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}
