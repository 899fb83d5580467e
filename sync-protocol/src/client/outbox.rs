//! What the author did, in the order it was done, kept until the server has it for good.
//!
//! Entries stay after their receipt: a server restored from an old backup asks for them again.
use super::version;
use crate::enrol::Continues;
use crate::operation::{Group, Numbered, Operation, OperationKind};
use crate::push::{PushRequest, PushResponse};
use crate::receipt::{Outcome, Receipt};
use crate::version::Version;
use crate::{Fields, PROTOCOL, SCHEMA};
use chrono::{DateTime, Days, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Where a server makes no backups, receipted operations are kept at least this long, counted from when they
/// happened.
pub const KEEP_DAYS: u64 = 30;

/// An operation and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number in the present stream; `None` if it was receipted in an earlier one.
    pub n: Option<u64>,
    /// Encodes to the same JSON for as long as it is kept: the server knows a retry by its hash.
    pub operation: Operation,
    pub settled: Option<Settled>,
}

/// The end of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    pub receipt: Receipt,
    /// The version in which its effect stands, in the epoch of the answer that brought the receipt.
    pub at: Version,
}

impl Entry {
    /// How it ended, if it has.
    pub fn outcome(&self) -> Option<Outcome> {
        self.settled.as_ref().map(|settled| settled.receipt.outcome)
    }

    /// Whether a copy that has read everything up to `reached` may still lack its effect.
    pub(super) fn is_ahead_of(&self, reached: Version) -> bool {
        let lacks = |settled: &Settled| settled.receipt.outcome == Outcome::Deferred || settled.at > reached;
        self.settled.as_ref().is_none_or(lacks)
    }

    fn touches(&self, fields: Option<&Fields>) -> bool {
        let set = &self.operation.set;
        fields.is_none_or(|fields| {
            self.operation.kind != OperationKind::Update || fields.keys().any(|field| set.contains_key(field))
        })
    }
}

/// What [`super::Engine::on_push`] learnt.
#[derive(Debug, Clone, PartialEq)]
pub enum PushEvent {
    /// An operation got its receipt.
    Receipted(Receipt),
    /// The last unsent edit of a parked row has its receipt; the row is gone from this device.
    Unparked(Uuid),
    /// The server has lost receipted operations; they count as unsent again, from this number on.
    Rewound { from: u64 },
    /// Nothing can be pushed before [`super::Engine::renumber`].
    NewStreamNeeded,
    /// The server was restored from a backup; everything is read anew.
    NewEpoch(u32),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Outbox {
    stream: Uuid,
    /// The number the next operation gets. In the present stream, entries hold the numbers up to it without gaps.
    next: u64,
    entries: Vec<Entry>,
    new_stream_needed: bool,
    /// The server may have lost what it gave receipts for, until it has returned that of the last one again.
    doubted: bool,
    /// Once a new stream is needed: the last number of the present one that was given here and nowhere else.
    #[serde(default)]
    own_through: u64,
}

impl Outbox {
    pub(super) fn new(stream: Uuid) -> Self {
        Self {
            stream,
            next: 1,
            entries: Vec::new(),
            new_stream_needed: false,
            doubted: false,
            own_through: 0,
        }
    }

    /// What of the present stream is this device's own, if it has to leave it.
    pub(super) fn continues(&self) -> Option<Continues> {
        let through = self.own_through;
        (self.new_stream_needed && through > 0).then_some(Continues {
            stream: self.stream,
            through,
        })
    }

    pub(super) fn stream(&self) -> Uuid {
        self.stream
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn new_stream_needed(&self) -> bool {
        self.new_stream_needed
    }

    /// A place in the outbox that [`Outbox::undo_to`] can go back to.
    pub(super) fn mark(&self) -> usize {
        self.entries.len()
    }

    /// The operations appended after a mark.
    pub(super) fn since(&self, mark: usize) -> impl ExactSizeIterator<Item = &Operation> {
        self.entries.iter().skip(mark).map(|entry| &entry.operation)
    }

    /// Makes those appended after a mark one atomic group.
    pub(super) fn gather(&mut self, mark: usize, group: Group) {
        for entry in self.entries.iter_mut().skip(mark) {
            entry.operation.group = Some(group);
        }
    }

    /// Takes back what was appended after a mark, before anybody was told of it.
    pub(super) fn undo_to(&mut self, mark: usize) {
        self.next -= self.entries.len().saturating_sub(mark) as u64;
        self.entries.truncate(mark);
    }

    /// The end of an operation that came by a pull, in `epoch`. Returns whether it is new here.
    pub(super) fn decide(&mut self, receipt: &Receipt, epoch: u32) -> bool {
        let waiting = self
            .entries
            .iter_mut()
            .find(|entry| Some(entry.operation.id) == receipt.operation && entry.settled.is_some());
        let settled = Settled {
            receipt: receipt.clone(),
            at: version(epoch, receipt.version),
        };
        match waiting {
            Some(entry) if entry.settled.as_ref() != Some(&settled) => {
                entry.settled = Some(settled);
                true
            }
            _ => false,
        }
    }

    /// Whether every operation has a receipt.
    pub(super) fn is_sent(&self) -> bool {
        self.entries.iter().all(|entry| entry.settled.is_some())
    }

    /// Forgets what the server has.
    pub(super) fn forget_sent(&mut self) {
        self.entries.retain(|entry| entry.settled.is_none());
    }

    pub(super) fn append(&mut self, operation: Operation) {
        self.entries.push(Entry {
            n: Some(self.next),
            operation,
            settled: None,
        });
        self.next += 1;
    }

    /// Rows with an operation that has no receipt.
    pub(super) fn unsent_rows(&self) -> BTreeSet<Uuid> {
        self.entries
            .iter()
            .filter(|entry| entry.settled.is_none())
            .map(|entry| entry.operation.row)
            .collect()
    }

    /// The operations laid over a row of which everything up to `reached` is known.
    pub(super) fn ahead_of(&self, row: Uuid, reached: Version) -> impl Iterator<Item = &Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.operation.row == row && entry.is_ahead_of(reached))
    }

    /// The version the author of a new operation has in front of them: what the oldest operation still laid over
    /// one of `fields` (`None`: over the row) started from, otherwise the base row's version.
    pub(super) fn base(
        &self,
        row: Uuid,
        fields: Option<&Fields>,
        base: Option<Version>,
        reached: Version,
    ) -> Version {
        let overlaid = self.ahead_of(row, reached).filter(|entry| entry.touches(fields));
        overlaid
            .map(|entry| entry.operation.base)
            .min()
            .or(base)
            .unwrap_or(Version::ZERO)
    }

    /// A batch from the first operation without a receipt on, or from the one before while its receipt is in
    /// doubt: the server compares it by its hash.
    pub(super) fn batch(
        &self,
        sent_at: DateTime<Utc>,
        max_operations: usize,
        max_bytes: usize,
    ) -> Option<PushRequest> {
        if self.new_stream_needed {
            return None;
        }
        let mut batch = PushRequest {
            protocol: PROTOCOL,
            schema: SCHEMA,
            stream: self.stream,
            sent_at,
            operations: Vec::new(),
        };
        let mut bytes = json_bytes(&batch);
        let same_group = |one: &Entry, next: &Entry| {
            let group = |entry: &Entry| entry.operation.group.map(|group| group.id);
            group(one).is_some() && group(one) == group(next)
        };
        for together in self.entries[self.first_to_send()..].chunk_by(same_group) {
            let numbered: Option<Vec<Value>> = together.iter().map(numbered).collect();
            let Some(numbered) = numbered else { break };
            bytes += numbered.iter().map(|one| json_bytes(one) + 1).sum::<usize>();
            let count = batch.operations.len() + numbered.len();
            // Even a lone operation over the limit travels: the answer to it is the server's to give.
            if (count > max_operations || bytes > max_bytes) && !batch.operations.is_empty() {
                break;
            }
            batch.operations.extend(numbered);
        }
        (!batch.operations.is_empty()).then_some(batch)
    }

    /// Takes over an answer to `request`, which was made in this stream, and in this epoch or an older one.
    pub(super) fn settle(
        &mut self,
        request: &PushRequest,
        response: PushResponse,
        events: &mut Vec<PushEvent>,
    ) {
        let had_stream = !self.new_stream_needed;
        let number = |numbered: &Value| numbered.get("n")?.as_u64();
        let Some(first) = request.operations.first().and_then(number) else {
            return;
        };
        // A late answer to an earlier request can't say what the server has by now.
        let current = self
            .entries
            .get(self.first_to_send())
            .is_some_and(|entry| entry.n == Some(first));
        let asked = first..first.saturating_add(request.operations.len() as u64);
        for receipt in response.receipts {
            if asked.contains(&receipt.n) && self.record(&receipt, response.epoch) {
                events.push(PushEvent::Receipted(receipt));
            }
        }
        if current && response.expected < self.expects() {
            self.rewind(response.expected);
            events.push(PushEvent::Rewound {
                from: response.expected,
            });
        }
        if response.fork.is_some() || (current && response.expected > self.next) {
            // More than was ever numbered here: this is an old copy of a device that went on.
            if !self.new_stream_needed {
                let before_the_fork = response.fork.map_or(u64::MAX, |n| n.saturating_sub(1));
                self.own_through = before_the_fork.min(self.expects() - 1);
            }
            self.new_stream_needed = true;
        }
        if had_stream && self.new_stream_needed {
            events.push(PushEvent::NewStreamNeeded);
        }
    }

    /// The server has begun a new epoch: it may have lost what it gave receipts for.
    pub(super) fn doubt(&mut self) {
        self.doubted = true;
        if self.entries.iter().any(|entry| entry.n.is_none()) {
            self.start_over();
        }
    }

    /// Gives every operation from the first without a receipt on its number in `stream`: receipts are taken in order, and
    /// one behind a doubtful one is asked for with it.
    pub(super) fn renumber(&mut self, stream: Uuid) {
        if self.doubted {
            self.start_over();
        }
        self.stream = stream;
        self.next = 1;
        self.new_stream_needed = false;
        self.doubted = false;
        self.own_through = 0;
        let unsent = self.unsent_from();
        for (place, entry) in self.entries.iter_mut().enumerate() {
            entry.n = None;
            if place >= unsent {
                entry.settled = None;
                entry.n = Some(self.next);
                self.next += 1;
            }
        }
    }

    /// Forgets the oldest entries, as far as they are settled, shown by the base rows and safe: in a backup of the
    /// server, or, where it makes none, older than [`KEEP_DAYS`].
    pub(super) fn prune(&mut self, now: DateTime<Utc>, reached: Version, durable: Option<Version>) {
        let Some(limit) = now.checked_sub_days(Days::new(KEEP_DAYS)) else {
            return;
        };
        if self.doubted {
            return;
        }
        let is_safe = |entry: &Entry| match (&entry.settled, durable) {
            // Not what stands at the mark itself: what takes no version of its own is named by the one before, and may have
            // come later.
            (Some(settled), Some(durable)) => {
                settled.at.epoch <= durable.epoch && settled.at.number < durable.number
            }
            (_, None) => entry.operation.occurred_at < limit,
            (None, _) => false,
        };
        // Only from the front: what the server may ask for again has to be there without gaps.
        let kept = |entry: &Entry| entry.is_ahead_of(reached) || !is_safe(entry);
        let old = self.entries.iter().position(kept).unwrap_or(self.entries.len());
        self.entries.drain(..old);
    }

    /// Index of the first operation without a receipt. Receipts are taken in order, so all before it have one.
    fn unsent_from(&self) -> usize {
        self.entries
            .iter()
            .position(|entry| entry.settled.is_none())
            .unwrap_or(self.entries.len())
    }

    /// Index of the operation the next batch begins with.
    fn first_to_send(&self) -> usize {
        let unsent = self.unsent_from();
        let last = unsent
            .checked_sub(1)
            .filter(|last| self.doubted && self.entries[*last].n.is_some());
        last.unwrap_or(unsent)
    }

    /// What the server expects if it has everything it gave a receipt for.
    fn expects(&self) -> u64 {
        self.entries
            .get(self.unsent_from())
            .and_then(|entry| entry.n)
            .unwrap_or(self.next)
    }

    /// Takes a receipt if it is that of the operation the next batch would begin with. One further on would show
    /// its operation's effect without those before it, whose own have been lost; all of them come again.
    fn record(&mut self, receipt: &Receipt, epoch: u32) -> bool {
        let next = self.first_to_send();
        let Some(entry) = self.entries.get_mut(next).filter(|entry| {
            entry.n == Some(receipt.n) && receipt.operation.is_none_or(|id| id == entry.operation.id)
        }) else {
            return false;
        };
        let at = version(epoch, receipt.version);
        let is_known = entry
            .settled
            .as_ref()
            .is_some_and(|settled| settled.receipt == *receipt);
        if !is_known {
            entry.settled = Some(Settled {
                receipt: receipt.clone(),
                at,
            });
        }
        if std::mem::take(&mut self.doubted) {
            let before = self.entries[..next].iter_mut();
            for entry in before.filter(|entry| entry.n.is_some()) {
                match &mut entry.settled {
                    // All before may have been lost and taken again, up to here.
                    Some(settled) if is_known => settled.at.number = settled.at.number.max(at.number),
                    // Taken now, not then: under the numbers before may be what another copy of this device did.
                    settled => *settled = None,
                }
            }
        }
        !is_known
    }

    /// Counts as unsent again, from number `expected` on, what the server has lost. The one before is in doubt
    /// then: another copy of this device may have given that number to something else.
    fn rewind(&mut self, expected: u64) {
        let oldest = self.entries.iter().find_map(|entry| entry.n).unwrap_or(self.next);
        if expected < oldest {
            self.start_over();
        }
        for entry in self.entries.iter_mut().filter(|entry| entry.n >= Some(expected)) {
            entry.settled = None;
        }
        self.doubted = true;
    }

    /// Sends everything that is left once more, in a new stream: the present one has lost numbers that can't be
    /// filled any more. The server knows by their ids those it still has.
    fn start_over(&mut self) {
        if !self.new_stream_needed {
            self.own_through = self.next - 1;
        }
        for entry in &mut self.entries {
            entry.settled = None;
        }
        self.new_stream_needed = true;
    }
}

/// `None` for an entry of an earlier stream. (Encoding an operation can't fail: its map keys are strings.)
fn numbered(entry: &Entry) -> Option<Value> {
    let op = serde_json::to_value(&entry.operation).ok()?;
    serde_json::to_value(Numbered { n: entry.n?, op }).ok()
}

/// Length of the JSON text.
pub(super) fn json_bytes(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).map_or(0, |text| text.len())
}
