//! The comparison of what an operation did with what the oracle says it should have done, field by field and dispute
//! by dispute.
use super::disputes::holds;
use super::judge::Told;
use super::{Broken, Simulation};
use crate::oracle::row::Row;
use crate::oracle::rules::group;
use crate::oracle::{Change, Expected, Writer};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::Fields;
use sync_protocol::operation::Operation;
use sync_protocol::receipt::{Outcome, Receipt};

/// One operation before the judge.
struct Case<'a> {
    writer: Writer,
    operation: &'a Operation,
    receipt: &'a Receipt,
    expected: Expected,
    /// The row before it.
    before: Option<Row>,
    /// What it changed, and the texts it united as their author typed them.
    changes: Fields,
    written: Fields,
    /// The conflicts its receipt names, by field or group, as they stand after it.
    raised: BTreeMap<String, Fields>,
    /// Nobody else has written to the row since its author saw it.
    lonely: bool,
    /// The version its author had seen.
    base: u64,
    /// What it is, for the reader of a failure.
    at: String,
}

impl Simulation {
    /// Judges one operation that was taken, by the entries it made.
    pub(super) fn compare(
        &mut self,
        writer: Writer,
        operation: &Operation,
        base: u64,
        receipt: &Receipt,
        told: Vec<Told>,
    ) -> Result<(), Broken> {
        let expected = self.ledger.oracle.expect(writer, operation, base);
        let before = self.ledger.oracle.row(operation.row).cloned();
        for (entry, entity) in &told {
            self.check_seal(entry, entity)?;
            self.take_down(entry, entity)?;
        }
        let own = told
            .into_iter()
            .map(|(entry, _)| entry)
            .find(|entry| entry.row_id == operation.row && entry.stream == writer.stream);
        let (changes, written) = own
            .map(|entry| (entry.changes, entry.written))
            .unwrap_or_default();
        let case = Case {
            writer,
            operation,
            receipt,
            expected,
            lonely: before
                .as_ref()
                .is_none_or(|row| row.is_lonely(writer.stream, base)),
            base,
            before,
            changes,
            written,
            raised: self.raised(receipt),
            at: format!(
                "{} of {} {} (seen at {base})",
                operation.id, operation.entity, operation.row
            ),
        };
        case.check_changes()?;
        self.check_nothing_lost(&case)?;
        self.tally.united_texts += case.check_clashes()?;
        self.check_outcome(&case)?;
        self.follow_disputes(&case);
        self.ledger.disputes.check(&self.ledger.oracle, operation.row)
    }

    fn raised(&self, receipt: &Receipt) -> BTreeMap<String, Fields> {
        let conflicts = receipt
            .conflicts
            .iter()
            .filter_map(|id| self.ledger.oracle.row(*id));
        conflicts
            .map(|row| {
                (
                    row.fields["field"].as_str().unwrap_or_default().to_owned(),
                    Fields::clone(&row.fields),
                )
            })
            .collect()
    }

    /// Invariant 1, value by value: what was typed stands, stood already, is kept as typed, or is a side of a
    /// conflict.
    fn check_nothing_lost(&self, case: &Case<'_>) -> Result<(), Broken> {
        let now = self.ledger.oracle.row(case.operation.row);
        for (field, value) in &case.operation.set {
            // Members come and go one by one; that they did is compared with the oracle.
            let is_set = value.is_object() || value.is_array();
            let now = now.map_or(Value::Null, |row| row.value(field));
            let before = case.before.as_ref().map_or(Value::Null, |row| row.value(field));
            let kept = is_set
                || [case.changes.get(field), case.written.get(field)].contains(&Some(value))
                || [&now, &before].contains(&value)
                || case.raised.values().any(|conflict| holds(conflict, field, value));
            let start = case.before.as_ref();
            let start = start
                .map(|row| row.text_at_start(field, case.writer, case.base))
                .unwrap_or_default();
            if !kept && !lines_stand(value, &now, &before, &start) {
                return Err(Broken::new(
                    1,
                    format!("{}: {field} = {value} is nowhere", case.at),
                ));
            }
        }
        Ok(())
    }

    fn check_outcome(&mut self, case: &Case<'_>) -> Result<(), Broken> {
        let outcome = match (case.raised.is_empty(), case.expected.concurrent) {
            (false, _) => Outcome::Conflict,
            (true, true) => Outcome::Merged,
            (true, false) => Outcome::Applied,
        };
        let set = &case.operation.set;
        self.tally.sums_added += u32::from(set.get("quantity").is_some_and(Value::is_object));
        self.tally.sets_changed += u32::from(set.contains_key("asset_ids"));
        self.tally.deletions_disputed += u32::from(case.raised.contains_key("deleted"));
        self.tally.duplicate_tags += u32::from(case.raised.contains_key("tag"));
        match outcome {
            Outcome::Conflict => self.tally.conflicts += 1,
            Outcome::Merged => self.tally.merged += 1,
            _ => self.tally.applied += 1,
        }
        let said = case.receipt.outcome;
        // The answer to a dispatcher says only whether it merged.
        if said == outcome || (!case.writer.is_phone && outcome == Outcome::Conflict) {
            Ok(())
        } else {
            Err(case.broken("", format!("the receipt says {said:?}, it was {outcome:?}")))
        }
    }

    fn follow_disputes(&mut self, case: &Case<'_>) {
        let Some(before) = &case.before else { return };
        let (row, stream) = (case.operation.row, case.writer.stream);
        let undisputed: Fields = case
            .changes
            .iter()
            .filter(|(field, _)| !case.raised.contains_key(group(&before.entity, field)))
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect();
        self.ledger
            .disputes
            .overwrite(row, &before.entity, stream, &before.fields, &undisputed);
        let said: Fields = case
            .operation
            .set
            .iter()
            .filter(|(field, value)| before.value(field) == **value)
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect();
        self.ledger
            .disputes
            .come_round(row, &before.entity, stream, &said);
        for (place, (stood, came)) in &case.expected.clashes {
            if case.raised.contains_key(place) && !matches!(place.as_str(), "deleted" | "tag") {
                self.ledger.disputes.clash(
                    (row, place.clone()),
                    stood.clone(),
                    |field| before.last_writer(field),
                    (stream, came.clone()),
                );
            }
        }
    }
}

impl Case<'_> {
    /// The invariant that a wrong treatment of a field breaks: 7 where nobody else was there, 6 where two values of
    /// it met, 5 otherwise.
    fn broken(&self, place: &str, detail: String) -> Broken {
        let number = match (self.lonely, self.expected.clashes.contains_key(place)) {
            (true, _) => 7,
            (false, true) => 6,
            (false, false) => 5,
        };
        Broken::new(number, format!("{}: {detail}", self.at))
    }

    /// Every field it sets became what it should.
    fn check_changes(&self) -> Result<(), Broken> {
        for field in self.operation.set.keys() {
            let place = group(&self.operation.entity, field);
            // Of a text both are right: united, or a disagreement and nothing changed.
            let disputed = self.expected.open.contains(field) && self.raised.contains_key(place);
            let expected = self.expected.changes.get(field).filter(|_| !disputed);
            let found = self.changes.get(field);
            let fits = match (expected, found) {
                (Some(change @ Change::United { theirs, .. }), None) => change.fits(theirs),
                (Some(change), Some(found)) => change.fits(found),
                (None, None) => true,
                _ => false,
            };
            if !fits {
                return Err(self.broken(place, format!("{field} became {found:?}, expected {expected:?}")));
            }
        }
        Ok(())
    }

    /// Every disagreement has its conflict, which holds both values, and there is no other. Returns how many texts
    /// were united that need not have been.
    fn check_clashes(&self) -> Result<u32, Broken> {
        let mut united = 0;
        for (place, (stood, came)) in &self.expected.clashes {
            let Some(conflict) = self.raised.get(place) else {
                if self.expected.open.contains(place) {
                    united += 1;
                    continue;
                }
                return Err(self.broken(place, format!("nobody is told of the disagreement on {place}")));
            };
            if let Some((field, value)) = stood.iter().chain(came).find(|(f, v)| !holds(conflict, f, v)) {
                let detail = format!("the conflict on {place} lacks {field} = {value}: {conflict:?}");
                return Err(self.broken(place, detail));
            }
        }
        match self
            .raised
            .keys()
            .find(|place| !self.expected.clashes.contains_key(*place))
        {
            Some(place) => Err(self.broken(place, format!("a conflict on {place} nobody has"))),
            None => Ok(united),
        }
    }
}

/// Whether each line of a text stands, or stood already when its author sent it or began to edit: a text all of whose own
/// lines are there needs no entry of its own.
fn lines_stand(typed: &Value, now: &Value, before: &Value, start: &BTreeSet<String>) -> bool {
    let Some(typed) = typed.as_str() else { return false };
    let has = |text: &Value, line: &str| {
        text.as_str()
            .unwrap_or_default()
            .lines()
            .any(|other| other == line)
    };
    typed
        .lines()
        .all(|line| has(now, line) || has(before, line) || start.contains(line))
}
