//! Records of any kind: list, read, add, change, delete, and who changed what.
use crate::app::{App, author};
use crate::input::body::Body;
use crate::input::if_match::{IfMatch, IfNoneMatch};
use crate::input::list::{ListPage, next};
use crate::input::once::Once;
use crate::input::path::Id;
use crate::input::query::Query;
use crate::permit::{Allowed, Delete, Read, Write};
use crate::problem::Problem;
use crate::reply::{Changed, Created, Fetched, Json, NoContent, Page, Versioned};
use crate::resource::{Draft, Patch, Record, Resource};
use chrono::{DateTime, Utc};
use onsite_services::session::Caller;
use onsite_services::{record, undo};
use onsite_store::feed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sync_protocol::Fields;
use sync_protocol::version::Version;
use uuid::Uuid;

/// Most entries of a history that are told.
const HISTORY: u32 = 500;

/// One write to a record.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HistoryEntry {
    pub version: Version,
    pub operation_id: Uuid,
    /// Absent where the server acted by itself.
    pub user_id: Option<Uuid>,
    /// The fields that changed, with their new values; `null` is a value taken away.
    pub changes: Fields,
    /// When it happened, by its author's clock.
    pub occurred_at: DateTime<Utc>,
    /// When the server took it.
    pub recorded_at: DateTime<Utc>,
}

pub async fn list<E: Resource>(
    who: Allowed<Read<E>>,
    app: App,
    page: ListPage<E>,
) -> Result<Page<Record<E>>, Problem> {
    let author = who.author();
    let (listed, total, epoch) = app
        .read(move |db| {
            let listed = page.wanted.page(db, &author, page.after.as_ref(), page.limit)?;
            let total = page.total.then(|| page.wanted.count(db, &author)).transpose()?;
            Ok((listed, total, feed::clock(db)?.epoch))
        })
        .await?;
    Ok(Page {
        next: listed.next.as_ref().map(next).transpose()?,
        items: listed
            .rows
            .into_iter()
            .map(|row| Record::new(row, epoch))
            .collect(),
        total,
    })
}

pub async fn get<E: Resource>(
    who: Allowed<Read<E>>,
    app: App,
    (Id(id), have): (Id, IfNoneMatch),
) -> Result<Fetched<Record<E>>, Problem> {
    let record = read::<E>(&app, &who, id).await?;
    Ok(match have.has(record.version()) {
        true => Fetched::NotModified(record.version()),
        false => Fetched::Fresh(record),
    })
}

/// A record as the caller may see it.
pub(crate) async fn read<E: Resource>(app: &App, caller: &Caller, id: Uuid) -> Result<Record<E>, Problem> {
    let author = author(caller);
    app.read(move |db| {
        let epoch = feed::clock(db)?.epoch;
        Ok(Record::new(record::get(db, &author, E::KIND, id)?, epoch))
    })
    .await
}

pub async fn create<E: Resource>(
    who: Allowed<Write<E>>,
    app: App,
    (once, Body(draft)): (Once, Body<Draft<E>>),
) -> Result<Created<Record<E>>, Problem> {
    let value: Record<E> = app
        .once(&who, once, move |tx, cause| {
            let row = record::create(tx, cause, E::KIND, draft.fields)?;
            Ok(Record::new(row, tx.clock().epoch))
        })
        .await?;
    Ok(Created {
        location: value.location(),
        value,
    })
}

pub async fn change<E: Resource>(
    who: Allowed<Write<E>>,
    app: App,
    (Id(id), IfMatch(seen), Body(patch)): (Id, IfMatch, Body<Patch<E>>),
) -> Result<Changed<Record<E>>, Problem> {
    app.write(who.author(), move |tx, cause| {
        let row = record::change(tx, cause, E::KIND, id, seen, patch.fields)?;
        Ok(Changed(Record::new(row, tx.clock().epoch)))
    })
    .await
}

pub async fn delete<E: Resource>(
    who: Allowed<Delete<E>>,
    app: App,
    (Id(id), IfMatch(seen)): (Id, IfMatch),
) -> Result<NoContent, Problem> {
    app.write(who.author(), move |tx, cause| {
        record::delete(tx, cause, E::KIND, id, seen)
    })
    .await?;
    Ok(NoContent)
}

/// A write that is to be taken back.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Undo {
    /// The version it made, as the history has it.
    version: Version,
}

pub async fn undo<E: Resource>(
    who: Allowed<Write<E>>,
    app: App,
    (Id(id), once, Body(wanted)): (Id, Once, Body<Undo>),
) -> Result<Changed<Record<E>>, Problem> {
    let undone = app.once(&who, once, move |tx, cause| {
        let row = undo::undo(tx, cause, E::KIND, id, wanted.version)?;
        Ok(Record::new(row, tx.clock().epoch))
    });
    Ok(Changed(undone.await?))
}

/// Which part of a history.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Part {
    /// Only what was written to this field.
    #[serde(default)]
    field: Option<String>,
}

pub async fn history<E: Resource>(
    who: Allowed<Read<E>>,
    app: App,
    (Id(id), Query(part)): (Id, Query<Part>),
) -> Result<Json<Vec<HistoryEntry>>, Problem> {
    let author = who.author();
    app.read(move |db| {
        let epoch = feed::clock(db)?.epoch;
        let mut entries = record::history(db, &author, E::KIND, id, HISTORY)?;
        if let Some(wanted) = &part.field {
            for entry in &mut entries {
                entry.changes.retain(|field, _| field == wanted);
            }
            entries.retain(|entry| !entry.changes.is_empty());
        }
        let told = entries.into_iter().map(|entry| HistoryEntry {
            version: Version {
                epoch,
                number: entry.version,
            },
            operation_id: entry.operation,
            user_id: entry.user_id,
            changes: entry.changes,
            occurred_at: entry.occurred_at,
            recorded_at: entry.recorded_at,
        });
        Ok(Json(told.collect()))
    })
    .await
}
