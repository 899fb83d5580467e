//! Starting other programs, with errors that name the command line that failed.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Error, Result, anyhow, bail};

use crate::paths;

/// A cargo command in the root of the repository.
///
/// `cargo run` describes xtask's own package in the environment. Build scripts that watch those variables would see
/// other values than under a plain `cargo build`, and half of the dependencies would be compiled again at every switch
/// between the two.
pub(crate) fn cargo<I, S>(arguments: I) -> Command
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(paths::root());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(describes_own_package) {
            command.env_remove(name);
        }
    }
    command
}

fn describes_own_package(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || ["CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE"].contains(&name)
}

/// Runs a command on this terminal; anything but success is an error that names it.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if !status.success() {
        bail!("`{}` failed: {status}", line(command));
    }
    Ok(())
}

/// Runs a command silently and returns its standard output; on failure the error holds all it printed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| cannot_start(command, &error))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed: {}\n{text}{complaint}", line(command), output.status);
    }
    Ok(text.into_owned())
}

/// Replaces this process by the command; returns only when that fails.
pub(crate) fn become_command(command: &mut Command) -> Error {
    let error = command.exec();
    cannot_start(command, &error)
}

/// Why a program could not be started at all.
pub(crate) fn cannot_start(command: &Command, error: &std::io::Error) -> Error {
    let program = command.get_program().to_string_lossy();
    match error.kind() {
        ErrorKind::NotFound => anyhow!("`{program}` is not there: install it, or put it into PATH"),
        _ => anyhow!("cannot start `{}`: {error}", line(command)),
    }
}

/// The first program of this name in PATH.
pub(crate) fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| is_file(file))
}

fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file())
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}
