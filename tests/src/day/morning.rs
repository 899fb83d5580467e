//! The office: planning the visit, what happens to its ticket meanwhile, and the technician's preparation.
use super::field;
use super::{COLLEAGUE, Day, Say, id, same, text};
use crate::live::Api;
use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

/// The ticket's description when the technician leaves.
pub(super) const DESCRIPTION: &str = "The copier prints grey streaks. It began last week.";

/// Takes a call, opens a ticket, plans today's visit and gives it to the technician.
pub(super) fn plan(dispatcher: &Api, technician: Uuid, say: Say<'_>) -> Result<(Uuid, Uuid, Uuid, Uuid)> {
    let sites = dispatcher.all("/v1/sites")?;
    let site = sites
        .iter()
        .find(|site| site["fields"]["name"] == "Pudong office")
        .context("no Pudong office")?;
    let (site_id, client_id) = (id(site, "id")?, id(&site["fields"], "client_id")?);
    let contacts = dispatcher.all(&format!("/v1/contacts?parent={client_id}"))?;
    let contact = contacts
        .iter()
        .find(|contact| contact["fields"]["name"] == "Claire Dubois")
        .context("no contact at the site")?;
    let contact_id = id(contact, "id")?;

    let ticket = dispatcher.add(
        "/v1/tickets",
        json!({
            "client_id": client_id, "site_id": site_id, "contact_id": contact_id, "priority": "normal",
            "title": "Copier prints streaks", "description": DESCRIPTION, "assignee_id": technician,
        }),
    )?;
    let now = (onsite_model::clock::system())();
    let visit = dispatcher.add(
        "/v1/visits",
        json!({
            "client_id": client_id, "site_id": site_id, "contact_id": contact_id, "kind": "routine",
            "purpose": "Monthly inspection, and the copier", "ticket_ids": [ticket],
            "planned_start": now - TimeDelta::hours(3), "planned_end": now + TimeDelta::hours(1),
        }),
    )?;
    let assigned = dispatcher.post_on(
        &format!("/v1/visits/{visit}"),
        "assign",
        &json!({ "technician_id": technician }),
    )?;
    say("");
    say("MORNING, in the office");
    say(&format!(
        "  The dispatcher opened ticket {} and planned today's visit; it is {} to Tom Becker.",
        text(
            &dispatcher.get(&format!("/v1/tickets/{ticket}"))?["fields"],
            "number"
        )?,
        text(&assigned["fields"], "status")?,
    ));
    Ok((visit.parse()?, ticket.parse()?, site_id, contact_id))
}

/// The technician pulls, reads the briefing, accepts and ticks the preparation; then the signal is gone.
pub(super) fn prepare(day: &mut Day, say: Say<'_>) -> Result<()> {
    let scheduled = day.mail("visit_scheduled")?;
    let briefing = day.mail("briefing")?;
    let invitation = scheduled
        .attachments()?
        .into_iter()
        .any(|(name, _)| name.ends_with(".ics"));
    ensure!(invitation, "the client's mail has no .ics");
    say(&format!(
        "  Mail to the client, with an invitation: {}",
        scheduled.subject()?
    ));
    say(&format!(
        "  Briefing to the technician:             {}",
        briefing.subject()?
    ));

    let buckets = day.phone.pull()?;
    say("");
    say("PREPARATION, on the phone");
    say(&format!(
        "  First sync: {} buckets, {} assets, {} visits, {} checklists are on the phone.",
        buckets.len(),
        day.phone.engine.list("asset").len(),
        day.phone.engine.list("visit").len(),
        day.phone.engine.list("checklist_template").len(),
    ));

    // Looking at the briefing's page ticks nothing; its button does.
    let link = briefing.link("/briefing/")?;
    let path = link
        .strip_prefix(&day.demo.url())
        .context("the link leads elsewhere")?
        .to_owned();
    let nobody = Api::new(&day.demo.url());
    nobody.send("GET", &path, &[], None)?;
    ensure!(
        day.record("visits", day.visit)?["mail_read_at"].is_null(),
        "a GET ticked the preparation"
    );
    let pressed = nobody.send(
        "POST",
        &path,
        &[],
        Some(("application/x-www-form-urlencoded", b"")),
    )?;
    same("the briefing's button", &pressed.status, &200)?;

    let now = day.phone.now();
    day.phone
        .change(day.visit, now, json!({ "status": "accepted" }))?;
    day.phone.change(
        day.visit,
        now,
        json!({ "contact_confirmed_at": now, "tools_packed_at": now, "forms_ready_at": now }),
    )?;
    day.phone.push()?;
    day.phone.pull()?;
    let visit = day.record("visits", day.visit)?;
    same("the visit", &text(&visit, "status")?, &"accepted")?;
    for point in onsite_model::visit_preparation::POINTS {
        text(&visit, point).with_context(|| format!("{point} is not ticked"))?;
    }
    say("  Accepted; mail read, contact confirmed, tools packed, forms ready: the gate is open.");
    say("");
    say("OFFLINE from here: no signal in the building, and the phone's clock is 7 minutes fast");
    day.phone.skew = TimeDelta::minutes(7) - TimeDelta::minutes(field::MINUTES);
    Ok(())
}

/// What the dispatcher does to the same ticket while the phone is offline.
pub(super) fn meanwhile(day: &Day, say: Say<'_>) -> Result<()> {
    let users = day.dispatcher.all("/v1/users")?;
    let colleague = users
        .iter()
        .find(|user| user["fields"]["email"] == COLLEAGUE)
        .context("no colleague")?;
    let ticket = format!("/v1/tickets/{}", day.ticket);
    day.dispatcher.patch(
        &ticket,
        json!({
            "assignee_id": id(colleague, "id")?,
            "priority": "high",
            "description": format!("{DESCRIPTION} The client called again: it is urgent now."),
            "diagnosis": "By phone: probably the toner.",
        }),
    )?;
    say("");
    say("MEANWHILE, in the office");
    say(
        "  The dispatcher gave the ticket to Liu Yang, raised its priority, added a sentence to its description",
    );
    say("  and wrote a first diagnosis from the phone call.");
    Ok(())
}
