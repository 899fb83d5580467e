//! `cargo xtask bench`: load on the real binary, both databases, as ratios to ceilings measured in the same run, and the
//! app in a browser. `bench app` measures the app alone.
use anyhow::{Context, Result};
use onsite_tests::load::{self, Line, constant};
use onsite_tests::{Database, Kind};
use std::path::Path;

fn main() -> Result<()> {
    if std::env::args().nth(1).as_deref() == Some(constant::ARGUMENT) {
        return constant::serve();
    }
    let only_app = std::env::args().nth(1).as_deref() == Some("app");
    let folder = Path::new(".onsite/bench");
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let folder = std::path::absolute(folder)?;
    let databases = [("SQLite", Kind::Sqlite), ("PostgreSQL", Kind::Postgres)];
    for (name, kind) in databases.into_iter().filter(|_| !only_app) {
        let place = folder.join(name);
        std::fs::create_dir_all(&place)?;
        let lines = match kind {
            Kind::Sqlite => load::run(&place, None)?,
            Kind::Postgres => {
                let database = Database::create(kind).context("no PostgreSQL to measure")?;
                load::run(&place, Some(&database.url()))?
            }
        };
        print(name, &lines);
    }
    print("The app", &load::app::run(&folder.join("app"))?);
    Ok(())
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
