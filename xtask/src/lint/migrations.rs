//! Both databases go through the same steps, under the same names.

use std::collections::BTreeSet;

use super::Finding;

const SIDES: [&str; 2] = ["migrations/sqlite/", "migrations/postgres/"];

/// Names what stands on one side only.
pub(super) fn check(paths: &[&str]) -> Vec<Finding> {
    let [sqlite, postgres] = SIDES.map(|side| names(paths, side));
    let lacking = |own: &BTreeSet<&str>, own_side: &str, other: &BTreeSet<&str>, other_side: &str| {
        let missing = own.difference(other);
        missing
            .map(|name| Finding {
                path: format!("{own_side}{name}"),
                line: None,
                message: format!("has no counterpart in {other_side}"),
            })
            .collect::<Vec<_>>()
    };
    let mut findings = lacking(&sqlite, SIDES[0], &postgres, SIDES[1]);
    findings.extend(lacking(&postgres, SIDES[1], &sqlite, SIDES[0]));
    findings
}

fn names<'a>(paths: &[&'a str], side: &str) -> BTreeSet<&'a str> {
    paths
        .iter()
        .filter_map(|path| path.strip_prefix(side))
        .filter(|name| name.ends_with(".sql"))
        .collect()
}

#[cfg(test)]
#[path = "migrations_test.rs"]
mod tests;
