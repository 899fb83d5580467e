//! Whether the server is there, and which one it is; for those who run it, how it is doing.
use crate::app::App;
use crate::permit::{Allowed, Public, ReadHealth};
use crate::problem::Problem;
use crate::reply::Json;
use chrono::{DateTime, Utc};
use onsite_services::health::{self, JobRun, LOW_DISK_BYTES, Trouble};
use onsite_store::Address;
use onsite_store::feed;
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// The server answers and reads its database.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Health {
    /// Always true; a server that is not well answers `unavailable`.
    ok: bool,
    version: &'static str,
    /// Of the message shapes of sync.
    protocol: u32,
    /// Of the entities' fields.
    schema: u32,
}

pub async fn health(_who: Allowed<Public>, app: App, (): ()) -> Result<Json<Health>, Problem> {
    app.read(|db| Ok(feed::clock(db)?)).await?;
    Ok(Json(Health {
        ok: true,
        version: env!("CARGO_PKG_VERSION"),
        protocol: sync_protocol::PROTOCOL,
        schema: sync_protocol::SCHEMA,
    }))
}

/// How long the mail server is given to answer.
const MAIL_ANSWER: Duration = Duration::from_secs(5);

/// Which database the server works on.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

/// How the server is doing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HealthDetails {
    version: &'static str,
    /// By the server's clock.
    now: DateTime<Utc>,
    /// What somebody should see to.
    troubles: Vec<Trouble>,
    database: DatabaseKind,
    epoch: u32,
    /// The number of the newest version.
    head: u64,
    /// When the newest write was made.
    newest_write_at: Option<DateTime<Utc>>,
    /// For photos and files; absent where they lie in a bucket.
    free_bytes: Option<u64>,
    last_backup_at: Option<DateTime<Utc>>,
    mail: MailHealth,
    /// Operations in quarantine that wait for a decision.
    quarantine: u64,
    open_conflicts: u64,
    /// The last run of each job of the process that answers.
    jobs: Vec<JobRun>,
}

/// How mails get out.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MailHealth {
    configured: bool,
    /// What the mail server was asked just now, or did not answer; absent where it is well, or none is configured.
    error: Option<String>,
    /// Mails that wait, and since when the first of them does.
    due: u64,
    oldest_due_at: Option<DateTime<Utc>>,
    /// Mails that were given up.
    dead: u64,
    last_sent_at: Option<DateTime<Utc>>,
    /// What the last attempt failed with, of a mail that still waits.
    last_error: Option<String>,
}

pub async fn details(_who: Allowed<ReadHealth>, app: App, (): ()) -> Result<Json<HealthDetails>, Problem> {
    let (vitals, now, jobs) = (app.read(health::vitals).await?, app.now(), app.jobs.runs());
    let mut troubles = health::troubles(&vitals, &jobs, now);
    let free = app.blobs.free_bytes();
    match &free {
        Ok(Some(free)) if *free < LOW_DISK_BYTES => troubles.push(Trouble::DiskLow),
        Ok(_) => {}
        Err(error) => {
            tracing::error!(%error, "the storage can't be read");
            troubles.push(Trouble::StorageUnreachable);
        }
    }
    let error = mail_error(&app).await;
    if app.mailer.is_none() {
        troubles.push(Trouble::MailNotConfigured);
    } else if error.is_some() {
        troubles.push(Trouble::MailUnreachable);
    }
    let outbox = vitals.outbox;
    Ok(Json(HealthDetails {
        version: env!("CARGO_PKG_VERSION"),
        now,
        troubles,
        database: match app.store.address() {
            Address::Sqlite(_) => DatabaseKind::Sqlite,
            Address::Postgres(_) => DatabaseKind::Postgres,
        },
        epoch: vitals.epoch,
        head: vitals.version,
        newest_write_at: vitals.newest_at,
        free_bytes: free.ok().flatten(),
        last_backup_at: vitals.backup.map(|backup| backup.made_at),
        mail: MailHealth {
            configured: app.mailer.is_some(),
            error,
            due: outbox.due,
            oldest_due_at: outbox.oldest_at,
            dead: outbox.dead,
            last_sent_at: outbox.last_sent_at,
            last_error: outbox.last_error,
        },
        quarantine: vitals.quarantine,
        open_conflicts: vitals.open_conflicts,
        jobs,
    }))
}

/// Why the mail server can't be used now.
async fn mail_error(app: &App) -> Option<String> {
    let mailer = app.mailer.clone()?;
    match tokio::time::timeout(MAIL_ANSWER, mailer.check()).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("the mail server does not answer".to_owned()),
    }
}
