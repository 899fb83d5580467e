//! Rules on the text of a file: its opening, its length, and words that promise work instead of doing it.

use super::Finding;
use super::files::SourceFile;

/// A longer file holds more than one thing.
const MOST_LINES: usize = 600;

/// Stands in the first lines of a file that a program wrote.
const GENERATED: &str = "@generated";
const GENERATED_WITHIN: usize = 5;

/// These two name the words they are about.
const ABOUT_WORDS: [&str; 2] = ["xtask/src/lint/text.rs", "xtask/src/lint/text_test.rs"];

/// A word or phrase that may not stand in the repository, because what it announces is never done.
#[derive(Debug)]
struct Forbidden {
    phrase: &'static str,
    any_case: bool,
    /// Harmless when this follows.
    unless_before: Option<&'static str>,
}

const FORBIDDEN: [Forbidden; 7] = [
    Forbidden {
        phrase: "TODO",
        any_case: false,
        unless_before: None,
    },
    Forbidden {
        phrase: "FIXME",
        any_case: false,
        unless_before: None,
    },
    Forbidden {
        phrase: "todo!",
        any_case: false,
        unless_before: None,
    },
    Forbidden {
        phrase: "unimplemented!",
        any_case: false,
        unless_before: None,
    },
    Forbidden {
        phrase: "dbg!",
        any_case: false,
        unless_before: None,
    },
    Forbidden {
        phrase: "for now",
        any_case: true,
        unless_before: None,
    },
    Forbidden {
        phrase: "simplified",
        any_case: true,
        unless_before: Some(" chinese"),
    },
];

/// All findings in one file.
pub(super) fn check(file: &SourceFile) -> Vec<Finding> {
    if file
        .text
        .lines()
        .take(GENERATED_WITHIN)
        .any(|line| line.contains(GENERATED))
    {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut find = |line, message| {
        findings.push(Finding {
            path: file.path.clone(),
            line,
            message,
        });
    };
    if file.has_extension("rs") && !file.text.starts_with("//!") {
        find(
            Some(1),
            "must open with `//!` and say why the file exists".to_owned(),
        );
    }
    let lines = file.text.lines().count();
    if lines > MOST_LINES && !file.has_extension("md") {
        find(
            None,
            format!("{lines} lines, {MOST_LINES} are the most: split it by what it does"),
        );
    }
    if !ABOUT_WORDS.contains(&file.path.as_str()) {
        for (index, line) in file.text.lines().enumerate() {
            for forbidden in FORBIDDEN.iter().filter(|forbidden| stands_in(line, forbidden)) {
                find(
                    Some(index + 1),
                    format!("`{}`: do it, or open an issue for it", forbidden.phrase),
                );
            }
        }
    }
    findings
}

fn stands_in(line: &str, forbidden: &Forbidden) -> bool {
    let lower;
    let line = if forbidden.any_case {
        lower = line.to_lowercase();
        &lower
    } else {
        line
    };
    line.match_indices(forbidden.phrase).any(|(at, phrase)| {
        let (before, after) = (&line[..at], &line[at + phrase.len()..]);
        let harmless = before.ends_with(is_word)
            || (phrase.ends_with(is_word) && after.starts_with(is_word))
            || forbidden
                .unless_before
                .is_some_and(|next| after.starts_with(next));
        !harmless
    })
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
#[path = "text_test.rs"]
mod tests;
