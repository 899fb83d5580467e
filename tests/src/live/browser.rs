//! A scenario of `tests/browser` in a real Chromium, driven by Node.
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Names the browser's program where it is not one of the usual ones.
const PROGRAM_VARIABLE: &str = "ONSITE_CHROMIUM";
const PROGRAMS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// What a scenario prints before a question.
const QUESTION: &str = "? ";

/// Chromium; none where there is none, which is said.
///
/// # Panics
/// In continuous integration, there is none.
pub fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(PROGRAM_VARIABLE) {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|folder| PROGRAMS.map(|program| folder.join(program)))
        .find(|program| program.is_file());
    if found.is_none() {
        let missing = format!(
            "not tested in a browser: there is no Chromium in PATH, and {PROGRAM_VARIABLE} names none \
             (`cargo xtask setup` installs it on Debian)"
        );
        assert!(std::env::var_os("CI").is_none(), "{missing}");
        eprintln!("{missing}");
    }
    found
}

/// Plays a scenario to its end. `settings` is what it is to know beside the browser and a folder; `answer` does what
/// it asks of the world outside the browser.
///
/// # Errors
/// Something was not as it should be: the scenario's own words are in the error.
pub fn play(
    scenario: &str,
    chromium: &Path,
    folder: &Path,
    settings: &Value,
    answer: &mut dyn FnMut(&Value) -> Result<Value>,
) -> Result<()> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    if !home.join("node_modules").exists() {
        bail!(
            "the driver of the browser is not installed: run `npm ci` in tests/browser (cargo xtask test does)"
        );
    }
    let mut settings = settings.clone();
    settings["chromium"] = json!(chromium);
    settings["folder"] = json!(folder);
    let mut node = Node(
        Command::new("node")
            .arg(home.join("run.mjs"))
            .args([scenario, &settings.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("can't start node")?,
    );
    let mut errors = node.0.stderr.take().context("node has no error output")?;
    let complaints = std::thread::spawn(move || {
        let mut text = String::new();
        errors.read_to_string(&mut text).map(|_| text)
    });
    let mut stdin = node.0.stdin.take().context("node has no input")?;
    let stdout = node.0.stdout.take().context("node has no output")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        match line.strip_prefix(QUESTION) {
            Some(question) => {
                let answered = answer(&serde_json::from_str(question)?)?;
                writeln!(stdin, "{answered}").context("the scenario ended before it was answered")?;
            }
            None => println!("{line}"),
        }
    }
    let status = node.0.wait()?;
    let complaints = complaints.join().ok().and_then(Result::ok).unwrap_or_default();
    if !status.success() {
        bail!("the scenario {scenario} failed:\n{complaints}");
    }
    Ok(())
}

/// The running scenario; it ends with this value, and Chromium with it.
struct Node(Child);

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
