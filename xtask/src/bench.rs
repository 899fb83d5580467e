//! The load figures of docs/performance.md: release build, and PostgreSQL as durable as in production.

use std::process::Command;

use anyhow::Result;

use crate::command::{self, cargo};
use crate::postgres::{self, Durability, Postgres};
use crate::{paths, setup};

/// Builds the bench and runs it with a PostgreSQL of its own.
pub(crate) fn run(passed_on: &[&str]) -> Result<()> {
    setup::ensure(&[&setup::LIBPQ, &setup::POSTGRESQL, &setup::CHROMIUM])?;
    setup::node_packages(&[setup::BROWSER, setup::WEB])?;
    println!("building with optimisation; the first time takes several minutes");
    let mut build = cargo(["build", "--release"]);
    build.args([
        "--package",
        "onsite",
        "--bin",
        "onsite",
        "--package",
        "onsite-tests",
        "--bin",
        "bench",
    ]);
    command::run(&mut build)?;

    let postgres = Postgres::start(Durability::Full)?;
    let mut bench = Command::new(paths::target()?.join("release/bench"));
    bench
        .args(passed_on)
        .current_dir(paths::root())
        .env(postgres::URL_VARIABLE, postgres.url());
    command::run(&mut bench)
}
