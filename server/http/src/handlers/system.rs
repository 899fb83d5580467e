//! How the server is doing, for who answers for it: what waits, what failed, and how old the newest backup is.
use crate::app::App;
use crate::permit::{Allowed, ReadHealth};
use crate::problem::Problem;
use crate::reply::Json;
use chrono::{DateTime, Utc};
use onsite_services::ServiceError;
use onsite_services::open_conflicts;
use onsite_store::notifications::State;
use onsite_store::{backups, feed, notifications, quarantine};
use schemars::JsonSchema;
use serde::Serialize;
use sync_protocol::version::Version;

/// How the server is doing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct System {
    version: &'static str,
    /// Of the message shapes of sync.
    protocol: u32,
    /// Of the entities' fields.
    schema: u32,
    /// The server's clock.
    now: DateTime<Utc>,
    /// Where clients reach it.
    public_url: String,
    /// The newest change there is.
    head: Version,
    /// Absent where no backup was ever made; then phones keep their work for 30 days.
    backup: Option<Backup>,
    mails: Mails,
    /// Conflicts that wait for a decision.
    open_conflicts: u64,
    /// Operations that could not be applied and wait for a decision.
    quarantined: u64,
}

/// The newest backup.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NewestBackup")]
struct Backup {
    made_at: DateTime<Utc>,
    /// Everything up to here is in it.
    through: Version,
}

/// What waits in the outbox.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OutboxCounts")]
struct Mails {
    due: u64,
    /// Given up.
    dead: u64,
}

pub async fn system(_who: Allowed<ReadHealth>, app: App, (): ()) -> Result<Json<System>, Problem> {
    let (now, public_url) = (app.now(), app.house.public_url.clone());
    let system = app.read(move |db| {
        let clock = feed::clock(db)?;
        let backup = backups::newest(db)?.map(|newest| Backup {
            made_at: newest.made_at,
            through: newest.through,
        });
        Ok::<_, ServiceError>(System {
            version: env!("CARGO_PKG_VERSION"),
            protocol: sync_protocol::PROTOCOL,
            schema: sync_protocol::SCHEMA,
            now,
            public_url,
            head: Version {
                epoch: clock.epoch,
                number: clock.version,
            },
            backup,
            mails: Mails {
                due: notifications::count(db, State::Due)?,
                dead: notifications::count(db, State::Dead)?,
            },
            open_conflicts: open_conflicts::open_counts(db)?.total,
            quarantined: quarantine::count_open(db)?,
        })
    });
    Ok(Json(system.await?))
}
