//! The dispatchers' console with a full board, in a real Chromium: what it loads first, and how soon it answers.
use super::stage::{Stage, send};
use super::{Line, say};
use crate::live::demo::PASSWORD;
use crate::live::{Api, Server};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use onsite_model::clock;
use serde_json::{Value, json};
use std::path::Path;

/// Technicians on the board, those of the demo among them.
const TECHNICIANS: usize = 60;

/// Visits of each of them a day, over seven days.
const A_DAY: i64 = 3;
const DAYS: u64 = 7;

const DISPATCHER: &str = "dispatch@demo.example";
const ADMIN: &str = "admin@demo.example";

/// What is measured, as the scenario calls it and as it is told, and what one step of it is.
const PARTS: [(&str, &str, &str); 4] = [
    ("keys", "taking hold, moving and putting down by keyboard", "key"),
    ("drag", "dragging and dropping", "move"),
    ("scroll", "scrolling", "turn of the wheel"),
    ("week", "another week and back", "change"),
];

/// Measures it on a demo of its own.
///
/// # Errors
/// There is no Chromium, or the console did not do what was asked of it.
pub fn run(folder: &Path) -> Result<Vec<Line>> {
    let stage = Stage::set(folder)?;
    let server = &stage.demo.server;
    say("the console with a full board");
    let today = (clock::system())().date_naive();
    // Two weeks ahead the demo has planned nothing.
    let monday = today - Days::new(today.weekday().num_days_from_monday().into()) + Days::new(14);
    let visits = furnish(server, monday)?;
    let settings =
        json!({ "url": server.url(), "dispatcher": DISPATCHER, "password": PASSWORD, "day": monday });
    let measured = stage.play("bench-console", &settings)?;
    let figure = |name: &str| {
        let found = measured.pointer(name).and_then(Value::as_f64);
        found.with_context(|| format!("the console's bench did not tell {name}"))
    };
    let board = format!("JavaScript before the board of {TECHNICIANS} technicians and {visits} visits, gzip");
    let empty = figure("/empty")?;
    let mut lines = vec![
        Line::new(&board, figure("/load")?, "kB"),
        Line::new(
            "a key that changes a word on an empty page: slowest until its paint",
            empty,
            "ms",
        ),
    ];
    for (name, what, step) in PARTS {
        let touch = figure(&format!("/{name}/touch"))?;
        // The wheel is no touch that the browser times.
        if touch > 0.0 {
            let line = Line::new(&format!("{what}: slowest until its paint"), touch, "ms");
            lines.push(line.of(empty));
        }
        let frame = figure(&format!("/{name}/frame"))?;
        lines.push(Line::new(&format!("{what}: longest frame"), frame, "ms"));
        let time = figure(&format!("/{name}/step"))?;
        lines.push(Line::new(
            &format!("{what}: processor's time for each {step}"),
            time,
            "ms",
        ));
    }
    Ok(lines)
}

/// Hires technicians and plans a week of theirs; returns how many visits.
fn furnish(server: &Server, monday: NaiveDate) -> Result<usize> {
    let admin = Api::new(&server.url()).login(ADMIN, PASSWORD)?.0;
    let desk = Api::new(&server.url()).login(DISPATCHER, PASSWORD)?.0;
    let is_technician = |user: &&Value| user["fields"]["role"] == "technician";
    let known = desk.all("/v1/users")?.iter().filter(is_technician).count();
    for number in known..TECHNICIANS {
        let person = json!({
            "name": format!("Technician {number:02}"), "email": format!("technician.{number}@demo.example"),
            "role": "technician", "language": "en", "password": PASSWORD,
        });
        admin.post("/v1/users", &person)?;
    }
    let users = desk.all("/v1/users")?;
    let sites = desk.all("/v1/sites")?;
    if sites.is_empty() {
        bail!("the demo has no sites");
    }
    let mut planned = 0;
    for user in users.iter().filter(is_technician) {
        for day in 0..DAYS {
            let from = (monday + Days::new(day)).and_hms_opt(0, 0, 0);
            let from: DateTime<Utc> = from.context("no such day")?.and_utc();
            for part in 0..A_DAY {
                let site = &sites[planned % sites.len()];
                let start = from + TimeDelta::hours(8 + 3 * part);
                send(&desk, user, site, start)?;
                planned += 1;
            }
        }
    }
    Ok(planned)
}
