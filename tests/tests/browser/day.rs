//! The offline day: what the office plans and does meanwhile, and whether the server holds in the end what was entered.
use crate::{DISPATCHER, TECHNICIAN, nobody_answers, one, play};
use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use onsite_model::clock;
use onsite_tests::day::photo;
use onsite_tests::live::{Api, Demo};
use onsite_tests::{Database, Kind};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;

pub(crate) const CLIENT: &str = "claire.dubois@meridian.example";

/// What the dispatcher writes into the field that the technician fills in offline.
const BY_PHONE: &str = "By phone: probably the toner.";

/// Who plays the day, in which language, and what the item of the checklist is called in it.
pub(crate) struct Cast {
    technician: &'static str,
    language: &'static str,
    item: &'static str,
}

pub(crate) const ENGLISH: Cast = Cast {
    technician: TECHNICIAN,
    language: "en",
    item: "Case, cables and fan clean and sound",
};

const CHINESE: Cast = Cast {
    technician: "zhang.wei@demo.example",
    language: "zh-CN",
    item: "机箱、线缆、风扇完好清洁",
};

#[test]
fn an_offline_day_on_sqlite() {
    offline_day(None, &ENGLISH);
}

#[test]
fn an_offline_day_on_postgres() {
    if let Some(database) = Database::create(Kind::Postgres) {
        offline_day(Some(&database), &CHINESE);
    }
}

fn offline_day(database: Option<&Database>, cast: &Cast) {
    let plan = |demo: &Demo, folder: &Path| plan(demo, folder, cast);
    play("day", database, &[], plan, |demo, known, what, question| {
        match what {
            "the office edits the ticket and moves the visit" => meddle(demo, known)?,
            "the server dies" => demo.cut(),
            "the server comes back" => demo.restart()?,
            "the office decides for the technician" => decide(demo)?,
            "judge" => {
                judge(demo, known, question)?;
                return Ok(json!("as entered"));
            }
            _ => return nobody_answers(demo, known, what, question),
        }
        Ok(Value::Null)
    });
}

/// A ticket and a visit today, given to the technician.
pub(crate) fn plan(demo: &Demo, folder: &Path, cast: &Cast) -> Result<Value> {
    let desk = demo.desk(DISPATCHER)?;
    let (users, sites) = (desk.all("/v1/users")?, desk.all("/v1/sites")?);
    let technician = one(&users, |user| user["email"] == cast.technician, "technician")?;
    let site = one(&sites, |site| site["name"] == "Pudong office", "site")?;
    let client = &site["fields"]["client_id"];
    let contacts = desk.all(&format!(
        "/v1/contacts?parent={}",
        client.as_str().unwrap_or_default()
    ))?;
    let contact = one(&contacts, |contact| contact["email"] == CLIENT, "contact")?;
    let assets = desk.all(&format!(
        "/v1/assets?site={}",
        site["id"].as_str().unwrap_or_default()
    ))?;
    let device = one(&assets, |asset| asset["kind"] == "computer", "computer")?;
    let place = json!({ "client_id": client, "site_id": site["id"], "contact_id": contact["id"] });
    let with = |more: Value| {
        let mut fields = place.clone();
        for (name, value) in more.as_object().into_iter().flatten() {
            fields[name] = value.clone();
        }
        fields
    };
    let ticket = desk.add(
        "/v1/tickets",
        with(json!({ "priority": "normal", "title": "Copier prints streaks", "assignee_id": technician["id"] })),
    )?;
    let now = (clock::system())();
    let visit = desk.add(
        "/v1/visits",
        with(json!({
            "kind": "routine", "purpose": "Monthly inspection, and the copier", "ticket_ids": [ticket],
            "planned_start": now, "planned_end": now + TimeDelta::hours(2),
        })),
    )?;
    desk.post_on(
        &format!("/v1/visits/{visit}"),
        "assign",
        &json!({ "technician_id": technician["id"] }),
    )?;
    let picture = folder.join("photo.jpg");
    std::fs::write(&picture, photo::taken()?)?;
    Ok(json!({
        "visit": visit, "ticket": ticket, "device": device["id"], "photo": picture,
        "technician": cast.technician, "language": cast.language, "item": cast.item,
        "contact": contact["fields"]["name"], "client": CLIENT, "sheetLanguage": "en",
    }))
}

/// What the dispatcher does while the phone is offline.
fn meddle(demo: &Demo, known: &Value) -> Result<()> {
    let desk = demo.desk(DISPATCHER)?;
    desk.patch(
        &path("tickets", &known["ticket"]),
        json!({ "priority": "high", "diagnosis": BY_PHONE }),
    )?;
    let now = (clock::system())();
    let times =
        json!({ "planned_start": now + TimeDelta::hours(3), "planned_end": now + TimeDelta::hours(5) });
    desk.post_on(&path("visits", &known["visit"]), "move", &times)?;
    Ok(())
}

pub(crate) fn path(plural: &str, id: &Value) -> String {
    format!("/v1/{plural}/{}", id.as_str().unwrap_or_default())
}

/// Compares what was entered on the phone with what the server holds.
fn judge(demo: &Demo, known: &Value, entered: &Value) -> Result<()> {
    let desk = demo.desk(DISPATCHER)?;
    let id = |name: &str| known[name].as_str().unwrap_or_default().to_owned();
    let (visit, ticket) = (id("visit"), id("ticket"));
    let of_visit = |plural: &str| desk.all(&format!("/v1/{plural}?parent={visit}"));

    let now = desk.get(&path("tickets", &known["ticket"]))?["fields"].clone();
    same("the solution", &now["solution"], &entered["solution"])?;
    same("the ticket", &now["status"], &json!("solved"))?;
    same("its priority", &now["priority"], &json!("high"))?;
    let open = desk.all("/v1/conflicts?status=open")?;
    same("open conflicts", &json!(open.len()), &json!(2))?;
    let about = |row: &str, field: &str| {
        one(
            &open,
            |conflict| conflict["row_id"] == row && conflict["field"] == field,
            field,
        )
    };
    let conflict = about(&ticket, "diagnosis")?;
    let value = |side: &str| conflict["fields"][side]["values"]["diagnosis"].clone();
    let mut values = [value("current"), value("incoming")];
    values.sort_by_key(Value::to_string);
    let mut expected = [json!(BY_PHONE), entered["diagnosis"].clone()];
    expected.sort_by_key(Value::to_string);
    same("both diagnoses", &json!(values), &json!(expected))?;

    // The visit was moved while it was worked: the plan is the office's, the work and its times stand.
    about(&visit, "status")?;
    let worked = desk.get(&path("visits", &known["visit"]))?["fields"].clone();
    let mut times: Vec<&str> = Vec::new();
    for step in [
        "travelling_at",
        "arrived_at",
        "contact_met_at",
        "finished_at",
        "explained_at",
    ] {
        times.push(worked[step].as_str().with_context(|| format!("no {step}"))?);
    }
    ensure!(times.is_sorted(), "times out of order: {times:?}");
    let planned: chrono::DateTime<chrono::Utc> =
        worked["planned_start"].as_str().context("no plan")?.parse()?;
    ensure!(planned > (clock::system())(), "the visit was not moved");

    let worklog = desk.all(&format!("/v1/worklog-entries?parent={ticket}"))?;
    let worked = one(
        &worklog,
        |entry| entry["text"] == entered["work"],
        "entry in the worklog",
    )?;
    same("its minutes", &worked["fields"]["minutes"], &entered["minutes"])?;

    let inspections = of_visit("inspections")?;
    same("inspections", &json!(inspections.len()), &json!(1))?;
    let inspection = &inspections[0];
    same("the device", &inspection["fields"]["asset_id"], &known["device"])?;
    same(
        "the inspection",
        &inspection["fields"]["status"],
        &json!("finished"),
    )?;
    let inspection = inspection["id"].as_str().unwrap_or_default();
    let answers = desk.all(&format!("/v1/inspection-answers?parent={inspection}"))?;
    let flagged = one(&answers, |answer| answer["outcome"] == "flag", "flagged answer")?;
    same("its note", &flagged["fields"]["note"], &entered["note"])?;
    let advice = of_visit("advice")?;
    same("the advice", &advice[0]["fields"]["text"], &entered["advice"])?;

    let photos = desk.all(&format!("/v1/attachments?parent={visit}"))?;
    let photo = one(&photos, |photo| photo["media_type"] == "image/jpeg", "photo")?;
    let bytes = desk.bytes(&format!("{}/content", path("attachments", &photo["id"])))?;
    same(
        "the photo",
        &json!(hex::encode(Sha256::digest(&bytes))),
        &photo["fields"]["sha256"],
    )?;

    sheet(demo, &desk, &visit, entered)
}

/// The dispatcher goes through the inbox.
fn decide(demo: &Demo) -> Result<()> {
    let desk = demo.desk(DISPATCHER)?;
    for conflict in desk.all("/v1/conflicts?status=open")? {
        let choice = json!({ "choice": "take_incoming" });
        desk.post_on(&path("conflicts", &conflict["id"]), "resolve", &choice)?;
    }
    Ok(())
}

/// The sheet is signed, sealed and genuine, and the client has it by mail.
fn sheet(demo: &Demo, desk: &Api, visit: &str, entered: &Value) -> Result<()> {
    let sheets = desk.all(&format!("/v1/service-sheets?parent={visit}"))?;
    same("sheets", &json!(sheets.len()), &json!(1))?;
    let sheet = &sheets[0]["fields"];
    same("the sheet", &sheet["status"], &json!("signed"))?;
    same("the rating", &sheet["rating"], &entered["rating"])?;
    let hash = sheet["hash"].as_str().context("a sheet without a checksum")?;
    let genuine = Api::new(&demo.url()).get(&format!("/v1/verifications/{hash}"))?;
    ensure!(
        genuine["content_fits"] == true && genuine["seal_fits"] == true,
        "not genuine: {genuine}"
    );
    let signers = genuine["signers"].as_array().context("no signers")?;
    same("signers", &json!(signers.len()), &json!(2))?;
    for signer in signers {
        ensure!(signer["flaw"].is_null(), "a signature has a flaw: {signer}");
    }
    let outbox = desk.all(&format!("/v1/notifications?visit={visit}"))?;
    let about_sheet = |mail: &&Value| mail["kind"] == "signed_sheet";
    let mail = outbox
        .iter()
        .find(about_sheet)
        .context("no mail about the sheet")?;
    let mail = demo
        .mailbox
        .wait_for(mail["message_id"].as_str().unwrap_or_default())?;
    let pdf = mail
        .attachments()?
        .into_iter()
        .any(|(name, bytes)| name.ends_with(".pdf") && bytes.starts_with(b"%PDF"));
    ensure!(pdf, "the mail about the sheet carries no PDF");
    Ok(())
}

pub(crate) fn same(what: &str, found: &Value, expected: &Value) -> Result<()> {
    ensure!(
        found == expected,
        "{what}: the server has {found}, entered was {expected}"
    );
    Ok(())
}
