//! The dispatcher's inbox: conflicts decided, many at once, and taken back; work in quarantine applied, put elsewhere or
//! given up.
use super::{Broken, Simulation};
use crate::oracle::row::Row;
use onsite_services::ServiceError;
use onsite_services::conflict;
use onsite_services::decision::{self, Decision};
use onsite_services::decisions;
use onsite_services::quarantine::{self, Correction};
use onsite_store::quarantine::Quarantined;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::Fields;
use sync_protocol::version::Version;
use uuid::Uuid;

impl Simulation {
    fn open_conflicts(&self) -> Vec<Uuid> {
        self.conflicts("open")
    }

    fn conflicts(&self, status: &str) -> Vec<Uuid> {
        self.ledger
            .oracle
            .live("conflict")
            .filter(|(_, row)| row.fields["status"] == json!(status))
            .map(|(id, _)| id)
            .collect()
    }

    fn decision(&mut self, conflict: Uuid) -> Decision {
        match self.dice.below(5) {
            0 | 1 => Decision::KeepCurrent,
            2 | 3 => Decision::TakeIncoming,
            _ => self
                .another_value(conflict)
                .map_or(Decision::KeepCurrent, Decision::Other),
        }
    }

    /// A value that neither side has, where that is easy to say.
    fn another_value(&mut self, conflict: Uuid) -> Option<Fields> {
        let word = self.word();
        let conflict = self.ledger.oracle.row(conflict)?;
        let field = conflict.fields["field"].as_str()?;
        let free = [
            "title",
            "name",
            "location",
            "description",
            "notes",
            "solution",
            "purpose",
        ];
        free.contains(&field)
            .then(|| Fields::from_iter([(field.to_owned(), json!(word))]))
    }

    pub(super) fn resolve(&mut self) -> Result<(), Broken> {
        let open = self.open_conflicts();
        let Some(id) = self.dice.pick(&open).copied() else {
            return Ok(());
        };
        let decision = self.decision(id);
        let said = format!("decides conflict {id}: {decision:?}");
        let operation = self.dice.id(self.now);
        let done = self
            .office
            .command(self.dispatcher(), operation, self.now, move |tx, cause| {
                let (row, _) = conflict::load(tx.db(), id)?;
                let seen = tx.version(row.version);
                decision::resolve(tx, cause, id, seen, decision).map(drop)
            });
        if done.is_ok() {
            self.tally.resolved += 1;
        }
        self.commanded(&said, done)
    }

    /// All open conflicts of one kind of field, alike.
    pub(super) fn resolve_many(&mut self) -> Result<(), Broken> {
        let open = self.open_conflicts();
        if open.is_empty() {
            return Ok(());
        }
        let epoch = self.ledger.lives.epoch();
        let seen: Vec<(Uuid, Version)> = open
            .iter()
            .map(|id| {
                let number = self.version_of(*id);
                (*id, Version { epoch, number })
            })
            .collect();
        let operation = self.dice.id(self.now);
        let said = format!("keeps what stands in {} conflicts", seen.len());
        let done = self
            .office
            .command(self.dispatcher(), operation, self.now, move |tx, cause| {
                decisions::resolve_many(tx, cause, &seen, &Decision::KeepCurrent).map(drop)
            });
        self.tally.resolved_together += 1;
        self.commanded(&said, done)
    }

    /// A decision is taken back.
    pub(super) fn take_back(&mut self) -> Result<(), Broken> {
        let decided: Vec<Uuid> = self.conflicts("resolved");
        let Some(id) = self.dice.pick(&decided).copied() else {
            return Ok(());
        };
        let operation = self.dice.id(self.now);
        let done = self
            .office
            .command(self.dispatcher(), operation, self.now, move |tx, cause| {
                let (row, _) = conflict::load(tx.db(), id)?;
                let seen = tx.version(row.version);
                decision::undo(tx, cause, id, seen).map(drop)
            });
        self.tally.taken_back += u32::from(done.is_ok());
        self.commanded(&format!("takes the decision on {id} back"), done)
    }

    /// Something in quarantine is decided about.
    pub(super) fn decide_kept(&mut self) -> Result<(), Broken> {
        if self.dice.chance(25) {
            return self.undo_discard();
        }
        let kept: Vec<Uuid> = self.ledger.kept.keys().copied().collect();
        let Some(id) = self.dice.pick(&kept).copied() else {
            return Ok(());
        };
        match self.dice.below(3) {
            0 => self.discard(id),
            1 => self.release(id, None),
            _ => {
                let other = self.another_row(id);
                self.release(id, other)
            }
        }
    }

    fn discard(&mut self, id: Uuid) -> Result<(), Broken> {
        let operation = self.dice.id(self.now);
        let done = self
            .office
            .command(self.dispatcher(), operation, self.now, move |tx, cause| {
                quarantine::discard(tx, cause, id, "not needed".to_owned())
            });
        if let Err(error) = &done {
            return Err(Broken::new(1, format!("{id} can't be given up: {error}")));
        }
        let one = self.ledger.kept.remove(&id);
        self.ledger.given_up.extend(one.map(|one| (id, one)));
        self.tally.discarded += 1;
        self.commanded(&format!("gives {id} up"), done)?;
        self.check_told(id, Some("discarded"))
    }

    /// What was given up waits again, just as it came.
    fn undo_discard(&mut self) -> Result<(), Broken> {
        let given_up: Vec<Uuid> = self.ledger.given_up.keys().copied().collect();
        let Some(id) = self.dice.pick(&given_up).copied() else {
            return Ok(());
        };
        let before = self.office.read(move |db| onsite_store::quarantine::get(db, id));
        let operation = self.dice.id(self.now);
        let done = self
            .office
            .command(self.dispatcher(), operation, self.now, move |tx, cause| {
                quarantine::undo(tx, cause, id)
            });
        if let Err(error) = &done {
            return Err(Broken::new(1, format!("{id} stays given up: {error}")));
        }
        let after = self.office.read(move |db| onsite_store::quarantine::get(db, id));
        let as_it_came = before.map(|kept| Quarantined {
            decision: None,
            ..kept
        });
        if after != as_it_came {
            let detail = format!("{id} came back as {after:?} instead of {as_it_came:?}");
            return Err(Broken::new(1, detail));
        }
        let one = self.ledger.given_up.remove(&id);
        self.ledger.kept.extend(one.map(|one| (id, one)));
        self.tally.discards_undone += 1;
        self.commanded(&format!("takes back that {id} was given up"), done)?;
        self.check_told(id, None)
    }

    /// The phone it came from is told what has become of it.
    fn check_told(&self, id: Uuid, verdict: Option<&str>) -> Result<(), Broken> {
        let kept = self.office.read(move |db| onsite_store::quarantine::get(db, id));
        let Some((operation, n)) = kept.and_then(|kept| Some((kept.operation?, kept.n))) else {
            return Ok(());
        };
        let mut told = self.ledger.oracle.live("receipt").map(|(_, row)| row);
        let says = |row: &Row| {
            row.value("operation") == json!(operation)
                && row.value("n") == json!(n)
                && row.value("verdict") == json!(verdict)
        };
        if told.any(says) {
            Ok(())
        } else {
            Err(Broken::new(
                1,
                format!("nobody tells a phone that {id} is {verdict:?}"),
            ))
        }
    }

    /// A row that an operation in quarantine could be meant for.
    fn another_row(&mut self, id: Uuid) -> Option<Uuid> {
        let entity = self.ledger.kept[&id].entity.clone()?;
        let rows: Vec<Uuid> = self.ledger.oracle.live(&entity).map(|(id, _)| id).collect();
        self.dice.pick(&rows).copied()
    }

    fn release(&mut self, id: Uuid, to: Option<Uuid>) -> Result<(), Broken> {
        let operation = self.dice.id(self.now);
        let correction = Correction {
            row: to,
            ..Correction::default()
        };
        let done: Result<(), ServiceError> =
            self.office
                .command(self.dispatcher(), operation, self.now, move |tx, cause| {
                    quarantine::apply_kept(tx, cause, id, &correction).map(drop)
                });
        let verb = if to.is_some() { "puts elsewhere" } else { "applies" };
        let applied = done.is_ok();
        if applied {
            match to {
                Some(_) => self.tally.retargeted += 1,
                None => self.tally.released += 1,
            }
        }
        self.commanded(&format!("{verb} {id}"), done)?;
        if applied {
            self.note_released(id)?;
        }
        Ok(())
    }

    /// What was released is decided, with what it brought along; a released operation that changed something is in the
    /// history under its own name.
    fn note_released(&mut self, id: Uuid) -> Result<(), Broken> {
        let ids: Vec<Uuid> = self.ledger.kept.keys().copied().collect();
        let found = self.office.read(move |db| {
            let mut decided = BTreeMap::new();
            for id in ids {
                let kept = onsite_store::quarantine::get(db, id)?;
                decided.insert(
                    id,
                    kept.map(|kept| (kept.decision.map(|one| one.applied), kept.raw)),
                );
            }
            Ok(decided)
        });
        for (kept, state) in found {
            let Some((decision, raw)) = state else {
                return Err(Broken::new(1, format!("{kept} is gone from quarantine")));
            };
            let Some(applied) = decision else {
                if kept == id {
                    return Err(Broken::new(
                        1,
                        format!("{kept} was released and is still to be decided"),
                    ));
                }
                continue;
            };
            let one = self.ledger.kept.remove(&kept);
            if !applied {
                return Err(Broken::new(1, format!("{kept} was given up by nobody")));
            }
            let body: Value = serde_json::from_str(&raw).unwrap_or_default();
            if let Some(row) = one.as_ref().and_then(|one| one.row)
                && body["kind"] == json!("create")
                && self.ledger.oracle.row(row).is_some()
            {
                self.ledger.lost.remove(&row);
            }
        }
        Ok(())
    }
}
