//! The whole check, in the order in which a mistake is found soonest.

use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdout, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command::{self, cargo};
use crate::postgres::{self, Durability, Postgres};
use crate::summary::Summary;
use crate::{deny, lint, paths, setup};

/// A heading and what to do under it.
type Step = (&'static str, fn() -> Result<()>);

/// Everything before the tests themselves.
const CHECKS: [Step; 6] = [
    ("set-up", setup::everything),
    ("formatting", || {
        command::run(&mut cargo(["fmt", "--all", "--check"]))
    }),
    ("types of the web app", || npm_run("check")),
    ("clippy", || {
        command::run(&mut cargo([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ]))
    }),
    ("bans, licences and sources of dependencies", deny::check),
    ("own rules", lint::run),
];

/// How long output may stay open after the last test program ended.
const STRAGGLERS: Duration = Duration::from_secs(10);

/// Runs all checks and all tests; stops at the first step that fails. The last line on standard output is the sum of
/// the tests, printed only when all of them told their result.
pub(crate) fn run() -> Result<ExitCode> {
    let last = CHECKS.len() + 1;
    for (index, (name, check)) in CHECKS.into_iter().enumerate() {
        step(index + 1, last, name, check)?;
    }
    let summary = step(last, last, "tests, on SQLite and on PostgreSQL", tests)?;
    println!("{summary}");
    Ok(if summary.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Runs a script of the web app's package.
fn npm_run(script: &str) -> Result<()> {
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent", script])
        .current_dir(paths::root().join(setup::WEB));
    command::run(&mut npm)
}

fn step<T>(number: usize, last: usize, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n=== {number}/{last} {name}");
    let start = Instant::now();
    let result = work().with_context(|| format!("step {number}, {name}"))?;
    println!("=== {number}/{last} took {:.1} s", start.elapsed().as_secs_f64());
    Ok(result)
}

fn tests() -> Result<Summary> {
    // Before the build, which may replace the file of this program, and the guard of PostgreSQL starts from it.
    println!("starting PostgreSQL for the tests, without fsync");
    let postgres = Postgres::start(Durability::Relaxed)?;

    // The end-to-end tests start `onsite` from the target folder, and `cargo test` alone would not put it there. All
    // targets, so that features resolve as in `cargo test` and nothing is compiled twice.
    command::run(&mut cargo(["build", "--workspace", "--all-targets"]))?;

    // They compare their generated types with what the server just built says of itself.
    npm_run("test")?;

    let mut test = cargo(["test", "--workspace", "--no-fail-fast"]);
    test.env(postgres::URL_VARIABLE, postgres.url())
        .stdout(Stdio::piped());
    let mut child = test
        .spawn()
        .map_err(|error| command::cannot_start(&test, &error))?;
    let stdout = child.stdout.take().context("lost the output of the tests")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(pass_on(stdout)));

    let status = child.wait().context("lost the tests")?;
    let Ok(summary) = receiver.recv_timeout(STRAGGLERS) else {
        bail!("the tests are over, but a process they started still runs: a test must stop what it starts");
    };
    let summary = summary?;
    if !summary.is_whole() {
        bail!(
            "a test program ended without telling its result; `{}`: {status}",
            command::line(&test)
        );
    }
    if summary.failed == 0 && !status.success() {
        bail!(
            "`{}`: {status}, with {summary} where tests could run",
            command::line(&test)
        );
    }
    Ok(summary)
}

/// Shows the output line by line while adding it up.
fn pass_on(stdout: ChildStdout) -> Result<Summary> {
    let mut summary = Summary::default();
    let mut reader = BufReader::new(stdout);
    let mut line = Vec::new();
    while reader
        .read_until(b'\n', &mut line)
        .context("cannot read the output of the tests")?
        > 0
    {
        summary.read(&String::from_utf8_lossy(&line));
        std::io::stdout()
            .write_all(&line)
            .context("cannot show the output of the tests")?;
        line.clear();
    }
    Ok(summary)
}
