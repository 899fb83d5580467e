//! Synced rows in their published form: body, field stamps, bucket, version; and the typed row beside each.
use crate::db::Db;
use crate::dialect::Id;
use crate::error::StoreError;
use crate::heads::Topic;
use crate::schema::rows;
use crate::stamps;
use crate::store::Tx;
use diesel::prelude::*;
use onsite_model::bucket::Bucket;
use onsite_model::entity::{EntityKind, Record};
use onsite_model::schema_version;
use std::sync::Arc;
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

pub(crate) type Columns = (Id, String, String, Option<Id>, i64, String, String, bool);

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
    let stamps = stamps::unpack(&stamps).map_err(|_| corrupt("unreadable stamps"))?;
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
pub fn get(db: &mut Db, id: Uuid) -> Result<Option<Arc<StoredRow>>, StoreError> {
    if let Some(known) = db.work().and_then(|work| work.row(id)) {
        return Ok(known.clone());
    }
    // A row that was written is remembered, so nothing held back can be this one.
    let columns: Option<Columns> = rows::table
        .find(Id(id))
        .select(COLUMNS)
        .get_result(db.unaffected()?)
        .optional()?;
    let row = columns.map(from_columns).transpose()?.map(Arc::new);
    if let Some(work) = db.work() {
        work.remember(id, row.clone());
    }
    Ok(row)
}

/// The rows of these ids that exist, in no order. In a write transaction they are remembered, so that asking for
/// them one by one afterwards costs nothing.
///
/// # Errors
/// The database can't be read.
pub fn get_many(db: &mut Db, ids: &[Uuid]) -> Result<Vec<Arc<StoredRow>>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    let mut unknown = ids.to_vec();
    unknown.sort_unstable();
    unknown.dedup();
    if let Some(work) = db.work() {
        unknown.retain(|id| match work.row(*id) {
            Some(row) => {
                found.extend(row.clone());
                false
            }
            None => true,
        });
    }
    for chunk in unknown.chunks(1000) {
        let ids: Vec<Id> = chunk.iter().map(|id| Id(*id)).collect();
        let columns: Vec<Columns> = rows::table
            .filter(rows::id.eq_any(ids))
            .select(COLUMNS)
            .load(db.unaffected()?)?;
        if let Some(work) = db.work() {
            chunk.iter().for_each(|id| work.remember(*id, None));
        }
        for one in columns {
            let row = Arc::new(from_columns(one)?);
            if let Some(work) = db.work() {
                work.remember(row.id, Some(row.clone()));
            }
            found.push(row);
        }
    }
    Ok(found)
}

/// Live rows that belong to `parent`, oldest first.
///
/// # Errors
/// The database can't be read.
pub fn children(db: &mut Db, parent: Uuid) -> Result<Vec<Arc<StoredRow>>, StoreError> {
    let columns: Vec<Columns> = rows::table
        .filter(rows::parent_id.eq(Id(parent)).and(rows::deleted.eq(false)))
        .order(rows::id)
        .select(COLUMNS)
        .load(db.reading()?)?;
    columns
        .into_iter()
        .map(|columns| from_columns(columns).map(Arc::new))
        .collect()
}

/// Ids of all rows, tombstones included, that belong to `parent`.
///
/// # Errors
/// The database can't be read.
pub fn child_ids(db: &mut Db, parent: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let ids: Vec<Id> = rows::table
        .filter(rows::parent_id.eq(Id(parent)))
        .select(rows::id)
        .load(db.reading()?)?;
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
) -> Result<Vec<Arc<StoredRow>>, StoreError> {
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
    let columns: Vec<Columns> = query.load(db.reading()?)?;
    columns
        .into_iter()
        .map(|columns| from_columns(columns).map(Arc::new))
        .collect()
}

/// Writes a row with its typed projection, and moves its feed entry forward; a row that changed its bucket leaves
/// a removal in `left`. The caller has taken `row.version` from this transaction's clock. A constraint that refuses
/// it does so when it reaches the database.
pub fn save(tx: &mut Tx<'_>, row: Arc<StoredRow>, record: Record, left: Option<Bucket>) {
    touch(tx, &row, left);
    let record = (!row.deleted).then_some(record);
    tx.hold(|work| work.hold_row(row, Some(record), left));
}

/// Moves a row to another bucket without touching its body: what happens to children when their parent moves.
pub fn relocate(tx: &mut Tx<'_>, row: &StoredRow, bucket: Bucket) {
    let moved = Arc::new(StoredRow {
        bucket,
        version: tx.next_version(),
        ..row.clone()
    });
    touch(tx, &moved, Some(row.bucket));
    tx.hold(|work| work.hold_row(moved, None, Some(row.bucket)));
}

/// Notes where a row changes; a member of staff's row also says whether they may still do anything.
fn touch(tx: &mut Tx<'_>, row: &StoredRow, left: Option<Bucket>) {
    if row.kind == EntityKind::User {
        tx.touch(Topic::Access(row.id));
    }
    if let Some(left) = left {
        tx.touch(Topic::Bucket(left));
    }
    tx.touch(Topic::Bucket(row.bucket));
}
