//! What technicians do on their phones, and an app that sometimes sends rubbish.
use super::world::{FORBIDDEN_SITE, ITEMS};
use super::{Broken, Simulation};
use crate::office::fields;
use crate::oracle::rules::{default, next_states};
use crate::oracle::values::{changed_members, increased, members_of};
use crate::phone::Mangled;
use chrono::TimeDelta;
use onsite_model::inspection_answer::InspectionAnswer;
use serde_json::{Value, json};
use sync_protocol::client::{EditError, View};
use sync_protocol::{Fields, SCHEMA};
use uuid::Uuid;

impl Simulation {
    /// One edit on a phone, of whatever it shows.
    pub(super) fn edit(&mut self, phone: usize) -> Result<(), Broken> {
        if self.marks[phone].wiped {
            return Ok(());
        }
        self.edited.insert((self.day(), phone));
        if self.dice.chance(3) {
            return self.poison(phone);
        }
        let choice = self.dice.below(100);
        let entity = match choice {
            0..=29 => "ticket",
            30..=52 => "asset",
            53..=73 => "visit",
            74..=86 => return self.answer(phone),
            87..=94 => return self.add(phone),
            95..=97 => return self.edit_together(phone),
            _ => return self.edit_after(phone),
        };
        let Some(view) = self.pick(phone, entity) else {
            return Ok(());
        };
        if entity == "visit" && self.dice.chance(25) {
            let steps = 1 + self.dice.below(4);
            return (0..steps).try_for_each(|_| self.handle_sheet(phone, &view));
        }
        if entity == "asset" && self.dice.chance(10) {
            return self.delete(phone, &view);
        }
        let Some(set) = self.change(phone, &view) else {
            return Ok(());
        };
        self.update(phone, &view, set)
    }

    /// A row this phone shows.
    pub(super) fn pick(&mut self, phone: usize, entity: &str) -> Option<View> {
        let views = self.phones[phone].engine().list(entity);
        self.dice.pick(&views).cloned()
    }

    /// Fields to change on a row, as its screen would offer them.
    fn change(&mut self, phone: usize, view: &View) -> Option<Fields> {
        let word = self.word();
        let set = match (view.entity.as_str(), self.dice.below(8)) {
            (_, 0 | 1) => return self.next_state(view),
            ("ticket", 2) => json!({"title": word}),
            ("ticket", 3) => json!({"priority": self.one_of(&["low", "normal", "high", "urgent"])}),
            ("ticket", 4) => json!({"description": self.retype(view, "description", &word)}),
            ("ticket", 5) => json!({"solution": self.retype(view, "solution", &word)}),
            ("ticket", _) => {
                let members = view
                    .body
                    .get("asset_ids")
                    .and_then(Value::as_array)
                    .cloned()
                    .unwrap_or_default();
                let one_goes = self.dice.chance(40);
                if let Some(member) = self.dice.pick(&members).filter(|_| one_goes) {
                    return Some(fields(json!({"asset_ids": {"remove": [member]}})));
                }
                let site = view.body.get("site_id").cloned();
                let mut assets = self.phones[phone].engine().list("asset");
                assets.retain(|asset| asset.body.get("site_id") == site.as_ref());
                json!({"asset_ids": {"add": [self.dice.pick(&assets)?.id]}})
            }
            ("asset", 2) => json!({"name": word}),
            ("asset", 3) => json!({"location": self.one_of(&["rack", "desk", "cellar"])}),
            ("asset", 4) => json!({"name": word, "location": self.word()}),
            ("asset", 5) => json!({"tag": format!("OS-{}", self.dice.below(6))}),
            ("asset", 6) => json!({"quantity": {"by": self.dice.below(7) as i64 - 3}}),
            ("asset", _) => json!({"notes": self.retype(view, "notes", &word)}),
            ("visit", 2) => json!({"arrived_at": self.some_time(1)}),
            ("visit", 3) => json!({"finished_at": self.some_time(5)}),
            ("visit", 4) => json!({"arrived_at": self.some_time(1), "finished_at": self.some_time(5)}),
            ("visit", 5) => json!({"planned_start": self.some_time(24), "planned_end": self.some_time(48)}),
            ("visit", 6) => json!({"purpose": self.retype(view, "purpose", &word)}),
            ("visit", _) => json!({"solution": self.retype(view, "solution", &word)}),
            _ => return None,
        };
        Some(fields(set))
    }

    /// A step that is legal from what the screen shows.
    fn next_state(&mut self, view: &View) -> Option<Fields> {
        let first = default(&view.entity, "status");
        let from = view.body.get("status").unwrap_or(&first).as_str()?;
        let to = *self.dice.pick(&next_states(&view.entity, from))?;
        let reason = self.word();
        Some(fields(match (view.entity.as_str(), to) {
            ("visit", "scheduled") if !view.body.contains_key("technician_id") => return None,
            ("ticket", "pending") => json!({"status": to, "pending_reason": reason}),
            ("visit", "aborted") => json!({"status": to, "reason": reason}),
            _ => json!({"status": to}),
        }))
    }

    /// The text with a line changed, added or taken away.
    pub(super) fn retype(&mut self, view: &View, field: &str, word: &str) -> String {
        let text = view.body.get(field).and_then(Value::as_str).unwrap_or_default();
        let mut lines: Vec<&str> = text.lines().collect();
        let place = self.dice.below(lines.len() + 1);
        match self.dice.below(10) {
            0..=5 if place < lines.len() => lines[place] = word,
            6 if lines.len() > 2 => {
                lines.remove(place.min(lines.len() - 1));
            }
            _ => lines.insert(place, word),
        }
        lines.join("\n")
    }

    pub(super) fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.dice.below(words.len())]
    }

    /// A word nobody else has typed.
    pub(super) fn word(&mut self) -> String {
        format!("w{}", self.dice.roll() % 1_000_000_000)
    }

    /// A time some hours from the beginning of the hour it is.
    pub(super) fn some_time(&mut self, hours: i64) -> Value {
        json!(self.now + TimeDelta::hours(hours) + TimeDelta::minutes(self.dice.below(50) as i64))
    }

    pub(super) fn update(&mut self, phone: usize, view: &View, set: Fields) -> Result<(), Broken> {
        let said = json!(set).to_string();
        let outcome = self.phones[phone].update(&mut self.dice, self.now, view.id, set.clone());
        let taken = outcome.is_ok();
        self.edited(
            phone,
            "changes",
            &view.entity,
            view.id,
            &said,
            outcome.map(|_| ()),
        )?;
        if taken {
            self.check_shown(phone, view, &set)
        } else {
            Ok(())
        }
    }

    /// What somebody has just typed is what they see.
    fn check_shown(&self, phone: usize, before: &View, set: &Fields) -> Result<(), Broken> {
        let shown = self.phones[phone]
            .engine()
            .view(before.id)
            .map(|view| view.body)
            .unwrap_or_default();
        let value = |body: &Fields, field: &str| body.get(field).cloned().unwrap_or(Value::Null);
        for (field, typed) in set {
            let now = value(&shown, field);
            let fits = match typed {
                Value::Object(change) if change.contains_key("by") => {
                    now == increased(&value(&before.body, field), typed)
                }
                Value::Object(_) => members_of(&now) == changed_members(&value(&before.body, field), typed),
                _ => &now == typed,
            };
            if !fits {
                let detail = format!(
                    "{} set {field} to {typed} and sees {now}",
                    self.phones[phone].name
                );
                return Err(Broken::new(13, detail));
            }
        }
        Ok(())
    }

    fn delete(&mut self, phone: usize, view: &View) -> Result<(), Broken> {
        let outcome = self.phones[phone].delete(&mut self.dice, self.now, view.id);
        self.tally.deleted += 1;
        self.edited(phone, "deletes", &view.entity, view.id, "", outcome.map(|_| ()))
    }

    pub(super) fn create(
        &mut self,
        phone: usize,
        entity: &str,
        row: Uuid,
        set: Fields,
    ) -> Result<(), Broken> {
        let said = json!(set).to_string();
        let outcome = self.phones[phone].create(&mut self.dice, self.now, entity, row, set);
        self.edited(phone, "makes", entity, row, &said, outcome.map(|_| ()))
    }

    /// A stored edit is shown at once. One the engine did not take has changed nothing.
    pub(super) fn edited(
        &mut self,
        phone: usize,
        verb: &str,
        entity: &str,
        row: Uuid,
        said: &str,
        outcome: Result<(), EditError>,
    ) -> Result<(), Broken> {
        let mark = &mut self.marks[phone];
        mark.stored = mark.reached;
        match outcome {
            Ok(()) => {
                self.say(format!(
                    "{} {verb} {entity} {row} {said}",
                    self.phones[phone].name
                ));
                self.check_own_writes(phone)
            }
            Err(error @ (EditError::Exists(_) | EditError::Parked(_) | EditError::Unknown(_))) => {
                self.say(format!("{} can't: {error}", self.phones[phone].name));
                Ok(())
            }
            Err(error) => Err(Broken::new(
                13,
                format!("an edit of what is shown was not taken: {error}"),
            )),
        }
    }

    /// Answers an item of a checklist; two phones may answer the same one.
    fn answer(&mut self, phone: usize) -> Result<(), Broken> {
        let Some(inspection) = self.pick(phone, "inspection") else {
            return Ok(());
        };
        let item = ITEMS[self.dice.below(ITEMS.len())];
        let id = InspectionAnswer::id(inspection.id, item);
        let reading = json!({"outcome": self.one_of(&["pass", "flag", "fail"]),
                             "value": format!("{}", self.dice.below(4)), "unit": "V"});
        if let Some(view) = self.phones[phone].engine().view(id) {
            let set = match self.dice.below(3) {
                0 => {
                    let word = self.word();
                    json!({"note": self.retype(&view, "note", &word)})
                }
                1 => json!({"value": self.word()}),
                _ => reading,
            };
            return self.update(phone, &view, fields(set));
        }
        let mut set = fields(reading);
        set.insert("inspection_id".to_owned(), json!(inspection.id));
        set.insert("item".to_owned(), json!(item));
        self.create(phone, "inspection_answer", id, set)
    }

    /// A new row: an asset, a ticket, or an entry of a worklog.
    fn add(&mut self, phone: usize) -> Result<(), Broken> {
        let row = self.dice.id(self.now);
        let Some(visit) = self.pick(phone, "visit") else {
            return Ok(());
        };
        let (client, site) = (visit.body["client_id"].clone(), visit.body["site_id"].clone());
        let word = self.word();
        let (entity, set) = match self.dice.below(5) {
            4 => ("worklog_entry", self.parts(phone, visit.id, &word)),
            0 => (
                "ticket",
                json!({"client_id": client, "site_id": site, "title": word, "description": "one\ntwo"}),
            ),
            1 => {
                let tag = format!("OS-{}", self.dice.below(6));
                (
                    "asset",
                    json!({"site_id": site, "kind": "switch", "name": word, "tag": tag}),
                )
            }
            kind => {
                let author = self.phones[phone].user;
                let mut set =
                    json!({"author_id": author, "kind": "note", "at": self.some_time(0), "text": word});
                match self.pick(phone, "ticket") {
                    Some(ticket) if kind == 2 => set["ticket_id"] = json!(ticket.id),
                    _ => set["visit_id"] = json!(visit.id),
                }
                ("worklog_entry", set)
            }
        };
        self.create(phone, entity, row, fields(set))
    }

    /// Parts used on a visit, in the shape this phone's app knows.
    fn parts(&mut self, phone: usize, visit: Uuid, word: &str) -> Value {
        let author = self.phones[phone].user;
        let mut set =
            json!({"author_id": author, "kind": "part", "at": self.some_time(0), "visit_id": visit});
        let quantity = 1 + self.dice.below(3);
        if self.phones[phone].schema < SCHEMA {
            self.tally.old_shapes += 1;
            set["part"] = json!(word);
            set["quantity"] = json!(quantity);
        } else {
            set["parts"] = match self.dice.chance(50) {
                true => json!([{"name": word, "quantity": quantity}]),
                false => json!([{"name": word, "quantity": quantity}, {"name": "cable", "quantity": 2}]),
            };
        }
        set
    }

    /// Something no correct app would send. It must end in quarantine and disturb nothing.
    fn poison(&mut self, phone: usize) -> Result<(), Broken> {
        let row = self.dice.id(self.now);
        self.ledger.lost.insert(row);
        let word = self.word();
        let (client, site) = self.places.sites[FORBIDDEN_SITE];
        let (entity, set) = match self.dice.below(13) {
            0 => ("nonsense", json!({"poison": word})),
            1 => (
                "ticket",
                json!({"client_id": client, "site_id": site, "title": "poison"}),
            ),
            2 => (
                "worklog_entry",
                json!({"ticket_id": row, "author_id": self.phones[phone].user, "kind": "note",
                                          "at": self.some_time(0), "text": "poison"}),
            ),
            how => {
                let set = json!({"client_id": client, "site_id": site, "title": "poison"});
                self.create(phone, "ticket", row, fields(set))?;
                // What is too large is slow to send, too.
                let how = match how {
                    3..=5 => Mangled::Undecodable,
                    6..=8 => Mangled::NotAnOperation,
                    9 => Mangled::TooLarge,
                    _ => Mangled::Nul,
                };
                let made = self.phones[phone]
                    .engine()
                    .operations()
                    .last()
                    .map(|entry| entry.operation.id);
                if let Some(operation) = made {
                    self.phones[phone].mangle(operation, how);
                }
                return Ok(());
            }
        };
        self.create(phone, entity, row, fields(set))
    }
}
