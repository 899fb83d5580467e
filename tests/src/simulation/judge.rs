//! The verdict on each operation the server took: its receipt, its entries in the history and the conflicts it
//! raised must be what the oracle says.
use super::ledger::{Author, Waiting};
use super::{Broken, Simulation};
use crate::office::Edit;
use crate::oracle::Writer;
use crate::oracle::scope::{Hand, Ruling};
use crate::oracle::shapes;
use onsite_services::ServiceError;
use onsite_services::apply::Applied;
use onsite_store::history::Entry;
use onsite_store::streams;
use serde_json::{Value, json};
use std::collections::VecDeque;
use sync_protocol::operation::Operation;
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::receipt::{Outcome, Receipt};
use sync_protocol::version::Version;
use uuid::Uuid;

/// An entry of the history with the entity of its row.
pub(super) type Told = (Entry, String);

impl Simulation {
    /// Judges an answer to a push, as it leaves the server, and takes what it wrote off the front of `told`. Before the
    /// commit the server stood at `head`.
    pub(super) fn judge_push(
        &mut self,
        phone: usize,
        request: &PushRequest,
        response: &PushResponse,
        told: &mut VecDeque<Told>,
        head: u64,
    ) -> Result<(), Broken> {
        let numbers: Vec<u64> = request
            .operations
            .iter()
            .filter_map(|numbered| numbered["n"].as_u64())
            .collect();
        let begins_late = numbers.first().is_some_and(|first| *first > response.expected);
        if response.fork.is_none() && !begins_late && response.receipts.len() != numbers.len() {
            let detail = format!(
                "{} operations got {} receipts",
                numbers.len(),
                response.receipts.len()
            );
            return Err(Broken::new(11, detail));
        }
        self.check_groups_whole(request, response)?;
        let author = Author {
            user: self.phones[phone].user,
            device: self.phones[phone].device,
        };
        let goes_on = |one: &Receipt| matches!(one.outcome, Outcome::Deferred | Outcome::Duplicate);
        let mut at = head;
        for (numbered, receipt) in request.operations.iter().zip(&response.receipts) {
            let place = (request.stream, receipt.n);
            if numbered["n"] != json!(receipt.n) {
                let detail = format!("the receipt of {} answers {}", receipt.n, numbered["n"]);
                return Err(Broken::new(1, detail));
            }
            if let Some(known) = self.ledger.receipts.get(&place) {
                self.tally.replayed += 1;
                if known != receipt {
                    let detail = format!("a replay was answered {receipt:?} instead of {known:?}");
                    return Err(Broken::new(2, detail));
                }
                continue;
            }
            self.ledger.receipts.insert(place, receipt.clone());
            let why = receipt
                .detail
                .as_deref()
                .map_or_else(String::new, |detail| format!(": {detail}"));
            self.say(format!(
                "  {} {:?} in {}{why}",
                receipt.n, receipt.outcome, receipt.version
            ));
            // What goes on because of this push comes after it.
            let own = take_while(told, |entry| {
                !goes_on(receipt) && Some(entry.operation) == receipt.operation
            });
            // The versions before its first entry were there when it was taken.
            let before = own
                .first()
                .map_or(receipt.version, |(entry, _)| entry.version - 1);
            at = at.max(before);
            let case = Pushed {
                author,
                stream: request.stream,
                body: &numbered["op"],
                at,
                head,
            };
            self.judge_receipt(&case, receipt, own)?;
        }
        // Signed sheets are compared with their records once for the whole batch.
        let new = |entry: &Entry| {
            let of_entry = |one: &&Receipt| one.operation == Some(entry.operation);
            response.receipts.iter().filter(of_entry).any(|one| !goes_on(one))
        };
        let amendments = take_while(told, new);
        if let Some((entry, entity)) = amendments.iter().find(|(_, entity)| entity != "sheet_amendment") {
            let detail = format!("version {} of a {entity} came after its operation", entry.version);
            return Err(Broken::new(2, detail));
        }
        self.watch(amendments)?;
        self.judge_woken(told)
    }

    fn judge_receipt(&mut self, case: &Pushed<'_>, receipt: &Receipt, told: Vec<Told>) -> Result<(), Broken> {
        if receipt.outcome == Outcome::Quarantined {
            return self.judge_quarantined(case, receipt, &told);
        }
        if receipt.outcome == Outcome::Duplicate {
            let first = receipt.operation.and_then(|id| self.ledger.fates.get(&id));
            if !told.is_empty() || first.is_none_or(|first| first.version != receipt.version) {
                return Err(Broken::new(
                    2,
                    format!("the twin of {:?} had an effect", receipt.operation),
                ));
            }
            return Ok(());
        }
        let operation: Operation = serde_json::from_value(case.body.clone())
            .map_err(|error| Broken::new(11, format!("an unreadable operation was taken: {error}")))?;
        let known = self.ledger.fates.get(&operation.id);
        if receipt.outcome == Outcome::Deferred
            && known.is_some_and(|known| known.outcome == Outcome::Deferred)
        {
            return Ok(());
        }
        if super::quarantined::poison(case.body).is_some() {
            return Err(Broken::new(11, format!("poison was taken: {}", case.body)));
        }
        if known.is_some() {
            return Err(Broken::new(
                2,
                format!("{} was taken twice, by two streams", operation.id),
            ));
        }
        if self.ledger.revoked.contains(&case.author.device) {
            return Err(Broken::new(
                10,
                format!("{} of a lost device was applied", operation.id),
            ));
        }
        self.ledger.fates.insert(operation.id, receipt.clone());
        let operation = Operation {
            // What an older app made is known by itself, even when the app has been updated meanwhile.
            set: shapes::renewed(&operation.entity, operation.set),
            ..operation
        };
        let missing = self.missing(case.stream, &operation);
        if receipt.outcome == Outcome::Deferred {
            if missing.is_empty() || !told.is_empty() {
                return Err(Broken::new(11, format!("{} waits for nothing", operation.id)));
            }
            self.tally.deferred += 1;
            let waiting = Waiting {
                phone: case.author,
                stream: case.stream,
                n: receipt.n,
                operation,
            };
            self.ledger.waiting.insert(waiting.operation.id, waiting);
            return Ok(());
        }
        if let Some(dep) = missing.first() {
            return Err(Broken::new(1, format!("{} did not wait for {dep}", operation.id)));
        }
        self.judge_taken(
            case.author,
            case.stream,
            &operation,
            receipt,
            told,
            (case.at, case.head),
        )
    }

    /// Judges an operation that stands.
    fn judge_taken(
        &mut self,
        author: Author,
        stream: Uuid,
        operation: &Operation,
        receipt: &Receipt,
        told: Vec<Told>,
        (at, head): (u64, u64),
    ) -> Result<(), Broken> {
        let writer = Writer {
            stream,
            user: author.user,
            device: Some(author.device),
            is_phone: true,
        };
        let base = self.ledger.lives.seen(operation.base, head.max(receipt.version));
        let hand = Hand {
            user: author.user,
            device: author.device,
            at,
            now: self.now,
        };
        if self.ruling(hand, operation, base) == Ruling::Refused {
            let detail = format!(
                "{} by {} was taken, out of reach: {operation:?}",
                operation.id, author.user
            );
            return Err(Broken::new(10, detail));
        }
        if is_evidence(&operation.entity) {
            return self.watch(told);
        }
        self.compare(writer, operation, base, receipt, told)
    }

    /// Judges operations that had waited and went on because of what has come.
    pub(super) fn judge_woken(&mut self, told: &mut VecDeque<Told>) -> Result<(), Broken> {
        while let Some((entry, _)) = told.front() {
            let (id, version) = (entry.operation, entry.version);
            let Some(waiting) = self.ledger.waiting.remove(&id) else {
                return Ok(());
            };
            let own = take_while(told, |entry| entry.operation == id);
            let receipt = self.settled_now(&waiting)?;
            self.tally.woken += 1;
            self.say(format!(
                "  {id} goes on: {:?} in {}",
                receipt.outcome, receipt.version
            ));
            let (ends, own): (Vec<_>, Vec<_>) = own.into_iter().partition(|(_, entity)| entity == "receipt");
            self.watch(ends)?;
            if receipt.outcome == Outcome::Quarantined {
                if !own.is_empty() {
                    return Err(Broken::new(
                        12,
                        format!("{id} left traces though it is in quarantine"),
                    ));
                }
                self.keep(&waiting, &receipt);
                continue;
            }
            let (author, stream) = (waiting.phone, waiting.stream);
            let place = (version - 1, receipt.version);
            self.judge_taken(author, stream, &waiting.operation, &receipt, own, place)?;
        }
        Ok(())
    }

    /// Reads how an operation that had waited has ended.
    pub(super) fn settled_now(&mut self, waiting: &Waiting) -> Result<Receipt, Broken> {
        let (stream, n) = (waiting.stream, waiting.n);
        let receipt = self
            .office
            .read(move |db| Ok(streams::receipt(db, stream, n)?.map(|(_, receipt)| receipt)))
            .filter(|receipt| receipt.outcome != Outcome::Deferred)
            .ok_or_else(|| {
                Broken::new(
                    1,
                    format!("{} waits no more and has no end", waiting.operation.id),
                )
            })?;
        self.ledger.receipts.insert((stream, n), receipt.clone());
        // Where it had come by other streams too, it is a twin from now on.
        for (place, twin) in &mut self.ledger.receipts {
            if twin.operation == receipt.operation && twin.outcome == Outcome::Deferred {
                *twin = Receipt {
                    n: place.1,
                    outcome: Outcome::Duplicate,
                    ..receipt.clone()
                };
            }
        }
        self.ledger.fates.insert(waiting.operation.id, receipt.clone());
        Ok(receipt)
    }

    /// What an operation has to wait for.
    fn missing(&self, stream: Uuid, operation: &Operation) -> Vec<Uuid> {
        let ledger = &self.ledger;
        let is_there = |dep: &Uuid| match ledger.fates.get(dep) {
            Some(receipt) => receipt.outcome != Outcome::Deferred,
            None => ledger.oracle.row(*dep).is_some(),
        };
        let mut missing: Vec<Uuid> = operation
            .deps
            .iter()
            .filter(|dep| !is_there(dep))
            .copied()
            .collect();
        let text = json!(operation.set).to_string();
        missing.extend(ledger.waiting.values().filter_map(|waiting| {
            let row = waiting.operation.row;
            let same = waiting.stream == stream && row == operation.row;
            let parent =
                ledger.oracle.row(row).is_none() && (row == operation.row || text.contains(&row.to_string()));
            (waiting.operation.id != operation.id && (same || parent)).then_some(waiting.operation.id)
        }));
        missing
    }

    /// Judges what a dispatcher's edit did: all of it, or nothing and an answer at once.
    pub(super) fn judge_desk(
        &mut self,
        operation: Uuid,
        edit: &Edit,
        done: Result<Applied, ServiceError>,
        said: &str,
    ) -> Result<(), Broken> {
        let user = self.places.dispatcher;
        let writer = Writer {
            stream: user,
            user,
            device: None,
            is_phone: false,
        };
        let epoch = self.ledger.lives.epoch();
        let base = Version {
            epoch,
            number: edit.base,
        };
        let (entity, set) = (edit.entity.name(), edit.set.clone());
        let asked = Operation::new(operation, entity, edit.row, edit.kind, base, set, self.now);
        let expected = self.ledger.oracle.expect(writer, &asked, edit.base);
        let told = self.read_news();
        match done {
            Err(error) => {
                self.say(format!("the dispatcher {said}: {:?}", error.code));
                self.tally.told_at_once += 1;
                if !told.is_empty() {
                    return Err(Broken::new(12, "a refused edit left traces"));
                }
                if expected.clashes.is_empty() {
                    return Err(Broken::new(
                        5,
                        format!("an edit nobody disagreed with was refused: {error}"),
                    ));
                }
                Ok(())
            }
            Ok(applied) => {
                self.say(format!("the dispatcher {said}"));
                let firm = expected
                    .clashes
                    .keys()
                    .find(|field| !expected.open.contains(*field));
                if let Some(field) = firm.filter(|field| *field != "deleted") {
                    return Err(Broken::new(6, format!("a stale edit of {field} was taken")));
                }
                let receipt = Receipt {
                    n: 0,
                    operation: Some(operation),
                    outcome: if applied.merged {
                        Outcome::Merged
                    } else {
                        Outcome::Applied
                    },
                    version: applied.row.version,
                    conflicts: applied.conflicts,
                    reason: None,
                    detail: None,
                };
                self.compare(writer, &asked, edit.base, &receipt, told)
            }
        }
    }
}

/// An operation as it was pushed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pushed<'a> {
    pub(super) author: Author,
    pub(super) stream: Uuid,
    pub(super) body: &'a Value,
    /// The version the server stood at when it took it, and before the whole commit.
    pub(super) at: u64,
    pub(super) head: u64,
}

/// Nouns whose own rules decide, not the merge alone.
pub(super) fn is_evidence(entity: &str) -> bool {
    matches!(entity, "service_sheet" | "signature")
}

pub(super) fn take_while(told: &mut VecDeque<Told>, of: impl Fn(&Entry) -> bool) -> Vec<Told> {
    let end = told
        .iter()
        .position(|(entry, _)| !of(entry))
        .unwrap_or(told.len());
    told.drain(..end).collect()
}
