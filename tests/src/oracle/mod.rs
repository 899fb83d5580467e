//! What should become of each operation, worked out from the journal of all writes instead of field stamps. Shares
//! no code with the merge it judges.
//!
//! The oracle reads the server's history entry by entry ([`Oracle::absorb`]). Before an operation's own entries it
//! says what they should be ([`Oracle::expect`]).
pub mod complaints;
pub mod lives;
pub mod row;
pub mod rules;
pub mod scope;
pub mod shapes;
pub mod values;

use onsite_store::history::Entry;
use row::{Row, Write};
use rules::{Rule, group, rule};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use sync_protocol::Fields;
use sync_protocol::operation::{Operation, OperationKind};
use uuid::Uuid;
use values::{changed_members, increased, lines_of, members_of};

/// Who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writer {
    pub stream: Uuid,
    pub user: Uuid,
    /// Of a phone.
    pub device: Option<Uuid>,
    pub is_phone: bool,
}

/// Everything ever written to the rows, in the order it was written.
#[derive(Debug, Clone, Default)]
pub struct Oracle {
    rows: BTreeMap<Uuid, Row>,
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
        let fields = Rc::make_mut(&mut row.fields);
        for (field, value) in &entry.changes {
            if field == "deleted" {
                row.gone = value == &json!(true);
            } else if value.is_null() {
                fields.remove(field);
            } else {
                fields.insert(field.clone(), value.clone());
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
            // What only the server writes is nobody's work.
            let edited = unseen.iter().any(|field| *field != "claimed_tag");
            expected.concurrent = edited && !row.gone;
            if row.gone {
                return expected;
            }
            if !edited {
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
                Rule::Sum if value.is_object() => {
                    let sum = increased(&now, value);
                    if sum != now {
                        expected.changes.insert(field.clone(), Change::To(sum));
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
                    // A person at a screen steps from the state they see.
                    let seen = writer.is_phone || !unseen.contains(field.as_str());
                    if legal && theirs && seen {
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
                Some(Rule::Sum) if value.is_object() => Change::To(increased(&Value::Null, value)),
                _ => Change::To(value.clone()),
            };
            expected.changes.insert(field.clone(), change);
        }
        let writer = Writer {
            stream: Uuid::nil(),
            user: Uuid::nil(),
            device: None,
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
            if revived && !own.is_null() {
                // It comes back as a new one, without a tag until somebody has decided.
                expected.changes.insert("tag".to_owned(), Change::To(Value::Null));
            }
            let stood = if revived { Value::Null } else { own };
            let side = |tag: Value| Fields::from_iter([("tag".to_owned(), tag)]);
            expected
                .clashes
                .insert("tag".to_owned(), (side(stood), side(claimed)));
        }
    }
}

fn differs(row: &Row, field: &str, value: &Value) -> bool {
    let now = row.value(field);
    !now.is_null() && &now != value
}
