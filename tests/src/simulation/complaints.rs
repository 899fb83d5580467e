//! What clients say: the office calls them back, a low score is a complaint, others are taken in on the phone; somebody
//! tends to them, or they escalate.
use super::{Broken, Simulation};
use crate::office::{Edit, fields};
use crate::oracle::row::Row;
use crate::oracle::rules::next_states;
use onsite_model::entity::EntityKind;
use onsite_services::ServiceError;
use onsite_services::callback::{self, Call};
use serde_json::{Value, json};
use sync_protocol::Fields;
use sync_protocol::client::View;
use sync_protocol::operation::OperationKind;
use sync_protocol::version::Version;
use uuid::Uuid;

/// Scores up to this are complaints.
const LOW: u64 = 2;

impl Simulation {
    /// The office calls a client whose sheet is signed.
    pub(super) fn call_back(&mut self) -> Result<(), Broken> {
        let callbacks = self.ledger.oracle.live("callback");
        let due: Vec<(Uuid, Value)> = callbacks
            .map(|(id, row)| (id, row.value("status")))
            .filter(|(_, status)| status != &json!("done"))
            .collect();
        let Some((id, status)) = self.dice.pick(&due).cloned() else {
            return Ok(());
        };
        let call = match self.dice.below(6) {
            0 => Call::NoAnswer { again_at: None },
            1 if status != json!("unreachable") => Call::Unreachable,
            _ => Call::Answered {
                score: 1 + self.dice.below(5) as u8,
                comment: self.word(),
                new_needs: String::new(),
                route: None,
            },
        };
        let said = format!("calls back {id}: {}", json!(call));
        let number = self.version_of(id);
        let operation = self.dice.id(self.now);
        let done: Result<(), ServiceError> =
            self.office
                .command(self.dispatcher(), operation, self.now, move |tx, cause| {
                    let seen = Version {
                        epoch: tx.clock().epoch,
                        number,
                    };
                    callback::record(tx, cause, id, &call, seen).map(drop)
                });
        if let Err(error) = &done {
            return Err(Broken::new(5, format!("a call could not be noted: {error}")));
        }
        self.commanded(&said, done)?;
        self.check_scores()?;
        let mut complaints = self.ledger.oracle.live("complaint").map(|(_, row)| row);
        let Some(opened) = complaints.find(|row| row.value("callback_id") == json!(id)) else {
            return Ok(());
        };
        self.tally.low_scores += 1;
        let due = json!(if opened.value("score") == json!(1) { 2 } else { 1 });
        if opened.value("level") == due {
            Ok(())
        } else {
            Err(Broken::new(19, format!("a score opened {opened:?}")))
        }
    }

    /// One to three things are done about a complaint, or another one is taken in.
    pub(super) fn tend_complaint(&mut self) -> Result<(), Broken> {
        // The timer runs every minute.
        self.escalate()?;
        let complaints = self.ledger.oracle.live("complaint");
        let open: Vec<Uuid> = complaints
            .filter(|(_, row)| row.value("status") != json!("closed"))
            .map(|(id, _)| id)
            .collect();
        let another = self.dice.chance(25);
        match self.dice.pick(&open).copied().filter(|_| !another) {
            None => self.take_complaint_in(),
            Some(id) => (0..=self.dice.below(3)).try_for_each(|_| self.edit_complaint(id)),
        }
    }

    fn take_complaint_in(&mut self) -> Result<(), Broken> {
        let (client, site) = self.places.sites[self.dice.below(self.places.sites.len())];
        let of_site = self.dice.chance(70);
        let set = json!({"client_id": client, "site_id": of_site.then_some(site), "raised_by": self.word(),
                         "level": 1 + self.dice.below(3), "text": "one\ntwo\nthree"});
        let edit = Edit {
            entity: EntityKind::Complaint,
            row: self.dice.id(self.now),
            kind: OperationKind::Create,
            base: 0,
            set: fields(set),
        };
        let operation = self.dice.id(self.now);
        let made = self
            .office
            .apply(self.dispatcher(), operation, edit.clone(), self.now);
        let said = format!("takes complaint {} in", edit.row);
        self.tally.complaints += 1;
        self.judge_desk(operation, &edit, made.map_err(ServiceError::from), &said)
    }

    fn edit_complaint(&mut self, id: Uuid) -> Result<(), Broken> {
        let Some(row) = self.ledger.oracle.row(id) else {
            return Ok(());
        };
        let view = View {
            id,
            entity: "complaint".to_owned(),
            body: Fields::clone(&row.fields),
            unsent: false,
        };
        let word = self.word();
        let set = match self.dice.below(8) {
            0 => json!({"level": 1 + self.dice.below(3)}),
            1 => json!({"text": self.retype(&view, "text", &word)}),
            2 => json!({"category": self.one_of(&["quality", "punctuality", "conduct", "billing"])}),
            3 => json!({"owner_id": self.places.technicians[self.dice.below(3)]}),
            _ => match self.next_of_complaint(&view) {
                Some(set) => set,
                None => return Ok(()),
            },
        };
        let closes = set["status"] == json!("closed");
        let age = self.age_of_screen();
        self.desk_update(id, fields(set), age)?;
        let row = self.ledger.oracle.row(id);
        let is_closed = row.is_some_and(|row| row.value("status") == json!("closed"));
        self.tally.complaints_closed += u32::from(closes && is_closed);
        Ok(())
    }

    /// The next step, with what it asks for.
    fn next_of_complaint(&mut self, view: &View) -> Option<Value> {
        let states = next_states("complaint", view.body["status"].as_str()?);
        let to = *self.dice.pick(&states)?;
        let mut set = json!({"status": to});
        if to == "resolved" && !view.body.contains_key("solution") {
            set["solution"] = json!(self.word());
        }
        if to == "closed" {
            set["told_by_id"] = json!(self.places.dispatcher);
        }
        Some(set)
    }

    /// The timer that looks for deadlines: none that has passed stays as it is.
    pub(super) fn escalate(&mut self) -> Result<(), Broken> {
        self.office.escalate(self.now);
        self.absorb_all()?;
        match self.ledger.complaints.overdue(self.now) {
            Some(id) => Err(Broken::new(
                19,
                format!("complaint {id} is overdue and has not escalated"),
            )),
            None => Ok(()),
        }
    }

    /// A low score opens one complaint, of its callback's visit, and no other score opens any.
    pub(super) fn check_scores(&self) -> Result<(), Broken> {
        let oracle = &self.ledger.oracle;
        for (id, callback) in oracle.live("callback") {
            let score = callback.value("score").as_u64();
            let of_call = |row: &Row| row.value("callback_id") == json!(id);
            let opened: Vec<&Row> = oracle
                .live("complaint")
                .map(|(_, row)| row)
                .filter(|row| of_call(row))
                .collect();
            let fits = match opened.as_slice() {
                [] => score.is_none_or(|score| score > LOW),
                [row] => {
                    score.is_some_and(|score| score <= LOW)
                        && row.value("score") == callback.value("score")
                        && row.value("visit_id") == callback.value("visit_id")
                }
                _ => false,
            };
            if !fits {
                let detail = format!("callback {id} of score {score:?} has complaints {opened:?}");
                return Err(Broken::new(19, detail));
            }
        }
        Ok(())
    }
}
