//! A phone: the client engine, the disk it is stored on, a clock that may be wrong, and an app that may mangle
//! what it sends.
use crate::dice::Dice;
use crate::office::Office;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_services::ServiceError;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::Fields;
use sync_protocol::client::{EditError, Engine, Origin, PullEvent, PushEvent};
use sync_protocol::operation::MAX_OPERATION_BYTES;
use sync_protocol::pull::{PullRequest, PullResponse};
use sync_protocol::push::{MAX_OPERATIONS, MAX_PUSH_BYTES, PushRequest, PushResponse};
use uuid::Uuid;

/// What a faulty app makes of an operation on its way out: always the same of the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mangled {
    /// A value of the wrong type.
    Undecodable,
    /// No JSON object at all.
    NotAnOperation,
    TooLarge,
    /// Text that holds NUL.
    Nul,
}

/// A phone.
#[derive(Debug)]
pub struct Phone {
    pub name: String,
    pub user: Uuid,
    pub device: Uuid,
    /// How far its clock is ahead of the true time.
    pub skew: TimeDelta,
    engine: Engine,
    disk: String,
    mangled: BTreeMap<Uuid, Mangled>,
}

impl Phone {
    /// A phone just enrolled.
    pub fn new(name: &str, user: Uuid, device: Uuid, stream: Uuid) -> Phone {
        let engine = Engine::new(stream);
        let disk = text(&engine);
        Phone {
            name: name.to_owned(),
            user,
            device,
            skew: TimeDelta::zero(),
            engine,
            disk,
            mangled: BTreeMap::new(),
        }
    }

    /// What it knows.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What its clock shows.
    pub fn clock(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + self.skew
    }

    /// Stores everything.
    pub fn save(&mut self) {
        self.disk = text(&self.engine);
    }

    /// A copy of what is stored, as a backup holds it.
    pub fn disk(&self) -> &str {
        &self.disk
    }

    /// Dies and starts again from what is stored, or from a backup of it.
    pub fn restart(&mut self, backup: Option<&str>) {
        if let Some(backup) = backup {
            backup.clone_into(&mut self.disk);
        }
        self.engine = serde_json::from_str(&self.disk).expect("the disk can be read");
    }

    /// Makes a row; the edit is stored before this returns.
    ///
    /// # Errors
    /// The engine did not take it.
    pub fn create(
        &mut self,
        dice: &mut Dice,
        now: DateTime<Utc>,
        entity: &str,
        row: Uuid,
        set: Fields,
    ) -> Result<Uuid, EditError> {
        let origin = self.origin(dice, now);
        let operation = origin.operation;
        self.engine.create(origin, entity, row, set)?;
        self.save();
        Ok(operation)
    }

    /// Changes a row; `None` where it shows all these values already.
    ///
    /// # Errors
    /// The engine did not take it.
    pub fn update(
        &mut self,
        dice: &mut Dice,
        now: DateTime<Utc>,
        row: Uuid,
        set: Fields,
    ) -> Result<Option<Uuid>, EditError> {
        let origin = self.origin(dice, now);
        let operation = origin.operation;
        let changed = self.engine.update(origin, row, set)?;
        self.save();
        Ok(changed.then_some(operation))
    }

    /// Deletes a row.
    ///
    /// # Errors
    /// The engine did not take it.
    pub fn delete(&mut self, dice: &mut Dice, now: DateTime<Utc>, row: Uuid) -> Result<Uuid, EditError> {
        let origin = self.origin(dice, now);
        let operation = origin.operation;
        self.engine.delete(origin, row)?;
        self.save();
        Ok(operation)
    }

    /// From now on sends this operation mangled.
    pub fn mangle(&mut self, operation: Uuid, how: Mangled) {
        self.mangled.insert(operation, how);
    }

    /// How an operation is mangled.
    pub fn mangled(&self, operation: Uuid) -> Option<Mangled> {
        self.mangled.get(&operation).copied()
    }

    /// The next push, as it leaves the phone.
    pub fn next_push(&self, now: DateTime<Utc>, most: usize) -> Option<PushRequest> {
        let mut request = self.engine.next_push(self.clock(now), most, MAX_PUSH_BYTES)?;
        for numbered in &mut request.operations {
            let id = numbered["op"]["id"].as_str().and_then(|id| id.parse().ok());
            if let Some(how) = id.and_then(|id| self.mangled(id)) {
                mangle(numbered, how);
            }
        }
        Some(request)
    }

    /// The next pull.
    pub fn next_pull(&self, limit: u32) -> PullRequest {
        self.engine.next_pull(limit)
    }

    /// Takes an answer to a push. It is not stored: what a crash forgets is asked for again.
    pub fn on_push(&mut self, request: &PushRequest, response: PushResponse) -> Vec<PushEvent> {
        self.engine.on_push(request, response)
    }

    /// Takes an answer to a pull; not stored either.
    pub fn on_pull(&mut self, request: &PullRequest, page: PullResponse) -> Vec<PullEvent> {
        self.engine.on_pull(request, page)
    }

    /// Goes on in a new stream.
    pub fn renumber(&mut self, stream: Uuid) {
        self.engine.renumber(stream);
        self.save();
    }

    /// Forgets what is old by its own clock.
    pub fn prune(&mut self, now: DateTime<Utc>) {
        self.engine.prune(self.clock(now));
    }

    /// Pushes and pulls without faults until nothing is left to do.
    ///
    /// # Errors
    /// The server refused a whole request.
    pub fn sync(&mut self, office: &Office, dice: &mut Dice, now: DateTime<Utc>) -> Result<(), ServiceError> {
        loop {
            if self.engine.needs_new_stream() {
                let stream = office.new_stream(dice, self.device, now);
                if let Some(own) = self.engine.continues() {
                    office.go_on(self.device, stream, own);
                }
                self.renumber(stream);
            }
            let Some(request) = self.next_push(now, MAX_OPERATIONS) else {
                break;
            };
            let response = office.push(self.device, request.clone(), now)?;
            self.on_push(&request, response);
        }
        loop {
            let request = self.next_pull(1000);
            let (page, ()) = office.pull(self.device, request.clone(), |_, _, _| Ok(()))?;
            let done = page.checkpoint;
            self.on_pull(&request, page);
            if done {
                break;
            }
        }
        self.save();
        Ok(())
    }

    fn origin(&self, dice: &mut Dice, now: DateTime<Utc>) -> Origin {
        Origin::new(dice.id(now), self.clock(now))
    }
}

fn mangle(numbered: &mut Value, how: Mangled) {
    let op = &mut numbered["op"];
    match how {
        Mangled::Undecodable => op["occurred_at"] = json!("yesterday"),
        Mangled::NotAnOperation => *op = json!(["not", "an", "operation"]),
        Mangled::TooLarge => op["set"]["padding"] = json!("x".repeat(MAX_OPERATION_BYTES)),
        Mangled::Nul => op["set"]["nul"] = json!("a\0b"),
    }
}

fn text(engine: &Engine) -> String {
    serde_json::to_string(engine).expect("an engine can be stored")
}
