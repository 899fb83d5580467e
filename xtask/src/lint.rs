//! The project's own rules, which no general tool knows.

mod files;
mod layers;
mod migrations;
mod text;

use std::fmt;

use anyhow::{Result, bail};

use crate::paths;

/// A broken rule and where.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// Relative to the root of the repository, with `/`.
    path: String,
    /// Counted from 1; none when the whole file is meant.
    line: Option<usize>,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}:{line}: {}", self.path, self.message),
            None => write!(formatter, "{}: {}", self.path, self.message),
        }
    }
}

/// Checks every file of the checkout and names all findings.
pub(crate) fn run() -> Result<()> {
    let files = files::all(paths::root())?;
    let mut findings = Vec::new();
    for file in &files {
        findings.extend(text::check(file));
        findings.extend(layers::check_source(file));
        findings.extend(layers::check_manifest(file));
    }
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    findings.extend(migrations::check(&paths));
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!(
            "the project's own rules are broken {} times, each named above",
            findings.len()
        );
    }
    println!("{} files keep the project's own rules", files.len());
    Ok(())
}
