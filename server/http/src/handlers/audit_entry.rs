//! The audit log.
use crate::app::App;
use crate::input::query::{Paging, Query, cursor};
use crate::permit::{Allowed, ReadAudit};
use crate::problem::Problem;
use crate::reply::{Json, Page};
use chrono::{DateTime, Utc};
use onsite_store::audit::{self, AuditEntry, Filter, Place};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// One entry; each carries the hash of the one before.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditEntry")]
pub struct View {
    /// 1, 2, 3 … without gaps.
    seq: u64,
    at: DateTime<Utc>,
    user_id: Option<Uuid>,
    action: String,
    subject_id: Option<Uuid>,
    detail: Value,
    previous_hash: String,
    hash: String,
}

impl From<AuditEntry> for View {
    fn from(entry: AuditEntry) -> View {
        View {
            seq: entry.seq,
            at: entry.at,
            user_id: entry.user_id,
            action: entry.action,
            subject_id: entry.subject_id,
            detail: serde_json::from_str(&entry.detail).unwrap_or(Value::String(entry.detail)),
            previous_hash: entry.previous_hash,
            hash: entry.hash,
        }
    }
}

/// Which entries.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Which {
    /// Who did it.
    #[serde(default)]
    user: Option<Uuid>,
    /// What was done, such as `sheet_signed`.
    #[serde(default)]
    action: Option<String>,
    /// To which record.
    #[serde(default)]
    subject: Option<Uuid>,
    /// At this time or later.
    #[serde(default)]
    from: Option<DateTime<Utc>>,
    /// Before this time.
    #[serde(default)]
    until: Option<DateTime<Utc>>,
    /// Newest first instead of oldest first.
    #[serde(default)]
    newest: Option<bool>,
}

pub async fn list(
    _who: Allowed<ReadAudit>,
    app: App,
    (paging, Query(which)): (Paging, Query<Which>),
) -> Result<Page<View>, Problem> {
    let (after, limit) = (paging.after_number()?, paging.limit as usize);
    let place = match which.newest {
        Some(true) => Place::Before((after > 0).then_some(after)),
        _ => Place::After(after),
    };
    let filter = Filter {
        user: which.user,
        action: which.action,
        subject: which.subject,
        from: which.from,
        until: which.until,
    };
    let mut found = app
        .read(move |db| Ok(audit::list(db, &filter, place, limit as i64 + 1)?))
        .await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|entry| cursor(&entry.seq.to_be_bytes()));
    Ok(Page {
        total: None,
        items: found.into_iter().map(View::from).collect(),
        next,
    })
}

pub async fn actions(_who: Allowed<ReadAudit>, app: App, (): ()) -> Result<Json<Vec<String>>, Problem> {
    app.read(|db| Ok(Json(audit::actions(db)?))).await
}
