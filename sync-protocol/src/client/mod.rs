//! The phone's side of sync as a state machine that does no I/O.
//!
//! An [`Engine`] is all a device has to remember. It is told what its user does ([`Engine::create`],
//! [`Engine::update`], [`Engine::delete`]), says what to send ([`Engine::next_push`], [`Engine::next_pull`]) and
//! takes the answers, each with the request it belongs to ([`Engine::on_push`], [`Engine::on_pull`]). Pushing and
//! pulling don't wait for each other, and answers may get lost, come twice, late or in any order.
//!
//! Whoever drives it stores it (serde) after each edit and after [`Engine::renumber`], before the edit is called
//! saved and before anything is sent. After an answer it may be stored later or not at all: what was not stored is
//! asked for again.
//!
//! # Invariants
//!
//! 1. An operation never changes, and never leaves before it has a receipt and [`Engine::prune`] finds it old.
//! 2. Numbers of a stream start at 1 and have no gaps; a batch starts at the first operation without a receipt.
//! 3. The base rows change by pulls alone: a bucket at a time once it is read whole, and by all changes up to a
//!    checkpoint at once. A row's version only grows, counted by epoch first.
//! 4. What is shown is the base overlaid by the operations whose effect it may lack: those without a receipt, and
//!    those whose receipt names a version that neither the row nor a checkpoint has reached. A device sees its own
//!    writes at any time. Where the server decided otherwise (a conflict, quarantine), its value shows from then
//!    on, and the operation stays listed with the reason.
//!    One that the server defers stays laid over until a pull brings its end.
//! 5. An operation's `base` never runs ahead of what its author saw: while an operation is laid over a field, the
//!    next one on that field starts from the same version.
//! 6. A row that leaves while an edit of it has no receipt is parked: out of [`Engine::view`] and
//!    [`Engine::list`], read-only in [`Engine::parked`], until its last receipt has come. So an edit without a
//!    receipt is always to be seen somewhere.
//! 7. A page counts only as the answer to the present cursor and if its head is not behind the last checkpoint, an
//!    answer to a push only in its stream, and neither in an epoch that has passed. So nothing is applied twice,
//!    and nothing of an older state returns.
//!
//! # A server restored from a backup
//!
//! Its answers carry a new epoch. The engine forgets its cursor and what was staged, and keeps showing the base
//! rows until each bucket has been read anew; at the next checkpoint, rows of buckets that were not read again
//! leave. Versions of the new epoch are newer than any of the old one, so a row that the restore set back is set
//! back here too. Receipts are in doubt: the last receipted operation is pushed once more. If the server returns
//! its receipt, nothing was lost; if it gives another one, all before are asked for too; if it expects an earlier number,
//! operations from there on count as unsent again;
//! if it has something else under that number, this is a fork. If the numbers it expects have been pruned, or
//! belonged to an earlier stream, everything that is left goes into a new stream; the server knows by their ids
//! those it still has.
//!
//! # What the server has to keep to
//!
//! Every bucket is filled from its start in one run of pages, even when it is empty; a fill that begins again is
//! announced by `dropped`. The feed after a fill begins no later than the fill did. Within an epoch the head never
//! goes back: a server set back without a new epoch is not listened to any more.
mod edit;
mod outbox;
mod repair;
mod rows;
mod staging;

pub use edit::{EditError, Origin};
pub use outbox::{Entry, KEEP_DAYS, PushEvent, Settled};
pub use rows::View;
pub use staging::{PullEvent, Reading};

use crate::enrol::Continues;
use crate::hlc::Hlc;
use crate::pull::{Change, PullRequest, PullResponse};
use crate::push::{PushRequest, PushResponse};
use crate::receipt::{Outcome, RECEIPT, Receipt};
use crate::version::Version;
use crate::{PROTOCOL, SCHEMA};
use chrono::{DateTime, Utc};
use outbox::Outbox;
use repair::Repair;
use rows::{BaseRow, Rows};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use staging::{Filled, Staging};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The engine in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Operations without a receipt: not safe on the server yet.
    pub pending: usize,
    /// Operations with a receipt whose effect has not been pulled yet.
    pub settling: usize,
    /// Operations the server keeps until what they build on has come.
    pub deferred: usize,
    /// Of the operations kept, those that ended in a conflict.
    pub conflicts: usize,
    /// Of the operations kept, those that ended in quarantine.
    pub quarantined: usize,
    /// Rows that left while edits of them were unsent.
    pub parked: usize,
    /// Until the first checkpoint, and again while everything is read anew after a restore.
    pub reading: Option<Reading>,
}

/// A device's copy of its rows, and its user's unsent work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Engine {
    /// The server's, once it has answered.
    epoch: Option<u32>,
    /// Everything up to here has been applied.
    seen: Version,
    hlc: Hlc,
    outbox: Outbox,
    rows: Rows,
    staging: Staging,
    #[serde(default)]
    repair: Repair,
    /// Everything up to here is in a backup of the server, if it makes any.
    #[serde(default)]
    durable: Option<Version>,
    #[serde(default)]
    wiped: bool,
}

impl Engine {
    /// A device that knows nothing yet and numbers its operations in `stream`, given to it by the server.
    pub fn new(stream: Uuid) -> Self {
        Self {
            epoch: None,
            seen: Version::ZERO,
            hlc: Hlc::default(),
            outbox: Outbox::new(stream),
            rows: Rows::default(),
            staging: Staging::new(),
            repair: Repair::default(),
            durable: None,
            wiped: false,
        }
    }

    /// A row as its user sees it.
    pub fn view(&self, row: Uuid) -> Option<View> {
        if self.rows.parked().contains_key(&row) {
            return None;
        }
        let base = self.rows.get(row);
        rows::overlay(row, base, self.outbox.ahead_of(row, self.reached(base)))
    }

    /// All rows of an entity, by id.
    pub fn list(&self, entity: &str) -> Vec<View> {
        let pulled = self
            .rows
            .base()
            .iter()
            .filter(|(_, row)| row.entity == entity)
            .map(|(id, _)| *id);
        let edited = self.operations().iter().map(|entry| &entry.operation);
        let edited = edited
            .filter(|operation| operation.entity == entity)
            .map(|operation| operation.row);
        self.views(&pulled.chain(edited).collect())
    }

    /// Rows that left while edits of them were unsent, as they were shown last.
    pub fn parked(&self) -> Vec<View> {
        self.rows.parked().values().cloned().collect()
    }

    /// Every operation kept, in order, with what became of it.
    pub fn operations(&self) -> &[Entry] {
        self.outbox.entries()
    }

    /// The engine in figures.
    pub fn status(&self) -> Status {
        let entries = self.operations();
        let ended = |outcome| {
            entries
                .iter()
                .filter(|entry| entry.outcome() == Some(outcome))
                .count()
        };
        let settling = |entry: &&Entry| {
            entry.settled.is_some()
                && entry.outcome() != Some(Outcome::Deferred)
                && entry.is_ahead_of(self.reached(self.rows.get(entry.operation.row)))
        };
        Status {
            pending: entries.iter().filter(|entry| entry.settled.is_none()).count(),
            settling: entries.iter().filter(settling).count(),
            deferred: ended(Outcome::Deferred),
            conflicts: ended(Outcome::Conflict),
            quarantined: ended(Outcome::Quarantined),
            parked: self.rows.parked().len(),
            reading: self.staging.reading().cloned(),
        }
    }

    /// What to push next, of at most so many operations and, unless the first alone is larger, so many bytes
    /// ([`crate::push`] has the server's limits); `None` if there is nothing, or a new stream is needed first.
    /// Without an answer, the same is pushed again.
    pub fn next_push(
        &self,
        sent_at: DateTime<Utc>,
        max_operations: usize,
        max_bytes: usize,
    ) -> Option<PushRequest> {
        self.outbox.batch(sent_at, max_operations, max_bytes)
    }

    /// Takes the answer to a push.
    pub fn on_push(&mut self, request: &PushRequest, response: PushResponse) -> Vec<PushEvent> {
        let mut events = Vec::new();
        if request.stream != self.outbox.stream() || self.has_passed(response.epoch) {
            return events;
        }
        let unsent = self.unsent_views();
        if self.enter(response.epoch) {
            events.push(PushEvent::NewEpoch(response.epoch));
        }
        self.durable = response.durable_through;
        self.outbox.settle(request, response, &mut events);
        self.park(unsent);
        let unparked = self.rows.unpark(&self.outbox.unsent_rows());
        events.extend(unparked.into_iter().map(PushEvent::Unparked));
        if self.wiped {
            self.outbox.forget_sent();
        }
        events
    }

    /// Obeys an order to wipe, once its signature has been checked: forgets everything it has read, takes no more
    /// edits, and forgets its user's work as soon as the server has it.
    pub fn wipe(&mut self) {
        self.wiped = true;
        self.rows.clear();
        self.reread();
        self.outbox.forget_sent();
    }

    /// Whether it was wiped and nothing unsent is left: the driver may delete it.
    pub fn is_forgotten(&self) -> bool {
        self.wiped && self.outbox.is_sent()
    }

    /// Whether the server has to give this device a new stream: its present one was continued by a clone or an
    /// older copy of it, or the server lost numbers that can't be filled any more.
    pub fn needs_new_stream(&self) -> bool {
        self.outbox.new_stream_needed()
    }

    /// What the device says when it asks for a new stream ([`crate::enrol::StreamRequest`]): how far the present one is
    /// its own, so that its earlier work does not count as another's there.
    pub fn continues(&self) -> Option<Continues> {
        self.outbox.continues()
    }

    /// Goes on in a new stream: every operation without a receipt gets its number there, in order from 1. Ids
    /// and bodies stay, so the server knows what it has had already.
    pub fn renumber(&mut self, stream: Uuid) {
        self.outbox.renumber(stream);
    }

    /// Forgets receipted operations that are in a backup of the server or, where it makes none, older than
    /// [`KEEP_DAYS`]; oldest first.
    pub fn prune(&mut self, now: DateTime<Utc>) {
        self.outbox.prune(now, self.seen, self.durable);
    }

    /// What to pull next, in pages of `limit` rows.
    pub fn next_pull(&self, limit: u32) -> PullRequest {
        PullRequest {
            protocol: PROTOCOL,
            schema: SCHEMA,
            cursor: self.staging.cursor.clone(),
            limit,
        }
    }

    /// Takes the answer to a pull. No events: pull on.
    pub fn on_pull(&mut self, request: &PullRequest, page: PullResponse) -> Vec<PullEvent> {
        let mut events = Vec::new();
        let head = version(page.epoch, page.head);
        let is_late = request.cursor != self.staging.cursor || self.has_passed(page.epoch);
        if is_late || head < self.seen || self.wiped {
            return events;
        }
        // An answer that finds nothing new does not say: what was said before still holds.
        self.durable = page.durable_through.or(self.durable);
        let sums = page.sums.clone();
        let epoch = page.epoch;
        if self.enter(epoch) {
            events.push(PullEvent::NewEpoch(epoch));
            if request.cursor.is_some() {
                return events;
            }
        }
        let unsent = self.unsent_views();
        self.rows.retain(|_, row| !page.dropped.contains(&row.bucket));
        page.dropped.iter().for_each(|bucket| self.repair.drop(bucket));
        events.extend(page.dropped.iter().cloned().map(PullEvent::Dropped));
        let ready = self.staging.take(page);
        if let Some(Filled { bucket, changes }) = ready.filled {
            let sent: BTreeSet<Uuid> = changes.iter().map(Change::row).collect();
            self.rows
                .retain(|id, row| row.bucket != bucket || sent.contains(&id));
            events.extend(self.decide(epoch, &changes));
            self.rows.apply(epoch, changes);
            events.push(PullEvent::Filled(bucket));
        }
        if let Some(checkpoint) = ready.checkpoint {
            if let Some(held) = checkpoint.only {
                self.rows.retain(|_, row| held.contains(&row.bucket));
            }
            events.extend(self.decide(epoch, &checkpoint.changes));
            self.rows.apply(epoch, checkpoint.changes);
            self.seen = head;
            events.push(PullEvent::Checkpoint(head));
            events.extend(self.compare(&sums));
        }
        events.extend(self.park(unsent).into_iter().map(PullEvent::Parked));
        self.rows.unpark(&self.outbox.unsent_rows());
        events
    }

    /// Reads everything anew, after the server refused the cursor, or the app was updated and knows rows in another shape.
    /// What is shown stays until it is replaced.
    pub fn reread(&mut self) {
        self.staging = Staging::new();
        self.repair.clear();
    }

    /// Takes the ends of operations that were decided after their push.
    fn decide(&mut self, epoch: u32, changes: &[Change]) -> Vec<PullEvent> {
        let mut events = Vec::new();
        for change in changes {
            let Change::Put(row) = change else { continue };
            if row.entity != RECEIPT {
                continue;
            }
            // Unreadable here is one of a newer server; the row shows it all the same.
            let Ok(receipt) = serde_json::from_value::<Receipt>(Value::Object(row.body.clone())) else {
                continue;
            };
            if self.outbox.decide(&receipt, epoch) {
                events.push(PullEvent::Decided(receipt));
            }
        }
        events
    }

    /// The rows as their user sees them, as far as they are not parked.
    fn views(&self, rows: &BTreeSet<Uuid>) -> Vec<View> {
        let mut by_row: BTreeMap<Uuid, Vec<&Entry>> = BTreeMap::new();
        for entry in self.operations() {
            by_row.entry(entry.operation.row).or_default().push(entry);
        }
        let shown = rows
            .iter()
            .copied()
            .filter(|row| !self.rows.parked().contains_key(row));
        shown
            .filter_map(|row| {
                let base = self.rows.get(row);
                let reached = self.reached(base);
                let operations = by_row.get(&row).into_iter().flatten().copied();
                rows::overlay(row, base, operations.filter(|entry| entry.is_ahead_of(reached)))
            })
            .collect()
    }

    fn unsent_views(&self) -> Vec<View> {
        self.views(&self.outbox.unsent_rows())
    }

    /// Parks what was shown of rows that are shown no longer, though edits of them are unsent. Returns their ids.
    fn park(&mut self, shown_before: Vec<View>) -> Vec<Uuid> {
        let unsent = self.outbox.unsent_rows();
        let still_shown: BTreeSet<Uuid> = self.views(&unsent).into_iter().map(|view| view.id).collect();
        let gone = |view: &View| unsent.contains(&view.id) && !still_shown.contains(&view.id);
        let parked: Vec<View> = shown_before.into_iter().filter(gone).collect();
        let ids = parked.iter().map(|view| view.id).collect();
        for view in parked {
            self.rows.park(view);
        }
        ids
    }

    /// Up to where all changes of this row are known.
    fn reached(&self, row: Option<&BaseRow>) -> Version {
        row.map_or(self.seen, |row| row.version.max(self.seen))
    }

    fn has_passed(&self, epoch: u32) -> bool {
        self.epoch.is_some_and(|own| epoch < own)
    }

    /// Notes the server's epoch. Returns whether it follows another one.
    fn enter(&mut self, epoch: u32) -> bool {
        let restored = self.epoch.is_some_and(|own| own < epoch);
        self.epoch = Some(epoch);
        if restored {
            self.reread();
            self.outbox.doubt();
        }
        restored
    }
}

/// A version the server named. One that no database can count is cut down: a stored engine must be readable.
fn version(epoch: u32, number: u64) -> Version {
    let number = number.min(Version::MAX_NUMBER);
    Version { epoch, number }
}
