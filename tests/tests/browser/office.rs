//! The office at work in the console: conflicts decided and taken back, and every page.
use crate::{DISPATCHER, TECHNICIAN, nobody_answers, play};
use anyhow::{Context, Result};
use onsite_model::asset::Asset;
use onsite_model::ids::new_id;
use onsite_tests::live::demo::PASSWORD;
use onsite_tests::live::{Demo, Pocket};
use onsite_tests::{Database, Kind};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const SUPPORT: &str = "support@demo.example";
const ADMIN: &str = "admin@demo.example";
const OURS: &str = "Server room, rack 2";
const THEIRS: &str = "Room 402, under the desk";

/// The technician writes other places for three devices than the office did meanwhile, and adds one without a name.
/// Returns the first.
fn disagree(demo: &Demo) -> Result<String> {
    let mut phone = Pocket::enrol(&demo.url(), TECHNICIAN, PASSWORD, 1)?;
    phone.pull()?;
    let assets = phone.all::<Asset>()?;
    let desk = demo.desk(DISPATCHER)?;
    let devices: Vec<Uuid> = assets.keys().copied().take(3).collect();
    for device in &devices {
        desk.patch(&format!("/v1/assets/{device}"), json!({ "location": OURS }))?;
        phone.change(*device, phone.now(), json!({ "location": THEIRS }))?;
    }
    let nameless = Asset {
        name: String::new(),
        tag: None,
        ..assets
            .get(devices.first().context("no device")?)
            .context("no device")?
            .clone()
    };
    phone.add(new_id(phone.now()), phone.now(), &nameless)?;
    phone.push()?;
    Ok(devices.first().context("no device")?.to_string())
}

fn a_device(demo: &Demo) -> Result<Value> {
    let mut phone = Pocket::enrol(&demo.url(), TECHNICIAN, PASSWORD, 1)?;
    phone.pull()?;
    let (_, asset) = phone.all::<Asset>()?.into_iter().next().context("no device")?;
    Ok(json!({ "device": asset.name, "ours": OURS, "theirs": THEIRS, "dispatcher": DISPATCHER }))
}

fn conflict(database: Option<&Database>) {
    let mut device = String::new();
    play(
        "conflict",
        database,
        &[],
        |demo, _| a_device(demo),
        |demo, prepared, what, question| match what {
            "a technician and the office disagree" => {
                device = disagree(demo)?;
                Ok(Value::Null)
            }
            "where is the device" => {
                let asset = demo.desk(DISPATCHER)?.get(&format!("/v1/assets/{device}"))?;
                Ok(asset["fields"]["location"].clone())
            }
            "is the label printer there" => {
                let found = demo.desk(DISPATCHER)?.all("/v1/assets?q=Label%20printer")?;
                Ok(json!(found.len() == 1))
            }
            _ => nobody_answers(demo, prepared, what, question),
        },
    );
}

#[test]
fn a_conflict_is_decided_and_taken_back_on_sqlite() {
    conflict(None);
}

#[test]
fn a_conflict_is_decided_and_taken_back_on_postgres() {
    if let Some(database) = Database::create(Kind::Postgres) {
        conflict(Some(&database));
    }
}

#[test]
fn every_page_of_the_office_is_accessible_in_both_languages() {
    play(
        "office",
        None,
        &[],
        |demo, _| Ok(json!({ "admin": ADMIN, "places": places(demo)? })),
        nobody_answers,
    );
}

/// One of each thing that has a page.
fn places(demo: &Demo) -> Result<Value> {
    disagree(demo)?;
    let desk = demo.desk(ADMIN)?;
    let first = |list: &str| -> Result<Value> {
        let all = desk.all(list)?;
        Ok(all.first().with_context(|| format!("nothing in {list}"))?["id"].clone())
    };
    let client = first("/v1/clients")?;
    let told = json!({ "client_id": client, "text": "Nobody came on Friday" });
    let complaint = desk.add("/v1/complaints", told)?;
    let devices = desk.get("/v1/devices?everybody=true")?;
    Ok(json!({
        "conflict": first("/v1/conflicts?status=open")?,
        "kept": first("/v1/quarantine")?,
        "callback": first("/v1/callbacks?status=due")?,
        "complaint": complaint,
        "device": devices[0]["id"],
        "user": first("/v1/users")?,
        "template": first("/v1/checklist-templates")?,
    }))
}
