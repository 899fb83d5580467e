//! Phones that push what they did offline.
use super::together;
use crate::live::{Pocket, Server};
use anyhow::{Context, Result, ensure};
use onsite_model::ids::new_id;
use onsite_model::visit::Visit;
use onsite_model::worklog_entry::{WorklogEntry, WorklogKind};
use std::collections::BTreeMap;
use sync_protocol::receipt::{Outcome, Receipt};
use uuid::Uuid;

/// Technicians of the demo, whose phones these are.
const TECHNICIANS: [&str; 4] = ["zhang.wei", "tom.becker", "liu.yang", "amina.okafor"];

/// Operations a second that the server makes durable for `phones` phones pushing `pushes` batches of `size` each. Everything
/// a phone does beforehand (logging in, typing) is done before the clock runs.
pub(super) fn by_phones(server: &Server, phones: usize, pushes: usize, size: usize) -> Result<f64> {
    let visits = TECHNICIANS
        .iter()
        .map(|name| own_visit(server, name))
        .collect::<Result<Vec<_>>>()?;
    let mut ready = Vec::new();
    for nth in 0..phones {
        let turn = nth % TECHNICIANS.len();
        ready.push(prepare(server, TECHNICIANS[turn], visits[turn], pushes * size)?);
    }
    let seconds = together(ready, |mut phone| {
        let receipts = phone.push_in(size)?;
        ensure!(receipts.len() == pushes * size, "{} receipts", receipts.len());
        let good = |receipt: &Receipt| receipt.outcome == Outcome::Applied;
        ensure!(
            receipts.iter().all(good),
            "not applied: {:?}",
            receipts.iter().find(|one| !good(one))
        );
        Ok(())
    })?;
    Ok((phones * pushes * size) as f64 / seconds)
}

/// A phone with so many worklog entries written offline.
fn prepare(server: &Server, name: &str, visit: Uuid, entries: usize) -> Result<Pocket> {
    let mut phone = enrol(server, name)?;
    for _ in 0..entries {
        let now = phone.now();
        let entry = WorklogEntry {
            ticket_id: None,
            visit_id: Some(visit),
            author_id: phone.user,
            kind: WorklogKind::Note,
            at: now,
            text: "Checked the patch panel and relabelled two ports.".to_owned(),
            minutes: None,
            parts: Vec::new(),
        };
        phone.add(new_id(now), now, &entry)?;
    }
    Ok(phone)
}

fn enrol(server: &Server, name: &str) -> Result<Pocket> {
    Pocket::enrol(
        &server.url(),
        &format!("{name}@demo.example"),
        crate::live::demo::PASSWORD,
        1,
    )
}

fn own_visit(server: &Server, name: &str) -> Result<Uuid> {
    let mut phone = enrol(server, name)?;
    phone.pull()?;
    let visits: BTreeMap<Uuid, Visit> = phone.all()?;
    // The last one planned: work on a visit whose sheet is signed is compared with the sheet, which is another
    // measurement.
    let own = visits
        .iter()
        .filter(|(_, visit)| visit.technician_id == Some(phone.user))
        .max_by_key(|(_, visit)| visit.planned_start);
    own.map(|(id, _)| *id).context("no visit of its own")
}
