//! Databases for tests, of every crate: each test has one of its own, and it is gone when the test is over.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use crate::db::Db;
use crate::dialect::{At, Id, on};
use crate::history::{self, Entry};
use crate::schema::{grants, history as entries, rows};
use crate::store::Clock;
use crate::{Address, Store, StoreError, backups, feed, migrate};
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use uuid::Uuid;

/// Names the URL of a database in the PostgreSQL that tests make their own in; its user may create others.
pub const POSTGRES_VARIABLE: &str = "ONSITE_TEST_POSTGRES";

/// PostgreSQL's own empty database.
const EMPTY: &str = "template0";

const MARKED: &str = "UPDATE sync_clock SET copied = TRUE";
const UNMARKED: &str = "UPDATE sync_clock SET copied = FALSE";

/// A number no other database or file of this process has in its name.
fn next_number() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

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

/// A database in a PostgreSQL; it goes with this value.
#[derive(Debug)]
pub struct Cluster {
    superuser: String,
    name: String,
}

impl Cluster {
    fn new(superuser: String, template: &str) -> Cluster {
        let name = format!("onsite_test_{}_{}", std::process::id(), next_number());
        let mut connection = connect(&superuser);
        // A test program that was killed may have left one of this name.
        drop_database(&mut connection, &name);
        if template == EMPTY {
            run(
                &mut connection,
                &format!("CREATE DATABASE {name} TEMPLATE {EMPTY} ENCODING 'UTF8'"),
            );
        } else {
            run(
                &mut connection,
                &format!("ALTER DATABASE {template} ALLOW_CONNECTIONS false"),
            );
            let ready = empty(&mut connection, template);
            assert!(ready, "{template} is still in use");
            run(
                &mut connection,
                &format!("CREATE DATABASE {name} TEMPLATE {template}"),
            );
            run(
                &mut connection,
                &format!("ALTER DATABASE {template} ALLOW_CONNECTIONS true"),
            );
        }
        Cluster { superuser, name }
    }

    fn copied(&self) -> Cluster {
        Cluster::new(self.superuser.clone(), &self.name)
    }
}

/// A copy of a database, to set it back to.
#[derive(Debug)]
pub enum Backup {
    File(PathBuf),
    Cluster(Cluster),
}

/// What has been written since a version, in one snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    pub clock: Clock,
    /// Each with the name of its row's entity.
    pub entries: Vec<(Entry, String)>,
    /// Where rows stand that were written or moved, and since their newest version.
    pub places: Vec<(Uuid, u64, String)>,
    pub grants: Vec<Granted>,
}

type GrantColumns = (Id, String, i64, Option<i64>, Option<At>);

/// A bucket that was given to a user, or taken from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    pub user: Uuid,
    pub bucket: String,
    pub since: u64,
    pub until: Option<(u64, DateTime<Utc>)>,
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
            Kind::Postgres => Scratch::in_cluster(superuser()?, EMPTY, folder),
        };
        migrate(&scratch.address).expect("the migrations run");
        Some(scratch)
    }

    /// A copy, in memory where the system has a file system for that: for those who need thousands. Nobody may have
    /// the original open.
    ///
    /// # Panics
    /// It can't be copied.
    pub fn copy(&self) -> Scratch {
        let memory = Path::new("/dev/shm");
        let folder = match memory.is_dir() {
            true => TempDir::new_in(memory),
            false => TempDir::new(),
        }
        .expect("a temporary folder");
        match (&self.address, &self.cluster) {
            (Address::Postgres(_), Some(own)) => {
                Scratch::in_cluster(own.superuser.clone(), &own.name, folder)
            }
            (Address::Sqlite(file), _) => {
                let copy = folder.path().join("onsite.db");
                backups::copy_sqlite(file, &copy, DateTime::UNIX_EPOCH).expect("the file can be copied");
                sqlite(&copy, UNMARKED);
                Scratch {
                    address: Address::Sqlite(copy),
                    folder,
                    cluster: None,
                }
            }
            (Address::Postgres(_), None) => unreachable!("every PostgreSQL is made in a cluster"),
        }
    }

    /// Keeps a copy of the database as it is, for [`Scratch::put_back`]. With `marked` it knows that it is a copy, as
    /// those made by the backup command do. Connections to PostgreSQL are cut.
    ///
    /// # Panics
    /// It can't be copied.
    pub fn back_up(&self, marked: bool) -> Backup {
        match (&self.address, &self.cluster) {
            (Address::Postgres(_), Some(own)) => {
                let copy = own.copied();
                if marked {
                    execute(&with_database(&copy.superuser, &copy.name), MARKED);
                }
                Backup::Cluster(copy)
            }
            (Address::Sqlite(file), _) => {
                let copy = self.folder.path().join(format!("{}.db", next_number()));
                backups::copy_sqlite(file, &copy, DateTime::UNIX_EPOCH).expect("the file can be copied");
                if !marked {
                    sqlite(&copy, UNMARKED);
                }
                Backup::File(copy)
            }
            (Address::Postgres(_), None) => unreachable!("every PostgreSQL is made in a cluster"),
        }
    }

    /// Goes on from a copy; what was opened before stays with what is given up. The copy can be used again.
    ///
    /// # Panics
    /// It can't be put back.
    pub fn put_back(&mut self, backup: &Backup) {
        match backup {
            Backup::Cluster(copy) => {
                let own = copy.copied();
                self.address = Address::Postgres(with_database(&own.superuser, &own.name));
                self.cluster = Some(own);
            }
            Backup::File(copy) => {
                let own = self.folder.path().join(format!("{}.db", next_number()));
                std::fs::copy(copy, &own).expect("the copy can be put back");
                self.address = Address::Sqlite(own);
            }
        }
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

    fn in_cluster(superuser: String, template: &str, folder: TempDir) -> Scratch {
        let cluster = Cluster::new(superuser, template);
        Scratch {
            address: Address::Postgres(with_database(&cluster.superuser, &cluster.name)),
            folder,
            cluster: Some(cluster),
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

    /// The same with one reader, for whom reads one after the other: connections to PostgreSQL are slow while they are
    /// new.
    ///
    /// # Panics
    /// It can't be opened.
    pub fn open_small(&self) -> Store {
        Store::with_readers(self.address.clone(), 1).expect("the database opens")
    }

    /// Runs SQL on it by a connection that is none of the store's: what a test breaks on purpose.
    ///
    /// # Panics
    /// The SQL fails.
    pub fn execute(&self, sql: &str) {
        match &self.address {
            Address::Postgres(url) => execute(url, sql),
            Address::Sqlite(path) => sqlite(path, sql),
        }
    }
}

impl Db {
    /// Runs a statement on this very connection.
    ///
    /// # Errors
    /// The database refuses it.
    pub fn run(&mut self, sql: &str) -> Result<usize, StoreError> {
        Ok(on!(self.unaffected()?, |c| diesel::sql_query(sql).execute(c))?)
    }

    /// Everything written after a version.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn news(&mut self, after: u64) -> Result<News, StoreError> {
        let clock = feed::clock(self)?;
        let after = after as i64;
        let told: Vec<(history::Columns, String)> = entries::table
            .inner_join(rows::table.on(rows::id.eq(entries::row_id)))
            .filter(entries::version.gt(after))
            .order(entries::version)
            .select((entries::all_columns, rows::entity))
            .load(self.reading()?)?;
        let places: Vec<(Id, i64, String)> = rows::table
            .filter(rows::version.gt(after))
            .order(rows::version)
            .select((rows::id, rows::version, rows::bucket))
            .load(self.reading()?)?;
        let given: Vec<GrantColumns> = grants::table
            .filter(grants::from_version.gt(after).or(grants::until_version.gt(after)))
            .order(grants::from_version)
            .load(self.reading()?)?;
        let told = told
            .into_iter()
            .map(|(columns, entity)| Ok((history::from_columns(columns)?, entity)));
        let given = given
            .into_iter()
            .map(|(Id(user), bucket, since, until, ended)| Granted {
                user,
                bucket,
                since: since as u64,
                until: until.zip(ended).map(|(until, At(ended))| (until as u64, ended)),
            });
        Ok(News {
            clock,
            entries: told.collect::<Result<_, StoreError>>()?,
            places: places
                .into_iter()
                .map(|(Id(id), version, bucket)| (id, version as u64, bucket))
                .collect(),
            grants: given.collect(),
        })
    }

    /// The one value, a text called `value`, that a query on this very connection gives.
    ///
    /// # Errors
    /// The database refuses it, or gives none.
    pub fn ask(&mut self, sql: &str) -> Result<String, StoreError> {
        let word: Word = on!(self.unaffected()?, |c| diesel::sql_query(sql).get_result(c))?;
        Ok(word.value)
    }
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop_database(&mut connect(&self.superuser), &self.name);
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

fn sqlite(file: &Path, sql: &str) {
    SqliteConnection::establish(&file.to_string_lossy())
        .expect("the file opens")
        .batch_execute(sql)
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn execute(url: &str, sql: &str) {
    run(&mut connect(url), sql);
}

fn connect(url: &str) -> PgConnection {
    let mut connection = PgConnection::establish(url).expect("PostgreSQL answers");
    run(&mut connection, "SET client_min_messages = warning");
    connection
}

fn run(connection: &mut PgConnection, sql: &str) {
    connection
        .batch_execute(sql)
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn drop_database(connection: &mut PgConnection, name: &str) {
    empty(connection, name);
    run(
        connection,
        &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
    );
}

/// Cuts all connections to a database: threads of a store just dropped may still hold some. PostgreSQL would look only
/// ten times a second whether they are gone.
fn empty(connection: &mut PgConnection, name: &str) -> bool {
    let cut = format!(
        "SELECT count(pg_terminate_backend(pid))::text AS value FROM pg_stat_activity WHERE datname = '{name}'"
    );
    (0..5_000).any(|_| {
        let left: Word = diesel::sql_query(&cut)
            .get_result(connection)
            .expect("PostgreSQL answers");
        if left.value != "0" {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        left.value == "0"
    })
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
