//! The web app on a phone that holds thousands of devices, in a real Chromium: what it loads first, how soon it answers
//! a touch, and how soon it starts without a network.
use super::{Line, Stock, say};
use crate::live::demo::PASSWORD;
use crate::live::{Api, Server, browser};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::Path;
use uuid::Uuid;

/// Devices at the one site the technician is sent to.
const DEVICES: usize = 5_000;

const TECHNICIAN: &str = "amina.okafor@demo.example";
const DISPATCHER: &str = "dispatch@demo.example";

/// Measures it on a demo of its own.
///
/// # Errors
/// There is no Chromium, or the app did not do what was asked of it.
pub fn run(folder: &Path) -> Result<Vec<Line>> {
    let chromium = browser::chromium().context("no Chromium to measure the app in")?;
    let data = folder.join("data");
    std::fs::create_dir_all(&data)?;
    let path = data.to_string_lossy().into_owned();
    let log = folder.join("server.log");
    let server = Server::start(&["demo", "--dir", &path], &[("RUST_LOG", "warn")], &log)?;
    say("the app on a phone with many devices");
    let visit = furnish(&server, &format!("sqlite:{path}/onsite.db"))?;
    let settings = json!({
        "url": server.url(), "technician": TECHNICIAN, "password": PASSWORD, "visit": visit,
    });
    let mut measured = Value::Null;
    browser::play("bench", &chromium, folder, &settings, &mut |told| {
        measured = told.clone();
        Ok(Value::Null)
    })?;
    let figure = |name: &str| {
        let found = measured[name].as_f64();
        found.with_context(|| format!("the app's bench did not tell {name}"))
    };
    let devices = figure("assets")?;
    Ok(vec![
        Line::new("JavaScript before the first screen, gzip", figure("load")?, "kB"),
        Line::new(
            &format!("slowest touch until its paint, {devices} devices"),
            figure("touches")?,
            "ms",
        ),
        Line::new(
            "the same with a processor 4 times slower",
            figure("slowTouches")?,
            "ms",
        ),
        Line::new(
            "cold start offline, processor 4 times slower, median of 5",
            figure("start")?,
            "ms",
        ),
    ])
}

/// Fills a site with devices and sends the technician there; returns the visit.
fn furnish(server: &Server, database: &str) -> Result<String> {
    let desk = Api::new(&server.url()).login(DISPATCHER, PASSWORD)?.0;
    let users = desk.all("/v1/users")?;
    let technician = users
        .iter()
        .find(|user| user["fields"]["email"] == TECHNICIAN)
        .context("no such technician")?;
    let visits = desk.all("/v1/visits")?;
    let visit = visits
        .iter()
        .find(|visit| {
            visit["fields"]["technician_id"] == technician["id"] && visit["fields"]["status"] == "scheduled"
        })
        .context("no visit to go to")?;
    let site: Uuid = visit["fields"]["site_id"].as_str().unwrap_or_default().parse()?;
    Stock::open(database)?.furnish(site, DEVICES)?;
    Ok(visit["id"].as_str().unwrap_or_default().to_owned())
}
