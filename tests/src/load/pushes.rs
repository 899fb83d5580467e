//! Phones that push what they did offline.
use super::together;
use crate::live::{Pocket, Server};
use anyhow::{Context, Result, ensure};
use onsite_model::ids::new_id;
use onsite_model::visit::Visit;
use onsite_model::worklog_entry::{WorklogEntry, WorklogKind};
use std::collections::BTreeMap;
use std::sync::Mutex;
use uuid::Uuid;

/// Operations of one push.
const SIZE: usize = 200;

/// Operations a second that the server makes durable for `phones` phones pushing `pushes` batches each. Everything
/// a phone does beforehand (typing, signing its requests) is done before the clock runs.
pub(super) fn by_phones(server: &Server, phones: usize, pushes: usize) -> Result<f64> {
    let mut ready = Vec::new();
    for nth in 0..phones {
        ready.push(Mutex::new(prepare(server, nth, pushes * SIZE)?));
    }
    let seconds = together(ready, |phone| {
        let mut phone = phone.into_inner().map_err(|_| anyhow::anyhow!("a phone broke"))?;
        let receipts = phone.push_in(SIZE)?;
        ensure!(receipts.len() == pushes * SIZE, "{} receipts", receipts.len());
        let good = |receipt: &sync_protocol::receipt::Receipt| {
            receipt.outcome == sync_protocol::receipt::Outcome::Applied
        };
        ensure!(
            receipts.iter().all(good),
            "not applied: {:?}",
            receipts.iter().find(|one| !good(one))
        );
        Ok(())
    })?;
    Ok((phones * pushes * SIZE) as f64 / seconds)
}

/// A phone with so many worklog entries written offline.
fn prepare(server: &Server, nth: usize, entries: usize) -> Result<Pocket> {
    let technicians = ["zhang.wei", "tom.becker", "liu.yang", "amina.okafor"];
    let email = format!("{}@demo.example", technicians[nth % technicians.len()]);
    let mut phone = Pocket::enrol(&server.url(), &email, crate::day::PASSWORD, 1)?;
    let visit = own_visit(&mut phone)?;
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
            part: None,
            quantity: None,
        };
        phone.add(new_id(now), now, &entry)?;
    }
    Ok(phone)
}

fn own_visit(phone: &mut Pocket) -> Result<Uuid> {
    phone.pull()?;
    let visits: BTreeMap<Uuid, Visit> = phone.all()?;
    let own = visits
        .iter()
        .find(|(_, visit)| visit.technician_id == Some(phone.user));
    own.map(|(id, _)| *id).context("no visit of its own")
}
