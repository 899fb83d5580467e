//! What the build and the tests need of the machine: found, else installed as root on Debian, else named with its remedy.
//!
//! A C compiler is not in the list: Rust links with it, so without one xtask itself would not exist.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{command, deny, paths, postgres};

/// A part of the machine that a package manager provides.
#[derive(Debug)]
pub(crate) struct Part {
    name: &'static str,
    purpose: &'static str,
    debian: &'static str,
    elsewhere: &'static str,
    present: fn() -> bool,
}

pub(crate) const LIBPQ: Part = Part {
    name: "the client library of PostgreSQL, with what linking needs",
    purpose: "to build `onsite`, which speaks to both databases",
    debian: "libpq-dev",
    elsewhere: "install libpq and put its `pg_config` into PATH",
    present: libpq_is_present,
};
pub(crate) const POSTGRESQL: Part = Part {
    name: "the PostgreSQL server programs (initdb, pg_ctl, postgres)",
    purpose: "every store and sync test runs on both databases",
    debian: "postgresql",
    elsewhere: "install PostgreSQL 14 or newer and put `initdb` into PATH; no server of it needs to run",
    present: || postgres::programs().is_ok(),
};
const PYTHON: Part = Part {
    name: "Python 3 with venv and pip",
    purpose: "tests of the file storage run on an S3 server from PyPI",
    debian: "python3-venv",
    elsewhere: "install Python 3.10 or newer",
    present: || command::output(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_ok(),
};
pub(crate) const POPPLER: Part = Part {
    name: "poppler's pdftotext and pdftoppm",
    purpose: "tests read the PDF files back",
    debian: "poppler-utils",
    elsewhere: "install poppler",
    present: || command::in_path("pdftotext").is_some() && command::in_path("pdftoppm").is_some(),
};
pub(crate) const CHROMIUM: Part = Part {
    name: "Chromium",
    purpose: "tests play the web app in a real browser",
    debian: "chromium",
    elsewhere: "install Chromium or Chrome and put it into PATH, or name its program in ONSITE_CHROMIUM",
    present: chromium_is_present,
};
/// The S3 server that tests start, at the releases they were written with. The rest of what it needs follows from it.
const S3_SERVER: [&str; 3] = ["moto[s3]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"];

const OLDEST_NODE: u32 = 20;

/// npm packages of the repository, each with its own lock file. The build installs those of the web app in a place of
/// its own; here they are for its compiler and its unit tests.
pub(crate) const SMTP_SINK: &str = "tests/smtp-sink";
pub(crate) const BROWSER: &str = "tests/browser";
pub(crate) const WEB: &str = "web";

/// All that `cargo xtask test` needs.
pub(crate) fn everything() -> Result<()> {
    rust_components()?;
    ensure(&[&LIBPQ, &POSTGRESQL, &POPPLER, &PYTHON, &CHROMIUM])?;
    node_packages(&[SMTP_SINK, BROWSER, WEB])?;
    s3_server()?;
    deny::ensure()
}

/// Formatting and clippy are components of Rust that a minimal installation leaves out.
fn rust_components() -> Result<()> {
    for component in ["fmt", "clippy"] {
        command::output(&mut command::cargo([component, "--version"]))
            .context("a component of Rust is missing: run `rustup component add rustfmt clippy`")?;
    }
    Ok(())
}

/// Makes sure that parts are there, or fails with one message that names all missing ones and the remedy.
pub(crate) fn ensure(parts: &[&Part]) -> Result<()> {
    let missing = missing_of(parts);
    if missing.is_empty() {
        return Ok(());
    }
    if !can_install() {
        bail!(remedy(&missing));
    }
    let packages: Vec<&str> = missing.iter().map(|part| part.debian).collect();
    println!("installing with apt-get: {}", packages.join(" "));
    apt_get(&["update"])?;
    apt_get(
        &[
            &["install", "--yes", "--no-install-recommends"],
            packages.as_slice(),
        ]
        .concat(),
    )?;
    let missing = missing_of(parts);
    if !missing.is_empty() {
        bail!("still missing after the installation:\n{}", remedy(&missing));
    }
    Ok(())
}

fn missing_of<'a>(parts: &[&'a Part]) -> Vec<&'a Part> {
    parts.iter().copied().filter(|part| !(part.present)()).collect()
}

fn remedy(missing: &[&Part]) -> String {
    let mut text = String::from("this machine lacks\n");
    for part in missing {
        text += &format!("  - {} ({}): {}\n", part.name, part.purpose, part.elsewhere);
    }
    let packages: Vec<&str> = missing.iter().map(|part| part.debian).collect();
    text + &format!(
        "On Debian and Ubuntu: sudo apt-get install {}",
        packages.join(" ")
    )
}

/// Whether missing Debian packages can be installed without asking anybody.
fn can_install() -> bool {
    Path::new("/etc/debian_version").exists()
        && command::in_path("apt-get").is_some()
        && postgres::is_root().unwrap_or(false)
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut apt_get = Command::new("apt-get");
    apt_get
        .args(["--quiet", "--option", "DPkg::Lock::Timeout=300"])
        .args(arguments);
    command::run(apt_get.env("DEBIAN_FRONTEND", "noninteractive"))
        .context("cannot install Debian packages; check the network and /etc/apt")
}

/// The linker looks for libpq where `pg_config` says, or where PQ_LIB_DIR says.
fn libpq_is_present() -> bool {
    let folder = std::env::var("PQ_LIB_DIR")
        .or_else(|_| command::output(Command::new("pg_config").arg("--libdir")))
        .unwrap_or_default();
    let folder = Path::new(folder.trim());
    ["libpq.so", "libpq.dylib", "libpq.a"]
        .iter()
        .any(|name| folder.join(name).exists())
}

/// An environment of its own for the S3 server, in the target folder, where `onsite_files::scratch` looks for it.
fn s3_server() -> Result<()> {
    let folder = paths::tools()?.join("s3");
    let installed = folder.join("installed.txt");
    let wanted = S3_SERVER.join("\n");
    if fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    println!("installing the S3 server of the tests from PyPI");
    command::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"])
        .args(S3_SERVER);
    command::run(&mut pip).context("cannot install the S3 server; check that PyPI can be reached")?;
    // Written last, so that an interrupted installation is not taken for a whole one.
    fs::write(&installed, wanted).with_context(|| format!("cannot write {}", installed.display()))
}

/// The programs that `tests/src/live/browser.rs` looks for.
fn chromium_is_present() -> bool {
    let programs = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    std::env::var_os("ONSITE_CHROMIUM").is_some()
        || programs.iter().any(|program| command::in_path(program).is_some())
}

/// Node, npm and what these npm packages of the repository need.
pub(crate) fn node_packages(packages: &[&str]) -> Result<()> {
    let remedy = format!("Node {OLDEST_NODE} or newer, with npm, is needed: see https://nodejs.org");
    let version = command::output(Command::new("node").arg("--version")).with_context(|| remedy.clone())?;
    if node_major(&version).is_none_or(|major| major < OLDEST_NODE) {
        bail!("{remedy}; found {}", version.trim());
    }
    command::output(Command::new("npm").arg("--version")).context(remedy)?;
    for package in packages {
        npm_ci(&paths::root().join(package))?;
    }
    Ok(())
}

/// The major number of what `node --version` prints, such as `v20.20.2`.
fn node_major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs exactly the locked packages, unless that was done since the lock file changed.
fn npm_ci(package: &Path) -> Result<()> {
    let lock = package.join("package-lock.json");
    let locked = fs::metadata(&lock).and_then(|metadata| metadata.modified());
    let locked = locked.with_context(|| format!("cannot read {}", lock.display()))?;
    // npm writes this file last, so an interrupted installation is not taken for a whole one.
    let installed = fs::metadata(package.join("node_modules/.package-lock.json"));
    if installed
        .and_then(|metadata| metadata.modified())
        .is_ok_and(|installed| installed >= locked)
    {
        return Ok(());
    }
    println!("npm ci in {}", package.display());
    command::run(
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(package),
    )
}
