//! `cargo xtask bench`: load on the real binary, both databases, as ratios to ceilings measured in the same run, and the
//! app in a browser.
//!
//! Words choose a part of it: `short` for less of everything, `sqlite` or `postgres`, `listen`, `push`, `read` or `app`.
use anyhow::{Context, Result, bail};
use onsite_tests::load::{self, Line, Part, Plan, constant};
use onsite_tests::{Database, Kind};
use std::path::Path;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().map(String::as_str) == Some(constant::ARGUMENT) {
        return constant::serve();
    }
    let Asked { plan, databases, app } = read(&words)?;
    let folder = Path::new(".onsite/bench");
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let folder = std::path::absolute(folder)?;
    for (name, kind) in databases {
        let place = folder.join(name);
        std::fs::create_dir_all(&place)?;
        let lines = match kind {
            Kind::Sqlite => load::run(&place, None, &plan)?,
            Kind::Postgres => {
                let database = Database::create(kind).context("no PostgreSQL to measure")?;
                load::run(&place, Some(&database.url()), &plan)?
            }
        };
        print(name, &lines);
    }
    if app {
        print("The app", &load::app::run(&folder.join("app"))?);
    }
    Ok(())
}

/// What the words ask for.
struct Asked {
    plan: Plan,
    databases: Vec<(&'static str, Kind)>,
    app: bool,
}

fn read(words: &[String]) -> Result<Asked> {
    let all = [
        ("sqlite", ("SQLite", Kind::Sqlite)),
        ("postgres", ("PostgreSQL", Kind::Postgres)),
    ];
    let (mut plan, mut databases, mut app) = (Plan::FULL, Vec::new(), false);
    if words.iter().any(|word| word == "short") {
        plan = Plan::SHORT;
    }
    for word in words.iter().filter(|word| *word != "short") {
        let database = all.iter().find(|(name, _)| name == word);
        let part = Part::ALL.iter().find(|(name, _)| name == word);
        match (database, part) {
            (Some((_, database)), _) => databases.push(*database),
            (None, Some((_, part))) => plan.parts.push(*part),
            (None, None) if word == "app" => app = true,
            (None, None) => {
                bail!("words are short, sqlite, postgres, listen, push, read and app, not {word}")
            }
        }
    }
    let names_none = databases.is_empty() && plan.parts.is_empty();
    if databases.is_empty() && !(app && names_none) {
        databases.extend(all.map(|(_, database)| database));
    }
    app |= names_none;
    Ok(Asked { plan, databases, app })
}

fn print(name: &str, lines: &[Line]) {
    println!("\n{name}\n");
    println!("| what | figure | | beside |\n|---|--:|---|--:|");
    for Line {
        what,
        figure,
        unit,
        ratio,
    } in lines
    {
        let ratio = ratio.map_or_else(String::new, |ratio| format!("{:.0} %", ratio * 100.0));
        println!("| {what} | {figure:.0} | {unit} | {ratio} |");
    }
}
