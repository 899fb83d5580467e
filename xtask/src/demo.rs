//! The README's first command: builds `onsite` and hands the terminal over to its demo.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{self, cargo};
use crate::{paths, setup};

/// What `cargo xtask demo` was asked for.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Options {
    /// Plays one technician's day instead of serving.
    day: bool,
    /// Optimised code: minutes longer to build, several times as fast.
    release: bool,
}

impl Options {
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        for argument in arguments {
            match *argument {
                "--day" => options.day = true,
                "--release" => options.release = true,
                _ => bail!("`{argument}` is no option of demo: --day, --release"),
            }
        }
        Ok(options)
    }
}

/// Builds and becomes the demo; returns only on failure.
pub(crate) fn run(options: Options, passed_on: &[&str]) -> Result<()> {
    if options.day && !passed_on.is_empty() {
        bail!("the day takes no arguments");
    }
    setup::ensure(&[&setup::LIBPQ])?;
    if options.day {
        setup::node_packages(&[setup::SMTP_SINK])?;
    }
    println!("building; the first time takes several minutes");
    let mut build = cargo(["build", "--package", "onsite", "--bin", "onsite"]);
    if options.day {
        build.args(["--package", "onsite-tests", "--bin", "day"]);
    }
    if options.release {
        build.arg("--release");
    }
    command::run(&mut build)?;

    let programs = paths::target()?.join(if options.release { "release" } else { "debug" });
    let mut program = if options.day {
        Command::new(programs.join("day"))
    } else {
        let mut onsite = Command::new(programs.join("onsite"));
        onsite
            .args(["demo", "--dir"])
            .arg(paths::root().join(".onsite/demo"))
            .args(passed_on);
        onsite
    };
    Err(command::become_command(program.current_dir(paths::root())))
}
