//! Backups of the server, and the server set back to one: what phones had sent since must come back from them, and
//! nothing they have forgotten may be missing from the copy.
use super::ledger::Ledger;
use super::{Broken, Simulation};
use onsite_store::scratch::Backup;
use onsite_store::{StoreError, backups, devices, feed};
use std::collections::BTreeSet;
use sync_protocol::version::Version;
use uuid::Uuid;

/// A copy of the database, and what was known of it then.
#[derive(Debug)]
pub(super) struct ServerBackup {
    copy: Backup,
    ledger: Ledger,
    /// Whether the copy knows that it is one.
    marked: bool,
    /// The phones' devices then.
    devices: BTreeSet<Uuid>,
}

impl Simulation {
    /// Copies the database and tells the phones what is in the copy.
    pub(super) fn back_up_server(&mut self, marked: bool) -> Result<(), Broken> {
        let through = Version {
            epoch: self.ledger.lives.epoch(),
            number: self.ledger.read,
        };
        self.say(format!("the server is backed up at {through}"));
        self.backup = Some(ServerBackup {
            copy: self.office.back_up(marked),
            ledger: self.ledger.clone(),
            marked,
            devices: self.phones.iter().map(|phone| phone.device).collect(),
        });
        let backup = backups::Backup {
            through,
            made_at: self.now,
        };
        self.office
            .write::<_, StoreError>(move |tx| backups::record(tx, &backup))
            .map_err(|error| Broken::new(1, format!("a backup can't be noted: {error}")))?;
        self.tally.server_backups += 1;
        self.absorb_all()
    }

    /// Sets the server back to its newest backup, by its command or by hand.
    pub(super) fn restore_server(&mut self) -> Result<(), Broken> {
        let Some(backup) = self.backup.take() else {
            // Nothing to go back to: then there will be the next time, of either kind.
            let marked = self.dice.chance(70);
            return self.back_up_server(marked);
        };
        let ahead = (0..self.phones.len())
            .filter(|phone| self.phones[*phone].next_pull(1).cursor.is_some())
            .filter(|phone| !self.marks[*phone].wiped && backup.devices.contains(&self.phones[*phone].device))
            .max_by_key(|phone| self.marks[*phone].reached);
        let from = backup.ledger.read;
        let shows = ahead.map_or(Version::ZERO, |phone| self.marks[phone].reached);
        let epoch = self.ledger.lives.epoch();
        let known = Version {
            epoch: backup.ledger.lives.epoch(),
            number: from,
        };
        // A copy that doesn't know it is one is found out by a phone that has read further.
        if !backup.marked && shows <= known {
            self.backup = Some(backup);
            return Ok(());
        }
        self.say(format!("the server is set back to {known}"));
        self.check_nothing_forgotten(&backup.ledger)?;
        self.office
            .put_back(&backup.copy, backup.marked.then_some(epoch), self.now);
        let shown = self.ledger.lives.epoch();
        self.ledger = backup.ledger.clone();
        let marked = backup.marked;
        self.backup = Some(backup);
        self.tally.server_restores += 1;
        self.doubt_uploads();
        if marked {
            let clock = self.office.read(feed::clock);
            // The copy's own next life, and the one after all that anybody has seen.
            for epoch in [known.epoch + 1, clock.epoch] {
                if epoch > self.ledger.lives.epoch() {
                    self.ledger.lives.begin(epoch, from);
                }
            }
            if clock.epoch <= shown {
                return Err(Broken::new(13, format!("epoch {} begins again", clock.epoch)));
            }
            self.absorb_all()?;
        } else if let Some(phone) = ahead {
            self.tally.raw_restores += 1;
            self.show_cursor(phone, epoch)?;
        }
        self.renew_devices()?;
        match marked {
            true => Ok(()),
            // Without the mark of a backup, phones would count by their own clocks how long to keep what they did.
            false => self.back_up_server(true),
        }
    }

    /// A phone that has read further than the database was written shows its cursor.
    fn show_cursor(&mut self, phone: usize, epoch: u32) -> Result<(), Broken> {
        let request = self.phones[phone].next_pull(50);
        let (device, seen) = (self.phones[phone].device, self.marks[phone].reached);
        self.route();
        let pulled = self.office.pull(device, request, seen, self.now, |_, _| Ok(()));
        let begun = self.office.read(feed::clock).epoch;
        if begun <= epoch {
            let detail = format!(
                "a cursor from ahead began no new epoch: {begun}, {:?}",
                pulled.err()
            );
            return Err(Broken::new(14, detail));
        }
        self.ledger.lives.begin(begun, 0);
        self.absorb_all()
    }

    /// Invariant 1: whatever was acknowledged is in the copy, or on a phone that has kept it for this.
    fn check_nothing_forgotten(&self, copy: &Ledger) -> Result<(), Broken> {
        let on_phones: BTreeSet<Uuid> = self
            .phones
            .iter()
            .flat_map(|phone| phone.engine().operations())
            .map(|entry| entry.operation.id)
            .collect();
        let lost = self.ledger.fates.keys().find(|id| {
            !copy.fates.contains_key(*id) && !on_phones.contains(*id) && !self.forgotten.contains(*id)
        });
        match lost {
            Some(id) => Err(Broken::new(
                1,
                format!(
                    "{id} was acknowledged; neither the backup nor a phone has it: {:?}",
                    self.ledger.fates[id]
                ),
            )),
            None => Ok(()),
        }
    }

    /// Phones that were enrolled after the backup log in again.
    fn renew_devices(&mut self) -> Result<(), Broken> {
        for phone in 0..self.phones.len() {
            let device = self.phones[phone].device;
            if self.office.read(move |db| devices::get(db, device)).is_some() {
                continue;
            }
            let user = self.phones[phone].user;
            let (device, stream) = self.office.enrol(&mut self.dice, user, self.now);
            self.say(format!("{} logs in again", self.phones[phone].name));
            self.phones[phone].device = device;
            self.air.retain(|message| message.phone() != phone);
            self.phones[phone].reread();
            self.phones[phone].renumber(stream);
            let mark = &mut self.marks[phone];
            // Copies of it are of a device nobody knows.
            (mark.backup, mark.relic) = (None, None);
            mark.stored = mark.reached;
        }
        self.absorb_all()
    }
}
