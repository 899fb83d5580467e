//! The web app on a phone that holds thousands of devices, in a real Chromium: what it loads first, how soon it answers
//! a touch, and how soon it starts without a network.
use super::demo::Demo;
use super::stage::{Stage, send};
use super::{Line, say};
use crate::live::Api;
use crate::live::demo::PASSWORD;
use anyhow::{Context, Result};
use onsite_model::clock;
use serde_json::json;
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
    let stage = Stage::set(folder)?;
    let server = &stage.demo.server;
    say("the app on a phone with many devices");
    let visit = furnish(&stage.demo)?;
    let settings = json!({
        "url": server.url(), "technician": TECHNICIAN, "password": PASSWORD, "visit": visit,
    });
    let measured = stage.play("bench", &settings)?;
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
fn furnish(demo: &Demo) -> Result<String> {
    let desk = Api::new(&demo.server.url()).login(DISPATCHER, PASSWORD)?.0;
    let users = desk.all("/v1/users")?;
    let technician = users
        .iter()
        .find(|user| user["fields"]["email"] == TECHNICIAN)
        .context("no such technician")?;
    let sites = desk.all("/v1/sites")?;
    let site = sites.first().context("the demo has no sites")?;
    // One of its own: on a Sunday evening the demo has nobody sent anywhere.
    let visit = send(&desk, technician, site, (clock::system())())?;
    let site: Uuid = site["id"].as_str().unwrap_or_default().parse()?;
    demo.stock()?.furnish(site, DEVICES)?;
    Ok(visit)
}
