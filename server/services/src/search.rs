//! Search over everything people look for by name or number, within what they may see: found by parts of words, the
//! whole text before its beginning before its middle, the newest first.
use crate::author::Author;
use crate::error::ServiceError;
use crate::export::label;
use crate::list::contains;
use crate::record::held;
use chrono::{DateTime, Utc};
use onsite_model::bucket::Bucket;
use onsite_model::entity::EntityKind;
use onsite_model::search;
use onsite_store::Db;
use onsite_store::listing::{self, Condition, Selection};
use onsite_store::rows::{self, StoredRow};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// What is looked through, in the order it is told.
const KINDS: [EntityKind; 7] = [
    EntityKind::Client,
    EntityKind::Site,
    EntityKind::Contact,
    EntityKind::Asset,
    EntityKind::Ticket,
    EntityKind::Visit,
    EntityKind::ServiceSheet,
];

/// Most hits of one kind.
pub const MAX_HITS: u32 = 20;

/// What was found, by kind; kinds without a hit are left out.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Found {
    pub groups: Vec<Group>,
}

/// Hits of one kind, the best first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Group {
    pub kind: EntityKind,
    pub hits: Vec<Hit>,
    /// Whether there are more than these.
    pub more: bool,
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "SearchHit")]
pub struct Hit {
    pub id: Uuid,
    /// What people call it.
    pub title: String,
    /// A contact's number, an asset's serial number, a site's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// When a visit begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
}

/// Finds the records that hold all words of a query.
///
/// # Errors
/// There is nothing to look for, or the database can't be read.
pub fn everything(db: &mut Db, author: &Author, query: &str, limit: u32) -> Result<Found, ServiceError> {
    if query.trim().is_empty() {
        return Err(ServiceError::new(ErrorCode::Malformed, "say what to look for").field("q"));
    }
    let mut conditions = contains(query)?;
    let held = held(db, author)?;
    if let Some(held) = &held {
        let buckets = held.iter().map(|bucket| bucket.to_string().into()).collect();
        conditions.push(Condition::Buckets(buckets));
    }
    let mut groups = Vec::new();
    for kind in KINDS {
        let selection = Selection {
            conditions: conditions.clone(),
            searched: true,
            ranked: Some(search::squeezed(query)),
            descending: true,
            ..Selection::all(kind)
        };
        let mut ids = listing::ids(db, &selection, i64::from(limit) + 1)?;
        let more = ids.len() > limit as usize;
        ids.truncate(limit as usize);
        let mut hits = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(row) = rows::get(db, id)? {
                hits.push(hit(db, held.as_ref(), &row)?);
            }
        }
        if !hits.is_empty() {
            groups.push(Group { kind, hits, more });
        }
    }
    Ok(Found { groups })
}

fn hit(db: &mut Db, held: Option<&BTreeSet<Bucket>>, row: &StoredRow) -> Result<Hit, ServiceError> {
    let text = |row: &StoredRow, field: &str| row.body.get(field).and_then(Value::as_str).map(str::to_owned);
    // A sheet stands where its visit does, an asset's client is its site's.
    let about = match row.kind {
        EntityKind::ServiceSheet => refer(db, held, row, "visit_id")?,
        _ => None,
    };
    let about = about.as_deref().unwrap_or(row);
    let site = refer(db, held, about, "site_id")?;
    let client = match refer(db, held, about, "client_id")? {
        Some(client) => Some(client),
        None => match &site {
            Some(site) => refer(db, held, site, "client_id")?,
            None => None,
        },
    };
    let name = |row: Option<&StoredRow>| row.and_then(|row| text(row, "name"));
    let (title, detail) = match row.kind {
        EntityKind::Visit => (text(row, "purpose").unwrap_or_default(), None),
        EntityKind::ServiceSheet => (text(row, "number").unwrap_or_default(), None),
        EntityKind::Client => (label(row), text(row, "code")),
        EntityKind::Site => (label(row), text(row, "address")),
        EntityKind::Contact => (label(row), text(row, "phone").or_else(|| text(row, "email"))),
        EntityKind::Asset => (label(row), text(row, "serial")),
        _ => (label(row), None),
    };
    Ok(Hit {
        id: row.id,
        title,
        detail,
        client: name(client.as_deref()),
        site: name(site.as_deref()),
        status: text(row, "status"),
        at: text(row, "planned_start").and_then(|at| at.parse().ok()),
    })
}

/// The row a field names, if the reader may see it.
fn refer(
    db: &mut Db,
    held: Option<&BTreeSet<Bucket>>,
    row: &StoredRow,
    field: &str,
) -> Result<Option<Arc<StoredRow>>, ServiceError> {
    let id = row
        .body
        .get(field)
        .and_then(Value::as_str)
        .and_then(|id| id.parse().ok());
    let Some(id) = id else { return Ok(None) };
    let found = rows::get(db, id)?;
    Ok(found.filter(|row| held.is_none_or(|held| held.contains(&row.bucket))))
}
