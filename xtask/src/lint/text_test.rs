//! Each rule on text, with what it must find and what it must leave alone.

use super::{SourceFile, check};

fn findings(path: &str, text: &str) -> Vec<String> {
    let file = SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    check(&file).iter().map(ToString::to_string).collect()
}

#[test]
fn a_rust_file_opens_with_its_reason() {
    assert!(findings("a.rs", "//! Why.\n").is_empty());
    assert!(findings("a.ts", "export {}\n").is_empty());
    assert_eq!(
        findings("a.rs", "use b;\n"),
        ["a.rs:1: must open with `//!` and say why the file exists"]
    );
    assert_eq!(findings("a.rs", "").len(), 1);
}

#[test]
fn six_hundred_lines_are_the_most_unless_generated() {
    let most = "line\n".repeat(600);
    assert!(findings("a.sql", &most).is_empty());
    assert_eq!(
        findings("a.sql", &format!("{most}line\n")),
        ["a.sql: 601 lines, 600 are the most: split it by what it does"]
    );
    assert!(findings("a.ts", &format!("// @generated from the server\n{most}")).is_empty());
}

#[test]
fn promises_of_work_are_found_with_their_line() {
    assert_eq!(
        findings("a.md", "fine\nTODO\n"),
        ["a.md:2: `TODO`: do it, or open an issue for it"]
    );
    for text in [
        "// FIXME: x",
        "todo!()",
        "unimplemented!(\"x\")",
        "dbg!(x)",
        "For now, x",
        "a Simplified view",
    ] {
        assert_eq!(findings("a.md", text).len(), 1, "{text}");
    }
}

#[test]
fn words_that_only_contain_them_are_left_alone() {
    let harmless = [
        "TODOS_TABLE",
        "mytodo!()",
        "for nowhere",
        "wait for nowcasts",
        "oversimplified",
        "todo = \"deny\"",
    ];
    for text in harmless.into_iter().chain(["Simplified Chinese (zh-CN)"]) {
        assert!(findings("a.md", text).is_empty(), "{text}");
    }
}
