//! Taking down what the server wrote: what was predicted is compared elsewhere; here the rest becomes fact, and what it means
//! for disputes, seals and waiting operations is followed.
use super::disputes::Disputes;
use super::judge::Told;
use super::{Broken, Simulation};
use onsite_store::history::Entry;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::receipt::Outcome;

impl Simulation {
    /// Takes down what was written to sheets and signatures, and what followed from it.
    pub(super) fn watch(&mut self, told: Vec<Told>) -> Result<(), Broken> {
        for (entry, entity) in told {
            self.check_seal(&entry, &entity)?;
            self.note_overwritten(&entry, &entity);
            self.take_down(&entry, &entity)?;
        }
        Ok(())
    }

    /// What was written is a fact. Of complaints, the time it was written at counts.
    pub(super) fn take_down(&mut self, entry: &Entry, entity: &str) -> Result<(), Broken> {
        self.ledger.oracle.absorb(entry, entity);
        let row = self.ledger.oracle.row(entry.row_id);
        let Some(row) = row.filter(|_| entity == "complaint") else {
            return Ok(());
        };
        let escalated = self.ledger.complaints.follow(entry.row_id, row, self.now);
        self.tally.escalated += u32::from(escalated.map_err(|detail| Broken::new(19, detail))?);
        Ok(())
    }

    /// A write nobody predicted is a later word in the disputes about its row.
    pub(super) fn note_overwritten(&mut self, entry: &Entry, entity: &str) {
        if entity == "conflict" {
            return;
        }
        let before = self.ledger.oracle.row(entry.row_id);
        let before = before.map(|row| row.fields.clone()).unwrap_or_default();
        self.ledger
            .disputes
            .overwrite(entry.row_id, entity, entry.stream, &before, &entry.changes);
    }

    /// Invariant 8: once a sheet is signed, nothing may write its content again, nor its seal once it has one.
    pub(super) fn check_seal(&self, entry: &Entry, entity: &str) -> Result<(), Broken> {
        let sheet = self
            .ledger
            .oracle
            .row(entry.row_id)
            .filter(|_| entity == "service_sheet");
        let Some(sheet) = sheet.filter(|sheet| sheet.value("status") == json!("signed")) else {
            return Ok(());
        };
        let touched = ["canonical", "hash", "status", "seal"]
            .into_iter()
            .find(|field| entry.changes.contains_key(*field) && !sheet.value(field).is_null());
        match touched {
            Some(field) => Err(Broken::new(
                8,
                format!("version {} writes {field} of a signed sheet", entry.version),
            )),
            _ => Ok(()),
        }
    }

    /// Takes the server's own writes down as facts.
    pub(super) fn absorb_all(&mut self) -> Result<(), Broken> {
        let mut ended = BTreeMap::new();
        let told = self.read_news();
        let decides = |(entry, entity): &Told| entity == "conflict" && entry.changes.contains_key("status");
        let before = match told.iter().any(decides) {
            true => self.ledger.disputes.clone(),
            false => Disputes::default(),
        };
        for (entry, entity) in told {
            if entity == "conflict" {
                self.note_decision(&entry, &before);
            }
            self.check_seal(&entry, &entity)?;
            self.note_overwritten(&entry, &entity);
            if let Some(waiting) = self.ledger.waiting.remove(&entry.operation) {
                ended.insert(entry.operation, waiting);
            }
            self.take_down(&entry, &entity)?;
        }
        for waiting in ended.into_values() {
            let receipt = self.settled_now(&waiting)?;
            self.tally.woken += 1;
            self.say(format!("  {} ends: {:?}", waiting.operation.id, receipt.outcome));
            if receipt.outcome == Outcome::Quarantined {
                self.tally.waited_in_vain += 1;
                self.keep(&waiting, &receipt);
            }
        }
        Ok(())
    }

    /// A conflict was decided, or its decision taken back.
    fn note_decision(&mut self, entry: &Entry, before: &Disputes) {
        let Some(row) = self.ledger.oracle.row(entry.row_id) else {
            return;
        };
        let Some(disputed) = row.fields.get("row_id").and_then(Value::as_str) else {
            return;
        };
        let Ok(disputed) = disputed.parse() else { return };
        let field = row.fields["field"].as_str().unwrap_or_default().to_owned();
        let by_hand = entry
            .changes
            .get("resolution")
            .is_some_and(|resolution| resolution["choice"] != json!("equal"));
        match entry.changes.get("status").and_then(Value::as_str) {
            Some("resolved") if by_hand => {
                self.ledger
                    .disputes
                    .decided(entry.row_id, disputed, &field, before);
            }
            Some("open") => self.ledger.disputes.reopened(entry.row_id),
            _ => {}
        }
    }

    /// What has been written since the last reading, in the order of versions.
    pub(super) fn read_news(&mut self) -> Vec<Told> {
        let after = self.ledger.read;
        let news = self.office.read(move |db| db.news(after));
        self.ledger.read = news.clock.version;
        self.ledger.scope.absorb(&news, self.now);
        news.entries
    }
}
