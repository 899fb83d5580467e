//! `cargo xtask bench`: load on the real binary, both databases, as ratios to ceilings measured in the same run, and the
//! app and the console in a browser.
//!
//! Words choose a part of it: `short` for less of everything, `sqlite` or `postgres`, `listen`, `push`, `read`, `app` or
//! `console`.
use anyhow::{Result, bail};
use onsite_tests::Kind;
use onsite_tests::load::{self, Line, Part, Plan, constant};
use std::path::Path;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().map(String::as_str) == Some(constant::ARGUMENT) {
        return constant::serve();
    }
    let Asked {
        plan,
        databases,
        app,
        console,
    } = read(&words)?;
    let folder = Path::new(".onsite/bench");
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let folder = std::path::absolute(folder)?;
    for (name, kind) in databases {
        let place = folder.join(name);
        std::fs::create_dir_all(&place)?;
        print(name, &load::run(&place, kind, &plan)?);
    }
    if app {
        print("The app", &load::app::run(&folder.join("app"))?);
    }
    if console {
        print("The console", &load::console::run(&folder.join("console"))?);
    }
    Ok(())
}

/// What the words ask for.
struct Asked {
    plan: Plan,
    databases: Vec<(&'static str, Kind)>,
    app: bool,
    console: bool,
}

fn read(words: &[String]) -> Result<Asked> {
    let all = [
        ("sqlite", ("SQLite", Kind::Sqlite)),
        ("postgres", ("PostgreSQL", Kind::Postgres)),
    ];
    let (mut plan, mut databases) = (Plan::FULL, Vec::new());
    let (mut app, mut console) = (false, false);
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
            (None, None) if word == "console" => console = true,
            (None, None) => {
                bail!("words are short, sqlite, postgres, listen, push, read, app and console, not {word}")
            }
        }
    }
    let names_none = databases.is_empty() && plan.parts.is_empty();
    let is_whole = names_none && !app && !console;
    if databases.is_empty() && (is_whole || !names_none) {
        databases.extend(all.map(|(_, database)| database));
    }
    app |= is_whole;
    console |= is_whole;
    Ok(Asked {
        plan,
        databases,
        app,
        console,
    })
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
