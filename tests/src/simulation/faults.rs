//! What befalls phones: they die, are set back, copied, lost, damaged, updated and out of reach, and their clocks are
//! wrong.
use super::network::Message;
use super::{Broken, Mark, Simulation};
use chrono::TimeDelta;
use onsite_services::wipe::is_genuine;
use onsite_store::devices;
use sync_protocol::SCHEMA;
use sync_protocol::wipe::WipeOrder;

/// Most phones at a time, copies included.
const MOST_PHONES: usize = 6;

impl Simulation {
    pub(super) fn crash(&mut self, phone: usize) {
        self.say(format!("{} dies and restarts", self.phones[phone].name));
        self.phones[phone].restart(None);
        self.marks[phone].reached = self.marks[phone].stored;
        self.hang_up(phone);
        self.tally.crashes += 1;
    }

    pub(super) fn store_or_back_up(&mut self, phone: usize) {
        self.phones[phone].save();
        let mark = &mut self.marks[phone];
        mark.stored = mark.reached;
        if self.dice.chance(50) && !mark.damaged && !mark.wiped {
            mark.backed_up = mark.stored;
            mark.backup = Some(self.phones[phone].disk().clone());
            mark.backup_schema = self.phones[phone].schema;
            if mark.relic.is_none() {
                mark.relic = mark.backup.clone();
            }
            self.say(format!("{} is backed up", self.phones[phone].name));
        }
    }

    /// An old copy takes the phone's place: what was done since is gone from it, though not from the server.
    pub(super) fn roll_back(&mut self, phone: usize) {
        let Some(backup) = self.marks[phone].backup.clone() else {
            return;
        };
        self.say(format!("{} is set back to its backup", self.phones[phone].name));
        self.forget_all(phone);
        self.phones[phone].restart(Some(&backup));
        let schema = self.phones[phone].schema;
        if self.marks[phone].backup_schema != schema {
            self.phones[phone].update_app(schema);
        }
        let mark = &mut self.marks[phone];
        mark.reached = mark.backed_up;
        mark.stored = mark.backed_up;
        mark.damaged = false;
        mark.wiped = false;
        self.hang_up(phone);
        self.tally.rollbacks += 1;
    }

    /// From now on nobody can be sure that this phone still has what it had.
    pub(super) fn forget_all(&mut self, phone: usize) {
        let ids = self.phones[phone].engine().operations().iter();
        self.forgotten.extend(ids.map(|entry| entry.operation.id));
    }

    /// Two phones go on from the same copy.
    pub(super) fn clone_phone(&mut self, phone: usize) {
        if self.phones.len() >= MOST_PHONES || self.marks[phone].wiped {
            return;
        }
        self.say(format!("{} is copied", self.phones[phone].name));
        let mut twin = self.phones[phone].clone();
        twin.name.push_str("'s twin");
        twin.restart(None);
        let mark = &self.marks[phone];
        self.marks.push(Mark {
            life: 0,
            reached: mark.stored,
            ..mark.clone()
        });
        self.phones.push(twin);
        self.tally.twins += 1;
    }

    pub(super) fn turn_clock(&mut self, phone: usize) {
        let days = [-3650, -400, -1, 0, 1, 400, 3650][self.dice.below(7)];
        self.phones[phone].skew = TimeDelta::days(days);
        self.say(format!(
            "the clock of {} is {days} days off",
            self.phones[phone].name
        ));
        self.tally.clocks += 1;
    }

    pub(super) fn go_offline(&mut self, phone: usize) {
        let days = 1 + self.dice.below(4) as i64;
        self.marks[phone].offline_until = self.day() + days;
        self.say(format!(
            "{} has no network for {days} days",
            self.phones[phone].name
        ));
        self.tally.offline += 1;
    }

    pub(super) fn is_offline(&self, phone: usize) -> bool {
        self.day() < self.marks[phone].offline_until
    }

    pub(super) fn damage(&mut self, phone: usize) {
        // What was mended for a sum is not mended again for the same one.
        if self.marks[phone].damaged || self.marks[phone].mending || self.marks[phone].wiped {
            return;
        }
        if let Some((row, how)) = self.phones[phone].damage(&mut self.dice) {
            self.say(format!("on {}, row {row} is {how}", self.phones[phone].name));
            self.marks[phone].damaged = true;
            self.marks[phone].stored = self.marks[phone].reached;
            self.tally.damaged += 1;
        }
    }

    /// An app of the first version becomes that of the present one.
    pub(super) fn update_app(&mut self, phone: usize) {
        if self.phones[phone].schema == SCHEMA || self.marks[phone].wiped {
            return;
        }
        self.say(format!("{} is updated", self.phones[phone].name));
        self.phones[phone].update_app(SCHEMA);
        self.marks[phone].stored = self.marks[phone].reached;
        self.air
            .retain(|message| message.phone() != phone || matches!(message, Message::Push { .. }));
        self.tally.updated_apps += 1;
    }

    /// A device is reported lost, and with it all phones that are copies of it.
    pub(super) fn revoke(&mut self, phone: usize) -> Result<(), Broken> {
        let device = self.phones[phone].device;
        if self.ledger.revoked.contains(&device) {
            return Ok(());
        }
        self.say(format!("{} is reported lost", self.phones[phone].name));
        let now = self.now;
        self.route();
        self.office
            .write(move |tx| devices::revoke(tx, device, now))
            .map_err(|error| Broken::new(1, format!("a device can't be revoked: {error}")))?;
        self.ledger.revoked.insert(device);
        self.tally.revoked += 1;
        self.absorb_all()
    }

    /// An order to wipe has arrived.
    pub(super) fn obey(&mut self, phone: usize, order: &WipeOrder) -> Result<(), Broken> {
        let device = self.phones[phone].device;
        if !is_genuine(order, device, &self.office.server_key()) {
            return Err(Broken::new(10, "an order to wipe that nobody can check"));
        }
        // A restored server may have forgotten that it gave the order.
        if !self.ledger.revoked.contains(&device) && self.ledger.lives.epoch() == 1 {
            return Err(Broken::new(10, format!("{device} was wiped for nothing")));
        }
        if !self.marks[phone].wiped {
            self.say(format!("{} is wiped", self.phones[phone].name));
            self.forget_all(phone);
            let pending = self.phones[phone].engine().status().pending;
            self.phones[phone].wipe();
            let left = self.phones[phone].engine().status().pending;
            if left != pending {
                return Err(Broken::new(
                    10,
                    format!("{pending} operations were unsent, after the wipe {left}"),
                ));
            }
            let mark = &mut self.marks[phone];
            mark.wiped = true;
            mark.damaged = false;
            mark.stored = mark.reached;
            self.tally.wiped += 1;
        }
        Ok(())
    }

    /// Its user gets a new device instead of the one that was wiped, or that the server knows no more.
    pub(super) fn replace(&mut self, phone: usize) {
        let user = self.phones[phone].user;
        self.route();
        let (device, stream) = self.office.enrol(&mut self.dice, user, self.now);
        let name = self.phones[phone].name.clone();
        self.say(format!("{name} is replaced"));
        let schema = self.phones[phone].schema;
        self.phones[phone] = crate::Phone::new(&name, user, device, stream);
        self.phones[phone].schema = schema;
        self.marks[phone] = Mark::default();
        self.air.retain(|message| message.phone() != phone);
    }

    /// The connections of a phone that died are gone, what is on its way to the server is not.
    pub(super) fn hang_up(&mut self, dead: usize) {
        self.marks[dead].life += 1;
        self.air.retain(|message| match message {
            Message::Pushed { phone, .. }
            | Message::Pulled { phone, .. }
            | Message::Repaired { phone, .. } => *phone != dead,
            _ => true,
        });
    }
}
