//! Phones that push what they did offline.
use super::together;
use crate::live::{Pocket, Prepared, Server};
use anyhow::{Context, Result, ensure};
use onsite_model::ids::new_id;
use onsite_model::visit::Visit;
use onsite_model::worklog_entry::{WorklogEntry, WorklogKind};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use sync_protocol::push::PushResponse;
use sync_protocol::receipt::Outcome;
use uuid::Uuid;

/// Technicians of the demo, whose phones these are.
const TECHNICIANS: [&str; 4] = ["zhang.wei", "tom.becker", "liu.yang", "amina.okafor"];

/// Phones that have packed and signed what they will push.
pub(super) struct Packed {
    phones: Vec<Vec<Prepared>>,
    size: usize,
}

/// `phones` phones with `pushes` batches of `size` operations each.
pub(super) fn pack(server: &Server, phones: usize, pushes: usize, size: usize) -> Result<Packed> {
    let visits = TECHNICIANS
        .iter()
        .map(|name| own_visit(server, name))
        .collect::<Result<Vec<_>>>()?;
    let mut ready = Vec::new();
    for nth in 0..phones {
        let turn = nth % TECHNICIANS.len();
        let phone = prepare(server, TECHNICIANS[turn], visits[turn], pushes * size)?;
        ready.push(phone.pushes(size)?);
    }
    Ok(Packed { phones: ready, size })
}

impl Packed {
    /// The same in so many rounds, each with as many of every phone's batches.
    pub(super) fn rounds(self, count: usize) -> Vec<Packed> {
        let mut phones: Vec<_> = self.phones.into_iter().map(Vec::into_iter).collect();
        let batches = phones.first().map_or(0, |first| first.len() / count);
        let mut round = || Packed {
            phones: phones
                .iter_mut()
                .map(|phone| phone.take(batches).collect())
                .collect(),
            size: self.size,
        };
        (0..count).map(|_| round()).collect()
    }
}

/// Operations a second that the server makes durable for them, from the first request sent to the last answer read.
pub(super) fn push(Packed { phones, size }: Packed) -> Result<f64> {
    let answers = Mutex::new(Vec::new());
    let seconds = together(phones, |requests| {
        let agent = ureq::Agent::new_with_defaults();
        for request in requests {
            let sent = agent
                .post(&request.url)
                .header("Content-Type", "application/json")
                .header("Device-Proof", &request.proof)
                .send(&request.body);
            let answer = sent?.body_mut().with_config().limit(64 << 20).read_to_vec()?;
            answers
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(answer);
        }
        Ok(())
    })?;
    let answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    let pushed = answers.len() * size;
    for answer in answers {
        let receipts = serde_json::from_slice::<PushResponse>(&answer)?.receipts;
        let not_applied = receipts.iter().find(|one| one.outcome != Outcome::Applied);
        ensure!(
            receipts.len() == size && not_applied.is_none(),
            "{} receipts, not applied: {not_applied:?}",
            receipts.len(),
        );
    }
    Ok(pushed as f64 / seconds)
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
