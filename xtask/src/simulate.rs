//! The simulation at any size: release build, and a PostgreSQL of its own where it is asked for.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{self, cargo};
use crate::postgres::{self, Durability, Postgres};
use crate::{paths, setup};

/// Builds the simulation and runs it with these options.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let known = ["--phone-days", "--runs", "--seed", "--db", "--nodes"];
    if options.is_empty()
        || !options
            .chunks(2)
            .all(|pair| pair.len() == 2 && known.contains(&pair[0]))
    {
        bail!("simulate takes --phone-days N or --runs N, --seed S, --db sqlite|postgres and --nodes N");
    }
    setup::ensure(&[&setup::LIBPQ])?;
    println!("building with optimisation; the first time takes several minutes");
    command::run(&mut cargo([
        "build",
        "--release",
        "--package",
        "onsite-tests",
        "--bin",
        "simulate",
    ]))?;
    let mut simulate = Command::new(paths::target()?.join("release/simulate"));
    simulate.args(options).current_dir(paths::root());
    let postgres = match options.contains(&"postgres") {
        true => {
            setup::ensure(&[&setup::POSTGRESQL])?;
            Some(Postgres::start(Durability::Relaxed)?)
        }
        false => None,
    };
    if let Some(postgres) = &postgres {
        simulate.env(postgres::URL_VARIABLE, postgres.url());
    }
    command::run(&mut simulate)
}
