//! The web app in a real browser against the real binary. What happens in the browser is told in `tests/browser`;
//! here stands what happens around it, and what the server must hold in the end.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use anyhow::{Result, bail};
use onsite_tests::live::demo::PASSWORD;
use onsite_tests::live::process::free_address;
use onsite_tests::live::{Demo, browser};
use serde_json::{Value, json};
use std::path::PathBuf;

const TECHNICIAN: &str = "tom.becker@demo.example";

/// What a scenario knows of the server.
fn settings(demo: &Demo) -> Value {
    json!({ "url": demo.url(), "password": PASSWORD, "technician": TECHNICIAN })
}

/// Runs a test with a browser and a demo, if there is a browser.
fn with_browser(test: impl FnOnce(PathBuf, &std::path::Path) -> Result<()>) {
    let Some(chromium) = browser::chromium() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    // A failure's pictures are to be looked at afterwards.
    if let Err(error) = test(chromium, folder.path()) {
        panic!("{error:#}\neverything of it is in {}", folder.keep().display());
    }
}

#[test]
fn it_can_be_installed_and_starts_offline() {
    with_browser(|chromium, folder| {
        let mut demo = Demo::start(folder, None, &[])?;
        let known = settings(&demo);
        browser::play("installable", &chromium, folder, &known, &mut |question| {
            match question["what"].as_str() {
                Some("the server dies") => demo.cut(),
                _ => return nothing_else(question),
            }
            Ok(Value::Null)
        })
    });
}

#[test]
fn a_demo_that_certified_itself_is_trusted_by_who_follows_its_page() {
    with_browser(|chromium, folder| {
        let tls = free_address()?;
        let more = ["--tls-listen".to_owned(), tls.to_string()];
        let demo = Demo::start(folder, None, &more)?;
        let mut known = settings(&demo);
        known["secure"] = json!(format!("https://{tls}"));
        browser::play("trust", &chromium, folder, &known, &mut nothing_else)
    });
}

/// For scenarios that ask for nothing outside the browser.
fn nothing_else(question: &Value) -> Result<Value> {
    bail!("a question nobody answers: {question}")
}
