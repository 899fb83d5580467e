//! How the server is doing: what `onsite doctor` and the page for admins both judge by, and what its jobs did last.
use crate::error::ServiceError;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use onsite_store::backups::{self, Backup};
use onsite_store::notifications::{self, Backlog};
use onsite_store::{Db, conflicts, feed, history, quarantine};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Free space below which a warning is due.
pub const LOW_DISK_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// Days after which a backup is old.
const OLD_BACKUP_DAYS: i64 = 7;

/// How long a mail may wait before something is wrong with delivery.
const LATE_MAIL: TimeDelta = TimeDelta::hours(1);

/// Whether a backup is too old.
pub fn is_old(backup: &Backup, now: DateTime<Utc>) -> bool {
    now - backup.made_at > TimeDelta::days(OLD_BACKUP_DAYS)
}

/// Whether the clock can't be right: it stands before what was written by it, or in a year before this program.
pub fn clock_is_wrong(now: DateTime<Utc>, newest: Option<DateTime<Utc>>) -> bool {
    newest.is_some_and(|at| at > now) || now.year() < 2026
}

/// What the database tells of the server's health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vitals {
    pub epoch: u32,
    pub version: u64,
    /// When the newest write was made.
    pub newest_at: Option<DateTime<Utc>>,
    pub backup: Option<Backup>,
    pub outbox: Backlog,
    /// Operations that wait for a decision.
    pub quarantine: u64,
    pub open_conflicts: u64,
}

/// Reads them.
///
/// # Errors
/// The database can't be read.
pub fn vitals(db: &mut Db) -> Result<Vitals, ServiceError> {
    let clock = feed::clock(db)?;
    let newest = history::at_version(db, clock.version)?;
    let open = conflicts::open_counts(db)?;
    Ok(Vitals {
        epoch: clock.epoch,
        version: clock.version,
        newest_at: newest.map(|entry| entry.recorded_at),
        backup: backups::newest(db)?,
        outbox: notifications::backlog(db)?,
        quarantine: quarantine::waiting(db)?,
        open_conflicts: open.iter().map(|(_, _, count)| count).sum(),
    })
}

/// Something an admin should see to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The clock stands before the last write.
    ClockWrong,
    /// Less than 2 GiB are free for files.
    DiskLow,
    /// The storage of files can't be read.
    StorageUnreachable,
    NoBackup,
    /// The last backup is older than a week.
    BackupOld,
    MailNotConfigured,
    /// The mail server refused or did not answer.
    MailUnreachable,
    /// A mail has waited for more than an hour.
    MailLate,
    /// Mails were given up.
    MailsDead,
    /// A job failed the last time it ran.
    JobFailed,
}

/// What is wrong of what the database and the jobs tell.
pub fn troubles(vitals: &Vitals, jobs: &[JobRun], now: DateTime<Utc>) -> Vec<Trouble> {
    let late = |at: DateTime<Utc>| now - at > LATE_MAIL;
    [
        (clock_is_wrong(now, vitals.newest_at), Trouble::ClockWrong),
        (vitals.backup.is_none(), Trouble::NoBackup),
        (
            vitals.backup.as_ref().is_some_and(|backup| is_old(backup, now)),
            Trouble::BackupOld,
        ),
        (vitals.outbox.oldest_at.is_some_and(late), Trouble::MailLate),
        (vitals.outbox.dead > 0, Trouble::MailsDead),
        (jobs.iter().any(|job| job.error.is_some()), Trouble::JobFailed),
    ]
    .into_iter()
    .filter(|(is_wrong, _)| *is_wrong)
    .map(|(_, trouble)| trouble)
    .collect()
}

/// A job's last run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JobRun {
    pub job: &'static str,
    pub at: DateTime<Utc>,
    /// What it failed with; absent where it went well.
    pub error: Option<String>,
}

/// What the jobs of this process did last.
#[derive(Debug, Default)]
pub struct JobLog(Mutex<BTreeMap<&'static str, JobRun>>);

impl JobLog {
    /// Notes a run.
    pub fn note<T, E: std::fmt::Display>(
        &self,
        job: &'static str,
        at: DateTime<Utc>,
        outcome: &Result<T, E>,
    ) {
        let error = outcome.as_ref().err().map(E::to_string);
        let run = JobRun { job, at, error };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(job, run);
    }

    /// The last run of each, by name.
    pub fn runs(&self) -> Vec<JobRun> {
        let runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.values().cloned().collect()
    }
}
