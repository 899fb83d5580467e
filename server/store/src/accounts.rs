//! What staff log in with: credentials, counted attempts, sessions.
use crate::db::Db;
use crate::dialect::{At, Both, Id};
use crate::error::StoreError;
use crate::heads::Topic;
use crate::schema::{credentials, login_attempts, refresh_proofs, sessions};
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
    /// Where it was opened from; forgotten when the password is changed.
    pub network: Option<String>,
}

/// The user and password hash behind an e-mail address (lower case).
///
/// # Errors
/// The database can't be read.
pub fn credentials(db: &mut Db, email: &str) -> Result<Option<(Uuid, String)>, StoreError> {
    let found: Option<(Id, String)> = credentials::table
        .filter(credentials::email.eq(email))
        .select((credentials::user_id, credentials::password_hash))
        .get_result(db.reading()?)
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
    .execute(tx.writing()?)?;
    Ok(())
}

/// Changes the address a user logs in by, which is in lower case; nothing where they have no password.
///
/// # Errors
/// Another user logs in by it, or the database is gone.
pub fn set_email(tx: &mut Tx<'_>, user: Uuid, email: &str) -> Result<(), StoreError> {
    diesel::update(credentials::table.find(Id(user)))
        .set(credentials::email.eq(email))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Which attempts to log in are counted.
#[derive(Debug, Clone, Copy)]
pub enum Attempts<'a> {
    /// On an account (its address in lower case) from one source.
    OnAccountFrom { email: &'a str, source: &'a str },
    /// From one source, on whatever account.
    From(&'a str),
    /// On an account, from sources that had never logged in to it.
    ByStrangers { email: &'a str },
}

/// How many attempts there were since a time.
///
/// # Errors
/// The database can't be read.
pub fn attempts_since(db: &mut Db, which: Attempts<'_>, since: DateTime<Utc>) -> Result<i64, StoreError> {
    let mut query = login_attempts::table
        .filter(login_attempts::at.gt(At(since)))
        .count()
        .into_boxed();
    query = match which {
        Attempts::OnAccountFrom { email, source } => query.filter(
            login_attempts::email
                .eq(email.to_owned())
                .and(login_attempts::address.eq(source.to_owned())),
        ),
        Attempts::From(source) => query.filter(login_attempts::address.eq(source.to_owned())),
        Attempts::ByStrangers { email } => query.filter(
            login_attempts::email
                .eq(email.to_owned())
                .and(login_attempts::familiar.eq(false)),
        ),
    };
    Ok(query.get_result(db.reading()?)?)
}

/// An attempt to log in.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// Of the account, in lower case.
    pub email: &'a str,
    /// The network or the device it came from.
    pub source: &'a str,
    /// Whether that source had logged in to the account before.
    pub familiar: bool,
}

/// Counts an attempt, before its password is looked at.
///
/// # Errors
/// The database is gone.
pub fn add_attempt(
    tx: &mut Tx<'_>,
    id: Uuid,
    attempt: &Attempt<'_>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(login_attempts::table)
        .values((
            login_attempts::id.eq(Id(id)),
            login_attempts::email.eq(attempt.email),
            login_attempts::address.eq(attempt.source),
            login_attempts::at.eq(At(at)),
            login_attempts::familiar.eq(attempt.familiar),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Forgets the attempts on an account from one source, after a good login from there.
///
/// # Errors
/// The database is gone.
pub fn clear_attempts(tx: &mut Tx<'_>, email: &str, source: &str) -> Result<(), StoreError> {
    let theirs = login_attempts::email
        .eq(email)
        .and(login_attempts::address.eq(source));
    diesel::delete(login_attempts::table.filter(theirs)).execute(tx.writing()?)?;
    Ok(())
}

/// Forgets attempts older than a time.
///
/// # Errors
/// The database is gone.
pub fn forget_attempts(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::delete(login_attempts::table.filter(login_attempts::at.lt(At(before)))).execute(tx.writing()?)?;
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
            sessions::network.eq(&session.network),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// The session of this id.
///
/// # Errors
/// The database can't be read.
pub fn session(db: &mut Db, id: Uuid) -> Result<Option<Session>, StoreError> {
    type Columns = (Id, Id, Id, i32, At, At, Option<At>, Option<String>);
    let found: Option<Columns> = sessions::table
        .find(Id(id))
        .get_result(db.reading()?)
        .optional()?;
    Ok(found.map(
        |(
            Id(id),
            Id(user_id),
            Id(device_id),
            generation,
            At(created_at),
            At(expires_at),
            revoked,
            network,
        )| Session {
            id,
            user_id,
            device_id,
            generation: generation as u32,
            created_at,
            expires_at,
            revoked_at: revoked.map(|At(at)| at),
            network,
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
        .execute(tx.writing()?)?;
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
    .execute(tx.writing()?)?;
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
            .execute(tx.writing()?)?,
        None => diesel::update(sessions::table.filter(open))
            .set(end)
            .execute(tx.writing()?)?,
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
        .first(db.reading()?)
        .optional()?;
    Ok(found.map(|At(until)| until))
}

/// Whether a user opened a session from this network after a time.
///
/// # Errors
/// The database can't be read.
pub fn logged_in_from(
    db: &mut Db,
    user: Uuid,
    network: &str,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let found = sessions::table
        .filter(sessions::user_id.eq(Id(user)).and(sessions::network.eq(network)))
        .filter(sessions::created_at.gt(At(since)))
        .select(sessions::id)
        .first::<Id>(db.reading()?)
        .optional()?;
    Ok(found.is_some())
}

/// Forgets where a user logged in from, for all sessions or all but one.
///
/// # Errors
/// The database is gone.
pub fn forget_networks(tx: &mut Tx<'_>, user: Uuid, except: Option<Uuid>) -> Result<(), StoreError> {
    let kept = Id(except.unwrap_or_default());
    diesel::update(sessions::table.filter(sessions::user_id.eq(Id(user)).and(sessions::id.ne(kept))))
        .set(sessions::network.eq(None::<String>))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Remembers that a proof was answered with fresh tokens of a session; `false` where it had been before.
///
/// # Errors
/// The database is gone.
pub fn use_proof(tx: &mut Tx<'_>, session: Uuid, proof: &str) -> Result<bool, StoreError> {
    let known = refresh_proofs::table
        .find((Id(session), proof))
        .select(refresh_proofs::session_id)
        .get_result::<Id>(tx.writing()?)
        .optional()?;
    if known.is_some() {
        return Ok(false);
    }
    diesel::insert_into(refresh_proofs::table)
        .values((
            refresh_proofs::session_id.eq(Id(session)),
            refresh_proofs::proof.eq(proof),
        ))
        .execute(tx.writing()?)?;
    Ok(true)
}

/// Forgets a session's proofs, which belong to a token that is not taken any more.
///
/// # Errors
/// The database is gone.
pub fn forget_proofs(tx: &mut Tx<'_>, session: Uuid) -> Result<(), StoreError> {
    diesel::delete(refresh_proofs::table.filter(refresh_proofs::session_id.eq(Id(session))))
        .execute(tx.writing()?)?;
    Ok(())
}
