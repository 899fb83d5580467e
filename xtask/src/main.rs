//! Every developer command of the project, as `cargo xtask <command>`.
//!
//! It depends on no other crate of the workspace and on almost nothing else: it has to compile in seconds on a machine
//! where the rest can't be built yet, because it is what installs the missing parts.

mod bench;
mod command;
mod demo;
mod deny;
mod lint;
mod paths;
mod postgres;
mod setup;
mod simulate;
mod summary;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask <command>

  test                         set-up, formatting, clippy, dependency rules, own rules, all tests
  lint                         the project's own rules only
  demo [--release] [-- ARGS]   a provider with three weeks of visits, served on SQLite; ARGS go to `onsite demo`
  demo --day [--release]       one technician's day, played through the real server and told in the terminal
  bench [-- ARGS]              load figures against two ceilings measured in the same run; ARGS go to the bench
  simulate --phone-days N [--seed S] [--db sqlite|postgres] [--nodes 2]
                               phones, a dispatcher and faults by seeded dice, judged by an oracle
  setup                        everything the commands above need, without running them

What is missing is installed when this runs as root on Debian, and named with its remedy everywhere else.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> Result<ExitCode> {
    let Some((&command, rest)) = arguments.split_first() else {
        println!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    };
    let (options, passed_on) = match rest.iter().position(|argument| *argument == "--") {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, &[][..]),
    };
    if !passed_on.is_empty() && !matches!(command, "demo" | "bench") {
        bail!("`{command}` passes no arguments on\n\n{HELP}");
    }
    match (command, options) {
        ("help" | "--help" | "-h", _) => println!("{HELP}"),
        ("test", []) => return test::run(),
        ("lint", []) => lint::run()?,
        ("setup", []) => setup::everything()?,
        ("demo", options) => demo::run(demo::Options::parse(options)?, passed_on)?,
        ("bench", []) => bench::run(passed_on)?,
        ("simulate", options) => simulate::run(options)?,
        (postgres::GUARD_COMMAND, [durability]) => postgres::guard(durability)?,
        _ => bail!("unknown: `{}`\n\n{HELP}", arguments.join(" ")),
    }
    Ok(ExitCode::SUCCESS)
}
