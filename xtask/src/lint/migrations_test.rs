//! A migration without its counterpart is named, whichever side it stands on.

use super::check;

fn findings(paths: &[&str]) -> Vec<String> {
    check(paths).iter().map(ToString::to_string).collect()
}

#[test]
fn equal_names_pass() {
    assert!(
        findings(&[
            "migrations/README.md",
            "migrations/sqlite/1_a/up.sql",
            "migrations/postgres/1_a/up.sql"
        ])
        .is_empty()
    );
}

#[test]
fn a_lonely_migration_is_named() {
    let found = findings(&["migrations/sqlite/1_a/up.sql", "migrations/postgres/1_b/up.sql"]);
    assert_eq!(
        found,
        [
            "migrations/sqlite/1_a/up.sql: has no counterpart in migrations/postgres/",
            "migrations/postgres/1_b/up.sql: has no counterpart in migrations/sqlite/",
        ]
    );
}
