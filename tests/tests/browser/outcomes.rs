//! How visits end: signed and changed later, or refused.
use crate::day::{path, same};
use crate::{DISPATCHER, TECHNICIAN, nobody_answers, one, play};
use anyhow::{Context, Result};
use chrono::TimeDelta;
use onsite_model::clock;
use onsite_tests::live::Demo;
use serde_json::{Value, json};
use std::path::Path;

const OUTCOMES: [&str; 2] = ["signed", "refused"];

#[test]
fn visits_end_signed_or_refused() {
    play(
        "outcomes",
        None,
        &[],
        plan,
        |demo, known, what, question| match what {
            "judge" => {
                judge(demo, known, question)?;
                Ok(json!("as entered"))
            }
            _ => nobody_answers(demo, known, what, question),
        },
    );
}

/// Two visits today at one site; the one to be signed has a ticket.
fn plan(demo: &Demo, _folder: &Path) -> Result<Value> {
    let desk = demo.desk(DISPATCHER)?;
    let (users, sites) = (desk.all("/v1/users")?, desk.all("/v1/sites")?);
    let technician = one(&users, |user| user["email"] == TECHNICIAN, "technician")?;
    let site = one(&sites, |site| site["name"] == "Pudong office", "site")?;
    let client = &site["fields"]["client_id"];
    let of_client = format!("/v1/contacts?parent={}", client.as_str().unwrap_or_default());
    let contacts = desk.all(&of_client)?;
    let contact = contacts.first().context("no contact")?;
    let ticket = desk.add(
        "/v1/tickets",
        json!({
            "client_id": client, "site_id": site["id"], "contact_id": contact["id"],
            "title": "No network at desk 12", "assignee_id": technician["id"],
        }),
    )?;
    let now = (clock::system())();
    let mut visits = json!({});
    for outcome in OUTCOMES {
        let tickets = if outcome == "signed" {
            json!([ticket])
        } else {
            json!([])
        };
        let visit = desk.add(
            "/v1/visits",
            json!({
                "client_id": client, "site_id": site["id"], "contact_id": contact["id"], "kind": "routine",
                "purpose": "Monthly inspection", "ticket_ids": tickets,
                "planned_start": now, "planned_end": now + TimeDelta::hours(2),
            }),
        )?;
        desk.post_on(
            &format!("/v1/visits/{visit}"),
            "assign",
            &json!({ "technician_id": technician["id"] }),
        )?;
        visits[outcome] = json!(visit);
    }
    Ok(json!({ "visits": visits, "ticket": ticket, "contact": contact["fields"]["name"] }))
}

fn judge(demo: &Demo, known: &Value, entered: &Value) -> Result<()> {
    let desk = demo.desk(DISPATCHER)?;
    for outcome in OUTCOMES {
        let id = &known["visits"][outcome];
        let visit = desk.get(&path("visits", id))?["fields"].clone();
        same("the visit", &visit["status"], &json!("closed"))?;
        same(
            "why it was not prepared",
            &visit["preparation_override"],
            &entered["override"],
        )?;
        same("what was done", &visit["solution"], &entered["done"])?;
        let list = format!("/v1/service-sheets?parent={}", id.as_str().unwrap_or_default());
        let sheets = desk.all(&list)?;
        let sheet = one(&sheets, |sheet| sheet["status"] == outcome, outcome)?;
        same("why", &sheet["fields"]["reason"], &entered[outcome])?;
        if outcome == "signed" {
            let sheet = sheet["id"].as_str().unwrap_or_default();
            let proposed = desk.all(&format!("/v1/sheet-amendments?parent={sheet}"))?;
            let amendment = one(
                &proposed,
                |amendment| amendment["status"] == "proposed",
                "amendment",
            )?;
            let differences = amendment["fields"]["differences"].as_array();
            let differences = differences.context("an amendment without differences")?;
            let now = differences
                .iter()
                .find(|difference| difference["field"] == "solution")
                .and_then(|difference| difference["now"].as_str())
                .context("no difference in the solution")?;
            let expected = json!(format!(
                "{}\n{}",
                entered["later"].as_str().unwrap_or_default(),
                entered["done"].as_str().unwrap_or_default()
            ));
            same("the amendment", &json!(now), &expected)?;
        }
    }
    Ok(())
}
