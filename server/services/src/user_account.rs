//! What a user logs in with, and what ends their access. The user's row itself goes through the one write path.
//!
//! A new password ends the user's other sessions, forgets where they logged in from, and locks their other
//! devices: what those push is kept in quarantine until they log in with it.
use crate::audit::{self, Event};
use crate::error::ServiceError;
use crate::load;
use crate::login::{self, Attempt, Origin, Verified};
use crate::passwords::HashedPassword;
use crate::session::Caller;
use chrono::{DateTime, Utc};
use onsite_model::user::User;
use onsite_store::{StoreError, Tx, accounts, devices};
use serde_json::json;
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
    let event = Event {
        at: now,
        user: None,
        action: "password_set",
        subject: Some(user_id),
    };
    shut_out(tx, user_id, None, &event)
}

/// Changes the e-mail address by which a user logs in, if they have a password.
///
/// # Errors
/// It is no address, or another one logs in by it.
pub fn set_email(tx: &mut Tx<'_>, user_id: Uuid, email: &str) -> Result<(), ServiceError> {
    let email = login::normal_email(email)?;
    accounts::set_email(tx, user_id, &email).map_err(taken)
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
    let from = Origin {
        address,
        device: Some(caller.device_id),
    };
    login::begin_login(tx, &user.email, from, now)
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
    old.clear_attempts(tx)?;
    let event = Event {
        at: now,
        user: Some(caller.user_id),
        action: "password_changed",
        subject: Some(caller.user_id),
    };
    shut_out(tx, caller.user_id, Some(caller), &event)
}

/// Ends what the old password had opened, but for the one who changed it; returns how many sessions.
fn shut_out(
    tx: &mut Tx<'_>,
    user: Uuid,
    but: Option<&Caller>,
    event: &Event<'_>,
) -> Result<usize, ServiceError> {
    let session = but.map(|caller| caller.session_id);
    accounts::forget_networks(tx, user, session)?;
    devices::lock(tx, user, but.map(|caller| caller.device_id), event.at)?;
    let ended = accounts::end_sessions(tx, user, session, event.at)?;
    audit::append(tx, event, &json!({ "sessions_ended": ended }))?;
    Ok(ended)
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
    accounts::set_credentials(tx, user, email, password.phc()).map_err(taken)
}

/// The one thing that must be unique of what somebody logs in with is the address.
fn taken(error: StoreError) -> ServiceError {
    let error = ServiceError::from(error);
    if error.code == ErrorCode::Taken {
        error.field("email")
    } else {
        error
    }
}
