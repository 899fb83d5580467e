//! At rest: the network works, everybody sends and reads until nothing is left, and then all must agree.
use super::network::Message;
use super::{Broken, Simulation};
use crate::office::{Edit, fields};
use crate::phone::Phone;
use chrono::TimeDelta;
use onsite_model::entity::EntityKind;
use onsite_services::author::Author;
use serde_json::json;
use std::rc::Rc;
use sync_protocol::operation::OperationKind;

/// More rounds than any phone needs to come to rest.
const ROUNDS: usize = 200;

impl Simulation {
    pub(super) fn rest(&mut self) -> Result<(), Broken> {
        self.say("the network is well again".to_owned());
        for mark in &mut self.marks {
            mark.offline_until = 0;
        }
        while !self.air.is_empty() {
            let message: Message = self.air.remove(0);
            // The phones ask again anyway; what is on its way to the server still arrives.
            if let Message::Push { .. } | Message::Pushed { .. } = message {
                self.arrive(message)?;
            }
        }
        // A new epoch is learnt by reading or by sending, and what was in doubt is sent after that.
        for _ in 0..4 {
            for phone in 0..self.phones.len() {
                self.push_all(phone)?;
                self.pull_all(phone)?;
            }
            let is_done =
                |phone: &Phone| phone.next_push(self.now, 1).is_none() && !phone.engine().needs_new_stream();
            if self.phones.iter().all(is_done) {
                break;
            }
        }
        for phone in 0..self.phones.len() {
            if self.marks[phone].wiped {
                self.check_wiped(phone)?;
                self.replace(phone);
                self.pull_all(phone)?;
            }
        }
        self.mend()?;
        self.end_uploads()?;
        for phone in 0..self.phones.len() {
            self.pull_all(phone)?;
            self.phones[phone].save();
            self.marks[phone].stored = self.marks[phone].reached;
        }
        self.tally.rests += 1;
        self.check_all()
    }

    pub(super) fn push_all(&mut self, phone: usize) -> Result<(), Broken> {
        for _ in 0..ROUNDS {
            self.now += TimeDelta::seconds(1);
            if self.phones[phone].engine().needs_new_stream() {
                self.give_stream(phone);
            }
            let Some(request) = self.phones[phone].next_push(self.now, 500) else {
                return Ok(());
            };
            let request = Rc::new(request);
            if let Some(response) = self.take_push(phone, &request)? {
                self.answer_push(phone, &request, response)?;
            }
        }
        let status = self.phones[phone].engine().status();
        let detail = format!(
            "{} never gets rid of its work: {status:?}",
            self.phones[phone].name
        );
        Err(Broken::new(11, detail))
    }

    pub(super) fn pull_all(&mut self, phone: usize) -> Result<(), Broken> {
        for _ in 0..ROUNDS {
            let request = self.phones[phone].next_pull(50);
            // A wiped phone is told so once more and reads nothing.
            let Some((page, scene)) = self.take_pull(phone, &request)? else {
                return Ok(());
            };
            let done = page.checkpoint;
            self.answer_pull(phone, &request, page, scene.as_ref())?;
            if done || self.marks[phone].wiped {
                return Ok(());
            }
        }
        let detail = format!("{} never comes to a checkpoint", self.phones[phone].name);
        Err(Broken::new(3, detail))
    }

    /// Damage is found out at the next checkpoint that brings something, and mended bucket by bucket.
    fn mend(&mut self) -> Result<(), Broken> {
        self.air.clear();
        if !self.marks.iter().any(|mark| mark.damaged) {
            return Ok(());
        }
        let edit = Edit {
            entity: EntityKind::User,
            row: self.places.dispatcher,
            kind: OperationKind::Update,
            base: self.version_of(self.places.dispatcher),
            set: fields(json!({"name": self.word()})),
        };
        let operation = self.dice.id(self.now);
        self.route();
        let done = self.office.apply(Author::SYSTEM, operation, edit, self.now);
        self.commanded("is renamed", done.map(drop).map_err(Into::into))?;
        for phone in 0..self.phones.len() {
            self.pull_all(phone)?;
            while let Some(request) = self.phones[phone].next_repair() {
                let Some(response) = self.take_repair(phone, &request)? else {
                    break;
                };
                self.answer_repair(phone, &request, response)?;
            }
            if self.marks[phone].damaged {
                let detail = format!("{} does not find out that it is damaged", self.phones[phone].name);
                return Err(Broken::new(15, detail));
            }
        }
        self.air.clear();
        Ok(())
    }
}
