//! A private PostgreSQL for one command: its own cluster in a temporary folder, on loopback, gone when the command ends.
//!
//! The cluster belongs to a second process, the guard, which is this program started again. The guard waits on a pipe
//! whose other end only the command holds, and the system closes that end however the command ends: a return, a panic,
//! Ctrl-C or SIGKILL. The guard has its own process group, so that Ctrl-C in the terminal does not reach it. A cluster
//! whose guard was killed too is found by its released lock and removed by the next one.

mod account;
mod cluster;
mod folder;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

pub(crate) use self::account::is_root;
pub(crate) use self::cluster::{Durability, programs};
use crate::command;

/// The hidden subcommand that runs [`guard`].
pub(crate) const GUARD_COMMAND: &str = "postgres-guard";

/// Names the superuser's URL for test programs; each test makes and drops a database of its own there.
pub(crate) const URL_VARIABLE: &str = "ONSITE_TEST_POSTGRES";

/// A running PostgreSQL; stopped and removed when dropped.
#[derive(Debug)]
pub(crate) struct Postgres {
    url: String,
    guard: Child,
}

impl Postgres {
    /// Makes a cluster and starts it; takes about two seconds.
    pub(crate) fn start(durability: Durability) -> Result<Self> {
        let own = std::env::current_exe().context("cannot tell where xtask itself stands")?;
        let mut command = Command::new(own);
        command.args([GUARD_COMMAND, durability.name()]).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut guard = command
            .spawn()
            .map_err(|error| command::cannot_start(&command, &error))?;

        let mut url = String::new();
        if let Some(stdout) = guard.stdout.take() {
            BufReader::new(stdout)
                .read_line(&mut url)
                .context("lost the guard of PostgreSQL")?;
        }
        let postgres = Self {
            url: url.trim().to_owned(),
            guard,
        };
        if postgres.url.is_empty() {
            bail!("PostgreSQL did not start; the reason stands above");
        }
        Ok(postgres)
    }

    /// `postgres://…/postgres`, as a superuser.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        if let Err(error) = self.guard.wait() {
            eprintln!("cannot wait for PostgreSQL to stop: {error}");
        }
    }
}

/// The guard's whole life: start a cluster, tell its URL, wait until the other end of the pipe is gone, remove it.
pub(crate) fn guard(durability: &str) -> Result<()> {
    let durability = Durability::parse(durability)?;
    cluster::remove_stale();
    let cluster = cluster::Cluster::start(durability)?;
    let mut stdout = std::io::stdout();
    // A failure means that the command is gone already: then there is nothing to wait for.
    if writeln!(stdout, "{}", cluster.url())
        .and_then(|()| stdout.flush())
        .is_ok()
    {
        std::io::copy(&mut std::io::stdin(), &mut std::io::sink())
            .context("cannot wait on standard input")?;
    }
    cluster.remove()
}
