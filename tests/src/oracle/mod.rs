//! What should become of each operation, worked out from the journal of all writes instead of field stamps. Shares
//! no code with the merge it judges.
//!
//! The oracle reads the server's history entry by entry ([`Oracle::absorb`]). Before an operation's own entries it
//! says what they should be ([`Oracle::expect`]).
pub mod rules;
pub mod scene;

use onsite_store::history::Entry;
use rules::{Rule, group, rule};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::Fields;
use sync_protocol::operation::{Operation, OperationKind};
use uuid::Uuid;

/// Who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writer {
    pub stream: Uuid,
    pub user: Uuid,
    pub is_phone: bool,
}

/// Everything ever written to the rows, in the order it was written.
#[derive(Debug, Default)]
pub struct Oracle {
    rows: BTreeMap<Uuid, Row>,
}

/// A row, by its journal.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub entity: String,
    pub gone: bool,
    pub fields: Fields,
    journal: Vec<Write>,
}

#[derive(Debug, Clone)]
struct Write {
    version: u64,
    stream: Uuid,
    field: String,
    value: Value,
    /// Of a text united with somebody else's: its author, and what they typed.
    typed: Option<(Uuid, Value)>,
}

/// What one operation should do.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expected {
    /// The fields that should change, of those the operation sets.
    pub changes: BTreeMap<String, Change>,
    /// The disagreements it should raise, by field or group: what stood, and what came in.
    pub clashes: BTreeMap<String, (Fields, Fields)>,
    /// Texts of which both outcomes are right: united, or a disagreement.
    pub open: BTreeSet<String>,
    /// Somebody else has written to the row since the author saw it.
    pub concurrent: bool,
    /// The row is to be deleted or brought back.
    pub gone: Option<bool>,
}

/// A field's new value.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    To(Value),
    /// A text that must hold the lines both authors added.
    United {
        theirs: Value,
        lines: BTreeSet<String>,
    },
    /// Members in any order.
    Members(BTreeSet<String>),
}

impl Change {
    /// Whether `value` is what was expected.
    pub fn fits(&self, value: &Value) -> bool {
        match self {
            Change::To(expected) => expected == value,
            Change::United { lines, .. } => {
                let found = lines_of(value);
                lines.iter().all(|line| found.contains(line))
            }
            Change::Members(expected) => &members_of(value) == expected,
        }
    }
}

impl Oracle {
    /// A row as the journal has it.
    pub fn row(&self, id: Uuid) -> Option<&Row> {
        self.rows.get(&id)
    }

    /// All rows.
    pub fn rows(&self) -> &BTreeMap<Uuid, Row> {
        &self.rows
    }

    /// Live rows of an entity.
    pub fn live<'a>(&'a self, entity: &'a str) -> impl Iterator<Item = (Uuid, &'a Row)> {
        self.rows
            .iter()
            .filter(move |(_, row)| row.entity == entity && !row.gone)
            .map(|(id, row)| (*id, row))
    }

    /// Takes one write down.
    pub fn absorb(&mut self, entry: &Entry, entity: &str) {
        let row = self.rows.entry(entry.row_id).or_default();
        entity.clone_into(&mut row.entity);
        for (field, value) in &entry.changes {
            if field == "deleted" {
                row.gone = value == &json!(true);
            } else if value.is_null() {
                row.fields.remove(field);
            } else {
                row.fields.insert(field.clone(), value.clone());
            }
            let typed = entry
                .written
                .get(field)
                .map(|typed| (entry.stream, typed.clone()));
            row.journal.push(Write {
                version: entry.version,
                // A text of two authors is nobody's own.
                stream: if typed.is_some() {
                    Uuid::nil()
                } else {
                    entry.stream
                },
                field: field.clone(),
                value: value.clone(),
                typed,
            });
        }
    }

    /// Says what an operation should do to the rows as they stand. `base` is the version its author saw.
    pub fn expect(&self, writer: Writer, operation: &Operation, base: u64) -> Expected {
        let Some(row) = self.rows.get(&operation.row) else {
            return self.expect_new(operation);
        };
        let unseen = row.unseen(writer, base);
        let mut expected = Expected {
            concurrent: !unseen.is_empty(),
            ..Expected::default()
        };
        if operation.kind == OperationKind::Delete {
            if row.gone {
                expected.concurrent = false;
            } else if unseen.is_empty() {
                expected.gone = Some(true);
            } else {
                let values = |gone: bool| Fields::from_iter([("deleted".to_owned(), json!(gone))]);
                expected
                    .clashes
                    .insert("deleted".to_owned(), (values(false), values(true)));
            }
            return expected;
        }
        let mut done = BTreeSet::new();
        for (field, value) in &operation.set {
            let now = row.value(field);
            if &now == value {
                continue;
            }
            let group_name = group(&row.entity, field);
            let clash = |fields: &[&String], expected: &mut Expected| {
                // An author's later word takes the place of their earlier one.
                let foreign = |f: &str| !writer.is_phone || row.writer_of(f) != Some(writer.stream);
                let stood: Fields = fields
                    .iter()
                    .filter(|f| foreign(f))
                    .map(|f| ((*f).clone(), row.value(f)))
                    .collect();
                let came: Fields = fields
                    .iter()
                    .map(|f| ((*f).clone(), operation.set[*f].clone()))
                    .collect();
                expected.clashes.insert(group_name.to_owned(), (stood, came));
            };
            match rule(&row.entity, field).unwrap_or(Rule::Desk) {
                Rule::Members => {
                    let after = changed_members(&now, value);
                    if after != members_of(&now) {
                        expected.changes.insert(field.clone(), Change::Members(after));
                    }
                }
                Rule::Steps(steps) => {
                    let legal = steps
                        .iter()
                        .any(|(from, to)| now == json!(from) && value == &json!(to));
                    // A step of somebody who isn't sent there (any more), or who calls it off, waits for a human.
                    let theirs = row.entity != "visit"
                        || !writer.is_phone
                        || (row.value("technician_id") == json!(writer.user) && value != &json!("cancelled"));
                    if legal && theirs {
                        expected.changes.insert(field.clone(), Change::To(value.clone()));
                    } else {
                        clash(&[field], &mut expected);
                    }
                }
                Rule::Lines if unseen.contains(field.as_str()) => {
                    expected.open.insert(field.clone());
                    let start = row.text_at_start(field, writer, base);
                    let lines = lines_of(&now)
                        .union(&lines_of(value))
                        .filter(|line| !start.contains(*line))
                        .cloned()
                        .collect();
                    expected.changes.insert(
                        field.clone(),
                        Change::United {
                            theirs: now.clone(),
                            lines,
                        },
                    );
                    clash(&[field], &mut expected);
                }
                _ if !done.insert(group_name) => {}
                rule => {
                    let members: Vec<&String> = operation
                        .set
                        .keys()
                        .filter(|f| group(&row.entity, f) == group_name)
                        .collect();
                    // What a visit is for, where and when it takes place is never the phone's to say.
                    let disputed = (writer.is_phone && matches!(group_name, "plan" | "purpose"))
                        || unseen.iter().any(|f| group(&row.entity, f) == group_name)
                        || (rule == Rule::Once
                            && members.iter().any(|f| differs(row, f, &operation.set[*f])));
                    if disputed {
                        clash(&members, &mut expected);
                    }
                    if !disputed || rule == Rule::OnSite {
                        for f in members.into_iter().filter(|f| row.value(f) != operation.set[*f]) {
                            expected
                                .changes
                                .insert(f.clone(), Change::To(operation.set[f].clone()));
                        }
                    }
                }
            }
        }
        if row.gone {
            expected.gone = Some(false);
            let values = |gone: bool| Fields::from_iter([("deleted".to_owned(), json!(gone))]);
            expected
                .clashes
                .insert("deleted".to_owned(), (values(true), values(false)));
        }
        self.expect_tag(operation, writer, row.gone, &mut expected);
        expected
    }

    fn expect_new(&self, operation: &Operation) -> Expected {
        let mut expected = Expected::default();
        for (field, value) in operation.set.iter().filter(|(_, value)| !value.is_null()) {
            let change = match rule(&operation.entity, field) {
                Some(Rule::Members) => Change::Members(changed_members(&Value::Null, value)),
                _ => Change::To(value.clone()),
            };
            expected.changes.insert(field.clone(), change);
        }
        let writer = Writer {
            stream: Uuid::nil(),
            user: Uuid::nil(),
            is_phone: true,
        };
        self.expect_tag(operation, writer, false, &mut expected);
        expected
    }

    /// The first claim of a tag holds; another asset keeps what it had, and both claims are shown to a human.
    fn expect_tag(&self, operation: &Operation, writer: Writer, revived: bool, expected: &mut Expected) {
        if operation.entity != "asset" {
            return;
        }
        let own = self
            .rows
            .get(&operation.row)
            .map_or(Value::Null, |row| row.value("tag"));
        let claimed = match expected.changes.get("tag") {
            Some(Change::To(tag)) => tag.clone(),
            // Brought back, it claims again what it had.
            None if revived => own.clone(),
            _ => return,
        };
        let taken = !claimed.is_null()
            && self
                .live("asset")
                .any(|(id, row)| id != operation.row && row.value("tag") == claimed);
        if taken && writer.is_phone {
            expected.changes.remove("tag");
            let stood = if revived { Value::Null } else { own };
            let side = |tag: Value| Fields::from_iter([("tag".to_owned(), tag)]);
            expected
                .clashes
                .insert("tag".to_owned(), (side(stood), side(claimed)));
        }
    }
}

impl Row {
    /// A field's value; absent is null.
    pub fn value(&self, field: &str) -> Value {
        self.fields
            .get(field)
            .cloned()
            .unwrap_or_else(|| rules::default(&self.entity, field))
    }

    /// Version of the last write.
    pub fn version(&self) -> u64 {
        self.journal.last().map_or(0, |write| write.version)
    }

    /// Fields whose last writer is somebody else, after the version the writer saw.
    fn unseen(&self, writer: Writer, base: u64) -> BTreeSet<&str> {
        let last: BTreeMap<&str, &Write> = self
            .journal
            .iter()
            .map(|write| (write.field.as_str(), write))
            .collect();
        last.into_iter()
            .filter(|(_, write)| write.version > base && !(writer.is_phone && write.stream == writer.stream))
            .map(|(field, _)| field)
            .collect()
    }

    fn writer_of(&self, field: &str) -> Option<Uuid> {
        self.journal
            .iter()
            .rev()
            .find(|write| write.field == field)
            .map(|write| write.stream)
    }

    /// The stream that wrote a field, or one of a group, last.
    pub fn last_writer(&self, entity: &str, group_name: &str) -> Uuid {
        let writes = self.journal.iter().rev();
        writes
            .filter(|write| group(entity, &write.field) == group_name)
            .map(|write| write.stream)
            .next()
            .unwrap_or_default()
    }

    /// Whether anybody but this stream ever wrote to the row after `base`.
    pub fn is_lonely(&self, stream: Uuid, base: u64) -> bool {
        self.journal
            .iter()
            .all(|write| write.version <= base || write.stream == stream)
    }

    /// Lines of the text its author began to edit: their own last one since the base, or the one at the base.
    fn text_at_start(&self, field: &str, writer: Writer, base: u64) -> BTreeSet<String> {
        let mut start = BTreeSet::new();
        for write in self.journal.iter().filter(|write| write.field == field) {
            if write.version <= base {
                start = lines_of(&write.value);
            } else if let Some((_, typed)) = write.typed.as_ref().filter(|(by, _)| *by == writer.stream) {
                start = lines_of(typed);
            } else if writer.is_phone && write.stream == writer.stream {
                start = lines_of(&write.value);
            }
        }
        start
    }
}

fn differs(row: &Row, field: &str, value: &Value) -> bool {
    let now = row.value(field);
    !now.is_null() && &now != value
}

fn lines_of(text: &Value) -> BTreeSet<String> {
    text.as_str()
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// The members of a set, as text.
pub fn members_of(set: &Value) -> BTreeSet<String> {
    set.as_array()
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect()
}

/// The members of a set after a change to it.
pub fn changed_members(now: &Value, change: &Value) -> BTreeSet<String> {
    let mut members = members_of(now);
    if change.is_array() {
        members.extend(members_of(change));
        return members;
    }
    for gone in members_of(&change["remove"]) {
        members.remove(&gone);
    }
    members.extend(members_of(&change["add"]));
    members
}

/// The version an operation's author saw, as the server must read it.
pub fn base_number(operation: &Operation, epoch: u32, head: u64) -> u64 {
    if operation.base.epoch == epoch && operation.base.number <= head {
        operation.base.number
    } else {
        0
    }
}
