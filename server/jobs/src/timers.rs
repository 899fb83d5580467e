//! What the passing of time changes: grants whose window moved on, closed work that leaves the phones, and records that
//! are kept or told only for a while.
use crate::Jobs;
use chrono::TimeDelta;
use onsite_services::{ServiceError, archive, complaint, deferred, grant, retention};
use onsite_store::{accounts, fault_reports, idempotency};

/// How long counted login attempts and fault reports are kept.
const ATTEMPTS: TimeDelta = TimeDelta::days(1);

/// How long an answer can be replayed by its `Idempotency-Key`.
const KEYS: TimeDelta = TimeDelta::days(7);

/// Raises the complaints whose deadlines have passed.
///
/// # Errors
/// The database is gone.
pub async fn escalate(jobs: &Jobs) -> Result<(), ServiceError> {
    let now = (jobs.clock)();
    if !jobs.store.read(move |db| complaint::any_due(db, now)).await? {
        return Ok(());
    }
    let house = jobs.house.clone();
    let raised = jobs
        .store
        .write(move |tx| complaint::escalate_due(tx, &house, now))
        .await?;
    tracing::info!(raised, "complaints escalated");
    Ok(())
}

/// Brings everything up to date; running it more often than daily changes nothing.
///
/// # Errors
/// The database is gone.
pub async fn daily(jobs: &Jobs) -> Result<(), ServiceError> {
    let (house, now) = (jobs.house.clone(), (jobs.clock)());
    jobs.store
        .write(move |tx| {
            grant::refresh_all(tx, &house, now)?;
            deferred::tidy(tx, &house, now)?;
            accounts::forget_attempts(tx, now - ATTEMPTS)?;
            fault_reports::forget(tx, now - ATTEMPTS)?;
            idempotency::forget(tx, now - KEYS)?;
            retention::compact(tx, now)
        })
        .await?;
    let before = now - jobs.house.archive_after;
    // In small transactions, between which others write.
    while jobs
        .store
        .write(move |tx| archive::archive_some(tx, before))
        .await?
        > 0
    {}
    Ok(())
}
