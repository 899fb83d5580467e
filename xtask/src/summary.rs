//! How many tests ran, added up from the closing lines of all test programs of one `cargo test`.

use std::fmt;

/// The sum so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// Test programs that began to run tests and have not closed with a result.
    open: u64,
}

impl Summary {
    /// Takes one line of the output into account.
    pub(crate) fn read(&mut self, line: &str) {
        let line = line.trim_end();
        if announces_tests(line) {
            self.open += 1;
        } else if let Some((passed, failed)) = result_of(line) {
            self.open = self.open.saturating_sub(1);
            self.passed += passed;
            self.failed += failed;
        }
    }

    /// Whether every test program that began also told its result: one that was killed or aborted does not, and then
    /// the numbers are not the whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.open == 0
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// `running 12 tests`
fn announces_tests(line: &str) -> bool {
    let number = line
        .strip_prefix("running ")
        .and_then(|rest| rest.strip_suffix(" tests").or_else(|| rest.strip_suffix(" test")));
    number.is_some_and(|number| number.parse::<u64>().is_ok())
}

/// `test result: ok. 11 passed; 1 failed; 0 ignored; …`
fn result_of(line: &str) -> Option<(u64, u64)> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = counts.split("; ");
    let passed = counts.next()?.strip_suffix(" passed")?.parse().ok()?;
    let failed = counts.next()?.strip_suffix(" failed")?.parse().ok()?;
    Some((passed, failed))
}

#[cfg(test)]
#[path = "summary_test.rs"]
mod tests;
