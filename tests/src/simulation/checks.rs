//! What must hold whenever everybody is at rest.
use super::pulls::{all_views, check_scene, is_same};
use super::{Broken, Simulation};
use crate::phone::Phone;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::entity::EntityKind;
use onsite_store::quarantine::Quarantined;
use onsite_store::{feed, quarantine, rows, streams};
use serde_json::{Value, json};
use sha2::Digest;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::client::PullEvent;
use uuid::Uuid;

/// Days around a visit during which its technician holds its site.
const WINDOW_DAYS: i64 = 14;

/// Most operations in quarantine.
const MANY: i64 = 100_000;

impl Simulation {
    pub(super) fn check_all(&mut self) -> Result<(), Broken> {
        self.check_agreement()?;
        self.check_rows()?;
        self.check_tags()?;
        self.check_scores()?;
        self.check_receipts()?;
        self.check_quarantine()?;
        self.check_outboxes()?;
        self.check_old_cursors()?;
        self.check_replays()
    }

    /// Invariant 3.
    fn check_agreement(&mut self) -> Result<(), Broken> {
        for phone in 0..self.phones.len() {
            let scene = self.scene(phone);
            let phone = &self.phones[phone];
            let status = phone.engine().status();
            if status.pending + status.settling + status.parked > 0 {
                return Err(Broken::new(
                    3,
                    format!("{} is not at rest: {status:?}", phone.name),
                ));
            }
            let shown = all_views(phone);
            let odd = shown
                .iter()
                .find(|(id, body)| !scene.get(*id).is_some_and(|own| is_same(body, own)));
            let missing = scene.keys().find(|id| !shown.contains_key(id));
            if status.deferred == 0 && (odd.is_some() || missing.is_some()) {
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

    /// The history of every row makes the row, and what stands goes into the digest.
    fn check_rows(&mut self) -> Result<(), Broken> {
        let ids: Vec<Uuid> = self.ledger.oracle.rows().keys().copied().collect();
        let stored = self.office.read(move |db| rows::get_many(db, &ids));
        let stored: BTreeMap<Uuid, _> = stored.into_iter().map(|row| (row.id, row)).collect();
        let mut lines = Vec::new();
        let mut tombstones = 0;
        for (id, told) in self.ledger.oracle.rows() {
            let fits = |row: &&std::sync::Arc<rows::StoredRow>| {
                row.deleted == told.gone && (row.body == *told.fields || row.is_bare())
            };
            let Some(row) = stored.get(id).filter(fits) else {
                let detail = format!("row {id} is not what its history says: {:?}", stored.get(id));
                return Err(Broken::new(1, detail));
            };
            tombstones += u32::from(row.is_bare());
            let parent = row.parent.and_then(|parent| stored.get(&parent));
            let stands = row.bucket.to_string();
            // A visit of old goes to the archive, its site does not.
            let alone = stands == "archive" && told.entity == "visit";
            if let Some(parent) = parent.filter(|parent| parent.bucket != row.bucket && !alone) {
                let detail = format!("row {id} is in {}, its parent in {}", row.bucket, parent.bucket);
                return Err(Broken::new(3, detail));
            }
            let site = row.body.get("site_id").and_then(Value::as_str);
            let home = site.map(|site| format!("site:{site}"));
            if !row.deleted && stands != "archive" && home.is_some_and(|home| home != stands) {
                return Err(Broken::new(
                    3,
                    format!("row {id} of site {site:?} is in {stands}"),
                ));
            }
            let (version, deleted, body) = (row.version, row.deleted, json!(row.body));
            lines.push(format!("{id} {stands} {version} {deleted} {body}"));
            let signed = told.entity == "service_sheet" && told.value("status") == json!("signed");
            self.tally.signed_sheets += u32::from(signed);
        }
        self.tally.tombstones += tombstones;
        for row in self.ledger.disputes.rows() {
            self.ledger.disputes.check(&self.ledger.oracle, row)?;
        }
        for line in lines {
            self.digest.update(line.as_bytes());
        }
        Ok(())
    }

    /// Invariant 9.
    fn check_tags(&self) -> Result<(), Broken> {
        let mut holders: BTreeMap<String, Uuid> = BTreeMap::new();
        for (id, asset) in self.ledger.oracle.live(EntityKind::Asset.name()) {
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
        let given: Vec<Uuid> = self.ledger.fates.keys().copied().collect();
        let kept = self.office.read(move |db| streams::receipts_of(db, &given));
        for (operation, receipt) in &self.ledger.fates {
            if kept.get(operation).map(|(_, kept)| kept) != Some(receipt) {
                let detail = format!("the receipt of {operation} is gone or changed");
                return Err(Broken::new(1, detail));
            }
        }
        Ok(())
    }

    /// Invariant 1: nothing leaves quarantine but by somebody's decision.
    fn check_quarantine(&self) -> Result<(), Broken> {
        let all = self.office.read(|db| quarantine::list(db, false, None, MANY));
        let ids = |decided: Option<bool>| -> BTreeSet<Uuid> {
            let of_these = |kept: &&Quarantined| kept.decision.as_ref().map(|one| one.applied) == decided;
            all.iter().filter(of_these).map(|kept| kept.id).collect()
        };
        let known: BTreeSet<Uuid> = self.ledger.kept.keys().copied().collect();
        if let Some(odd) = ids(None).symmetric_difference(&known).next() {
            let detail = format!("{odd} came into quarantine or left it unseen");
            return Err(Broken::new(1, detail));
        }
        let given_up: BTreeSet<Uuid> = self.ledger.given_up.keys().copied().collect();
        match ids(Some(false)).symmetric_difference(&given_up).next() {
            Some(odd) => Err(Broken::new(1, format!("nobody knows who gave {odd} up"))),
            None => Ok(()),
        }
    }

    /// Invariant 1: what phones still keep, the server has.
    fn check_outboxes(&self) -> Result<(), Broken> {
        for phone in &self.phones {
            for entry in phone.engine().operations() {
                let id = entry.operation.id;
                let mangled = phone.mangled(id).is_some();
                if !mangled && !self.ledger.fates.contains_key(&id) {
                    return Err(Broken::new(
                        1,
                        format!("{} has sent {id}, and the server has it not", phone.name),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Invariants 14 and 15: a copy of the phone as it was long ago, and one that knows nothing yet, read on and come to
    /// the same.
    fn check_old_cursors(&mut self) -> Result<(), Broken> {
        for number in 0..self.phones.len() {
            let scene = self.scene(number);
            let present = &self.phones[number];
            let mut new = Phone::new(&present.name, present.user, present.device, Uuid::nil());
            new.schema = present.schema;
            self.read_on(number, new, &scene, 15)?;
            let Some(relic) = &self.marks[number].relic else {
                continue;
            };
            let mut old = self.phones[number].clone();
            old.restart(Some(relic));
            if old.schema != 1 {
                old.reread();
            }
            self.tally.old_cursors += 1;
            self.read_on(number, old, &scene, 14)?;
        }
        Ok(())
    }

    fn read_on(
        &mut self,
        number: usize,
        mut phone: Phone,
        scene: &super::pulls::Scene,
        invariant: u8,
    ) -> Result<(), Broken> {
        let limit = [3, 17, 1000][self.dice.below(3)];
        for _ in 0..1000 {
            let request = phone.next_pull(limit);
            let seen = self.marks[number].reached;
            self.route();
            let pulled = self
                .office
                .pull(phone.device, request.clone(), seen, self.now, |_, _| Ok(()));
            let (page, ()) = pulled
                .map_err(|error| Broken::new(invariant, format!("an old cursor was refused: {error}")))?;
            for event in phone.on_pull(&request, page) {
                match event {
                    PullEvent::Checkpoint(at) => return check_scene(&phone, scene, at, invariant),
                    PullEvent::Differs(bucket) => {
                        let detail = format!("{} read {bucket} otherwise than it is", phone.name);
                        return Err(Broken::new(invariant, detail));
                    }
                    _ => {}
                }
            }
        }
        Err(Broken::new(
            invariant,
            format!("{} never comes to a checkpoint", phone.name),
        ))
    }

    /// Invariant 2: every push since the last rest, made once more, gets the same receipts and writes nothing; so do
    /// some older ones.
    fn check_replays(&mut self) -> Result<(), Broken> {
        let before = self.office.read(feed::clock);
        let fresh = self.ledger.replayed;
        let mut again: Vec<usize> = (fresh..self.ledger.pushes.len()).collect();
        again.extend((0..fresh).filter(|_| self.dice.chance(10)));
        for place in again {
            let (device, request) = self.ledger.pushes[place].clone();
            self.route();
            let answer = self.office.push(device, (*request).clone(), self.now);
            let response =
                answer.map_err(|error| Broken::new(2, format!("a replay was refused: {error}")))?;
            for receipt in &response.receipts {
                if self.ledger.receipts.get(&(request.stream, receipt.n)) != Some(receipt) {
                    return Err(Broken::new(2, format!("a replay was answered by {receipt:?}")));
                }
            }
        }
        self.ledger.replayed = self.ledger.pushes.len();
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

    /// Invariant 10: a wiped phone shows nothing, and the server has all that was on it.
    pub(super) fn check_wiped(&mut self, phone: usize) -> Result<(), Broken> {
        let phone = &self.phones[phone];
        let status = phone.engine().status();
        if status.pending > 0 || !phone.engine().is_forgotten() {
            return Err(Broken::new(
                10,
                format!("{} has not handed over everything: {status:?}", phone.name),
            ));
        }
        match all_views(phone).keys().next() {
            Some(row) => Err(Broken::new(
                10,
                format!("{} shows {row} though it was wiped", phone.name),
            )),
            None => Ok(()),
        }
    }

    /// Invariant 10, right after the timers ran: a technician holds the sites of their visits around today, with their
    /// clients, and nothing else.
    pub(super) fn check_grants(&self) -> Result<(), Broken> {
        let (from, until) = (
            self.now - TimeDelta::days(WINDOW_DAYS),
            self.now + TimeDelta::days(WINDOW_DAYS),
        );
        for user in &self.places.technicians {
            let mut due = BTreeSet::new();
            for (_, visit) in self.ledger.oracle.live("visit") {
                let time =
                    |field: &str| -> Option<DateTime<Utc>> { visit.value(field).as_str()?.parse().ok() };
                let (Some(start), Some(end)) = (time("planned_start"), time("planned_end")) else {
                    continue;
                };
                let called_off = ["cancelled", "declined"].map(|status| json!(status));
                let theirs = visit.value("technician_id") == json!(user);
                if theirs && end >= from && start < until && !called_off.contains(&visit.value("status")) {
                    for (kind, field) in [("site", "site_id"), ("client", "client_id")] {
                        due.insert(format!(
                            "{kind}:{}",
                            visit.value(field).as_str().unwrap_or_default()
                        ));
                    }
                }
            }
            let held = self.ledger.scope.granted(*user);
            if held != due {
                return Err(Broken::new(
                    10,
                    format!("{user} holds {held:?} instead of {due:?}"),
                ));
            }
        }
        Ok(())
    }
}
