//! The audit log.
use crate::app::App;
use crate::input::query::{Paging, cursor};
use crate::permit::{Allowed, ReadAudit};
use crate::problem::Problem;
use crate::reply::Page;
use chrono::{DateTime, Utc};
use onsite_store::audit::{self, AuditEntry};
use schemars::JsonSchema;
use serde::Serialize;
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

pub async fn list(_who: Allowed<ReadAudit>, app: App, paging: Paging) -> Result<Page<View>, Problem> {
    let (after, limit) = (paging.after_number()?, paging.limit as usize);
    let mut found = app
        .read(move |db| Ok(audit::list(db, after, limit as i64 + 1)?))
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
