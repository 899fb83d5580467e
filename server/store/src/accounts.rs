//! What staff log in with: credentials, counted attempts, sessions.
use crate::dialect::{At, Both, Db, Id};
use crate::error::StoreError;
use crate::heads::Topic;
use crate::schema::{credentials, login_attempts, sessions};
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use uuid::Uuid;

/// A login of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: Uuid,
    pub user_id: Uuid,
    pub device_id: Uuid,
    /// Which refresh token of the session is the newest; each use makes the next.
    pub generation: u32,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// The user and password hash behind an e-mail address (lower case).
///
/// # Errors
/// The database can't be read.
pub fn credentials(db: &mut Db, email: &str) -> Result<Option<(Uuid, String)>, StoreError> {
    let found: Option<(Id, String)> = credentials::table
        .filter(credentials::email.eq(email))
        .select((credentials::user_id, credentials::password_hash))
        .first(db)
        .optional()?;
    Ok(found.map(|(Id(user), hash)| (user, hash)))
}

/// Sets what a user logs in with.
///
/// # Errors
/// The address is another user's, or the database is gone.
pub fn set_credentials(tx: &mut Tx<'_>, user: Uuid, email: &str, hash: &str) -> Result<(), StoreError> {
    Both(
        diesel::insert_into(credentials::table)
            .values((
                credentials::user_id.eq(Id(user)),
                credentials::email.eq(email),
                credentials::password_hash.eq(hash),
            ))
            .on_conflict(credentials::user_id)
            .do_update()
            .set((
                credentials::email.eq(excluded(credentials::email)),
                credentials::password_hash.eq(excluded(credentials::password_hash)),
            )),
    )
    .execute(tx.db())?;
    Ok(())
}

/// Attempts counted since a time: by address of the account, and by address of the network.
///
/// # Errors
/// The database can't be read.
pub fn attempts_since(
    db: &mut Db,
    email: &str,
    address: &str,
    since: DateTime<Utc>,
) -> Result<(i64, i64), StoreError> {
    let recent = || login_attempts::table.filter(login_attempts::at.gt(At(since)));
    let by_email = recent()
        .filter(login_attempts::email.eq(email))
        .count()
        .get_result(db)?;
    let by_address = recent()
        .filter(login_attempts::address.eq(address))
        .count()
        .get_result(db)?;
    Ok((by_email, by_address))
}

/// Counts an attempt, before its password is looked at.
///
/// # Errors
/// The database is gone.
pub fn add_attempt(
    tx: &mut Tx<'_>,
    id: Uuid,
    email: &str,
    address: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(login_attempts::table)
        .values((
            login_attempts::id.eq(Id(id)),
            login_attempts::email.eq(email),
            login_attempts::address.eq(address),
            login_attempts::at.eq(At(at)),
        ))
        .execute(tx.db())?;
    Ok(())
}

/// Forgets the attempts on an account, after a good login.
///
/// # Errors
/// The database is gone.
pub fn clear_attempts(tx: &mut Tx<'_>, email: &str) -> Result<(), StoreError> {
    diesel::delete(login_attempts::table.filter(login_attempts::email.eq(email))).execute(tx.db())?;
    Ok(())
}

/// Forgets attempts older than a time.
///
/// # Errors
/// The database is gone.
pub fn forget_attempts(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::delete(login_attempts::table.filter(login_attempts::at.lt(At(before)))).execute(tx.db())?;
    Ok(())
}

/// Adds a session.
///
/// # Errors
/// The database is gone.
pub fn add_session(tx: &mut Tx<'_>, session: &Session) -> Result<(), StoreError> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(Id(session.id)),
            sessions::user_id.eq(Id(session.user_id)),
            sessions::device_id.eq(Id(session.device_id)),
            sessions::generation.eq(session.generation as i32),
            sessions::created_at.eq(At(session.created_at)),
            sessions::expires_at.eq(At(session.expires_at)),
        ))
        .execute(tx.db())?;
    Ok(())
}

/// The session of this id.
///
/// # Errors
/// The database can't be read.
pub fn session(db: &mut Db, id: Uuid) -> Result<Option<Session>, StoreError> {
    type Columns = (Id, Id, Id, i32, At, At, Option<At>);
    let found: Option<Columns> = sessions::table.find(Id(id)).first(db).optional()?;
    Ok(found.map(
        |(Id(id), Id(user_id), Id(device_id), generation, At(created_at), At(expires_at), revoked)| Session {
            id,
            user_id,
            device_id,
            generation: generation as u32,
            created_at,
            expires_at,
            revoked_at: revoked.map(|At(at)| at),
        },
    ))
}

/// Makes the next refresh token the newest one.
///
/// # Errors
/// The database is gone.
pub fn set_generation(tx: &mut Tx<'_>, id: Uuid, generation: u32) -> Result<(), StoreError> {
    diesel::update(sessions::table.find(Id(id)))
        .set(sessions::generation.eq(generation as i32))
        .execute(tx.db())?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// The database is gone.
pub fn end_session(tx: &mut Tx<'_>, id: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    if let Some(session) = session(tx.db(), id)? {
        tx.touch(Topic::Access(session.user_id));
    }
    diesel::update(
        sessions::table
            .find(Id(id))
            .filter(sessions::revoked_at.is_null()),
    )
    .set(sessions::revoked_at.eq(At(at)))
    .execute(tx.db())?;
    Ok(())
}

/// Ends a user's sessions, all or all but one; returns how many.
///
/// # Errors
/// The database is gone.
pub fn end_sessions(
    tx: &mut Tx<'_>,
    user: Uuid,
    except: Option<Uuid>,
    at: DateTime<Utc>,
) -> Result<usize, StoreError> {
    tx.touch(Topic::Access(user));
    let open = sessions::user_id.eq(Id(user)).and(sessions::revoked_at.is_null());
    let end = sessions::revoked_at.eq(At(at));
    let ended = match except {
        Some(kept) => diesel::update(sessions::table.filter(open.and(sessions::id.ne(Id(kept)))))
            .set(end)
            .execute(tx.db())?,
        None => diesel::update(sessions::table.filter(open))
            .set(end)
            .execute(tx.db())?,
    };
    Ok(ended)
}

/// Until when a device is logged in: the end of its longest session that is neither ended nor run out.
///
/// # Errors
/// The database can't be read.
pub fn logged_in_until(
    db: &mut Db,
    device: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let found: Option<At> = sessions::table
        .filter(
            sessions::device_id
                .eq(Id(device))
                .and(sessions::revoked_at.is_null()),
        )
        .filter(sessions::expires_at.gt(At(now)))
        .order(sessions::expires_at.desc())
        .select(sessions::expires_at)
        .first(db)
        .optional()?;
    Ok(found.map(|At(until)| until))
}
