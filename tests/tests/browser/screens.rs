//! Every screen, for somebody who reads English and somebody who reads Chinese.
use crate::{DISPATCHER, nobody_answers, one, play};
use anyhow::{Context, Result};
use onsite_tests::live::Demo;
use serde_json::{Map, Value, json};
use std::path::Path;

const PEOPLE: [(&str, &str); 2] = [
    ("en", "tom.becker@demo.example"),
    ("zh-CN", "zhang.wei@demo.example"),
];

#[test]
fn every_screen_is_accessible_in_both_languages() {
    play("screens", None, &[], people, nobody_answers);
}

/// For each language a technician, with a visit of every state they have, a first one, and a device and a ticket of theirs.
fn people(demo: &Demo, _folder: &Path) -> Result<Value> {
    let desk = demo.desk(DISPATCHER)?;
    let (users, visits) = (desk.all("/v1/users")?, desk.all("/v1/visits")?);
    let tickets = desk.all("/v1/tickets")?;
    let mut people = Map::new();
    for (language, email) in PEOPLE {
        let technician = one(&users, |user| user["email"] == email, "technician")?;
        let own = visits
            .iter()
            .filter(|visit| visit["fields"]["technician_id"] == technician["id"]);
        let mut states = Map::new();
        let mut sites = Vec::new();
        for visit in own {
            let state = visit["fields"]["status"].as_str().context("no status")?;
            states.insert(state.to_owned(), visit["id"].clone());
            if visit["fields"]["kind"] == "first" && state == "closed" {
                states.insert("first".to_owned(), visit["id"].clone());
            }
            sites.push(visit["fields"]["site_id"].clone());
        }
        let site = sites.first().and_then(Value::as_str).context("no visit")?;
        let assets = desk.all(&format!("/v1/assets?site={site}"))?;
        let asset = one(&assets, |asset| asset["kind"] == "computer", "computer")?;
        let ticket = one(&tickets, |ticket| sites.contains(&ticket["site_id"]), "ticket")?;
        let person =
            json!({ "email": email, "visits": states, "asset": asset["id"], "ticket": ticket["id"] });
        people.insert(language.to_owned(), person);
    }
    Ok(json!({ "people": people }))
}
