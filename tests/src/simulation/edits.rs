//! What people do: technicians on their phones, a dispatcher at a screen, and an app that sometimes sends rubbish.
use super::world::{FORBIDDEN_SITE, ITEMS};
use super::{Broken, Simulation};
use crate::office::{Edit, fields};
use crate::oracle::rules::{default, next_states};
use crate::oracle::{changed_members, members_of};
use crate::phone::Mangled;
use chrono::TimeDelta;
use onsite_model::entity::EntityKind;
use onsite_model::inspection_answer::InspectionAnswer;
use onsite_model::role::Role;
use onsite_services::author::Author;
use onsite_services::conflict::{self, Decision};
use onsite_services::{ServiceError, visit};
use serde_json::{Value, json};
use sync_protocol::Fields;
use sync_protocol::client::{EditError, View};
use sync_protocol::operation::OperationKind;
use sync_protocol::version::Version;
use uuid::Uuid;

impl Simulation {
    /// One edit on a phone, of whatever it shows.
    pub(super) fn edit(&mut self, phone: usize) -> Result<(), Broken> {
        if self.dice.chance(6) {
            return self.poison(phone);
        }
        let choice = self.dice.below(100);
        let entity = match choice {
            0..=31 => "ticket",
            32..=54 => "asset",
            55..=76 => "visit",
            77..=91 => return self.answer(phone),
            _ => return self.add(phone),
        };
        let Some(view) = self.pick(phone, entity) else {
            return Ok(());
        };
        if entity == "visit" && self.dice.chance(25) {
            let steps = 1 + self.dice.below(4);
            return (0..steps).try_for_each(|_| self.handle_sheet(phone, &view));
        }
        if entity == "asset" && self.dice.chance(7) {
            return self.delete(phone, &view);
        }
        let Some(set) = self.change(phone, &view) else {
            return Ok(());
        };
        self.update(phone, &view, set)
    }

    /// A row this phone shows.
    fn pick(&mut self, phone: usize, entity: &str) -> Option<View> {
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
    fn retype(&mut self, view: &View, field: &str, word: &str) -> String {
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

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.dice.below(words.len())]
    }

    /// A word nobody else has typed.
    pub(super) fn word(&mut self) -> String {
        format!("w{}", self.dice.roll() % 1_000_000_000)
    }

    /// A time some hours from the beginning of the hour it is.
    fn some_time(&mut self, hours: i64) -> Value {
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
    fn edited(
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
            Err(error @ (EditError::Exists(_) | EditError::Parked(_))) => {
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
        let (entity, set) = match self.dice.below(4) {
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

    /// Something no correct app would send. It must end in quarantine and disturb nothing.
    fn poison(&mut self, phone: usize) -> Result<(), Broken> {
        let row = self.dice.id(self.now);
        self.lost.insert(row);
        let word = self.word();
        let (client, site) = self.places.sites[FORBIDDEN_SITE];
        let (entity, set) = match self.dice.below(7) {
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
                let how = [
                    Mangled::Undecodable,
                    Mangled::NotAnOperation,
                    Mangled::TooLarge,
                    Mangled::Nul,
                ][how - 3];
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

    /// One thing a dispatcher does.
    pub(super) fn dispatch(&mut self) -> Result<(), Broken> {
        match self.dice.below(10) {
            0..=1 => self.reassign(),
            2..=4 => self.resolve(),
            5 => self.move_ticket(),
            _ => self.desk_edit(),
        }
    }

    fn dispatcher(&self) -> Author {
        Author::office(self.places.dispatcher, Role::Dispatcher)
    }

    fn reassign(&mut self) -> Result<(), Broken> {
        let forbidden = json!(self.places.sites[FORBIDDEN_SITE].1);
        let visits: Vec<Uuid> = self
            .oracle
            .live("visit")
            .filter(|(_, visit)| visit.value("site_id") != forbidden)
            .map(|(id, _)| id)
            .collect();
        let Some(id) = self.dice.pick(&visits).copied() else {
            return Ok(());
        };
        let technician = self.places.technicians[self.dice.below(3)];
        let number = self.version_of(id);
        let (operation, cancel) = (self.dice.id(self.now), self.dice.chance(15));
        let done = self
            .office
            .command(self.dispatcher(), operation, self.now, move |tx, cause| {
                let seen = Version {
                    epoch: tx.clock().epoch,
                    number,
                };
                if cancel {
                    visit::cancel(tx, cause, id, "no longer needed", seen).map(drop)
                } else {
                    visit::assign(tx, cause, id, technician, None, seen).map(drop)
                }
            });
        let verb = if cancel { "cancels" } else { "reassigns" };
        self.commanded(&format!("{verb} visit {id} ({technician})"), done);
        Ok(())
    }

    fn resolve(&mut self) -> Result<(), Broken> {
        let open: Vec<Uuid> = self
            .oracle
            .live("conflict")
            .filter(|(_, row)| row.fields["status"] == json!("open"))
            .map(|(id, _)| id)
            .collect();
        let Some(id) = self.dice.pick(&open).copied() else {
            return Ok(());
        };
        let decision = if self.dice.chance(50) {
            Decision::KeepCurrent
        } else {
            Decision::TakeIncoming
        };
        let said = format!("decides conflict {id}: {decision:?}");
        let operation = self.dice.id(self.now);
        let done = self
            .office
            .command(self.dispatcher(), operation, self.now, move |tx, cause| {
                let (row, _) = conflict::load(tx.db(), id)?;
                let seen = tx.version(row.version);
                conflict::resolve(tx, cause, id, seen, decision).map(drop)
            });
        if done.is_ok() {
            self.tally.resolved += 1;
        }
        self.commanded(&said, done);
        Ok(())
    }

    /// A ticket turns out to belong to another site of its client, for some out of reach.
    fn move_ticket(&mut self) -> Result<(), Broken> {
        let tickets: Vec<Uuid> = self.oracle.live("ticket").map(|(id, _)| id).collect();
        let Some(id) = self.dice.pick(&tickets).copied() else {
            return Ok(());
        };
        let client = self.oracle.row(id).map(|row| row.value("client_id"));
        let sites: Vec<Uuid> = self
            .places
            .sites
            .iter()
            .filter(|(of, _)| client == Some(json!(of)))
            .map(|(_, site)| *site)
            .collect();
        let Some(site) = self.dice.pick(&sites).copied() else {
            return Ok(());
        };
        self.moved.insert(id);
        self.desk_update(id, fields(json!({"site_id": site})), 0)
    }

    fn desk_edit(&mut self) -> Result<(), Broken> {
        let entity = self.one_of(&["ticket", "asset", "visit"]);
        let rows: Vec<Uuid> = self.oracle.live(entity).map(|(id, _)| id).collect();
        let Some(id) = self.dice.pick(&rows).copied() else {
            return Ok(());
        };
        let Some(row) = self.oracle.row(id) else {
            return Ok(());
        };
        let view = View {
            id,
            entity: entity.to_owned(),
            body: row.fields.clone(),
            unsent: false,
        };
        let word = self.word();
        let set = match (entity, self.dice.below(3)) {
            ("ticket", 0) => json!({"title": word}),
            ("ticket", 1) => json!({"priority": self.one_of(&["low", "normal", "high", "urgent"])}),
            ("ticket", _) => json!({"description": self.retype(&view, "description", &word)}),
            ("asset", 0) => json!({"name": word}),
            ("asset", _) => json!({"notes": self.retype(&view, "notes", &word)}),
            (_, 0) => json!({"planned_start": self.some_time(24), "planned_end": self.some_time(48)}),
            _ => json!({"purpose": self.retype(&view, "purpose", &word)}),
        };
        // Sometimes the screen is older than it should be.
        let age = if self.dice.chance(30) {
            1 + self.dice.below(30) as u64
        } else {
            0
        };
        self.desk_update(id, fields(set), age)
    }

    fn desk_update(&mut self, row: Uuid, set: Fields, age: u64) -> Result<(), Broken> {
        let base = self.version_of(row).saturating_sub(age);
        let entity = self
            .oracle
            .row(row)
            .and_then(|row| EntityKind::from_name(&row.entity));
        let Some(entity) = entity else { return Ok(()) };
        let edit = Edit {
            entity,
            row,
            kind: OperationKind::Update,
            base,
            set,
        };
        let operation = self.dice.id(self.now);
        let done = self
            .office
            .apply(self.dispatcher(), operation, edit.clone(), self.now);
        let said = format!(
            "changes {} {row} {} seen at {base}",
            entity.name(),
            json!(edit.set)
        );
        self.judge_desk(operation, &edit, done.map_err(ServiceError::from), &said)
    }

    /// The version the dispatcher's screen shows a row at.
    fn version_of(&self, row: Uuid) -> u64 {
        self.office
            .read(move |db| Ok(onsite_store::rows::get(db, row)?.map_or(0, |row| row.version)))
    }

    /// A use case of the server: its writes are facts to the oracle.
    fn commanded(&mut self, said: &str, done: Result<(), ServiceError>) {
        match done {
            Ok(()) => {
                self.say(format!("the dispatcher {said}"));
                self.tally.reassigned += u32::from(said.starts_with("reassigns"));
                self.absorb_all();
            }
            Err(error) => self.say(format!("the dispatcher {said}: {:?}", error.code)),
        }
    }
}
