//! Builds the web app and lays a table of its files into `OUT_DIR`, from where the server embeds them.
//!
//! The app is built in a copy of `web/` below `OUT_DIR`, so that the source tree stays untouched. Its packages are
//! pinned by the lock file and checked by npm against the hashes in it; they are installed again only when the lock
//! file changes, so that a change of the app costs seconds.
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

const SOURCE: &str = "../../web";
const PACKER: &str = "web/pack.mjs";
/// What the built app does not depend on.
const NOT_BUILT: [&str; 5] = ["node_modules", "dist", "tests", "README.md", ".gitignore"];
/// What decides which packages are installed.
const LOCK: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

fn main() {
    for path in ["build.rs", PACKER] {
        println!("cargo::rerun-if-changed={path}");
    }
    if let Err(message) = build() {
        for line in message.lines() {
            println!("cargo::error={line}");
        }
        process::exit(1);
    }
}

fn build() -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: run this through cargo")?);
    let out = out.join("web");
    let copy = out.join("source");
    copy_source(Path::new(SOURCE), &copy)?;
    install_packages(&copy)?;
    run(
        Command::new(NPM)
            .args(["run", "--silent", "build"])
            .current_dir(&copy),
        "the web app could not be built",
    )?;
    run(
        Command::new("node").arg(PACKER).arg(copy.join("dist")).arg(&out),
        "the built web app could not be packed",
    )
}

/// Renews the copy but for what npm installed in it.
fn copy_source(source: &Path, copy: &Path) -> Result<(), String> {
    fs::create_dir_all(copy).map_err(|e| format!("cannot create {}: {e}", copy.display()))?;
    for stale in entries(copy)? {
        if stale.file_name() != Some(OsStr::new("node_modules")) {
            remove(&stale)?;
        }
    }
    for entry in entries(source)? {
        let Some(name) = entry.file_name() else { continue };
        if !NOT_BUILT.iter().any(|skipped| name == OsStr::new(skipped)) {
            println!("cargo::rerun-if-changed={}", entry.display());
            copy_all(&entry, &copy.join(name))?;
        }
    }
    Ok(())
}

/// Runs `npm ci`, unless that was done for the same lock file.
fn install_packages(copy: &Path) -> Result<(), String> {
    let mut wanted = String::new();
    for name in LOCK {
        let file = copy.join(name);
        wanted += &fs::read_to_string(&file).map_err(|e| format!("cannot read {}: {e}", file.display()))?;
    }
    let installed = copy.join("node_modules/.installed");
    if fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    run(
        Command::new(NPM)
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(copy),
        "npm could not fetch the packages of the web app; it needs a package registry or a filled npm cache",
    )?;
    // Written last, so that an interrupted installation is not taken for a whole one.
    fs::write(&installed, wanted).map_err(|e| format!("cannot write {}: {e}", installed.display()))
}

fn run(command: &mut Command, failure: &str) -> Result<(), String> {
    let output = command.output().map_err(|e| {
        format!(
            "cannot run {}, which builds the web app: {e}\n\
             install Node.js 20 or newer (it brings npm), see that `npm --version` works, and build again",
            command.get_program().display()
        )
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "{failure} ({})\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    ))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |e: std::io::Error| format!("cannot list {}: {e}", folder.display());
    fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()).map_err(failed))
        .collect()
}

fn copy_all(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("cannot copy {} to {}: {e}", from.display(), to.display());
    if from.is_dir() {
        fs::create_dir_all(to).map_err(failed)?;
        for entry in entries(from)? {
            if let Some(name) = entry.file_name() {
                copy_all(&entry, &to.join(name))?;
            }
        }
        return Ok(());
    }
    fs::copy(from, to).map(drop).map_err(failed)
}

fn remove(path: &Path) -> Result<(), String> {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    removed.map_err(|e| format!("cannot remove {}: {e}", path.display()))
}
