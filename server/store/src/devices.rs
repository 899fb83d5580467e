//! Devices: phones and browsers that logged in, with the key they prove themselves by.
use crate::db::Db;
use crate::dialect::{At, Conn, Id};
use crate::error::StoreError;
use crate::heads::Topic;
use crate::schema::{devices, sessions};
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub id: Uuid,
    pub user_id: Uuid,
    pub name: String,
    pub platform: String,
    /// Uncompressed P-256 point, base64url; absent for a client that can't hold a key.
    pub public_key: Option<String>,
    pub enrolled_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    /// How far its clock was ahead of ours when last measured, in milliseconds.
    pub skew_millis: i64,
    pub revoked_at: Option<DateTime<Utc>>,
    /// Since when it has to log in again, because its user's password was changed elsewhere.
    pub locked_at: Option<DateTime<Utc>>,
}

type Columns = (
    Id,
    Id,
    String,
    String,
    Option<String>,
    At,
    At,
    i64,
    Option<At>,
    Option<At>,
);

fn from_columns(columns: Columns) -> Device {
    let (
        Id(id),
        Id(user_id),
        name,
        platform,
        public_key,
        At(enrolled_at),
        At(last_seen_at),
        skew_millis,
        revoked,
        locked,
    ) = columns;
    Device {
        id,
        user_id,
        name,
        platform,
        public_key,
        enrolled_at,
        last_seen_at,
        skew_millis,
        revoked_at: revoked.map(|At(at)| at),
        locked_at: locked.map(|At(at)| at),
    }
}

/// The device of this id.
///
/// # Errors
/// The database can't be read.
pub fn get(db: &mut Db, id: Uuid) -> Result<Option<Device>, StoreError> {
    let conn = db.affected_by(|work| work.holds_seen(id))?;
    let found: Option<Columns> = devices::table.find(Id(id)).get_result(conn).optional()?;
    Ok(found.map(from_columns))
}

/// All devices, or one user's, last seen first.
///
/// # Errors
/// The database can't be read.
pub fn list(db: &mut Db, user: Option<Uuid>) -> Result<Vec<Device>, StoreError> {
    let mut query = devices::table.order(devices::last_seen_at.desc()).into_boxed();
    if let Some(user) = user {
        query = query.filter(devices::user_id.eq(Id(user)));
    }
    Ok(query
        .load::<Columns>(db.reading()?)?
        .into_iter()
        .map(from_columns)
        .collect())
}

/// Adds a device.
///
/// # Errors
/// The database is gone.
pub fn add(tx: &mut Tx<'_>, device: &Device) -> Result<(), StoreError> {
    diesel::insert_into(devices::table)
        .values((
            devices::id.eq(Id(device.id)),
            devices::user_id.eq(Id(device.user_id)),
            devices::name.eq(&device.name),
            devices::platform.eq(&device.platform),
            devices::public_key.eq(&device.public_key),
            devices::enrolled_at.eq(At(device.enrolled_at)),
            devices::last_seen_at.eq(At(device.last_seen_at)),
            devices::skew_millis.eq(device.skew_millis),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// When a device was heard from, and how far its clock was ahead of ours then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    at: DateTime<Utc>,
    skew_millis: i64,
}

/// Notes that a device was heard from, and how far its clock is off.
pub fn seen(tx: &mut Tx<'_>, id: Uuid, at: DateTime<Utc>, skew_millis: i64) {
    tx.hold(|work| work.hold_seen(id, Seen { at, skew_millis }));
}

/// Writes down what was held back of it.
pub(crate) fn save_seen(conn: &mut Conn, id: Uuid, Seen { at, skew_millis }: Seen) -> Result<(), StoreError> {
    diesel::update(devices::table.find(Id(id)))
        .set((
            devices::last_seen_at.eq(At(at)),
            devices::skew_millis.eq(skew_millis),
        ))
        .execute(conn)?;
    Ok(())
}

/// Makes a user's devices, all or all but one, log in again before their work is applied.
///
/// # Errors
/// The database is gone.
pub fn lock(tx: &mut Tx<'_>, user: Uuid, except: Option<Uuid>, at: DateTime<Utc>) -> Result<(), StoreError> {
    let theirs = devices::user_id.eq(Id(user)).and(devices::locked_at.is_null());
    let kept = Id(except.unwrap_or_default());
    diesel::update(devices::table.filter(theirs.and(devices::id.ne(kept))))
        .set(devices::locked_at.eq(At(at)))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Takes a device back that logged in again.
///
/// # Errors
/// The database is gone.
pub fn unlock(tx: &mut Tx<'_>, id: Uuid) -> Result<(), StoreError> {
    diesel::update(devices::table.find(Id(id)))
        .set(devices::locked_at.eq(None::<At>))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Revokes a device and ends its sessions.
///
/// # Errors
/// The database is gone.
pub fn revoke(tx: &mut Tx<'_>, id: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    if let Some(device) = get(tx.db(), id)? {
        tx.touch(Topic::Access(device.user_id));
    }
    diesel::update(devices::table.find(Id(id)))
        .set(devices::revoked_at.eq(At(at)))
        .execute(tx.writing()?)?;
    diesel::update(
        sessions::table.filter(sessions::device_id.eq(Id(id)).and(sessions::revoked_at.is_null())),
    )
    .set(sessions::revoked_at.eq(At(at)))
    .execute(tx.writing()?)?;
    Ok(())
}
