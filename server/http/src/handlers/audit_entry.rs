//! The audit log.
use crate::app::App;
use crate::input::query::{Paging, Query, cursor};
use crate::permit::{Allowed, ReadAudit};
use crate::problem::Problem;
use crate::reply::{Json, Page};
use chrono::{DateTime, Utc};
use onsite_store::audit::{self, AuditEntry, Filter};
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
    /// Only this action, as `GET /v1/audit-actions` names them.
    #[serde(default)]
    action: Option<String>,
    /// Only what this user did.
    #[serde(default)]
    user: Option<Uuid>,
    /// Only what was done to this record, user or device.
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

impl From<Which> for Filter {
    fn from(which: Which) -> Filter {
        Filter {
            action: which.action,
            user: which.user,
            subject: which.subject,
            from: which.from,
            until: which.until,
            newest_first: which.newest.unwrap_or(false),
        }
    }
}

pub async fn list(
    _who: Allowed<ReadAudit>,
    app: App,
    (paging, Query(which)): (Paging, Query<Which>),
) -> Result<Page<View>, Problem> {
    let (after, limit, filter) = (paging.after_number()?, paging.limit as usize, Filter::from(which));
    let mut found = app
        .read(move |db| Ok(audit::list(db, &filter, after, limit as i64 + 1)?))
        .await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|entry| cursor(&entry.seq.to_be_bytes()));
    Ok(Page {
        items: found.into_iter().map(View::from).collect(),
        next,
    })
}

pub async fn actions(_who: Allowed<ReadAudit>, app: App, (): ()) -> Result<Json<Vec<String>>, Problem> {
    Ok(Json(app.read(|db| Ok(audit::actions(db)?)).await?))
}
