//! What clients see without an account: the pages behind mailed links, labels and codes.
use crate::console::mail_about;
use crate::day::path;
use crate::{nobody_answers, one, play};
use anyhow::{Context, Result};
use onsite_tests::day::photo;
use onsite_tests::live::{Api, Demo};
use serde_json::{Value, json};
use std::path::Path;
use sync_protocol::evidence;

const MANAGER: &str = "manager@demo.example";

/// Whose visits are worked through, as the scenario has them.
const LANGUAGES: [&str; 4] = ["en", "en", "zh-CN", "zh-CN"];

#[test]
fn every_page_of_a_client_is_accessible_in_both_languages() {
    play("pages", None, &[], visits, |demo, prepared, what, question| {
        if what != "the link in the mail" {
            return nobody_answers(demo, prepared, what, question);
        }
        let of = |name: &str| {
            question[name]
                .as_str()
                .context("something is missing in the question")
        };
        Ok(json!(
            mail_about(demo, of("kind")?, of("visit")?)?.link(of("part")?)?
        ))
    });
}

/// For each language visits whose client was not there to sign, each with a device of its site.
fn visits(demo: &Demo, folder: &Path) -> Result<Value> {
    let desk = demo.desk(MANAGER)?;
    let (clients, contacts) = (desk.all("/v1/clients")?, desk.all("/v1/contacts")?);
    let mut assets = desk.all("/v1/assets")?;
    let mut planned = desk.all("/v1/visits?status=scheduled")?;
    let mut found = Vec::new();
    for language in LANGUAGES {
        let is_in = |visit: &Value| {
            let client = &visit["fields"]["client_id"];
            clients
                .iter()
                .any(|one| &one["id"] == client && one["fields"]["language"] == language)
        };
        let at = planned.iter().position(is_in);
        let visit = planned.remove(at.with_context(|| format!("no visit in {language}"))?);
        let fields = &visit["fields"];
        let contact = one(
            &contacts,
            |one| one["client_id"] == fields["client_id"],
            "contact",
        )?;
        // One device takes few reports an hour.
        let is_there =
            |one: &Value| one["fields"]["site_id"] == fields["site_id"] && one["fields"]["tag"].is_string();
        let device = assets.remove(
            assets
                .iter()
                .position(is_there)
                .context("no device with a label")?,
        );
        let hash = leave_unsigned(&desk, &visit["id"], &contact["id"])?;
        found.push(json!({ "visit": visit["id"], "hash": hash, "tag": device["fields"]["tag"] }));
    }
    let picture = folder.join("photo.jpg");
    std::fs::write(&picture, photo::taken()?)?;
    Ok(json!({ "visits": found, "photo": picture }))
}

/// Writes the sheet of a visit that nobody was there to sign; returns its hash.
fn leave_unsigned(desk: &Api, visit: &Value, contact: &Value) -> Result<String> {
    let done = "Replaced the fan.\n更换了风扇。";
    desk.patch(
        &path("visits", visit),
        json!({ "contact_id": contact, "solution": done }),
    )?;
    let content = desk.get(&format!("{}/sheet-draft", path("visits", visit)))?;
    let canonical = evidence::canonical(&content)?;
    let hash = evidence::sheet_hash(&canonical);
    let sheet = json!({ "visit_id": visit, "canonical": canonical, "hash": hash });
    let sheet = path("service-sheets", &json!(desk.add("/v1/service-sheets", sheet)?));
    desk.patch(&sheet, json!({ "status": "presented" }))?;
    desk.patch(
        &sheet,
        json!({ "status": "absent", "reason": "Had left already." }),
    )?;
    Ok(hash)
}
