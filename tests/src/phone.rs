//! A phone: the client engine, the disk it is stored on, a clock that may be wrong, and an app that may mangle
//! what it sends.
use crate::dice::Dice;
use crate::office::Office;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_services::ServiceError;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::checksum::{RepairRequest, RepairResponse};
use sync_protocol::client::{EditError, Engine, Origin, PullEvent, PushEvent};
use sync_protocol::operation::MAX_OPERATION_BYTES;
use sync_protocol::pull::{PullRequest, PullResponse};
use sync_protocol::push::{MAX_OPERATIONS, MAX_PUSH_BYTES, PushRequest, PushResponse};
use sync_protocol::version::Version;
use sync_protocol::{Fields, SCHEMA};
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
#[derive(Debug, Clone)]
pub struct Phone {
    pub name: String,
    pub user: Uuid,
    pub device: Uuid,
    /// How far its clock is ahead of the true time.
    pub skew: TimeDelta,
    /// The shape of entities its app knows.
    pub schema: u32,
    engine: Engine,
    disk: Engine,
    mangled: BTreeMap<Uuid, Mangled>,
}

/// One of several edits that stand or fall together.
#[derive(Debug, Clone)]
pub enum Edit {
    Create {
        entity: &'static str,
        row: Uuid,
        set: Fields,
    },
    Update {
        row: Uuid,
        set: Fields,
    },
}

impl Phone {
    /// A phone just enrolled.
    pub fn new(name: &str, user: Uuid, device: Uuid, stream: Uuid) -> Phone {
        let engine = Engine::new(stream);
        Phone {
            name: name.to_owned(),
            user,
            device,
            skew: TimeDelta::zero(),
            schema: SCHEMA,
            disk: engine.clone(),
            engine,
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
        self.disk.clone_from(&self.engine);
    }

    /// A copy of what is stored, as a backup holds it.
    pub fn disk(&self) -> &Engine {
        &self.disk
    }

    /// Dies and starts again from what is stored, or from a backup of it, read from its text.
    pub fn restart(&mut self, backup: Option<&Engine>) {
        if let Some(backup) = backup {
            self.disk.clone_from(backup);
        }
        self.engine = read(json(&self.disk));
    }

    /// Its app is updated: it knows a newer shape, and reads everything anew to show it.
    pub fn update_app(&mut self, schema: u32) {
        self.schema = schema;
        self.engine.reread();
        self.save();
    }

    /// Something goes wrong with one of the rows it has stored: lost, left at an old version, or there twice.
    /// Returns which and how.
    pub fn damage(&mut self, dice: &mut Dice) -> Option<(Uuid, &'static str)> {
        let mut stored = json(&self.engine);
        let busy = |id: &Uuid| {
            self.engine
                .operations()
                .iter()
                .any(|one| one.operation.row == *id)
        };
        let base = stored["rows"]["base"].as_object_mut()?;
        let ids: Vec<Uuid> = base
            .keys()
            .filter_map(|id| id.parse().ok())
            .filter(|id| !busy(id))
            .collect();
        let id = *dice.pick(&ids)?;
        let how = match dice.below(3) {
            0 => {
                base.remove(&id.to_string());
                "lost"
            }
            1 => {
                let row = base.get_mut(&id.to_string())?;
                let version: Version = serde_json::from_value(row["version"].clone()).ok()?;
                let older = Version {
                    number: version.number.saturating_sub(1),
                    ..version
                };
                row["version"] = json!(older);
                row["body"]["name"] = json!("an old name");
                "left as it was"
            }
            _ => {
                let row = base.get(&id.to_string())?.clone();
                base.insert(Uuid::from_u128(u128::from(dice.roll())).to_string(), row);
                "doubled"
            }
        };
        self.engine = read(stored);
        self.save();
        Some((id, how))
    }

    /// Obeys an order to forget everything.
    pub fn wipe(&mut self) {
        self.engine.wipe();
        self.save();
    }

    /// Reads everything anew, after the server refused the cursor.
    pub fn reread(&mut self) {
        self.engine.reread();
    }

    /// Makes a row, once what it builds on is there; the edit is stored before this returns.
    ///
    /// # Errors
    /// The engine did not take it.
    pub fn create_after(
        &mut self,
        dice: &mut Dice,
        now: DateTime<Utc>,
        (entity, row, set): (&str, Uuid, Fields),
        deps: Vec<Uuid>,
    ) -> Result<Uuid, EditError> {
        let origin = Origin {
            deps,
            ..self.origin(dice, now)
        };
        let operation = origin.operation;
        self.engine.create(origin, entity, row, set)?;
        self.save();
        Ok(operation)
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
        self.create_after(dice, now, (entity, row, set), Vec::new())
    }

    /// Makes edits that stand together or not at all.
    ///
    /// # Errors
    /// The engine did not take one of them, and so none.
    pub fn edit_together(
        &mut self,
        dice: &mut Dice,
        now: DateTime<Utc>,
        edits: Vec<Edit>,
    ) -> Result<(), EditError> {
        let origins: Vec<Origin> = edits.iter().map(|_| self.origin(dice, now)).collect();
        self.engine.group(dice.id(now), |engine| {
            origins
                .into_iter()
                .zip(edits)
                .try_for_each(|(origin, edit)| match edit {
                    Edit::Create { entity, row, set } => engine.create(origin, entity, row, set),
                    Edit::Update { row, set } => engine.update(origin, row, set).map(drop),
                })
        })?;
        self.save();
        Ok(())
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
        request.schema = self.schema;
        Some(request)
    }

    /// The next pull.
    pub fn next_pull(&self, limit: u32) -> PullRequest {
        PullRequest {
            schema: self.schema,
            ..self.engine.next_pull(limit)
        }
    }

    /// What to ask for a bucket that was found to differ.
    pub fn next_repair(&mut self) -> Option<RepairRequest> {
        let request = self.engine.next_repair()?;
        Some(RepairRequest {
            schema: self.schema,
            ..request
        })
    }

    /// Takes what mends a bucket.
    pub fn on_repair(&mut self, request: &RepairRequest, response: RepairResponse) -> Vec<PullEvent> {
        self.engine.on_repair(request, response)
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
            let (page, ()) = office.pull(self.device, request.clone(), Version::ZERO, now, |_, _| Ok(()))?;
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

fn json(engine: &Engine) -> Value {
    serde_json::to_value(engine).expect("an engine can be stored")
}

fn read(stored: Value) -> Engine {
    serde_json::from_value(stored).expect("the disk can be read")
}
