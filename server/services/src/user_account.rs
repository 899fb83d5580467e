//! What a user logs in with, and what ends their access. The user's row itself goes through the one write path.
use crate::error::ServiceError;
use crate::load;
use crate::login::{self, Attempt, Verified};
use crate::passwords::HashedPassword;
use crate::session::Caller;
use chrono::{DateTime, Utc};
use onsite_model::user::User;
use onsite_store::{Tx, accounts};
use std::net::IpAddr;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// Sets the password of a user, whose row exists; they log in by the e-mail address of that row. Ends all their
/// sessions, and returns how many: whoever knew the old password is out.
///
/// # Errors
/// There is no such user, or another one logs in by this address.
pub fn set_credentials(
    tx: &mut Tx<'_>,
    user_id: Uuid,
    password: &HashedPassword,
    now: DateTime<Utc>,
) -> Result<usize, ServiceError> {
    let user: User = load::get(tx.db(), user_id)?;
    let email = login::normal_email(&user.email)?;
    save(tx, user_id, &email, password)?;
    Ok(accounts::end_sessions(tx, user_id, None, now)?)
}

/// Starts a change of one's own password. The old one is then checked outside a transaction, by
/// [`Attempt::check`], and counts as a login does: a stolen access token must not become a way to guess.
///
/// # Errors
/// As [`login::begin_login`].
pub fn begin_password_change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    address: IpAddr,
    now: DateTime<Utc>,
) -> Result<Attempt, ServiceError> {
    let user: User = load::get(tx.db(), caller.user_id)?;
    login::begin_login(tx, &user.email, address, now)
}

/// Changes one's own password and ends one's other sessions; returns how many.
///
/// # Errors
/// The old password was another user's, or has been changed since it was checked.
pub fn change_password(
    tx: &mut Tx<'_>,
    caller: &Caller,
    old: &Verified,
    new: &HashedPassword,
    now: DateTime<Utc>,
) -> Result<usize, ServiceError> {
    if old.user() != caller.user_id || !old.still_stands(tx.db())? {
        return Err(login::bad_credentials());
    }
    save(tx, caller.user_id, old.email(), new)?;
    accounts::clear_attempts(tx, old.email())?;
    Ok(accounts::end_sessions(
        tx,
        caller.user_id,
        Some(caller.session_id),
        now,
    )?)
}

/// Ends all sessions of a user, as when they leave or their role is taken; returns how many. That an inactive
/// user can't log in again follows from their row.
///
/// # Errors
/// The database is gone.
pub fn end_sessions(tx: &mut Tx<'_>, user_id: Uuid, now: DateTime<Utc>) -> Result<usize, ServiceError> {
    Ok(accounts::end_sessions(tx, user_id, None, now)?)
}

fn save(tx: &mut Tx<'_>, user: Uuid, email: &str, password: &HashedPassword) -> Result<(), ServiceError> {
    accounts::set_credentials(tx, user, email, password.phc()).map_err(|error| {
        let error = ServiceError::from(error);
        if error.code == ErrorCode::Taken {
            error.field("email")
        } else {
            error
        }
    })
}
