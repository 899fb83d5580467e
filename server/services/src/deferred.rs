//! Operations that wait for what they build on, and what becomes of them: applied when it has come, kept in
//! quarantine when it was refused itself or did not come in time. Their end travels to the device as a row.
use crate::author::{Author, Origin};
use crate::error::ServiceError;
use crate::house::House;
use crate::incoming::Incoming;
use crate::load;
use crate::put::{Become, put};
use crate::rules;
use crate::taking::{Failed, Member, ShutOut, Taker, receipt, shut_out};
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::ids::natural_id;
use onsite_model::receipt as model;
use onsite_model::user::User;
use onsite_store::deferred::{self, Deferred};
use onsite_store::{Db, Pace, Tx, devices, quarantine, rows, streams};
use sync_protocol::Fields;
use sync_protocol::codes::QuarantineReason;
use sync_protocol::operation::{MAX_WAIT_DAYS, Operation};
use sync_protocol::receipt::{Outcome, Receipt};
use uuid::Uuid;

/// Whether operations can be applied now.
#[derive(Debug, PartialEq)]
pub(crate) enum Wait {
    No,
    For(Vec<Uuid>),
    /// What they build on is in quarantine: that operation, where it is still to be decided.
    InVain(Option<Uuid>),
}

/// What operations that are applied together have to wait for: what they say they build on, and operations of their
/// own stream that wait on the same row, so that their order stays.
///
/// # Errors
/// The database can't be read.
pub(crate) fn wait_of(
    db: &mut Db,
    stream: Uuid,
    operations: &[&Operation],
    any_waits: bool,
) -> Result<Wait, ServiceError> {
    let is_own = |dep: &Uuid| operations.iter().any(|one| one.id == *dep || one.row == *dep);
    let deps: Vec<Uuid> = operations
        .iter()
        .flat_map(|one| &one.deps)
        .copied()
        .filter(|dep| !is_own(dep))
        .collect();
    let mut missing = Vec::new();
    if !deps.is_empty() {
        let known = streams::receipts_of(db, &deps)?;
        for dep in deps {
            match known.get(&dep).map(|(_, receipt)| receipt.outcome) {
                Some(Outcome::Quarantined) => {
                    let decision = quarantine::of_operation(db, dep)?.and_then(|kept| kept.decision);
                    match decision {
                        None => return Ok(Wait::InVain(Some(dep))),
                        Some(decision) if !decision.applied => return Ok(Wait::InVain(None)),
                        Some(_) => {}
                    }
                }
                Some(Outcome::Deferred) => missing.push(dep),
                Some(_) => {}
                None if rows::get(db, dep)?.is_none() => missing.push(dep),
                None => {}
            }
        }
    }
    if any_waits {
        let rows: Vec<Uuid> = operations.iter().map(|one| one.row).collect();
        let before = deferred::of_rows(db, &rows)?.into_iter();
        missing.extend(before.filter(|one| one.stream == stream).map(|one| one.operation));
    }
    Ok(if missing.is_empty() {
        Wait::No
    } else {
        Wait::For(missing)
    })
}

/// Keeps an operation until what it waits for has come.
///
/// # Errors
/// The database is gone.
pub(crate) fn hold(
    tx: &mut Tx<'_>,
    taker: &Taker<'_>,
    (n, incoming): Member<'_>,
    waits_for: &[Uuid],
) -> Result<Receipt, ServiceError> {
    let Ok(operation) = &incoming.operation else {
        return taker.keep(
            tx,
            (n, incoming),
            QuarantineReason::Undecodable,
            "can't be read",
            None,
        );
    };
    let one = Deferred {
        stream: taker.author.stream,
        n,
        operation: operation.id,
        row: operation.row,
        group: operation.group.map(|group| group.id),
        raw: incoming.raw.clone(),
        received_at: taker.now,
    };
    let mut waits_for: Vec<Uuid> = waits_for.to_vec();
    waits_for.sort_unstable();
    waits_for.dedup();
    deferred::hold(tx, &one, &waits_for)?;
    Ok(Receipt {
        detail: Some("it is kept until what it builds on has come".to_owned()),
        ..receipt(n, Some(operation.id), Outcome::Deferred, tx.clock().version)
    })
}

/// Goes on with operations that waited for what has come: operations and rows, by id.
///
/// # Errors
/// The database is gone.
pub(crate) fn wake(
    tx: &mut Tx<'_>,
    house: &House,
    now: DateTime<Utc>,
    mut come: Vec<Uuid>,
) -> Result<(), ServiceError> {
    while !come.is_empty() {
        let freed = deferred::come(tx, &come)?;
        come.clear();
        for one in freed {
            let members = together(tx.db(), &one)?;
            come.extend(go_on(tx, house, now, &members)?);
        }
    }
    Ok(())
}

/// Goes on with all that can, and gives up what has waited for longer than [`MAX_WAIT_DAYS`]: the timer, for what
/// came by another way than a push.
///
/// # Errors
/// The database is gone.
pub fn tidy(tx: &mut Tx<'_>, house: &House, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let awaited = deferred::waited_for(tx.db())?;
    let decided = |receipt: &Receipt| receipt.outcome != Outcome::Deferred;
    let mut come: Vec<Uuid> = streams::receipts_of(tx.db(), &awaited)?
        .into_iter()
        .filter(|(_, (_, receipt))| decided(receipt))
        .map(|(id, _)| id)
        .collect();
    come.extend(rows::get_many(tx.db(), &awaited)?.iter().map(|row| row.id));
    wake(tx, house, now, come)?;
    for one in deferred::older_than(tx.db(), now - TimeDelta::days(MAX_WAIT_DAYS))? {
        let members = together(tx.db(), &one)?;
        let detail = format!("what it builds on has not come within {MAX_WAIT_DAYS} days");
        give_up(tx, house, now, &members, QuarantineReason::Dependency, &detail)?;
    }
    Ok(())
}

/// The operation with the members of its group; nothing if it waits no more, because another member, or what it waited
/// for, has brought it along already.
fn together(db: &mut Db, one: &Deferred) -> Result<Vec<Deferred>, ServiceError> {
    Ok(match one.group {
        Some(group) => deferred::of_group(db, one.stream, group)?,
        None => {
            let mut waiting = deferred::of_rows(db, &[one.row])?;
            waiting.retain(|other| (other.stream, other.n) == (one.stream, one.n));
            waiting
        }
    })
}

/// Whose stream it is, as they are now.
fn author_of(db: &mut Db, stream: Uuid) -> Result<(Author, Option<ShutOut>), ServiceError> {
    let missing = || ServiceError::not_found("stream");
    let stream = streams::get(db, stream)?.ok_or_else(missing)?;
    let device = stream
        .device_id
        .map(|id| devices::get(db, id))
        .transpose()?
        .flatten()
        .ok_or_else(missing)?;
    let user: User = load::get(db, device.user_id)?;
    let author = Author {
        user: Some(device.user_id),
        role: Some(user.role),
        device: Some(device.id),
        stream: stream.id,
        origin: Origin::Device,
    };
    Ok((author, shut_out(&device, &user)))
}

/// Applies operations that have waited, together. Returns what has come with them.
fn go_on(
    tx: &mut Tx<'_>,
    house: &House,
    now: DateTime<Utc>,
    members: &[Deferred],
) -> Result<Vec<Uuid>, ServiceError> {
    let Some(first) = members.first() else {
        return Ok(Vec::new());
    };
    let (author, shut_out) = author_of(tx.db(), first.stream)?;
    if let Some((reason, detail)) = shut_out {
        give_up(tx, house, now, members, reason, detail)?;
        return Ok(Vec::new());
    }
    let taker = Taker {
        author: &author,
        house,
        now,
    };
    let incoming = read(members)?;
    let operations: Vec<&Operation> = incoming
        .iter()
        .filter_map(|(_, one)| one.operation.as_ref().ok())
        .collect();
    match taker.apply(tx, &operations, Pace::OneByOne) {
        Ok(applied) => {
            let version = tx.clock().version;
            let mut come = Vec::new();
            for ((one, operation), applied) in members.iter().zip(&operations).zip(&applied) {
                let receipt = Taker::applied(one.n, operation.id, applied, version);
                end(tx, &taker, one, &receipt)?;
                come.extend([operation.id, operation.row]);
            }
            rules::propose_amendments(tx, &taker, &operations)?;
            Ok(come)
        }
        Err(failed) if failed.is_broken() => Err(failed.refusal.error),
        Err(failed) => {
            let receipts = refuse(tx, &taker, &incoming, &failed)?;
            finish(tx, &taker, members, &receipts)?;
            Ok(Vec::new())
        }
    }
}

fn refuse(
    tx: &mut Tx<'_>,
    taker: &Taker<'_>,
    incoming: &[(u64, Incoming)],
    failed: &Failed,
) -> Result<Vec<Receipt>, ServiceError> {
    let members: Vec<Member<'_>> = incoming.iter().map(|(n, one)| (*n, one)).collect();
    taker.keep_refused(tx, &members, failed)
}

/// Puts operations that have waited into quarantine.
fn give_up(
    tx: &mut Tx<'_>,
    house: &House,
    now: DateTime<Utc>,
    members: &[Deferred],
    reason: QuarantineReason,
    detail: &str,
) -> Result<(), ServiceError> {
    let Some(first) = members.first() else {
        return Ok(());
    };
    let (author, _) = author_of(tx.db(), first.stream)?;
    let taker = Taker {
        author: &author,
        house,
        now,
    };
    let receipts = read(members)?
        .iter()
        .map(|(n, one)| taker.keep(tx, (*n, one), reason, detail, None))
        .collect::<Result<Vec<_>, _>>()?;
    finish(tx, &taker, members, &receipts)
}

/// Ends the waiting of operations that are in quarantine now, and of those that waited for them.
fn finish(
    tx: &mut Tx<'_>,
    taker: &Taker<'_>,
    members: &[Deferred],
    receipts: &[Receipt],
) -> Result<(), ServiceError> {
    for (one, receipt) in members.iter().zip(receipts) {
        end(tx, taker, one, receipt)?;
    }
    for one in members {
        for child in deferred::waiting_for(tx.db(), one.operation)? {
            let (author, _) = author_of(tx.db(), child.stream)?;
            let taker = Taker {
                author: &author,
                ..*taker
            };
            let members = together(tx.db(), &child)?;
            let detail = "what it builds on could not be applied";
            let receipts = read(&members)?
                .iter()
                .map(|(n, one_of_them)| {
                    let member = (*n, one_of_them);
                    taker.keep(
                        tx,
                        member,
                        QuarantineReason::Dependency,
                        detail,
                        Some(one.operation),
                    )
                })
                .collect::<Result<Vec<_>, _>>()?;
            finish(tx, &taker, &members, &receipts)?;
        }
    }
    Ok(())
}

/// The wait of an operation is over: a retry finds its end, and its device pulls it.
fn end(tx: &mut Tx<'_>, taker: &Taker<'_>, one: &Deferred, receipt: &Receipt) -> Result<(), ServiceError> {
    streams::decide(tx, one.stream, receipt)?;
    tell(tx, taker.house, taker.now, one.stream, receipt, None)?;
    Ok(deferred::let_go(tx, one.stream, one.n)?)
}

fn read(members: &[Deferred]) -> Result<Vec<(u64, Incoming)>, ServiceError> {
    members
        .iter()
        .map(|one| {
            let raw = serde_json::from_str(&one.raw).map_err(|error| {
                let what = format!("waiting operation {}: {error}", one.operation);
                onsite_store::StoreError::Corrupt(what)
            })?;
            Ok((one.n, Incoming::read_body(&raw)))
        })
        .collect()
}

/// What a dispatcher decided about an operation in quarantine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict {
    pub(crate) verdict: model::Verdict,
    pub(crate) by: Uuid,
}

/// Writes down, as a row that its device pulls, how an operation ended after its push was answered.
///
/// # Errors
/// The database is gone.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    house: &House,
    now: DateTime<Utc>,
    stream: Uuid,
    receipt: &Receipt,
    verdict: Option<Verdict>,
) -> Result<(), ServiceError> {
    let device = streams::get(tx.db(), stream)?.and_then(|stream| stream.device_id);
    let (Some(device_id), Some(operation)) = (device, receipt.operation) else {
        return Ok(());
    };
    let id = natural_id(stream, &format!("receipt/{}", receipt.n));
    let row = model::Receipt {
        device_id,
        n: receipt.n,
        operation,
        outcome: receipt.outcome,
        version: receipt.version,
        conflicts: receipt.conflicts.clone(),
        reason: receipt.reason,
        detail: receipt.detail.clone(),
        verdict: verdict.map(|verdict| verdict.verdict),
        decided_by: verdict.map(|verdict| verdict.by),
    };
    let before = rows::get(tx.db(), id)?;
    let cause = crate::author::Cause {
        author: &Author::SYSTEM,
        operation,
        occurred_at: now,
        now,
        house,
    };
    put(
        tx,
        &cause,
        id,
        before.as_ref(),
        Become::Record(row.into(), Fields::new()),
    )?;
    Ok(())
}
