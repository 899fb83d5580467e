//! Sessions: who is calling, fresh tokens, and the end of it.
//!
//! Each refresh moves the session one generation on and makes the token presented worthless. A device whose answer
//! was lost presents the generation before the newest and gets the same successor again, if it proves itself anew:
//! a proof is answered once, so a request that was overheard is worth nothing when it is sent again. Any other
//! second use means that two hold the token, so the session ends for both.
use crate::audit::{self, Event};
use crate::device_proof::{self, ProvenRequest};
use crate::error::ServiceError;
use crate::load;
use crate::secrets::Secrets;
use crate::tokens;
use crate::wipe;
use chrono::{DateTime, Utc};
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::user::User;
use onsite_store::accounts::{self, Session};
use onsite_store::devices::{self, Device};
use onsite_store::{Db, Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fmt;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// Whoever is logged in and calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub user_id: Uuid,
    /// From the user's row, so that a change of role holds at once.
    pub role: Role,
    pub device_id: Uuid,
    pub session_id: Uuid,
    pub language: Language,
    pub name: String,
}

/// A caller as the database had them, and how long that holds by itself: changes of their access end it earlier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub caller: Caller,
    pub device: Device,
    /// The end of the access token or of the session, whichever comes first.
    pub until: DateTime<Utc>,
}

/// What a client is given. Prints no token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tokens {
    pub access_token: String,
    /// Seconds the access token is good for.
    pub expires_in: u32,
    /// Absent for a device without a key, which logs in again instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// How a refresh ended, where its transaction must stand.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Refreshed {
    Renewed(Tokens),
    /// Two hold the token. The session has been ended, which must be committed, and its user should know.
    Reused {
        session_id: Uuid,
        user_id: Uuid,
        device_id: Uuid,
    },
}

impl Refreshed {
    /// What the client is told, once the transaction is committed.
    ///
    /// # Errors
    /// `token_reused`.
    pub fn answer(self) -> Result<Tokens, ServiceError> {
        match self {
            Refreshed::Renewed(tokens) => Ok(tokens),
            Refreshed::Reused { .. } => Err(ServiceError::new(
                ErrorCode::TokenReused,
                "this session has been ended because its token was used twice; log in again",
            )),
        }
    }
}

/// Who presents this access token (without the word `Bearer`).
///
/// # Errors
/// `token_expired` where a refresh would help; `device_revoked`; `unauthenticated` for everything else.
pub fn authenticate(
    db: &mut Db,
    secrets: &Secrets,
    bearer: &str,
    now: DateTime<Utc>,
) -> Result<Standing, ServiceError> {
    let claims = tokens::verify_access(secrets, bearer, now)?;
    let session = accounts::session(db, claims.sid)?
        .filter(|session| session.user_id == claims.sub && session.device_id == claims.dev)
        .ok_or_else(ended)?;
    let mut standing = standing(db, secrets, &session, now)?;
    standing.until = standing.until.min(claims.expires());
    Ok(standing)
}

/// The caller of a session, if it still stands: asked again while a live connection is open.
///
/// # Errors
/// As [`authenticate`].
pub fn of_session(
    db: &mut Db,
    secrets: &Secrets,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Standing, ServiceError> {
    let session = accounts::session(db, id)?.ok_or_else(ended)?;
    standing(db, secrets, &session, now)
}

fn standing(
    db: &mut Db,
    secrets: &Secrets,
    session: &Session,
    now: DateTime<Utc>,
) -> Result<Standing, ServiceError> {
    let (device, user) = open(db, secrets, session, now)?;
    let caller = Caller {
        user_id: session.user_id,
        role: user.role,
        device_id: session.device_id,
        session_id: session.id,
        language: user.language,
        name: user.name,
    };
    Ok(Standing {
        caller,
        device,
        until: session.expires_at,
    })
}

/// A device that proved itself by its key, if it may also read: it is logged in and its user still here. Returns
/// until when, by itself.
///
/// # Errors
/// `device_revoked`; `unauthenticated` where nobody is logged in on it.
pub fn reads_until(
    db: &mut Db,
    secrets: &Secrets,
    device: &Device,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, ServiceError> {
    // First of all: whoever lost the phone may have lost the session with it, and the order to wipe must arrive.
    let user = load::find::<User>(db, device.user_id)?;
    wipe::in_good_standing(secrets, device, user.as_ref(), now)?;
    accounts::logged_in_until(db, device.id, now)?.ok_or_else(|| {
        let detail = "log in again to read; what you have not sent yet is taken even so";
        ServiceError::new(ErrorCode::Unauthenticated, detail)
    })
}

/// Exchanges a refresh token for fresh tokens. The request must carry the proof of the session's device, which
/// covers the token in its body.
///
/// # Errors
/// `unauthenticated` where the token isn't ours, or its session has ended or run out; `device_revoked`; `bad_proof`
/// for a proof that was answered before. A theft is no error but [`Refreshed::Reused`], because an error would undo
/// the end of the session.
pub fn refresh(
    tx: &mut Tx<'_>,
    secrets: &Secrets,
    token: &str,
    request: &ProvenRequest<'_>,
    now: DateTime<Utc>,
) -> Result<Refreshed, ServiceError> {
    let (session_id, generation) = tokens::read_refresh_token(secrets, token).ok_or_else(ended)?;
    let mut session = accounts::session(tx.db(), session_id)?.ok_or_else(ended)?;
    let (device, user) = open(tx.db(), secrets, &session, now)?;
    let proven = device_proof::identify(request, &device);
    let next = next_generation(session.generation, generation);
    let (Some(next), Ok(proof)) = (next, proven) else {
        accounts::end_session(tx, session_id, now)?;
        let event = Event {
            at: now,
            user: Some(session.user_id),
            action: "token_reused",
            subject: Some(device.id),
        };
        audit::append(tx, &event, &json!({ "session_id": session_id }))?;
        return Ok(Refreshed::Reused {
            session_id,
            user_id: session.user_id,
            device_id: device.id,
        });
    };
    if next != session.generation {
        // Those known so far went with a token that is not taken any more.
        accounts::forget_proofs(tx, session_id)?;
    }
    if !accounts::use_proof(tx, session_id, &proof)? {
        let detail = "this Device-Proof was answered before; sign a new one for each request";
        return Err(ServiceError::new(ErrorCode::BadProof, detail));
    }
    session.generation = next;
    accounts::set_generation(tx, session_id, next)?;
    Ok(Refreshed::Renewed(issue(
        secrets, &session, user.role, &device, now,
    )?))
}

/// Ends the caller's session.
///
/// # Errors
/// The database is gone.
pub fn logout(tx: &mut Tx<'_>, caller: &Caller, now: DateTime<Utc>) -> Result<(), ServiceError> {
    Ok(accounts::end_session(tx, caller.session_id, now)?)
}

/// The tokens of a session as it stands.
pub(crate) fn issue(
    secrets: &Secrets,
    session: &Session,
    role: Role,
    device: &Device,
    now: DateTime<Utc>,
) -> Result<Tokens, ServiceError> {
    Ok(Tokens {
        access_token: tokens::issue_access(secrets, session.user_id, role, device.id, session.id, now)?,
        expires_in: tokens::ACCESS_LIFETIME.num_seconds().unsigned_abs() as u32,
        refresh_token: device
            .public_key
            .is_some()
            .then(|| tokens::refresh_token(secrets, session.id, session.generation)),
    })
}

/// The generation that follows a presented one, while `newest` is the session's; `None` for one too old. A token
/// beyond `newest` is still ours by its tag: the database was restored to a time before it.
fn next_generation(newest: u32, presented: u32) -> Option<u32> {
    let next = presented.checked_add(1)?;
    (next >= newest).then_some(next)
}

/// Device and user of a session, if all three still stand.
fn open(
    db: &mut Db,
    secrets: &Secrets,
    session: &Session,
    now: DateTime<Utc>,
) -> Result<(Device, User), ServiceError> {
    let device = devices::get(db, session.device_id)?.ok_or_else(ended)?;
    let user = load::find::<User>(db, session.user_id)?;
    wipe::in_good_standing(secrets, &device, user.as_ref(), now)?;
    if session.revoked_at.is_some() || session.expires_at <= now {
        return Err(ended());
    }
    Ok((device, user.ok_or_else(ended)?))
}

fn ended() -> ServiceError {
    ServiceError::new(
        ErrorCode::Unauthenticated,
        "there is no such session any more; log in again",
    )
}
