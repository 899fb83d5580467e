//! Back online: receipts, the conflict, the documents, the mail, the callback, and the comparison with what was
//! done.
use super::{Day, Done, Say, id, same, text};
use crate::day::morning::DESCRIPTION;
use crate::live::Api;
use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use serde_json::json;
use std::collections::BTreeMap;
use sync_protocol::evidence;

/// Sends everything; the first answer gets lost on the way, and the retry is answered as if nothing had happened.
pub(super) fn push(day: &mut Day, done: &Done, say: Say<'_>) -> Result<()> {
    say("");
    say("BACK ONLINE");
    let sent = day.phone.push_and_lose_the_answer()?;
    say(&format!(
        "  Sent {sent} operations; the answer got lost. Sending them again."
    ));
    let receipts = day.phone.push()?;
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for receipt in &receipts {
        let outcome = serde_json::to_value(receipt.outcome)?;
        *outcomes
            .entry(outcome.as_str().unwrap_or_default().to_owned())
            .or_default() += 1;
    }
    let counts: Vec<String> = outcomes
        .iter()
        .map(|(outcome, count)| format!("{count} {outcome}"))
        .collect();
    say(&format!("  {} receipts: {}.", receipts.len(), counts.join(", ")));
    ensure!(
        !outcomes.contains_key("quarantined"),
        "something went to quarantine: {receipts:?}"
    );
    let ahead = (day.phone.measured_skew()? as f64 / 60_000.0).round();
    same("the phone's clock, in minutes", &ahead, &7.0)?;
    say("  The phone's clock, 7 minutes fast, was taken as it is and noted with the device.");
    same("operations unsent", &day.phone.engine.status().pending, &0)?;
    let (attachment, bytes) = done.photo.as_ref().context("no photo")?;
    let stored = day.phone.upload(*attachment, bytes)?;
    say(&format!(
        "  The photo is on the server, {} by {} pixels, with a thumbnail.",
        stored["width"], stored["height"]
    ));
    Ok(())
}

/// The merged edit, and the conflict that a dispatcher decides.
pub(super) fn settle(day: &mut Day, say: Say<'_>) -> Result<()> {
    let ticket = day.record("tickets", day.ticket)?;
    let merged =
        format!("Seen on site on floor 21. {DESCRIPTION} The client called again: it is urgent now.");
    same(
        "the description",
        &text(&ticket, "description")?,
        &merged.as_str(),
    )?;
    same("the priority", &text(&ticket, "priority")?, &"high")?;
    same("the ticket", &text(&ticket, "status")?, &"solved")?;
    say("");
    say("MERGED without asking anybody");
    say(&format!("  Description: {merged}"));
    say("  Priority and assignee are the dispatcher's, status and solution the technician's.");

    let open = day
        .dispatcher
        .all(&format!("/v1/conflicts?status=open&row={}", day.ticket))?;
    same("open conflicts of the ticket", &open.len(), &1)?;
    let conflict = &open[0];
    let side = |name: &str| -> Result<String> {
        Ok(text(&conflict["fields"][name]["values"], "diagnosis")?.to_owned())
    };
    say("");
    say("CONFLICT in the dispatcher's inbox: the ticket's diagnosis");
    say(&format!("  stands:   {}", side("current")?));
    say(&format!("  incoming: {}", side("incoming")?));
    let path = format!("/v1/conflicts/{}", id(conflict, "id")?);
    let resolved = day
        .dispatcher
        .post_on(&path, "resolve", &json!({ "choice": "take_incoming" }))?;
    same("the conflict", &text(&resolved["fields"], "status")?, &"resolved")?;
    let ticket = day.record("tickets", day.ticket)?;
    same(
        "the diagnosis",
        &text(&ticket, "diagnosis")?,
        &side("incoming")?.as_str(),
    )?;
    day.phone.pull()?;
    let seen: onsite_model::ticket::Ticket = day.phone.get(day.ticket)?;
    same(
        "the phone's ticket",
        &seen.diagnosis.as_deref(),
        &Some(side("incoming")?.as_str()),
    )?;
    say("  Decided for the technician; the phone has pulled it.");
    Ok(())
}

/// The sealed sheet, its documents and the client's mail.
pub(super) fn documents(day: &Day, done: &Done, say: Say<'_>) -> Result<()> {
    let (sheet_id, hash) = done.sheet.as_ref().context("no sheet")?;
    let sheet = day.record("service-sheets", *sheet_id)?;
    same("the sheet", &text(&sheet, "status")?, &"signed")?;
    same("its checksum", &text(&sheet, "hash")?, &hash.as_str())?;
    same(
        "the sealed bytes",
        &evidence::sheet_hash(text(&sheet, "canonical")?),
        hash,
    )?;
    let genuine = Api::new(&day.demo.url()).get(&format!("/v1/verifications/{hash}"))?;
    ensure!(
        genuine["content_fits"] == true && genuine["seal_fits"] == true,
        "not genuine: {genuine}"
    );
    for signer in genuine["signers"].as_array().context("no signers")? {
        ensure!(signer["flaw"].is_null(), "a signature has a flaw: {signer}");
    }
    let amendments = day
        .dispatcher
        .all(&format!("/v1/sheet-amendments?parent={sheet_id}"))?;
    ensure!(
        amendments.is_empty(),
        "the records tell the sheet otherwise: {amendments:?}"
    );
    say("");
    say("SIGNED AND SEALED");
    say(&format!(
        "  Sheet {}: content, both signatures and the server's seal fit.",
        text(&sheet, "number")?
    ));

    let documents = day.folder.join("documents");
    std::fs::create_dir_all(&documents)?;
    for (name, path) in [
        (
            "service-sheet.pdf",
            format!("/v1/service-sheets/{sheet_id}/document.pdf"),
        ),
        (
            "inspection-record.pdf",
            format!("/v1/visits/{}/inspection-record.pdf", day.visit),
        ),
    ] {
        let bytes = day.dispatcher.bytes(&path)?;
        ensure!(bytes.starts_with(b"%PDF-"), "{name} is no PDF");
        std::fs::write(documents.join(name), &bytes)?;
        say(&format!(
            "  {} ({} kB)",
            documents.join(name).display(),
            bytes.len() / 1024
        ));
    }

    let mail = day.mail("signed_sheet")?;
    let attached = mail.attachments()?;
    same("documents attached to the mail", &attached.len(), &2)?;
    ensure!(
        attached.iter().all(|(_, bytes)| bytes.starts_with(b"%PDF-")),
        "an attachment is no PDF"
    );
    ensure!(mail.text()?.contains(hash), "the mail does not name the checksum");
    say(&format!("  Mailed to the client: {}", mail.subject()?));
    say(&format!("  {}", mail.path.display()));
    Ok(())
}

/// The client answers the survey by its link; support calls back.
pub(super) fn callback(day: &Day, say: Say<'_>) -> Result<()> {
    let link = day.mail("survey")?.link("/survey/")?;
    let path = link
        .strip_prefix(&day.demo.url())
        .context("the link leads elsewhere")?
        .to_owned();
    let client = Api::new(&day.demo.url());
    let form = (
        "application/x-www-form-urlencoded",
        b"score=4&comment=Friendly+and+quick".as_slice(),
    );
    same(
        "the survey's answer",
        &client.send("POST", &path, &[], Some(form))?.status,
        &200,
    )?;

    let due = day.support.all(&format!("/v1/callbacks?visit={}", day.visit))?;
    same("callbacks of the visit", &due.len(), &1)?;
    same("the callback", &text(&due[0]["fields"], "status")?, &"due")?;
    let record = format!("/v1/callbacks/{}", id(&due[0], "id")?);
    day.support
        .post_on(&record, "calls", &json!({ "result": "no_answer" }))?;
    let who = day.dispatcher.get("/v1/me")?;
    let answered = json!({
        "result": "answered", "score": 5, "comment": "Everything works.", "new_needs": "Two more desks in March.",
        "route": { "assignee_id": who["user_id"], "due_at": day.phone.now() + TimeDelta::days(14), "title": "Two more desks" },
    });
    let callback = day.support.post_on(&record, "calls", &answered)?["fields"].clone();
    same("the callback", &text(&callback, "status")?, &"done")?;
    same("calls made", &callback["attempts"].as_u64(), &Some(2))?;
    say("");
    say("CALLBACK");
    say(&format!(
        "  The client's survey by link: {} of 5, {}.",
        callback["survey_score"],
        text(&callback, "survey_comment")?
    ));
    let ticket = day.record("tickets", id(&callback, "ticket_id")?)?;
    same(
        "the ticket of the new needs",
        &text(&ticket, "title")?,
        &"Two more desks",
    )?;
    say(&format!(
        "  Reached at the second call: {} of 5. New needs: {}",
        callback["score"],
        text(&callback, "new_needs")?
    ));
    Ok(())
}

/// Compares the server, field by field, with what was done offline.
pub(super) fn compare(day: &mut Day, done: &Done, say: Say<'_>) -> Result<()> {
    for (asset, tag) in &done.tagged {
        same(
            "a tag",
            &text(&day.record("assets", *asset)?, "tag")?,
            &tag.as_str(),
        )?;
    }
    let inspections = day
        .dispatcher
        .all(&format!("/v1/inspections?parent={}", day.visit))?;
    same("inspections", &inspections.len(), &done.inspections.len())?;
    let mut answers = 0;
    let mut failed = 0;
    for inspection in &done.inspections {
        let given = day
            .dispatcher
            .all(&format!("/v1/inspection-answers?parent={inspection}"))?;
        answers += given.len();
        failed += given
            .iter()
            .filter(|answer| answer["fields"]["outcome"] == "fail")
            .count();
    }
    same("answers", &answers, &done.answers)?;
    same("failed items", &failed, &1)?;
    same(
        "advice",
        &day.dispatcher
            .all(&format!("/v1/advice?parent={}", day.visit))?
            .len(),
        &done.advice.len(),
    )?;
    let (photo, bytes) = done.photo.as_ref().context("no photo")?;
    same(
        "the photo",
        &day.dispatcher
            .bytes(&format!("/v1/attachments/{photo}/content"))?,
        bytes,
    )?;
    let visit = day.record("visits", day.visit)?;
    same("the visit", &text(&visit, "status")?, &"closed")?;
    same("its contact", &id(&visit, "contact_id")?, &day.contact)?;
    day.phone.pull()?;
    let status = day.phone.engine.status();
    same(
        "what is unsent or settling",
        &(status.pending, status.settling, status.quarantined),
        &(0, 0, 0),
    )?;
    say("");
    say("COMPARED with what was entered offline");
    say(&format!(
        "  {} tags, {} inspections, {answers} answers, {} advice, the photo byte for byte: all there.",
        done.tagged.len(),
        inspections.len(),
        done.advice.len()
    ));
    Ok(())
}
