//! The dispatchers' console: a week planned by two, a call with all that comes of it, and every page looked at.
use crate::day::CLIENT;
use crate::office::SUPPORT;
use crate::{DISPATCHER, TECHNICIAN, nobody_answers, one, play};
use anyhow::{Context, Result, ensure};
use chrono::{Datelike, Days};
use onsite_tests::live::Demo;
use onsite_tests::live::mailbox::Mail;
use onsite_tests::{Database, Kind};
use serde_json::{Value, json};
use std::path::Path;

const MANAGER: &str = "manager@demo.example";

/// The Monday two weeks ahead: a week nobody has planned anything in.
fn free_week() -> String {
    let today = (onsite_model::clock::system())().date_naive();
    let monday = today - Days::new(today.weekday().num_days_from_monday().into());
    (monday + Days::new(14)).to_string()
}

/// Technicians as the board has them, in its order.
fn technicians(demo: &Demo) -> Result<Vec<Value>> {
    let users = demo.desk(DISPATCHER)?.all("/v1/users")?;
    let mut found: Vec<Value> = users
        .iter()
        .filter(|user| user["fields"]["role"] == "technician")
        .map(|user| json!({ "id": user["id"], "name": user["fields"]["name"] }))
        .collect();
    found.sort_by_key(|one| one["name"].to_string());
    Ok(found)
}

fn week(database: Option<&Database>) {
    let prepare = |demo: &Demo, _folder: &Path| {
        let users = demo.desk(DISPATCHER)?.all("/v1/users")?;
        let dispatcher = one(&users, |user| user["email"] == DISPATCHER, "dispatcher")?;
        Ok(json!({
            "dispatcher": DISPATCHER, "manager": MANAGER, "day": free_week(),
            "dispatcherName": dispatcher["fields"]["name"], "technicians": technicians(demo)?,
        }))
    };
    play(
        "week",
        database,
        &[],
        prepare,
        |demo, prepared, what, question| {
            let desk = demo.desk(DISPATCHER)?;
            match what {
                "what was planned" => {
                    let technician = question["technician"].as_str().context("no technician")?;
                    let from = prepared["day"].as_str().context("no day")?;
                    let list = format!("/v1/visits?technician={technician}&from={from}T00:00:00Z");
                    Ok(Value::from(desk.all(&list)?))
                }
                "the visit" => {
                    let visit = question["visit"].as_str().context("no visit")?;
                    Ok(desk.get(&format!("/v1/visits/{visit}"))?["fields"].clone())
                }
                _ => nobody_answers(demo, prepared, what, question),
            }
        },
    );
}

#[test]
fn two_dispatchers_plan_a_week_on_sqlite() {
    week(None);
}

#[test]
fn two_dispatchers_plan_a_week_on_postgres() {
    if let Some(database) = Database::create(Kind::Postgres) {
        week(Some(&database));
    }
}

fn call(database: Option<&Database>) {
    let prepare = |demo: &Demo, _folder: &Path| {
        let desk = demo.desk(DISPATCHER)?;
        let (contacts, sites) = (desk.all("/v1/contacts")?, desk.all("/v1/sites")?);
        let contact = one(&contacts, |contact| contact["email"] == CLIENT, "contact")?;
        let client = &contact["fields"]["client_id"];
        let site = one(&sites, |site| &site["client_id"] == client, "site")?;
        let users = desk.all("/v1/users")?;
        let technician = one(&users, |user| user["email"] == TECHNICIAN, "technician")?;
        let day = (onsite_model::clock::system())().date_naive();
        Ok(json!({
            "dispatcher": DISPATCHER, "support": SUPPORT, "day": day, "technicianName": technician["fields"]["name"],
            "site": site["fields"]["name"], "contact": contact["fields"]["name"], "number": contact["fields"]["phone"],
        }))
    };
    play(
        "call",
        database,
        &[],
        prepare,
        |demo, prepared, what, question| {
            let of = |name: &str| {
                question[name]
                    .as_str()
                    .context("something is missing in the question")
            };
            match what {
                "the session ends" => {
                    end_session(demo)?;
                    Ok(Value::Null)
                }
                "what came of the call" => came_of_the_call(demo, of("title")?),
                "the link in the mail" => Ok(json!(
                    mail_about(demo, of("kind")?, of("visit")?)?.link(of("part")?)?
                )),
                "what became of the visit" => {
                    let desk = demo.desk(DISPATCHER)?;
                    let visit = desk.get(&format!("/v1/visits/{}", of("visit")?))?;
                    let sheets = desk.all(&format!("/v1/service-sheets?parent={}", of("visit")?))?;
                    let sheet = sheets.first().context("no sheet")?;
                    mail_about(demo, "signed_sheet", of("visit")?)?;
                    Ok(json!({ "visit": visit["fields"], "sheet": sheet["fields"] }))
                }
                "the callback" => {
                    let visit = of("visit")?;
                    let callbacks = demo.desk(DISPATCHER)?.all("/v1/callbacks")?;
                    Ok(one(&callbacks, |callback| callback["visit_id"] == visit, "callback")?["id"].clone())
                }
                "what became of the callback" => became_of_the_callback(demo, of("callback")?),
                _ => nobody_answers(demo, prepared, what, question),
            }
        },
    );
}

/// Logs the dispatcher out everywhere.
fn end_session(demo: &Demo) -> Result<()> {
    let desk = demo.desk(MANAGER)?;
    let devices = desk.get("/v1/devices?everybody=true")?;
    let seen = devices.as_array().context("no devices")?;
    let users = desk.all("/v1/users")?;
    let dispatcher = one(&users, |user| user["email"] == DISPATCHER, "dispatcher")?;
    let own = seen
        .iter()
        .filter(|device| device["user_id"] == dispatcher["id"] && device["revoked_at"].is_null());
    for device in own {
        let id = device["id"].as_str().context("no device")?;
        let answer = desk.send("DELETE", &format!("/v1/devices/{id}"), &[], None)?;
        ensure!(answer.status == 204 || answer.status == 200, "the device stays");
    }
    Ok(())
}

/// The tickets of that title, with their visits.
fn came_of_the_call(demo: &Demo, title: &str) -> Result<Value> {
    let desk = demo.desk(DISPATCHER)?;
    let tickets = desk.all("/v1/tickets")?;
    let found: Vec<&Value> = tickets
        .iter()
        .filter(|ticket| ticket["fields"]["title"] == title)
        .collect();
    let visits = desk.all("/v1/visits")?;
    let of = visits.iter().filter(|visit| {
        let own = visit["fields"]["ticket_ids"].as_array();
        own.is_some_and(|own| found.iter().any(|ticket| own.contains(&ticket["id"])))
    });
    Ok(json!({ "tickets": found, "visits": of.collect::<Vec<_>>() }))
}

/// The newest mail of a kind about a visit, once it has arrived.
pub(crate) fn mail_about(demo: &Demo, kind: &str, visit: &str) -> Result<Mail> {
    let outbox = demo
        .desk(DISPATCHER)?
        .all(&format!("/v1/notifications?visit={visit}"))?;
    let mail = outbox.iter().rfind(|mail| mail["kind"] == kind);
    let mail = mail.with_context(|| format!("no mail {kind}"))?;
    demo.mailbox
        .wait_for(mail["message_id"].as_str().unwrap_or_default())
}

/// The callback with its complaint and the ticket of what is wanted besides.
fn became_of_the_callback(demo: &Demo, callback: &str) -> Result<Value> {
    let desk = demo.desk(DISPATCHER)?;
    let held = desk.get(&format!("/v1/callbacks/{callback}"))?;
    let ticket = held["fields"]["ticket_id"].as_str().context("no ticket")?;
    let ticket = desk.get(&format!("/v1/tickets/{ticket}"))?;
    let complaints = desk.all("/v1/complaints")?;
    let complaint = one(&complaints, |one| one["callback_id"] == callback, "complaint")?;
    Ok(json!({
        "callback": held["fields"],
        "complaint": complaint["fields"],
        "ticket": ticket["fields"],
    }))
}

#[test]
fn a_call_ends_as_a_complaint_on_sqlite() {
    call(None);
}

#[test]
fn a_call_ends_as_a_complaint_on_postgres() {
    if let Some(database) = Database::create(Kind::Postgres) {
        call(Some(&database));
    }
}

#[test]
fn every_page_of_the_console_is_accessible_in_both_languages() {
    let prepare = |demo: &Demo, _folder: &Path| {
        let desk = demo.desk(DISPATCHER)?;
        let tickets = desk.all("/v1/tickets")?;
        let ticket = one(
            &tickets,
            |ticket| ticket["site_id"].is_string(),
            "ticket at a site",
        )?;
        let assets = desk.all("/v1/assets")?;
        let site = &ticket["fields"]["site_id"];
        let asset = one(&assets, |asset| &asset["site_id"] == site, "asset at its site")?;
        let visits = desk.all("/v1/visits?status=scheduled")?;
        let visit = one(
            &visits,
            |visit| visit["technician_id"].is_string(),
            "planned visit",
        )?;
        let day = visit["fields"]["planned_start"]
            .as_str()
            .and_then(|at| at.get(..10));
        Ok(json!({
            "manager": MANAGER, "client": ticket["fields"]["client_id"], "ticket": ticket["id"],
            "asset": asset["id"], "site": site, "visit": visit["id"], "day": day.context("no day")?,
        }))
    };
    play("console", None, &[], prepare, nobody_answers);
}
