//! The audit log.
use super::table::{self, PAGE, Reader, Tabled};
use crate::app::App;
use crate::input::query::{Paging, Query, cursor};
use crate::permit::{Allowed, ReadAudit};
use crate::problem::Problem;
use crate::reply::{Json, Page, cut};
use chrono::{DateTime, Utc};
use onsite_model::listing::Column;
use onsite_services::ServiceError;
use onsite_services::export::columns;
use onsite_store::Db;
use onsite_store::audit::{self, AuditEntry, Filter, Place};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sync_protocol::Fields;
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
    /// Words that all stand in its detail, in any case.
    #[serde(default)]
    q: Option<String>,
    /// Newest first instead of oldest first.
    #[serde(default)]
    newest: Option<bool>,
}

impl Which {
    fn filter(self) -> (Filter, bool) {
        let filter = Filter {
            user: self.user,
            action: self.action,
            subject: self.subject,
            from: self.from,
            until: self.until,
            words: self
                .q
                .iter()
                .flat_map(|q| q.split_whitespace())
                .map(str::to_owned)
                .collect(),
        };
        (filter, self.newest.unwrap_or(false))
    }
}

/// Entries behind one of them, which is 0 for the first page, and whether there are more.
fn page(
    db: &mut Db,
    (filter, newest): &(Filter, bool),
    after: u64,
    limit: usize,
) -> Result<(Vec<AuditEntry>, bool), ServiceError> {
    let place = match newest {
        true => Place::Before((after > 0).then_some(after)),
        false => Place::After(after),
    };
    Ok(cut(audit::list(db, filter, place, limit as i64 + 1)?, limit))
}

pub async fn list(
    _who: Allowed<ReadAudit>,
    app: App,
    (paging, Query(which)): (Paging, Query<Which>),
) -> Result<Page<View>, Problem> {
    let (after, limit) = (paging.after_number()?, paging.limit as usize);
    let wanted = which.filter();
    let (found, more) = app.read(move |db| page(db, &wanted, after, limit)).await?;
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

impl Tabled for View {
    type Permit = ReadAudit;
    type Narrowing = Query<Which>;
    type Wanted = (Filter, bool);
    type Place = u64;
    const NAME: &'static str = "audit-entries";
    const COLUMNS: &'static [Column] = columns::AUDIT_ENTRIES;

    fn wanted(Query(which): Query<Which>) -> (Filter, bool) {
        which.filter()
    }

    fn rows(
        db: &mut Db,
        _reader: &Reader,
        wanted: &(Filter, bool),
        after: Option<u64>,
    ) -> Result<(Vec<Fields>, Option<u64>), ServiceError> {
        let (found, more) = page(db, wanted, after.unwrap_or(0), PAGE as usize)?;
        let next = found.last().filter(|_| more).map(|entry| entry.seq);
        let rows = found.into_iter().map(|entry| table::fields(&View::from(entry)));
        Ok((rows.collect::<Result<_, _>>()?, next))
    }
}

pub async fn actions(_who: Allowed<ReadAudit>, app: App, (): ()) -> Result<Json<Vec<String>>, Problem> {
    app.read(|db| Ok(Json(audit::actions(db)?))).await
}
