//! Imports point down only, and each confined library stays at home.

use super::{SourceFile, check_manifest, check_source};

fn in_manifest(path: &str, text: &str) -> Vec<String> {
    let file = SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    check_manifest(&file).iter().map(ToString::to_string).collect()
}

fn in_source(path: &str, text: &str) -> Vec<String> {
    let file = SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    check_source(&file).iter().map(ToString::to_string).collect()
}

#[test]
fn a_crate_may_depend_on_every_lower_layer() {
    let manifest = "[dependencies]\nonsite-store.workspace = true\nsync-protocol = { path = \"../..\" }\nserde = \"1\"\n";
    assert!(in_manifest("server/services/Cargo.toml", manifest).is_empty());
}

#[test]
fn upward_and_sideways_dependencies_are_found_in_every_spelling() {
    let cases = [
        ("[dependencies]\nonsite-http.workspace = true\n", 2),
        (
            "[package]\nname = \"x\"\n\n[dev-dependencies]\n# why\nonsite-http = { path = \"../http\" }\n",
            6,
        ),
        ("[dependencies.onsite-http]\npath = \"../http\"\n", 1),
        (
            "[target.'cfg(unix)'.dependencies]\nedge = { package = \"onsite-http\", path = \"../http\" }\n",
            2,
        ),
    ];
    for (manifest, line) in cases {
        assert_eq!(
            in_manifest("server/jobs/Cargo.toml", manifest),
            [format!(
                "server/jobs/Cargo.toml:{line}: onsite-jobs may not depend on onsite-http: imports point down only"
            )],
        );
    }
}

#[test]
fn xtask_depends_on_no_other_crate_of_the_workspace() {
    assert_eq!(
        in_manifest(
            "xtask/Cargo.toml",
            "[dependencies]\nsync-protocol.workspace = true\n"
        )
        .len(),
        1
    );
}

#[test]
fn a_new_crate_has_to_be_given_a_layer() {
    assert_eq!(in_manifest("server/reports/Cargo.toml", "").len(), 1);
}

#[test]
fn confined_libraries_are_found_outside_their_home() {
    assert_eq!(
        in_manifest(
            "server/services/Cargo.toml",
            "[dependencies]\ndiesel.workspace = true\n"
        )
        .len(),
        1
    );
    assert_eq!(
        in_source(
            "server/services/src/visit.rs",
            "//! Why.\nuse diesel::prelude::*;\n"
        ),
        ["server/services/src/visit.rs:2: diesel lives only in server/store"]
    );
    assert_eq!(
        in_source("server/jobs/src/mail.rs", "    actix_web::rt::spawn(work);\n").len(),
        1
    );
}

#[test]
fn confined_libraries_may_be_named_at_home_and_in_comments() {
    assert!(in_source("server/store/src/visit.rs", "use diesel::prelude::*;\n").is_empty());
    assert!(in_source("server/src/main.rs", "#[actix_web::main]\n").is_empty());
    assert!(
        in_source(
            "server/services/src/visit.rs",
            "/// What diesel calls a transaction.\n"
        )
        .is_empty()
    );
    assert!(
        in_source(
            "server/services/src/visit.rs",
            "let table = \"__diesel_schema_migrations\";\n"
        )
        .is_empty()
    );
}
