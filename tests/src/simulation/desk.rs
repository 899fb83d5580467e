//! What a dispatcher does at a screen: plan, reassign, move and edit.
use super::world::FORBIDDEN_SITE;
use super::{Broken, Simulation};
use crate::office::{Edit, fields};
use onsite_model::entity::EntityKind;
use onsite_model::role::Role;
use onsite_services::author::Author;
use onsite_services::{ServiceError, visit};
use serde_json::json;
use sync_protocol::Fields;
use sync_protocol::client::View;
use sync_protocol::operation::OperationKind;
use sync_protocol::version::Version;
use uuid::Uuid;

impl Simulation {
    /// One thing a dispatcher does.
    pub(super) fn dispatch(&mut self) -> Result<(), Broken> {
        self.route();
        match self.dice.below(25) {
            0..=2 => self.reassign(),
            3..=6 => self.resolve(),
            7 => self.take_back(),
            8 => self.resolve_many(),
            9..=11 => self.decide_kept(),
            12 => self.move_ticket(),
            13 | 14 => self.call_back(),
            15..=17 => self.tend_complaint(),
            _ => self.desk_edit(),
        }
    }

    pub(super) fn dispatcher(&self) -> Author {
        Author::office(self.places.dispatcher, Role::Dispatcher)
    }

    fn reassign(&mut self) -> Result<(), Broken> {
        let forbidden = json!(self.places.sites[FORBIDDEN_SITE].1);
        let visits: Vec<Uuid> = self
            .ledger
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
        self.commanded(&format!("{verb} visit {id} ({technician})"), done)
    }

    /// A ticket turns out to belong to another site of its client, for some out of reach.
    fn move_ticket(&mut self) -> Result<(), Broken> {
        let tickets: Vec<Uuid> = self.ledger.oracle.live("ticket").map(|(id, _)| id).collect();
        let Some(id) = self.dice.pick(&tickets).copied() else {
            return Ok(());
        };
        let client = self.ledger.oracle.row(id).map(|row| row.value("client_id"));
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
        self.desk_update(id, fields(json!({"site_id": site})), 0)
    }

    fn desk_edit(&mut self) -> Result<(), Broken> {
        let entity = self.one_of(&["ticket", "asset", "visit"]);
        let rows: Vec<Uuid> = self.ledger.oracle.live(entity).map(|(id, _)| id).collect();
        let Some(id) = self.dice.pick(&rows).copied() else {
            return Ok(());
        };
        let Some(row) = self.ledger.oracle.row(id) else {
            return Ok(());
        };
        let view = View {
            id,
            entity: entity.to_owned(),
            body: Fields::clone(&row.fields),
            unsent: false,
        };
        let word = self.word();
        let set = match (entity, self.dice.below(3)) {
            ("ticket", 0) => json!({"title": word}),
            ("ticket", 1) => json!({"priority": self.one_of(&["low", "normal", "high", "urgent"])}),
            ("ticket", _) => json!({"description": self.retype(&view, "description", &word)}),
            ("asset", 0) => json!({"name": word}),
            ("asset", 1) => json!({"quantity": {"by": 2}}),
            ("asset", _) => json!({"notes": self.retype(&view, "notes", &word)}),
            (_, 0) => json!({"planned_start": self.some_time(24), "planned_end": self.some_time(48)}),
            _ => json!({"purpose": self.retype(&view, "purpose", &word)}),
        };
        let age = self.age_of_screen();
        self.desk_update(id, fields(set), age)
    }

    /// By how many versions the dispatcher's screen is behind.
    pub(super) fn age_of_screen(&mut self) -> u64 {
        // Sometimes it is older than it should be.
        if self.dice.chance(30) {
            1 + self.dice.below(30) as u64
        } else {
            0
        }
    }

    pub(super) fn desk_update(&mut self, row: Uuid, set: Fields, age: u64) -> Result<(), Broken> {
        let base = self.version_of(row).saturating_sub(age);
        let entity = self
            .ledger
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
    pub(super) fn version_of(&self, row: Uuid) -> u64 {
        self.office
            .read(move |db| Ok(onsite_store::rows::get(db, row)?.map_or(0, |row| row.version)))
    }

    /// A use case of the server: its writes are facts to the oracle.
    pub(super) fn commanded(&mut self, said: &str, done: Result<(), ServiceError>) -> Result<(), Broken> {
        match done {
            Ok(()) => {
                self.say(format!("the dispatcher {said}"));
                self.tally.reassigned += u32::from(said.starts_with("reassigns"));
            }
            Err(error) => self.say(format!("the dispatcher {said}: {:?}", error.code)),
        }
        self.absorb_all()
    }
}
