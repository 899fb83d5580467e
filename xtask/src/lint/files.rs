//! The text files that the rules apply to.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Written by people, line by line.
const EXTENSIONS: [&str; 10] = ["rs", "ts", "tsx", "js", "mjs", "css", "html", "sql", "toml", "md"];

/// Folders of other people's or of built files, wherever they stand.
const SKIPPED: [&str; 5] = [".git", ".onsite", "dist", "node_modules", "target"];

/// One file, read.
#[derive(Debug)]
pub(super) struct SourceFile {
    /// Relative to the root of the repository, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl SourceFile {
    pub(super) fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|own| own == extension)
    }
}

/// All files under the root, sorted by path.
pub(super) fn all(root: &Path) -> Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    collect(root, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file() && is_text(&name) {
            let text = fs::read_to_string(entry.path()).with_context(|| format!("cannot read {path}"))?;
            files.push(SourceFile { path, text });
        }
    }
    Ok(())
}

fn is_text(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|own| EXTENSIONS.iter().any(|extension| own == *extension))
}
