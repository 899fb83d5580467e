//! Taking a device's operations in their order: each ends in one durable receipt, applied, kept or waiting, and stops
//! none behind it.
use crate::author::{Author, Origin};
use crate::deferred::{self, Wait};
use crate::error::ServiceError;
use crate::house::House;
use crate::incoming::Incoming;
use crate::negotiation;
use crate::rules;
use crate::taking::{Failed, Member, ShutOut, Taker, shut_out};
use crate::wipe;
use chrono::{DateTime, Utc};
use onsite_model::user::User;
use onsite_store::backups;
use onsite_store::device_reports::{self, Report};
use onsite_store::devices::{self, Device};
use onsite_store::streams::{self, Kept, Stream};
use onsite_store::{Pace, StoreError, Tx, WriteError, conflicts, quarantine, rows};
use std::collections::HashMap;
use sync_protocol::codes::{ErrorCode, QuarantineReason};
use sync_protocol::operation::Operation;
use sync_protocol::push::{MAX_OPERATIONS, PushRequest, PushResponse, Standing};
use sync_protocol::receipt::{Outcome, Receipt};
use uuid::Uuid;

/// A push, read before anything is locked.
#[derive(Debug, Clone)]
pub struct Pushed {
    stream: Uuid,
    sent_at: DateTime<Utc>,
    operations: Vec<Incoming>,
    standing: Option<Standing>,
}

/// Longest name of a version in characters.
const MAX_APP_VERSION: usize = 60;

impl Pushed {
    /// Reads each operation alone.
    ///
    /// # Errors
    /// There are too many, or the app is newer than this server.
    pub fn read(request: &PushRequest) -> Result<Pushed, ServiceError> {
        if request.operations.len() > MAX_OPERATIONS {
            return Err(ServiceError::new(
                ErrorCode::TooLarge,
                format!("at most {MAX_OPERATIONS} operations a push"),
            ));
        }
        negotiation::takes_from(request.protocol, request.schema)?;
        Ok(Pushed {
            stream: request.stream,
            sent_at: request.sent_at,
            operations: request.operations.iter().map(Incoming::read).collect(),
            standing: request.standing.clone(),
        })
    }
}

/// Takes a batch. Everything of it that is new stands, with its receipts, when the transaction commits; what came
/// before is answered as it was then.
///
/// # Errors
/// The stream is not this device's, or the database is gone; then nothing was taken. At [`Pace::Together`] also that a
/// constraint refuses something: then it is to be taken again at the other pace, which finds out what.
pub fn push(
    tx: &mut Tx<'_>,
    device: &Device,
    user: &User,
    pushed: &Pushed,
    house: &House,
    now: DateTime<Utc>,
    pace: Pace,
) -> Result<PushResponse, ServiceError> {
    let stream = streams::get(tx.db(), pushed.stream)?
        .filter(|stream| stream.device_id == Some(device.id))
        .ok_or_else(|| ServiceError::not_found("stream"))?;
    // Skew is measured and kept; it decides nothing and refuses nothing.
    let skew = pushed.sent_at.signed_duration_since(now).num_milliseconds();
    devices::seen(tx, device.id, now, skew);
    let author = Author {
        user: Some(device.user_id),
        role: Some(user.role),
        device: Some(device.id),
        stream: stream.id,
        origin: Origin::Device,
    };
    let taker = Taker {
        author: &author,
        house,
        now,
    };
    let shut_out = shut_out(device, user);
    let take = |tx: &mut Tx<'_>, each: Pace| {
        let mut batch = Batch::new(tx, taker, shut_out, &stream, &pushed.operations, each)?;
        batch.take_all(tx, &pushed.operations)?;
        batch.finish(tx)?;
        Ok::<_, ServiceError>((batch.receipts, batch.last, batch.fork))
    };
    let taken = match tx.part(pace, |tx| take(tx, Pace::Together)) {
        Err(error) if pace == Pace::OneByOne && is_refused(&error) => {
            tx.savepoint(|tx| take(tx, Pace::OneByOne))
        }
        taken => taken,
    };
    let (receipts, last, fork) = taken?;
    if let Some(standing) = &pushed.standing {
        device_reports::put(tx, device.id, after(standing, receipts.len() as u64, now));
    }
    let wipe = wipe::order(&house.secrets, device, Some(user), now);
    if wipe.is_some() {
        device_reports::wipe_delivered(tx, device.id, now)?;
    }
    Ok(PushResponse {
        epoch: tx.clock().epoch,
        server_time: now,
        receipts,
        expected: last + 1,
        fork,
        durable_through: backups::newest(tx.db())?.map(|backup| backup.through),
        wipe,
    })
}

/// How a device stands with these receipts. What it still has is of unknown age once its oldest work has come.
fn after(standing: &Standing, receipts: u64, now: DateTime<Utc>) -> Report {
    let unsent = standing.unsent.saturating_sub(receipts);
    Report {
        app_version: standing
            .app_version
            .chars()
            .take(MAX_APP_VERSION)
            .filter(|c| !c.is_control())
            .collect(),
        unsent,
        oldest_unsent_at: standing.oldest_unsent_at.filter(|_| unsent > 0),
        reported_at: now,
    }
}

/// Whether a constraint refused something of the batch, and it has to be found out what.
fn is_refused(error: &ServiceError) -> bool {
    error.store_error().is_some_and(StoreError::is_refusal)
}

struct Batch<'a> {
    taker: Taker<'a>,
    pace: Pace,
    /// Why everything it sends goes to quarantine, where it does.
    shut_out: Option<ShutOut>,
    /// Number of the last operation that has its receipt.
    last: u64,
    receipts: Vec<Receipt>,
    fork: Option<u64>,
    /// Hashes and receipts of operations that came before, or earlier in this batch.
    known: HashMap<Uuid, (String, Receipt)>,
    /// Some operation of some stream waits.
    any_waits: bool,
    /// Operations that stand now.
    applied: Vec<&'a Operation>,
}

impl<'a> Batch<'a> {
    /// Reads what the operations are likely to need, all at once.
    fn new(
        tx: &mut Tx<'_>,
        taker: Taker<'a>,
        shut_out: Option<ShutOut>,
        stream: &Stream,
        operations: &[Incoming],
        pace: Pace,
    ) -> Result<Batch<'a>, ServiceError> {
        let ids: Vec<Uuid> = operations.iter().filter_map(|one| one.id).collect();
        let needed: Vec<Uuid> = operations.iter().flat_map(Incoming::rows).collect();
        let found: Vec<Uuid> = rows::get_many(tx.db(), &needed)?
            .iter()
            .map(|row| row.id)
            .collect();
        conflicts::open_of_many(tx.db(), &found)?;
        let batch = Batch {
            taker,
            pace,
            shut_out,
            last: stream.last_n,
            receipts: Vec::with_capacity(operations.len()),
            fork: None,
            known: streams::receipts_of(tx.db(), &ids)?,
            any_waits: onsite_store::deferred::any(tx.db())?,
            applied: Vec::new(),
        };
        tx.hand_over()?;
        Ok(batch)
    }

    fn take_all(&mut self, tx: &mut Tx<'_>, operations: &'a [Incoming]) -> Result<(), ServiceError> {
        let stream = self.taker.author.stream;
        let mut previous = self.last;
        let mut rest = operations;
        while let Some(first) = rest.first() {
            let n = first.n(previous);
            if n <= self.last {
                // Seen before: the receipt it got then, or a twin's operation under the same number.
                match streams::receipt(tx.db(), stream, n)? {
                    Some((known, receipt)) if known == first.hash => {
                        let ended = match receipt.outcome {
                            // It waited by another stream, where its end stands.
                            Outcome::Deferred => self.twin_of(n, first).unwrap_or(receipt),
                            _ => receipt,
                        };
                        self.receipts.push(ended);
                    }
                    _ => {
                        self.fork = Some(n);
                        return Ok(());
                    }
                }
                previous = n;
                rest = &rest[1..];
                continue;
            }
            if n > self.last + 1 {
                return Ok(());
            }
            let members = group_of(rest, n);
            let size = first.group().map_or(1, |group| group.size as usize);
            let is_cut_off = members.len() < size && members.len() == rest.len();
            if is_cut_off && rest.len() < operations.len() {
                // The rest of the group did not fit: it comes again, whole and first.
                return Ok(());
            }
            let receipts = if members.len() == size {
                self.take(tx, &members)?
            } else {
                // A copied phone sends again what a restored server may lack, which can be a part of a group.
                let detail = "its group did not come whole and without gaps";
                self.answer_or_keep(tx, &members, QuarantineReason::Group, detail)?
            };
            for ((n, incoming), receipt) in members.iter().zip(receipts) {
                self.settle(tx, *n, incoming, receipt);
            }
            previous = self.last;
            rest = &rest[members.len()..];
        }
        Ok(())
    }

    /// Gives an operation its receipt.
    fn settle(&mut self, tx: &mut Tx<'_>, n: u64, incoming: &Incoming, receipt: Receipt) {
        let kept = Kept {
            stream: self.taker.author.stream,
            n,
            operation: receipt.operation,
            hash: incoming.hash.clone(),
            receipt: receipt.clone(),
            received_at: self.taker.now,
        };
        streams::keep(tx, kept);
        if let Some(id) = receipt.operation {
            self.known
                .entry(id)
                .or_insert_with(|| (incoming.hash.clone(), receipt.clone()));
        }
        self.receipts.push(receipt);
        self.last = n;
    }

    /// Applies an operation or a group, keeps it in quarantine, or lets it wait; only a broken database is an error.
    fn take(&mut self, tx: &mut Tx<'_>, members: &[Member<'a>]) -> Result<Vec<Receipt>, ServiceError> {
        let (n, first) = members[0];
        if let Err(unreadable) = &first.operation {
            if let Some(receipt) = self.twin_of(n, first) {
                return Ok(vec![receipt]);
            }
            let receipt = self
                .taker
                .keep(tx, (n, first), unreadable.reason, &unreadable.detail, None);
            return Ok(vec![receipt?]);
        }
        if let Some(receipts) = self.known_before(tx, members)? {
            return Ok(receipts);
        }
        if let Some((reason, detail)) = self.shut_out {
            return self.keep_all(tx, members, reason, detail, None);
        }
        let operations: Vec<&'a Operation> = members
            .iter()
            .filter_map(|(_, incoming)| incoming.operation.as_ref().ok())
            .collect();
        match deferred::wait_of(tx.db(), self.taker.author.stream, &operations, self.any_waits)? {
            Wait::No => {}
            Wait::For(ids) => return self.hold(tx, members, &ids),
            Wait::InVain(parent) => return self.keep_in_vain(tx, members, parent),
        }
        match self.taker.apply(tx, &operations, self.pace) {
            Ok(applied) => {
                let version = tx.clock().version;
                self.applied.extend(&operations);
                Ok(members
                    .iter()
                    .zip(&operations)
                    .zip(&applied)
                    .map(|(((n, _), operation), applied)| Taker::applied(*n, operation.id, applied, version))
                    .collect())
            }
            Err(failed) if failed.is_broken() => Err(failed.refusal.error),
            Err(failed) => self.refused(tx, members, &failed),
        }
    }

    /// The answer to operations that came by another stream, or earlier in this one under another number.
    fn known_before(
        &self,
        tx: &mut Tx<'_>,
        members: &[Member<'_>],
    ) -> Result<Option<Vec<Receipt>>, ServiceError> {
        let is_known = |incoming: &Incoming| incoming.id.is_some_and(|id| self.known.contains_key(&id));
        if !members.iter().any(|(_, incoming)| is_known(incoming)) {
            return Ok(None);
        }
        let detail = "another operation has this id already";
        self.answer_or_keep(tx, members, QuarantineReason::Invalid, detail)
            .map(Some)
    }

    /// Answers each that came before as it was answered then, and keeps the others.
    fn answer_or_keep(
        &self,
        tx: &mut Tx<'_>,
        members: &[Member<'_>],
        reason: QuarantineReason,
        detail: &str,
    ) -> Result<Vec<Receipt>, ServiceError> {
        members
            .iter()
            .map(|(n, incoming)| match self.twin_of(*n, incoming) {
                Some(receipt) => Ok(receipt),
                None => self.taker.keep(tx, (*n, incoming), reason, detail, None),
            })
            .collect()
    }

    /// The receipt of an operation that came before, under another number.
    fn twin_of(&self, n: u64, incoming: &Incoming) -> Option<Receipt> {
        let (hash, receipt) = self.known.get(&incoming.id?)?;
        (*hash == incoming.hash).then(|| Receipt {
            n,
            outcome: match receipt.outcome {
                Outcome::Deferred => Outcome::Deferred,
                _ => Outcome::Duplicate,
            },
            ..receipt.clone()
        })
    }

    fn hold(
        &mut self,
        tx: &mut Tx<'_>,
        members: &[Member<'_>],
        waits_for: &[Uuid],
    ) -> Result<Vec<Receipt>, ServiceError> {
        self.any_waits = true;
        members
            .iter()
            .map(|member| deferred::hold(tx, &self.taker, *member, waits_for))
            .collect()
    }

    /// Keeps what was refused. What lacks a row that an earlier operation would make shares that one's fate.
    fn refused(
        &mut self,
        tx: &mut Tx<'_>,
        members: &[Member<'_>],
        failed: &Failed,
    ) -> Result<Vec<Receipt>, ServiceError> {
        if failed.refusal.reason == QuarantineReason::UnknownRow {
            let mut lacking = Vec::new();
            for id in members.iter().flat_map(|(_, incoming)| incoming.rows()) {
                if rows::get(tx.db(), id)?.is_none() {
                    lacking.push(id);
                }
            }
            let waiting = onsite_store::deferred::of_rows(tx.db(), &lacking)?;
            if !waiting.is_empty() {
                let ids: Vec<Uuid> = waiting.into_iter().map(|one| one.operation).collect();
                return self.hold(tx, members, &ids);
            }
            let kept = quarantine::kept_of_rows(tx.db(), &lacking)?;
            if let Some(parent) = kept.into_iter().find_map(|one| one.operation) {
                return self.keep_in_vain(tx, members, Some(parent));
            }
        }
        self.taker.keep_refused(tx, members, failed)
    }

    fn keep_in_vain(
        &self,
        tx: &mut Tx<'_>,
        members: &[Member<'_>],
        parent: Option<Uuid>,
    ) -> Result<Vec<Receipt>, ServiceError> {
        let detail = "what it builds on could not be applied";
        self.keep_all(tx, members, QuarantineReason::Dependency, detail, parent)
    }

    fn keep_all(
        &self,
        tx: &mut Tx<'_>,
        members: &[Member<'_>],
        reason: QuarantineReason,
        detail: &str,
        parent: Option<Uuid>,
    ) -> Result<Vec<Receipt>, ServiceError> {
        members
            .iter()
            .map(|member| self.taker.keep(tx, *member, reason, detail, parent))
            .collect()
    }

    /// What follows from the batch as a whole.
    fn finish(&mut self, tx: &mut Tx<'_>) -> Result<(), ServiceError> {
        rules::propose_amendments(tx, &self.taker, &self.applied)?;
        if self.any_waits {
            let ids = self.applied.iter().flat_map(|one| [one.id, one.row]).collect();
            deferred::wake(tx, self.taker.house, self.taker.now, ids)?;
        }
        Ok(())
    }
}

/// The operation numbered `n` at the front, with those of its group that follow it.
fn group_of(rest: &[Incoming], n: u64) -> Vec<Member<'_>> {
    let group = |one: &Incoming| one.group().map(|group| group.id);
    let first = rest.first().and_then(group);
    rest.iter()
        .enumerate()
        .map(|(place, one)| (n + place as u64, one))
        .take_while(|(number, one)| {
            *number == n || (first.is_some() && group(one) == first && one.n(*number - 1) == *number)
        })
        .collect()
}
