//! The web app in a real browser against the real binary. What happens in the browser is told in `tests/browser`;
//! here stands what happens around it, and what the server must hold in the end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod console;
mod day;
mod import;
mod kept;
mod labels;
mod office;
mod outcomes;
mod pages;
mod scan;
mod screens;

use anyhow::{Context, Result, bail};
use onsite_tests::live::demo::PASSWORD;
use onsite_tests::live::process::free_address;
use onsite_tests::live::{Demo, Pocket, browser};
use onsite_tests::{Database, Kind};
use serde_json::{Value, json};
use std::path::Path;

const TECHNICIAN: &str = "tom.becker@demo.example";
const DISPATCHER: &str = "dispatch@demo.example";

/// Plays a scenario on a demo of its own, if there is a browser. `prepare` says what the scenario is to know beside
/// where it plays; `answer` is told
/// that too, and does what the scenario asks for.
fn play(
    scenario: &str,
    database: Option<&Database>,
    more: &[String],
    prepare: impl FnOnce(&Demo, &Path) -> Result<Value>,
    mut answer: impl FnMut(&mut Demo, &Value, &str, &Value) -> Result<Value>,
) {
    let Some(chromium) = browser::chromium() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let attempt = || {
        let mut demo = Demo::start(folder.path(), database.map(Database::url).as_deref(), more)?;
        let mut settings = json!({ "url": demo.url(), "password": PASSWORD, "technician": TECHNICIAN });
        let prepared = prepare(&demo, folder.path())?;
        for (name, value) in prepared.as_object().into_iter().flatten() {
            settings[name] = value.clone();
        }
        browser::play(scenario, &chromium, folder.path(), &settings, &mut |question| {
            answer(
                &mut demo,
                &prepared,
                question["what"].as_str().unwrap_or_default(),
                question,
            )
        })
    };
    if let Err(error) = attempt() {
        // A failure's pictures are to be looked at afterwards.
        panic!("{error:#}\neverything of it is in {}", folder.keep().display());
    }
}

/// The record whose fields fit.
fn one<'a>(records: &'a [Value], fits: impl Fn(&Value) -> bool, what: &str) -> Result<&'a Value> {
    let found = records.iter().find(|record| fits(&record["fields"]));
    found.with_context(|| format!("no {what}"))
}

fn nothing_more(_demo: &Demo, _folder: &Path) -> Result<Value> {
    Ok(json!({}))
}

fn nobody_answers(_demo: &mut Demo, _prepared: &Value, what: &str, _question: &Value) -> Result<Value> {
    bail!("nobody answers to “{what}”")
}

#[test]
fn it_can_be_installed_and_starts_offline() {
    play(
        "installable",
        None,
        &[],
        nothing_more,
        |demo, prepared, what, question| match what {
            "the server dies" => {
                demo.cut();
                Ok(Value::Null)
            }
            _ => nobody_answers(demo, prepared, what, question),
        },
    );
}

#[test]
fn a_demo_that_certified_itself_is_trusted_by_who_follows_its_page() {
    let tls = free_address().expect("a free port");
    let more = ["--tls-listen".to_owned(), tls.to_string()];
    let secure = json!({ "secure": format!("https://{tls}") });
    play("trust", None, &more, |_, _| Ok(secure), nobody_answers);
}

fn first_sync(database: Option<&Database>) {
    play(
        "first-sync",
        database,
        &[],
        nothing_more,
        |demo, prepared, what, question| match what {
            "what the technician holds" => {
                let mut other = Pocket::enrol(&demo.url(), TECHNICIAN, PASSWORD, 1)?;
                other.pull()?;
                Ok(json!({ "assets": other.engine.list("asset").len() }))
            }
            _ => nobody_answers(demo, prepared, what, question),
        },
    );
}

#[test]
fn a_first_sync_on_sqlite() {
    first_sync(None);
}

#[test]
fn a_first_sync_on_postgres() {
    if let Some(database) = Database::create(Kind::Postgres) {
        first_sync(Some(&database));
    }
}
