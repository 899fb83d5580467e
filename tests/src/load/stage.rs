//! Where a bench in a real Chromium is played: a demo of its own.
use super::demo::Demo;
use crate::Kind;
use crate::live::{Api, browser};
use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub(super) struct Stage<'a> {
    folder: &'a Path,
    chromium: PathBuf,
    pub(super) demo: Demo,
}

impl Stage<'_> {
    /// Starts the demo in a folder.
    pub(super) fn set(folder: &Path) -> Result<Stage<'_>> {
        let chromium = browser::chromium().context("no Chromium to measure in")?;
        Ok(Stage {
            folder,
            chromium,
            demo: Demo::start(&folder.join("data"), Kind::Sqlite)?,
        })
    }

    /// Plays a scenario and returns what it measured.
    pub(super) fn play(&self, scenario: &str, settings: &Value) -> Result<Value> {
        let mut measured = Value::Null;
        browser::play(scenario, &self.chromium, self.folder, settings, &mut |told| {
            measured = told.clone();
            Ok(Value::Null)
        })?;
        Ok(measured)
    }
}

/// Plans a visit of two hours at a site and gives it to a technician; both as a list has them.
pub(super) fn send(desk: &Api, technician: &Value, site: &Value, start: DateTime<Utc>) -> Result<String> {
    let visit = json!({
        "client_id": site["fields"]["client_id"], "site_id": site["id"], "kind": "routine",
        "purpose": "Monthly inspection", "ticket_ids": [],
        "planned_start": start, "planned_end": start + TimeDelta::hours(2),
    });
    let visit = desk.add("/v1/visits", visit)?;
    let who = json!({ "technician_id": technician["id"] });
    desk.post_on(&format!("/v1/visits/{visit}"), "assign", &who)?;
    Ok(visit)
}
