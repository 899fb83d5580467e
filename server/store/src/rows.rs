//! Synced rows in their published form: body, field stamps, bucket, version; and the typed row beside each.
use crate::dialect::{Both, Db, Id};
use crate::error::StoreError;
use crate::projections;
use crate::schema::{removals, rows};
use crate::store::Tx;
use crate::sums;
use diesel::prelude::*;
use diesel::upsert::excluded;
use onsite_model::bucket::Bucket;
use onsite_model::entity::{EntityKind, Record};
use onsite_model::schema_version;
use sync_protocol::Fields;
use sync_protocol::merge::Stamps;
use uuid::Uuid;

/// A row as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRow {
    pub id: Uuid,
    pub kind: EntityKind,
    pub bucket: Bucket,
    /// The row whose bucket it shares, if it belongs to one.
    pub parent: Option<Uuid>,
    /// Version of its last change.
    pub version: u64,
    pub body: Fields,
    pub stamps: Stamps,
    /// Deleted rows stay as tombstones; their ids never come back by themselves.
    pub deleted: bool,
}

impl StoredRow {
    /// Whether it was deleted so long ago that only its id is left of it.
    pub fn is_bare(&self) -> bool {
        self.deleted && self.body.is_empty()
    }
}

type Columns = (Id, String, String, Option<Id>, i64, String, String, bool);

pub(crate) const COLUMNS: (
    rows::id,
    rows::entity,
    rows::bucket,
    rows::parent_id,
    rows::version,
    rows::body,
    rows::stamps,
    rows::deleted,
) = (
    rows::id,
    rows::entity,
    rows::bucket,
    rows::parent_id,
    rows::version,
    rows::body,
    rows::stamps,
    rows::deleted,
);

pub(crate) fn from_columns(columns: Columns) -> Result<StoredRow, StoreError> {
    let (Id(id), entity, bucket, parent, version, body, stamps, deleted) = columns;
    let corrupt = |what: &str| StoreError::Corrupt(format!("row {id}: {what}"));
    let body = serde_json::from_str(&body).map_err(|_| corrupt("unreadable body"))?;
    let stamps = serde_json::from_str(&stamps).map_err(|_| corrupt("unreadable stamps"))?;
    let (body, stamps) = schema_version::up_stored(&entity, body, stamps);
    Ok(StoredRow {
        id,
        kind: EntityKind::from_name(&entity).ok_or_else(|| corrupt("unknown entity"))?,
        bucket: bucket.parse().map_err(|_| corrupt("unknown bucket"))?,
        parent: parent.map(|Id(parent)| parent),
        version: version as u64,
        body,
        stamps,
        deleted,
    })
}

/// The row of this id, tombstones included.
///
/// # Errors
/// The database can't be read.
pub fn get(db: &mut Db, id: Uuid) -> Result<Option<StoredRow>, StoreError> {
    let columns: Option<Columns> = rows::table.find(Id(id)).select(COLUMNS).first(db).optional()?;
    columns.map(from_columns).transpose()
}

/// The rows of these ids that exist, in no order.
///
/// # Errors
/// The database can't be read.
pub fn get_many(db: &mut Db, ids: &[Uuid]) -> Result<Vec<StoredRow>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(1000) {
        let ids: Vec<Id> = chunk.iter().map(|id| Id(*id)).collect();
        let columns: Vec<Columns> = rows::table
            .filter(rows::id.eq_any(ids))
            .select(COLUMNS)
            .load(db)?;
        for one in columns {
            found.push(from_columns(one)?);
        }
    }
    Ok(found)
}

/// Live rows that belong to `parent`, oldest first.
///
/// # Errors
/// The database can't be read.
pub fn children(db: &mut Db, parent: Uuid) -> Result<Vec<StoredRow>, StoreError> {
    let columns: Vec<Columns> = rows::table
        .filter(rows::parent_id.eq(Id(parent)).and(rows::deleted.eq(false)))
        .order(rows::id)
        .select(COLUMNS)
        .load(db)?;
    columns.into_iter().map(from_columns).collect()
}

/// Ids of all rows, tombstones included, that belong to `parent`.
///
/// # Errors
/// The database can't be read.
pub fn child_ids(db: &mut Db, parent: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let ids: Vec<Id> = rows::table
        .filter(rows::parent_id.eq(Id(parent)))
        .select(rows::id)
        .load(db)?;
    Ok(ids.into_iter().map(|Id(id)| id).collect())
}

/// One page of live rows of a kind, by id, after `after`; only of `buckets` where given.
///
/// # Errors
/// The database can't be read.
pub fn page(
    db: &mut Db,
    kind: EntityKind,
    buckets: Option<&[String]>,
    parent: Option<Uuid>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<StoredRow>, StoreError> {
    let mut query = rows::table
        .filter(rows::entity.eq(kind.name()).and(rows::deleted.eq(false)))
        .order(rows::id)
        .limit(limit)
        .select(COLUMNS)
        .into_boxed();
    if let Some(buckets) = buckets {
        query = query.filter(rows::bucket.eq_any(buckets.to_vec()));
    }
    if let Some(parent) = parent {
        query = query.filter(rows::parent_id.eq(Id(parent)));
    }
    if let Some(after) = after {
        query = query.filter(rows::id.gt(Id(after)));
    }
    let columns: Vec<Columns> = query.load(db)?;
    columns.into_iter().map(from_columns).collect()
}

/// Writes a row with its typed projection, and moves its feed entry forward; a row that changed its bucket leaves
/// a removal in `left`. The caller has taken `row.version` from this transaction's clock.
///
/// # Errors
/// A constraint refuses it, or the database is gone.
pub fn save(
    tx: &mut Tx<'_>,
    row: &StoredRow,
    record: &Record,
    left: Option<Bucket>,
) -> Result<(), StoreError> {
    let db = tx.db();
    upsert(db, row)?;
    if row.deleted {
        projections::remove(db, row.kind, row.id)?;
    } else {
        projections::save(db, row.id, record)?;
    }
    if let Some(left) = left {
        leave(db, row, left)?;
    }
    Ok(())
}

/// Moves a row to another bucket without touching its body: what happens to children when their parent moves.
///
/// # Errors
/// The database is gone.
pub fn relocate(tx: &mut Tx<'_>, row: &StoredRow, left: Bucket) -> Result<(), StoreError> {
    let db = tx.db();
    upsert(db, row)?;
    leave(db, row, left)
}

fn upsert(db: &mut Db, row: &StoredRow) -> Result<(), StoreError> {
    sums::follow(db, row)?;
    let text = |what: Result<String, serde_json::Error>| what.map_err(|e| StoreError::Corrupt(e.to_string()));
    Both(
        diesel::insert_into(rows::table)
            .values((
                rows::id.eq(Id(row.id)),
                rows::entity.eq(row.kind.name()),
                rows::bucket.eq(row.bucket.to_string()),
                rows::parent_id.eq(row.parent.map(Id)),
                rows::version.eq(row.version as i64),
                rows::body.eq(text(serde_json::to_string(&row.body))?),
                rows::stamps.eq(text(serde_json::to_string(&row.stamps))?),
                rows::deleted.eq(row.deleted),
            ))
            .on_conflict(rows::id)
            .do_update()
            .set((
                rows::bucket.eq(excluded(rows::bucket)),
                rows::parent_id.eq(excluded(rows::parent_id)),
                rows::version.eq(excluded(rows::version)),
                rows::body.eq(excluded(rows::body)),
                rows::stamps.eq(excluded(rows::stamps)),
                rows::deleted.eq(excluded(rows::deleted)),
            )),
    )
    .execute(db)?;
    Ok(())
}

fn leave(db: &mut Db, row: &StoredRow, left: Bucket) -> Result<(), StoreError> {
    let version = row.version as i64;
    Both(
        diesel::insert_into(removals::table)
            .values((
                removals::bucket.eq(left.to_string()),
                removals::row_id.eq(Id(row.id)),
                removals::version.eq(version),
            ))
            .on_conflict((removals::bucket, removals::row_id))
            .do_update()
            .set(removals::version.eq(excluded(removals::version))),
    )
    .execute(db)?;
    // Back in a bucket it had left: its put is the newer entry, the old removal would only be noise.
    diesel::delete(removals::table.find((row.bucket.to_string(), Id(row.id)))).execute(db)?;
    Ok(())
}
