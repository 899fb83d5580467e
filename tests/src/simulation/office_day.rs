//! A day begins: the timers run, and the office plans visits, so that everybody has somewhere to go.
use super::world::FORBIDDEN_SITE;
use super::{Broken, Simulation};
use crate::office::{Edit, fields};
use chrono::{DurationRound, TimeDelta};
use onsite_model::entity::EntityKind;
use onsite_services::visit;
use serde_json::json;
use sync_protocol::operation::OperationKind;
use sync_protocol::version::Version;

impl Simulation {
    /// Mostly the next day; at times weeks or months have passed, and all phones were off.
    pub(super) fn next_day(&mut self) -> Result<(), Broken> {
        let days = match self.dice.below(1000) {
            0..850 => 1,
            850..920 => 3,
            920..960 => 31,
            960..974 => 100,
            974..988 => 190,
            _ => 400,
        };
        self.now = self
            .now
            .duration_trunc(TimeDelta::days(1))
            .unwrap_or(self.now)
            .checked_add_signed(TimeDelta::days(days))
            .unwrap_or(self.now)
            + TimeDelta::hours(8);
        self.say(format!("{days} days later"));
        self.tally.long_pauses += u32::from(days > 30);
        self.route();
        self.office.daily(self.now);
        let archived = |simulation: &Simulation| {
            let oracle = &simulation.ledger.oracle;
            let rows = oracle.rows().keys();
            rows.filter(|row| simulation.ledger.scope.place(**row) == Some("archive"))
                .count()
        };
        let before = archived(self);
        self.absorb_all()?;
        self.tally.archived += archived(self).saturating_sub(before) as u32;
        self.check_grants()?;
        self.escalate()?;
        for technician in 0..self.places.technicians.len() {
            let user = self.places.technicians[technician];
            if self.ledger.scope.granted(user).is_empty() || self.dice.chance(20) {
                self.plan_visit(technician)?;
            }
        }
        Ok(())
    }

    /// A visit of today for a technician, at any site but the one nobody goes to.
    fn plan_visit(&mut self, technician: usize) -> Result<(), Broken> {
        let (client, site) = self.places.sites[self.dice.below(FORBIDDEN_SITE)];
        let row = self.dice.id(self.now);
        // At times somebody stays for most of a year, and holds the place all the while.
        let hours = if self.dice.chance(15) { 24 * 300 } else { 3 };
        let (start, end) = (self.now + TimeDelta::hours(1), self.now + TimeDelta::hours(hours));
        let set = json!({"client_id": client, "site_id": site, "kind": "routine", "purpose": "one\ntwo\nthree",
                         "planned_start": start, "planned_end": end});
        let edit = Edit {
            entity: EntityKind::Visit,
            row,
            kind: OperationKind::Create,
            base: 0,
            set: fields(set),
        };
        let operation = self.dice.id(self.now);
        self.route();
        let made = self.office.apply(self.dispatcher(), operation, edit, self.now);
        self.commanded(&format!("plans visit {row}"), made.map(drop).map_err(Into::into))?;
        let number = self.version_of(row);
        let (operation, user) = (self.dice.id(self.now), self.places.technicians[technician]);
        let done = self
            .office
            .command(self.dispatcher(), operation, self.now, move |tx, cause| {
                let seen = Version {
                    epoch: tx.clock().epoch,
                    number,
                };
                visit::assign(tx, cause, row, user, None, seen).map(drop)
            });
        self.commanded(&format!("gives visit {row} to {user}"), done)
    }
}
