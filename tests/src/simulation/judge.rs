//! The verdict on each operation the server took: its receipt, its entries in the history and the conflicts it
//! raised must be what the oracle says.
use super::{Broken, Simulation};
use crate::office::Edit;
use crate::oracle::{Writer, base_number};
use onsite_services::ServiceError;
use onsite_services::apply::Applied;
use onsite_store::history::{self, Entry};
use onsite_store::{quarantine, rows};
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};
use sync_protocol::codes::QuarantineReason;
use sync_protocol::hlc::Hlc;
use sync_protocol::operation::Operation;
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::receipt::{Outcome, Receipt};
use sync_protocol::version::Version;
use uuid::Uuid;

/// An entry of the history with the entity of its row.
pub(super) type Told = (Entry, String);

impl Simulation {
    /// Judges an answer to a push, as it leaves the server.
    pub(super) fn judge_push(
        &mut self,
        phone: usize,
        request: &PushRequest,
        response: &PushResponse,
    ) -> Result<(), Broken> {
        let head = self.read;
        let mut told: VecDeque<Told> = self.read_history().into();
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
        for (numbered, receipt) in request.operations.iter().zip(&response.receipts) {
            let place = (request.stream, receipt.n);
            if numbered["n"] != json!(receipt.n) {
                return Err(Broken::new(
                    1,
                    format!("the receipt of {} answers {}", receipt.n, numbered["n"]),
                ));
            }
            if let Some(known) = self.receipts.get(&place) {
                self.tally.replayed += 1;
                if known != receipt {
                    return Err(Broken::new(
                        2,
                        format!("a replay was answered {receipt:?} instead of {known:?}"),
                    ));
                }
                continue;
            }
            self.receipts.insert(place, receipt.clone());
            let why = receipt
                .detail
                .as_deref()
                .map_or_else(String::new, |detail| format!(": {detail}"));
            self.say(format!(
                "  {} {:?} in {}{why}",
                receipt.n, receipt.outcome, receipt.version
            ));
            let own = take_while(&mut told, |entry| Some(entry.operation) == receipt.operation);
            self.judge_receipt(phone, request.stream, &numbered["op"], receipt, own, head)?;
        }
        match told.front() {
            Some((entry, _)) => Err(Broken::new(
                2,
                format!("version {} was written by no new operation", entry.version),
            )),
            None => Ok(()),
        }
    }

    fn judge_receipt(
        &mut self,
        phone: usize,
        stream: Uuid,
        body: &Value,
        receipt: &Receipt,
        told: Vec<Told>,
        head: u64,
    ) -> Result<(), Broken> {
        if receipt.outcome == Outcome::Quarantined {
            return self.judge_quarantined(stream, body, receipt, &told);
        }
        let operation: Operation = serde_json::from_value(body.clone())
            .map_err(|error| Broken::new(11, format!("an unreadable operation was taken: {error}")))?;
        if receipt.outcome == Outcome::Duplicate {
            let first = self.fates.get(&operation.id);
            if !told.is_empty() || first.is_none_or(|first| first.version != receipt.version) {
                return Err(Broken::new(
                    2,
                    format!("the twin of {} had an effect", operation.id),
                ));
            }
            return Ok(());
        }
        if poison(body).is_some() {
            return Err(Broken::new(11, format!("poison was taken: {body}")));
        }
        if self.fates.contains_key(&operation.id) {
            return Err(Broken::new(
                2,
                format!("{} was taken twice, by two streams", operation.id),
            ));
        }
        self.fates.insert(operation.id, receipt.clone());
        let writer = Writer {
            stream,
            user: self.phones[phone].user,
            is_phone: true,
        };
        let base = base_number(&operation, 1, head.max(receipt.version));
        if is_evidence(&operation.entity) {
            return self.watch(told);
        }
        self.compare(writer, &operation, base, receipt, told)
    }

    /// Takes down what was written to sheets and signatures, and what followed from it.
    fn watch(&mut self, told: Vec<Told>) -> Result<(), Broken> {
        for (entry, entity) in told {
            self.check_seal(&entry, &entity)?;
            if entity == "visit" {
                let before = self
                    .oracle
                    .row(entry.row_id)
                    .map(|row| row.fields.clone())
                    .unwrap_or_default();
                self.disputes
                    .overwrite(entry.row_id, &entity, entry.stream, &before, &entry.changes);
            }
            self.oracle.absorb(&entry, &entity);
        }
        Ok(())
    }

    fn judge_quarantined(
        &mut self,
        stream: Uuid,
        body: &Value,
        receipt: &Receipt,
        told: &[Told],
    ) -> Result<(), Broken> {
        if !told.is_empty() {
            return Err(Broken::new(
                12,
                format!("operation {} left traces though it is in quarantine", receipt.n),
            ));
        }
        let n = receipt.n;
        let kept = self.office.read(move |db| {
            let all = quarantine::list(db, false, None, 100_000)?;
            Ok(all.into_iter().find(|one| (one.stream, one.n) == (stream, n)))
        });
        let whole =
            kept.is_some_and(|kept| serde_json::from_str::<Value>(&kept.raw).is_ok_and(|raw| &raw == body));
        if !whole {
            return Err(Broken::new(
                1,
                format!(
                    "operation {} of {stream} is not in quarantine as it came",
                    receipt.n
                ),
            ));
        }
        if let Some(id) = receipt.operation {
            self.fates.insert(id, receipt.clone());
        }
        if body["kind"] == json!("create") {
            let row: Option<Uuid> = body["row"].as_str().and_then(|id| id.parse().ok());
            self.lost.extend(row);
        }
        if let Some(expected) = poison(body) {
            self.tally.poisoned += 1;
            return if receipt.reason == Some(expected) {
                Ok(())
            } else {
                Err(Broken::new(
                    11,
                    format!("{:?} instead of {expected:?}: {body}", receipt.reason),
                ))
            };
        }
        if body["entity"].as_str().is_some_and(is_evidence) {
            return Ok(());
        }
        self.tally.out_of_scope += 1;
        let text = body.to_string();
        let names = |ids: &BTreeSet<Uuid>| ids.iter().any(|id| text.contains(&id.to_string()));
        match receipt.reason {
            Some(QuarantineReason::OutOfScope | QuarantineReason::UnknownRow) if names(&self.moved) => Ok(()),
            Some(QuarantineReason::UnknownRow) if names(&self.lost) => Ok(()),
            // A row that others refer to stays, and what refers to a row that is gone waits for a dispatcher.
            Some(QuarantineReason::Invalid)
                if body["kind"] == json!("delete") && self.is_referred_to(body) =>
            {
                Ok(())
            }
            reason => {
                let number = if text.contains("\"tag\"") || body["entity"] == json!("asset") {
                    9
                } else {
                    1
                };
                Err(Broken::new(
                    number,
                    format!("refused as {reason:?} ({:?}): {body}", receipt.detail),
                ))
            }
        }
    }

    fn is_referred_to(&self, body: &Value) -> bool {
        let id = &body["row"];
        self.oracle
            .live("inspection")
            .any(|(_, row)| row.value("asset_id") == *id)
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
            is_phone: false,
        };
        let asked = Operation {
            id: operation,
            entity: edit.entity.name().to_owned(),
            row: edit.row,
            kind: edit.kind,
            base: Version {
                epoch: 1,
                number: edit.base,
            },
            set: edit.set.clone(),
            occurred_at: self.now,
            hlc: Hlc::default(),
            deps: Vec::new(),
            group: None,
        };
        let expected = self.oracle.expect(writer, &asked, edit.base);
        let told = self.read_history();
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
                let outcome = if applied.merged {
                    Outcome::Merged
                } else {
                    Outcome::Applied
                };
                let receipt = Receipt {
                    n: 0,
                    operation: Some(operation),
                    outcome,
                    version: applied.row.version,
                    conflicts: applied.conflicts,
                    reason: None,
                    detail: None,
                };
                self.compare(writer, &asked, edit.base, &receipt, told)
            }
        }
    }

    /// Invariant 8: once a sheet is signed, nothing may write its content again, nor its seal once it has one.
    pub(super) fn check_seal(&self, entry: &Entry, entity: &str) -> Result<(), Broken> {
        let sheet = self
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
    pub(super) fn absorb_all(&mut self) {
        for (entry, entity) in self.read_history() {
            if entity == "conflict" && entry.changes.get("status") == Some(&json!("resolved")) {
                let decided = entry
                    .changes
                    .get("resolution")
                    .is_some_and(|resolution| resolution["choice"] != json!("equal"));
                if let Some(row) = self.oracle.row(entry.row_id).filter(|_| decided) {
                    let place = row.fields["row_id"].as_str().and_then(|id| id.parse().ok());
                    let field = row.fields["field"].as_str().unwrap_or_default().to_owned();
                    if let Some(row) = place {
                        self.disputes.decided(row, &field);
                    }
                }
            }
            if entity == "visit" {
                let before = self
                    .oracle
                    .row(entry.row_id)
                    .map(|row| row.fields.clone())
                    .unwrap_or_default();
                self.disputes
                    .overwrite(entry.row_id, &entity, entry.stream, &before, &entry.changes);
            }
            self.oracle.absorb(&entry, &entity);
        }
    }

    /// What has been written since the last reading, in the order of versions.
    pub(super) fn read_history(&mut self) -> Vec<Told> {
        let after = self.read;
        let (head, told) = self.office.read(move |db| {
            let head = onsite_store::feed::clock(db)?.version;
            let mut told = Vec::new();
            for version in after + 1..=head {
                // Grants and moves of children take versions too, and write no history.
                if let Some(entry) = history::at_version(db, version)? {
                    let entity = rows::get(db, entry.row_id)?.map_or("", |row| row.kind.name());
                    told.push((entry, entity.to_owned()));
                }
            }
            Ok((head, told))
        });
        self.read = head;
        told
    }
}

/// Nouns whose own rules decide, not the merge alone.
fn is_evidence(entity: &str) -> bool {
    matches!(entity, "service_sheet" | "signature")
}

fn take_while(told: &mut VecDeque<Told>, of: impl Fn(&Entry) -> bool) -> Vec<Told> {
    let end = told
        .iter()
        .position(|(entry, _)| !of(entry))
        .unwrap_or(told.len());
    told.drain(..end).collect()
}

/// Why an operation must end in quarantine, told by what it carries.
fn poison(body: &Value) -> Option<QuarantineReason> {
    if !body.is_object() || body["occurred_at"] == json!("yesterday") || body["set"].get("nul").is_some() {
        Some(QuarantineReason::Undecodable)
    } else if body["set"].get("padding").is_some() {
        Some(QuarantineReason::TooLarge)
    } else if body["entity"] == json!("nonsense") {
        Some(QuarantineReason::UnknownEntity)
    } else if body["set"]["text"] == json!("poison") {
        Some(QuarantineReason::UnknownRow)
    } else if body["set"]["title"] == json!("poison") {
        Some(QuarantineReason::OutOfScope)
    } else {
        None
    }
}
