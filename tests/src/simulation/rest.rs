//! At rest: the network works, everybody sends and reads until nothing is left, and then all must agree.
use super::network::{Message, all_views};
use super::{Broken, Simulation};
use crate::oracle::scene::scene;
use chrono::TimeDelta;
use onsite_model::entity::EntityKind;
use onsite_services::scope;
use onsite_store::{feed, rows, streams};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// More rounds than any phone needs to come to rest.
const ROUNDS: usize = 200;

impl Simulation {
    pub(super) fn rest(&mut self) -> Result<(), Broken> {
        self.say("the network is well again".to_owned());
        while !self.air.is_empty() {
            let message: Message = self.air.remove(0);
            // The phones ask again anyway; what is on its way to the server still arrives.
            if let Message::Push { .. } | Message::Pushed { .. } = message {
                self.arrive(message)?;
            }
        }
        for phone in 0..self.phones.len() {
            self.push_all(phone)?;
        }
        for phone in 0..self.phones.len() {
            self.pull_all(phone)?;
        }
        self.check_agreement()?;
        self.check_rows()?;
        self.check_tags()?;
        self.check_receipts()?;
        self.check_replays()
    }

    fn push_all(&mut self, phone: usize) -> Result<(), Broken> {
        for _ in 0..ROUNDS {
            self.now += TimeDelta::seconds(1);
            if self.phones[phone].engine().needs_new_stream() {
                self.give_stream(phone);
            }
            let Some(request) = self.phones[phone].next_push(self.now, 500) else {
                return Ok(());
            };
            let response = self.take_push(phone, &request)?;
            self.answer_push(phone, &request, response)?;
        }
        let status = self.phones[phone].engine().status();
        Err(Broken::new(
            11,
            format!(
                "{} never gets rid of its work: {status:?}",
                self.phones[phone].name
            ),
        ))
    }

    pub(super) fn pull_all(&mut self, phone: usize) -> Result<(), Broken> {
        for _ in 0..ROUNDS {
            let request = self.phones[phone].next_pull(50);
            let (page, scene) = self.take_pull(phone, &request)?;
            let done = page.checkpoint;
            self.answer_pull(phone, &request, page, scene)?;
            if done {
                return Ok(());
            }
        }
        Err(Broken::new(
            3,
            format!("{} never comes to a checkpoint", self.phones[phone].name),
        ))
    }

    /// Invariant 3.
    fn check_agreement(&mut self) -> Result<(), Broken> {
        for phone in 0..self.phones.len() {
            let (user, device) = (self.phones[phone].user, self.phones[phone].device);
            let held = self.office.read(move |db| {
                let held = scope::buckets(db, user, Some(device))?;
                scene(db, user, held)
            });
            let phone = &self.phones[phone];
            let status = phone.engine().status();
            if status.pending + status.settling + status.parked > 0 {
                return Err(Broken::new(
                    3,
                    format!("{} is not at rest: {status:?}", phone.name),
                ));
            }
            let shown = all_views(phone);
            if shown != held {
                let odd = shown.iter().find(|(id, body)| held.get(*id) != Some(*body));
                let missing = held.keys().find(|id| !shown.contains_key(*id));
                return Err(Broken::new(
                    3,
                    format!("{} shows {odd:?}, lacks {missing:?}", phone.name),
                ));
            }
            let line = format!("{} shows {} rows", phone.name, shown.len());
            self.say(line);
        }
        Ok(())
    }

    /// The history of every row makes the row, and what stands at the end goes into the digest.
    fn check_rows(&mut self) -> Result<(), Broken> {
        let ids: Vec<Uuid> = self.oracle.rows().keys().copied().collect();
        let stored = self.office.read(move |db| rows::get_many(db, &ids));
        let stored: BTreeMap<Uuid, _> = stored.into_iter().map(|row| (row.id, row)).collect();
        let mut lines = Vec::new();
        for (id, told) in self.oracle.rows() {
            let Some(row) = stored
                .get(id)
                .filter(|row| row.deleted == told.gone && row.body == told.fields)
            else {
                return Err(Broken::new(
                    1,
                    format!("row {id} is not what its history says: {:?}", stored.get(id)),
                ));
            };
            let parent = row.parent.and_then(|parent| stored.get(&parent));
            if let Some(parent) = parent.filter(|parent| parent.bucket != row.bucket) {
                let detail = format!("row {id} is in {}, its parent in {}", row.bucket, parent.bucket);
                return Err(Broken::new(3, detail));
            }
            lines.push(format!(
                "{id} {} {} {} {}",
                row.bucket,
                row.version,
                row.deleted,
                json!(row.body)
            ));
            self.tally.signed_sheets +=
                u32::from(told.entity == "service_sheet" && told.value("status") == json!("signed"));
        }
        let disputed: Vec<Uuid> = self.oracle.rows().keys().copied().collect();
        for row in disputed {
            self.disputes.check(&self.oracle, row)?;
        }
        for line in lines {
            sha2::Digest::update(&mut self.digest, line.as_bytes());
        }
        Ok(())
    }

    /// Invariant 9.
    fn check_tags(&self) -> Result<(), Broken> {
        let mut holders: BTreeMap<String, Uuid> = BTreeMap::new();
        for (id, asset) in self.oracle.live(EntityKind::Asset.name()) {
            let Value::String(tag) = asset.value("tag") else {
                continue;
            };
            if let Some(other) = holders.insert(tag.clone(), id) {
                return Err(Broken::new(9, format!("{tag} is on {other} and on {id}")));
            }
        }
        Ok(())
    }

    /// Invariant 1: what was acknowledged is still there, with the same answer.
    fn check_receipts(&self) -> Result<(), Broken> {
        let given: Vec<_> = self
            .receipts
            .iter()
            .map(|(place, receipt)| (*place, receipt.clone()))
            .collect();
        let lost = self.office.read(move |db| {
            for ((stream, n), receipt) in given {
                let kept = streams::receipt(db, stream, n)?.map(|(_, kept)| kept);
                if kept.as_ref() != Some(&receipt) {
                    return Ok(Some((stream, n)));
                }
            }
            Ok(None)
        });
        match lost {
            Some((stream, n)) => Err(Broken::new(
                1,
                format!("the receipt of {n} in {stream} is gone or changed"),
            )),
            None => Ok(()),
        }
    }

    /// Invariant 2: every push ever made, made once more, gets the same receipts and writes nothing.
    fn check_replays(&mut self) -> Result<(), Broken> {
        let before = self.office.read(feed::clock);
        for (phone, request) in std::mem::take(&mut self.pushes) {
            let device = self.phones[phone].device;
            let response = self
                .office
                .push(device, request.clone(), self.now)
                .map_err(|error| Broken::new(2, format!("a replay was refused: {error}")))?;
            for receipt in &response.receipts {
                if self.receipts.get(&(request.stream, receipt.n)) != Some(receipt) {
                    return Err(Broken::new(2, format!("a replay was answered by {receipt:?}")));
                }
            }
        }
        let after = self.office.read(feed::clock);
        if before == after {
            Ok(())
        } else {
            Err(Broken::new(
                2,
                format!("replays moved the clock from {before:?} to {after:?}"),
            ))
        }
    }
}
