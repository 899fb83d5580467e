//! A server with the demo, in a folder and on a database of its own.
use super::stock::Stock;
use crate::live::Server;
use crate::{Database, Kind};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

pub(super) struct Demo {
    pub(super) server: Server,
    data: PathBuf,
    /// Where it is not a file in the folder.
    database: Option<Database>,
}

impl Demo {
    pub(super) fn start(data: &Path, kind: Kind) -> Result<Demo> {
        std::fs::create_dir_all(data)?;
        let database = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(Database::create(kind).context("no PostgreSQL to measure")?),
        };
        let (path, address) = (data.to_string_lossy(), database.as_ref().map(Database::url));
        let mut arguments = vec!["demo", "--dir", &path];
        arguments.extend(address.iter().flat_map(|address| ["--database", address]));
        Ok(Demo {
            server: Server::start(&arguments, &[("RUST_LOG", "warn")], &data.join("server.log"))?,
            data: data.to_owned(),
            database,
        })
    }

    /// Its database file, on SQLite.
    pub(super) fn file(&self) -> PathBuf {
        self.data.join("onsite.db")
    }

    /// A way into its database beside it.
    pub(super) fn stock(&self) -> Result<Stock> {
        let own = || format!("sqlite:{}", self.file().display());
        Stock::open(&self.database.as_ref().map_or_else(own, Database::url))
    }
}
