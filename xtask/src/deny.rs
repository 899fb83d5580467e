//! cargo-deny, which checks deny.toml: finding one that works with this Rust, installing one when there is none.
//!
//! It is compiled from crates.io without optimisation: 100 seconds of one core, once, and two seconds for each check.
//! An optimised one would save a second of these and take several times as long to make.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{command, paths};

/// The release that is installed when none is found.
const VERSION: &str = "0.20.2";

/// Older releases stumble over the package ids that cargo prints since 1.77, or over fields of our deny.toml.
const OLDEST: (u32, u32) = (0, 18);

/// Checks bans, licences and sources of all dependencies.
pub(crate) fn check() -> Result<()> {
    let program = find().context("cargo-deny is missing: run `cargo xtask setup`")?;
    let mut check = Command::new(program);
    check.args(["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    command::run(check.current_dir(paths::root()))
}

/// Makes sure that a cargo-deny is there.
pub(crate) fn ensure() -> Result<()> {
    if find().is_some() {
        return Ok(());
    }
    println!("compiling cargo-deny {VERSION} for this checkout, once; it takes a minute or two");
    install()?;
    if find().is_none() {
        bail!("cargo-deny was installed but does not run: try `cargo install cargo-deny --locked` by hand");
    }
    Ok(())
}

/// A cargo-deny that is new enough: the developer's own, else the one installed here.
fn find() -> Option<PathBuf> {
    let installed = paths::tools().ok()?.join("bin/cargo-deny");
    command::in_path("cargo-deny")
        .into_iter()
        .chain([installed])
        .find(|program| {
            let version = command::output(Command::new(program).arg("--version"));
            version.is_ok_and(|version| major_minor(&version).is_some_and(|found| found >= OLDEST))
        })
}

/// The first two numbers of what `cargo-deny --version` prints, such as `cargo-deny 0.20.2`.
fn major_minor(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim().strip_prefix("cargo-deny ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn install() -> Result<()> {
    let tools = paths::tools()?;
    let build = tools.join("build");
    let mut install = command::cargo([
        "install",
        "cargo-deny",
        "--locked",
        "--debug",
        "--version",
        VERSION,
    ]);
    install
        .arg("--root")
        .arg(&tools)
        .arg("--target-dir")
        .arg(&build)
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    command::run(&mut install).context("cannot install cargo-deny; check that crates.io can be reached")?;
    fs::remove_dir_all(&build).with_context(|| format!("cannot remove {}", build.display()))
}
