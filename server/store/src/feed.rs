//! The feed: what a bucket holds, and what changed in it since a version. A row has one entry, which moves
//! forward when it changes; so the feed compacts itself and a reader that pages through it misses nothing.
use crate::db::Db;
use crate::dialect::{Id, on};
use crate::error::StoreError;
use crate::grants::Held;
use crate::schema::{backups, grants, removals, rows, sync_clock};
use crate::store::{Clock, Tx};
use diesel::dsl::max;
use diesel::prelude::*;
use onsite_model::bucket::Bucket;
use onsite_model::schema_version;
use std::collections::BTreeMap;
use sync_protocol::fields_text::FieldsText;
use sync_protocol::pull::{Change, Row};
use sync_protocol::version::Version;
use uuid::Uuid;

/// The clock as this reader sees it.
///
/// # Errors
/// The database can't be read.
pub fn clock(db: &mut Db) -> Result<Clock, StoreError> {
    let (epoch, version): (i32, i64) = sync_clock::table
        .find(1)
        .select((sync_clock::epoch, sync_clock::version))
        .get_result(db.reading()?)?;
    Ok(clock_of(epoch, version))
}

/// Up to here, what was deleted or left a bucket is no longer told.
///
/// # Errors
/// The database can't be read.
pub fn floor(db: &mut Db) -> Result<u64, StoreError> {
    let floor: i64 = sync_clock::table
        .find(1)
        .select(sync_clock::floor)
        .get_result(db.reading()?)?;
    Ok(floor as u64)
}

/// What is asked at the beginning of every pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub clock: Clock,
    /// As [`floor`].
    pub floor: u64,
    /// The mark of the [newest backup](crate::backups::newest).
    pub durable_through: Option<Version>,
    /// Since then no row has left any bucket.
    pub last_removal: u64,
    /// The buckets the user holds, in no order.
    pub held: Vec<Held>,
}

/// How things stand for a user, in one question: each would be a round trip to PostgreSQL, and costs more than its answer.
///
/// # Errors
/// The database can't be read.
pub fn standing(db: &mut Db, user: Uuid) -> Result<Standing, StoreError> {
    let newest = || {
        backups::table
            .order((backups::epoch.desc(), backups::version.desc()))
            .limit(1)
    };
    let last_removal = removals::table.select(max(removals::version)).single_value();
    let of_user = grants::user_id.eq(Id(user)).and(grants::until_version.is_null());
    type Grant = (Option<String>, Option<i64>);
    type Columns = ((i32, i64, i64), (Option<i32>, Option<i64>), Option<i64>, Grant);
    let found: Vec<Columns> = on!(db.reading()?, |c| sync_clock::table
        .left_join(grants::table.on(of_user))
        .filter(sync_clock::id.eq(1))
        .select((
            (sync_clock::epoch, sync_clock::version, sync_clock::floor),
            (
                newest().select(backups::epoch).single_value(),
                newest().select(backups::version).single_value(),
            ),
            last_removal,
            (grants::bucket.nullable(), grants::from_version.nullable()),
        ))
        .load(c))?;
    let Some(&((epoch, version, floor), (backup_epoch, backup_version), last_removal, _)) = found.first()
    else {
        return Err(StoreError::Corrupt("there is no clock".to_owned()));
    };
    let grants = found
        .into_iter()
        .filter_map(|(.., (bucket, since))| bucket.zip(since));
    Ok(Standing {
        clock: clock_of(epoch, version),
        floor: floor as u64,
        durable_through: backup_epoch.zip(backup_version).map(|(epoch, version)| Version {
            epoch: epoch as u32,
            number: version as u64,
        }),
        last_removal: last_removal.unwrap_or(0) as u64,
        held: grants
            .map(|(bucket, since)| Held::read(&bucket, since))
            .collect::<Result<_, _>>()?,
    })
}

fn clock_of(epoch: i32, version: i64) -> Clock {
    Clock {
        epoch: epoch as u32,
        version: version as u64,
    }
}

/// Moves the floor up: removals up to it go, and of what was deleted only the id stays (the history stays too).
///
/// # Errors
/// The database is gone.
pub fn raise_floor(tx: &mut Tx<'_>, through: u64) -> Result<(), StoreError> {
    let through = through as i64;
    diesel::update(sync_clock::table.find(1).filter(sync_clock::floor.lt(through)))
        .set(sync_clock::floor.eq(through))
        .execute(tx.writing()?)?;
    diesel::delete(removals::table.filter(removals::version.le(through))).execute(tx.writing()?)?;
    let bare = rows::deleted.eq(true).and(rows::version.le(through));
    diesel::update(rows::table.filter(bare.and(rows::body.ne("{}"))))
        .set((rows::body.eq("{}"), rows::stamps.eq("[]")))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Live rows of a bucket by id, after `after`.
///
/// # Errors
/// The database can't be read.
pub fn fill(
    db: &mut Db,
    bucket: Bucket,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Row<FieldsText>>, StoreError> {
    let mut query = rows::table
        .filter(rows::bucket.eq(bucket.to_string()).and(rows::deleted.eq(false)))
        .order(rows::id)
        .limit(limit)
        .select(PUBLISHED)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(rows::id.gt(Id(after)));
    }
    let found: Vec<Columns> = query.load(db.reading()?)?;
    found.into_iter().map(published).collect()
}

type Columns = (Id, String, String, i64, String);

const PUBLISHED: (rows::id, rows::entity, rows::bucket, rows::version, rows::body) =
    (rows::id, rows::entity, rows::bucket, rows::version, rows::body);

fn published((Id(id), entity, bucket, version, body): Columns) -> Result<Row<FieldsText>, StoreError> {
    let unreadable = |_| StoreError::Corrupt(format!("row {id}: unreadable body"));
    let mut body = FieldsText::read(body).map_err(unreadable)?;
    if schema_version::has_changed(&entity, 0) {
        let fields = schema_version::up(&entity, 0, body.fields().map_err(unreadable)?);
        body = FieldsText::of(&fields).map_err(unreadable)?;
    }
    Ok(Row {
        id,
        body,
        entity,
        bucket,
        version: version as u64,
    })
}

/// Version of every live row of a bucket, by id.
///
/// # Errors
/// The database can't be read.
pub fn listed(db: &mut Db, bucket: Bucket) -> Result<BTreeMap<Uuid, u64>, StoreError> {
    let found: Vec<(Id, i64)> = rows::table
        .filter(rows::bucket.eq(bucket.to_string()).and(rows::deleted.eq(false)))
        .select((rows::id, rows::version))
        .load(db.reading()?)?;
    Ok(found
        .into_iter()
        .map(|(Id(id), version)| (id, version as u64))
        .collect())
}

/// These rows in their published form, as far as they are live and in this bucket.
///
/// # Errors
/// The database can't be read.
pub fn some(db: &mut Db, bucket: Bucket, ids: &[Uuid]) -> Result<Vec<Row<FieldsText>>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(1000) {
        let ids: Vec<Id> = chunk.iter().map(|id| Id(*id)).collect();
        let columns: Vec<Columns> = rows::table
            .filter(rows::id.eq_any(ids))
            .filter(rows::bucket.eq(bucket.to_string()).and(rows::deleted.eq(false)))
            .select(PUBLISHED)
            .load(db.reading()?)?;
        for one in columns {
            found.push(published(one)?);
        }
    }
    Ok(found)
}

/// The buckets a row has left, and the versions in which it did.
///
/// # Errors
/// The database can't be read.
pub fn left(db: &mut Db, row: Uuid) -> Result<Vec<(Bucket, u64)>, StoreError> {
    let found: Vec<(String, i64)> = removals::table
        .filter(removals::row_id.eq(Id(row)))
        .select((removals::bucket, removals::version))
        .load(db.reading()?)?;
    found
        .into_iter()
        .map(|(bucket, version)| {
            let bucket = bucket
                .parse()
                .map_err(|_| StoreError::Corrupt(format!("removal of {row}: unknown bucket")))?;
            Ok((bucket, version as u64))
        })
        .collect()
}

/// How many live rows these buckets hold together.
///
/// # Errors
/// The database can't be read.
pub fn count(db: &mut Db, buckets: &[String]) -> Result<u64, StoreError> {
    let count: i64 = rows::table
        .filter(rows::bucket.eq_any(buckets.to_vec()).and(rows::deleted.eq(false)))
        .count()
        .get_result(db.reading()?)?;
    Ok(count as u64)
}

/// Changes of these buckets after a version, in version order, at most `limit` (one more where a row's two
/// entries would be torn apart), and whether these are all.
///
/// # Errors
/// The database can't be read.
pub fn changes(
    db: &mut Db,
    buckets: &[String],
    after: u64,
    limit: i64,
) -> Result<(Vec<Change<FieldsText>>, bool), StoreError> {
    changes_in(db, Some(buckets), after, limit)
}

/// The same, of all buckets where none are given.
///
/// # Errors
/// The database can't be read.
pub fn changes_in(
    db: &mut Db,
    buckets: Option<&[String]>,
    after: u64,
    limit: i64,
) -> Result<(Vec<Change<FieldsText>>, bool), StoreError> {
    let puts = puts(db, buckets, after, limit)?;
    let gone = gone(db, buckets, after, limit)?;
    Ok(page(puts, gone, limit))
}

/// [`changes`] for who knows from [`standing`] in the same snapshot when a row has left a bucket last.
///
/// # Errors
/// The database can't be read.
pub fn changes_knowing(
    db: &mut Db,
    last_removal: u64,
    buckets: &[String],
    after: u64,
    limit: i64,
) -> Result<(Vec<Change<FieldsText>>, bool), StoreError> {
    match last_removal > after {
        true => changes(db, buckets, after, limit),
        false => Ok(page(puts(db, Some(buckets), after, limit)?, Vec::new(), limit)),
    }
}

/// The rows among them, deleted or not.
fn puts(
    db: &mut Db,
    buckets: Option<&[String]>,
    after: u64,
    limit: i64,
) -> Result<Vec<Change<FieldsText>>, StoreError> {
    // On the concrete connection: there PostgreSQL takes a list as one value, and keeps the statement prepared.
    let found: Vec<(Columns, bool)> = on!(db.reading()?, |c| {
        let mut puts = rows::table
            .filter(rows::version.gt(after as i64))
            .order(rows::version)
            .limit(limit)
            .select((PUBLISHED, rows::deleted))
            .into_boxed();
        if let Some(buckets) = buckets {
            puts = puts.filter(rows::bucket.eq_any(buckets));
        }
        puts.load(c)?
    });
    found
        .into_iter()
        .map(|(columns, deleted)| {
            if !deleted {
                return published(columns).map(Change::Put);
            }
            let (Id(row), _, bucket, version, _) = columns;
            Ok(Change::Deleted {
                row,
                bucket,
                version: version as u64,
            })
        })
        .collect()
}

/// Rows that left these buckets.
fn gone(
    db: &mut Db,
    buckets: Option<&[String]>,
    after: u64,
    limit: i64,
) -> Result<Vec<Change<FieldsText>>, StoreError> {
    let found: Vec<(String, Id, i64)> = on!(db.reading()?, |c| {
        let mut gone = removals::table
            .filter(removals::version.gt(after as i64))
            .order(removals::version)
            .limit(limit)
            .select((removals::bucket, removals::row_id, removals::version))
            .into_boxed();
        if let Some(buckets) = buckets {
            gone = gone.filter(removals::bucket.eq_any(buckets));
        }
        gone.load(c)?
    });
    let removed = |(bucket, Id(row), version)| Change::Removed {
        row,
        bucket,
        version: version as u64,
    };
    Ok(found.into_iter().map(removed).collect())
}

/// The first `limit` of both, as [`changes`] tells them, and whether these are all.
fn page(
    puts: Vec<Change<FieldsText>>,
    gone: Vec<Change<FieldsText>>,
    limit: i64,
) -> (Vec<Change<FieldsText>>, bool) {
    let more = puts.len() as i64 == limit || gone.len() as i64 == limit;
    let mut changes = puts;
    changes.extend(gone);
    // A row that moved between two held buckets has a removal and a put of one version: both must be in the
    // same page, or a reader that stops between them would lose the put. So a page is cut between versions.
    changes.sort_by_key(|change| (change.version(), matches!(change, Change::Put(_))));
    if !more && changes.len() <= limit as usize {
        return (changes, true);
    }
    if let Some(cut) = changes.get(limit as usize).map(Change::version) {
        let before = changes.partition_point(|change| change.version() < cut);
        let through = changes.partition_point(|change| change.version() <= cut);
        changes.truncate(if before == 0 { through } else { before });
    }
    (changes, false)
}
