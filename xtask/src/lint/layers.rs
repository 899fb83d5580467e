//! The direction of the layers, and the two libraries that live in one layer each.
//!
//! The compiler refuses a cycle; only this refuses a crate that reaches over the layers in the wrong direction.

use super::Finding;
use super::files::SourceFile;

/// A crate of the workspace, by its folder, and its height: it may depend on lower ones only.
#[derive(Debug)]
struct Layer {
    folder: &'static str,
    name: &'static str,
    height: u8,
}

/// main → http, jobs → services → store, mail, documents, files → model → sync-protocol.
const LAYERS: [Layer; 12] = [
    Layer {
        folder: "tests",
        name: "onsite-tests",
        height: 6,
    },
    Layer {
        folder: "server",
        name: "onsite",
        height: 5,
    },
    Layer {
        folder: "server/http",
        name: "onsite-http",
        height: 4,
    },
    Layer {
        folder: "server/jobs",
        name: "onsite-jobs",
        height: 4,
    },
    Layer {
        folder: "server/services",
        name: "onsite-services",
        height: 3,
    },
    Layer {
        folder: "server/store",
        name: "onsite-store",
        height: 2,
    },
    Layer {
        folder: "server/mail",
        name: "onsite-mail",
        height: 2,
    },
    Layer {
        folder: "server/documents",
        name: "onsite-documents",
        height: 2,
    },
    Layer {
        folder: "server/files",
        name: "onsite-files",
        height: 2,
    },
    Layer {
        folder: "server/model",
        name: "onsite-model",
        height: 1,
    },
    Layer {
        folder: "sync-protocol",
        name: "sync-protocol",
        height: 0,
    },
    Layer {
        folder: "xtask",
        name: "xtask",
        height: 0,
    },
];

/// A library that only some folders may name, so that the others stay free of its types.
#[derive(Debug)]
struct Confined {
    /// How its crates begin.
    library: &'static str,
    /// Beginnings of paths.
    allowed: &'static [&'static str],
    home: &'static str,
}

const CONFINED: [Confined; 2] = [
    Confined {
        library: "diesel",
        allowed: &["server/store/"],
        home: "server/store",
    },
    Confined {
        library: "actix",
        allowed: &[
            "server/http/",
            "server/Cargo.toml",
            "server/src/",
            "server/tests/",
            "tests/",
        ],
        home: "server/http",
    },
];

/// The rules themselves name both libraries.
const ABOUT_LIBRARIES: &str = "xtask/src/lint/layers";

/// Finds confined libraries named in Rust code outside their home; comments may speak of them.
pub(super) fn check_source(file: &SourceFile) -> Vec<Finding> {
    if !file.has_extension("rs") || file.path.starts_with(ABOUT_LIBRARIES) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for confined in CONFINED.iter().filter(|confined| !confined.allows(&file.path)) {
        for (index, line) in file.text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if names(code, confined.library) {
                findings.push(confined.finding(&file.path, index + 1));
            }
        }
    }
    findings
}

/// Finds dependencies of a crate on its own layer or a higher one, and on a library confined elsewhere.
pub(super) fn check_manifest(file: &SourceFile) -> Vec<Finding> {
    let Some(folder) = file.path.strip_suffix("/Cargo.toml") else {
        return Vec::new();
    };
    let Some(own) = LAYERS.iter().find(|layer| layer.folder == folder) else {
        let message = "a crate without a layer: give it one in xtask/src/lint/layers.rs".to_owned();
        return vec![Finding {
            path: file.path.clone(),
            line: None,
            message,
        }];
    };
    let mut findings = Vec::new();
    for (line, dependency) in dependencies(&file.text) {
        let other = LAYERS.iter().find(|layer| layer.name == dependency);
        // A crate's tests may ask for a feature of the crate itself.
        let itself = |other: &&Layer| other.name == own.name;
        if let Some(other) = other.filter(|other| other.height >= own.height && !itself(other)) {
            let message = format!(
                "{} may not depend on {}: imports point down only",
                own.name, other.name
            );
            findings.push(Finding {
                path: file.path.clone(),
                line: Some(line),
                message,
            });
        }
        for confined in CONFINED.iter().filter(|confined| !confined.allows(&file.path)) {
            if dependency.starts_with(confined.library) {
                findings.push(confined.finding(&file.path, line));
            }
        }
    }
    findings
}

impl Confined {
    fn allows(&self, path: &str) -> bool {
        self.allowed.iter().any(|allowed| path.starts_with(allowed))
    }

    fn finding(&self, path: &str, line: usize) -> Finding {
        let message = format!("{} lives only in {}", self.library, self.home);
        Finding {
            path: path.to_owned(),
            line: Some(line),
            message,
        }
    }
}

/// Whether an identifier in the code begins with the library's name.
fn names(code: &str, library: &str) -> bool {
    code.match_indices(library)
        .any(|(at, _)| !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_'))
}

/// The crates in all dependency tables of a manifest, development and build ones too, with their line. Reads the two
/// spellings that cargo's own commands write: `name = …` or `name.key = …` in a table, and a table `[….name]`.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_table = false;
    for (index, line) in manifest.lines().map(str::trim).enumerate() {
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            in_table = header.ends_with("dependencies");
            let single = header
                .rsplit_once('.')
                .filter(|(table, _)| table.ends_with("dependencies"));
            found.extend(single.map(|(_, name)| (index + 1, name)));
        } else if in_table && !line.is_empty() && !line.starts_with('#') {
            let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
            let renamed = line
                .split_once("package = \"")
                .and_then(|(_, rest)| rest.split('"').next());
            found.push((index + 1, renamed.unwrap_or(name)));
        }
    }
    found
}

#[cfg(test)]
#[path = "layers_test.rs"]
mod tests;
