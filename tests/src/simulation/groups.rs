//! Edits that stand or fall together, and edits that build on somebody else's.
use super::{Broken, Simulation};
use crate::office::fields;
use crate::phone::Edit;
use serde_json::json;
use sync_protocol::Fields;
use uuid::Uuid;

impl Simulation {
    /// Two entries of a worklog and the solution of their visit, or all of it not at all. Sometimes one of them is out of
    /// reach.
    pub(super) fn edit_together(&mut self, phone: usize) -> Result<(), Broken> {
        let Some(visit) = self.pick(phone, "visit") else {
            return Ok(());
        };
        let word = self.word();
        let (first, second) = (self.dice.id(self.now), self.dice.id(self.now));
        let bad = self.dice.chance(25);
        let note = |on: Uuid, text: &str, at| {
            fields(
                json!({"author_id": self.phones[phone].user, "kind": "note", "at": at, "text": text,
                          "visit_id": on}),
            )
        };
        let at = self.now;
        // Nobody knows this visit.
        let missing = Uuid::from_u128(u128::from(self.dice.clone().roll()));
        let solution = json!({"solution": self.retype_of(&visit, &word)});
        let other = note(if bad { missing } else { visit.id }, &word, at);
        let edits = vec![
            create(first, note(visit.id, &word, at)),
            Edit::Update {
                row: visit.id,
                set: fields(solution),
            },
            create(second, other),
        ];
        let outcome = self.phones[phone].edit_together(&mut self.dice, self.now, edits);
        if outcome.is_ok() {
            if bad {
                self.ledger.lost.extend([first, second]);
            } else {
                self.ledger.groups.push(vec![first, second]);
            }
        }
        self.edited(phone, "does together", "visit", visit.id, &word, outcome)
    }

    fn retype_of(&self, visit: &sync_protocol::client::View, word: &str) -> String {
        let text = visit.body.get("solution").and_then(|text| text.as_str());
        format!("{}\n{word}", text.unwrap_or_default()).trim().to_owned()
    }

    /// An entry that answers what a colleague did, whether or not the server knows that yet.
    pub(super) fn edit_after(&mut self, phone: usize) -> Result<(), Broken> {
        let Some(visit) = self.pick(phone, "visit") else {
            return Ok(());
        };
        let other = self.dice.below(self.phones.len());
        let unsent: Vec<Uuid> = self.phones[other]
            .engine()
            .operations()
            .iter()
            .filter(|entry| {
                entry.settled.is_none() && self.phones[other].mangled(entry.operation.id).is_none()
            })
            .map(|entry| entry.operation.id)
            .collect();
        let dep = match self.dice.pick(&unsent).copied() {
            // Sometimes it never comes.
            Some(dep) if self.dice.chance(85) => dep,
            _ => self.dice.id(self.now),
        };
        let (row, word) = (self.dice.id(self.now), self.word());
        let set = fields(
            json!({"author_id": self.phones[phone].user, "kind": "note", "at": self.now,
                                "text": word, "visit_id": visit.id}),
        );
        let edit = ("worklog_entry", row, set);
        let outcome = self.phones[phone].create_after(&mut self.dice, self.now, edit, vec![dep]);
        let said = format!("{word} after {dep}");
        self.edited(phone, "makes", "worklog_entry", row, &said, outcome.map(drop))
    }
}

fn create(row: Uuid, set: Fields) -> Edit {
    Edit::Create {
        entity: "worklog_entry",
        row,
        set,
    }
}
