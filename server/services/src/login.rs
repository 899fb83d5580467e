//! Logging in, in three steps: count the attempt, look at the password, make the session.
//!
//! The attempt is counted in a write transaction of its own before the password is looked at. Writes are serial,
//! so attempts sent together can't slip past the limit together. The slow password check ([`Attempt::check`])
//! runs between the transactions; what it proves is a value ([`Verified`]) that [`finish_login`] demands.
use crate::device_proof;
use crate::error::ServiceError;
use crate::load;
use crate::passwords;
use crate::secrets::Secrets;
use crate::session::{self, Tokens};
use crate::wipe::ServerKey;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::ids::new_id;
use onsite_model::invalid::{self, Invalid};
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::user::User;
use onsite_store::accounts::{self, Session};
use onsite_store::devices::{self, Device};
use onsite_store::{Db, StoreError, Tx, streams};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// How long an attempt counts.
pub const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Attempts on one account in a [`WINDOW`].
pub const MAX_PER_EMAIL: i64 = 10;

/// Attempts from one network address in a [`WINDOW`].
pub const MAX_PER_ADDRESS: i64 = 50;

/// How long a session lasts, however often it is refreshed.
pub const SESSION_LIFETIME: TimeDelta = TimeDelta::days(30);

/// A counted attempt, whose password has not been looked at yet.
pub struct Attempt {
    email: String,
    /// The account there is, with its hash.
    account: Option<(Uuid, String)>,
}

impl Attempt {
    /// Looks at one password, and uses the attempt up. Slow, and as slow for an unknown account; never inside a
    /// transaction.
    ///
    /// # Errors
    /// `bad_credentials`, which does not say whether the account exists.
    pub fn check(self, password: &str) -> Result<Verified, ServiceError> {
        let fits = passwords::verify(password, self.account.as_ref().map(|(_, hash)| hash.as_str()));
        match self.account {
            Some((user, hash)) if fits => Ok(Verified {
                user,
                email: self.email,
                hash,
            }),
            _ => Err(bad_credentials()),
        }
    }

    /// The account's e-mail address in lower case.
    pub fn email(&self) -> &str {
        &self.email
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

/// Proof that somebody knows an account's password.
pub struct Verified {
    user: Uuid,
    email: String,
    hash: String,
}

impl Verified {
    /// Whose password it is.
    pub fn user(&self) -> Uuid {
        self.user
    }

    /// The account's e-mail address in lower case.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// Whether the account still has the password that was checked.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn still_stands(&self, db: &mut Db) -> Result<bool, StoreError> {
        let account = accounts::credentials(db, &self.email)?;
        Ok(account.is_some_and(|(user, hash)| user == self.user && hash == self.hash))
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// The phone or browser a login comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginDevice {
    /// The id it was given by an earlier login.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// For its owner to know it by.
    pub name: String,
    pub platform: String,
    /// Its P-256 key, the uncompressed point in base64url; without one the session can't be refreshed.
    #[serde(default)]
    pub public_key: Option<String>,
}

/// The user who logged in, as their client needs to know them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoginUser {
    pub id: Uuid,
    pub name: String,
    pub role: Role,
    pub language: Language,
}

/// A good login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Login {
    #[serde(flatten)]
    pub tokens: Tokens,
    pub user: LoginUser,
    pub device_id: Uuid,
    /// The device's newest stream; a device that still has its own keeps to that.
    pub stream_id: Uuid,
    pub epoch: u32,
    /// What the device checks the server's signatures with.
    pub server_key: ServerKey,
}

/// Counts an attempt to log in, before its password is looked at.
///
/// # Errors
/// `throttled` beyond [`MAX_PER_EMAIL`] or [`MAX_PER_ADDRESS`]; an attempt refused so does not count. `invalid`
/// where the e-mail address is none.
pub fn begin_login(
    tx: &mut Tx<'_>,
    email: &str,
    address: IpAddr,
    now: DateTime<Utc>,
) -> Result<Attempt, ServiceError> {
    let email = normal_email(email)?;
    let network = network(address);
    let (by_email, by_address) = accounts::attempts_since(tx.db(), &email, &network, now - WINDOW)?;
    if by_email >= MAX_PER_EMAIL || by_address >= MAX_PER_ADDRESS {
        return Err(throttled());
    }
    accounts::add_attempt(tx, new_id(now), &email, &network, now)?;
    let account = accounts::credentials(tx.db(), &email)?;
    Ok(Attempt { email, account })
}

/// Makes the session of a user whose password was right: on a new device, or on their own unrevoked one where its
/// id and key are given. Forgets the attempts on the account.
///
/// # Errors
/// `bad_credentials` for an inactive user, or a password changed meanwhile; `invalid` for what can't be a device.
pub fn finish_login(
    tx: &mut Tx<'_>,
    secrets: &Secrets,
    verified: &Verified,
    from: &LoginDevice,
    now: DateTime<Utc>,
) -> Result<Login, ServiceError> {
    if !verified.still_stands(tx.db())? {
        return Err(bad_credentials());
    }
    let user_id = verified.user;
    let user = load::find::<User>(tx.db(), user_id)?
        .filter(|user| user.active)
        .ok_or_else(bad_credentials)?;
    check_device(from)?;
    let device = match known_device(tx.db(), user_id, from)? {
        Some(device) => {
            devices::seen(tx, device.id, now, device.skew_millis)?;
            device
        }
        None => enrol(tx, user_id, from, now)?,
    };
    let stream_id = match streams::newest_of_device(tx.db(), device.id)? {
        Some(stream) => stream.id,
        None => crate::device::new_stream(tx, device.id, now)?.id,
    };
    let session = Session {
        id: new_id(now),
        user_id,
        device_id: device.id,
        generation: 0,
        created_at: now,
        expires_at: now + SESSION_LIFETIME,
        revoked_at: None,
    };
    accounts::add_session(tx, &session)?;
    accounts::clear_attempts(tx, &verified.email)?;
    Ok(Login {
        tokens: session::issue(secrets, &session, user.role, &device, now)?,
        user: LoginUser {
            id: user_id,
            name: user.name,
            role: user.role,
            language: user.language,
        },
        device_id: device.id,
        stream_id,
        epoch: tx.clock().epoch,
        server_key: ServerKey::of(secrets),
    })
}

/// The one answer to a wrong e-mail address, a wrong password and an inactive user.
pub(crate) fn bad_credentials() -> ServiceError {
    ServiceError::new(
        ErrorCode::BadCredentials,
        "the e-mail address or the password is wrong",
    )
}

/// The e-mail address as accounts are kept under.
pub(crate) fn normal_email(email: &str) -> Result<String, Invalid> {
    let email = email.trim().to_lowercase();
    invalid::email("email", &email)?;
    Ok(email)
}

fn throttled() -> ServiceError {
    let mut error = ServiceError::new(
        ErrorCode::Throttled,
        "too many attempts to log in; nothing is locked, try again in 15 minutes",
    );
    error.retry_after = u32::try_from(WINDOW.num_seconds()).ok();
    error
}

/// What counts as one network address: an IPv6 subscriber holds a whole /64 and could change address each time.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

fn check_device(from: &LoginDevice) -> Result<(), Invalid> {
    invalid::required("device.name", &from.name)?;
    invalid::required("device.platform", &from.platform)?;
    match &from.public_key {
        Some(key) if device_proof::parse_public_key(key).is_none() => Err(Invalid::new(
            "device.public_key",
            "is not an uncompressed P-256 point in base64url",
        )),
        _ => Ok(()),
    }
}

/// The device a login names, if it is the user's, unrevoked, and still has its key.
fn known_device(db: &mut Db, user: Uuid, from: &LoginDevice) -> Result<Option<Device>, StoreError> {
    let Some(id) = from.id else { return Ok(None) };
    Ok(devices::get(db, id)?.filter(|device| {
        device.user_id == user && device.revoked_at.is_none() && device.public_key == from.public_key
    }))
}

fn enrol(
    tx: &mut Tx<'_>,
    user_id: Uuid,
    from: &LoginDevice,
    now: DateTime<Utc>,
) -> Result<Device, StoreError> {
    let device = Device {
        id: new_id(now),
        user_id,
        name: from.name.clone(),
        platform: from.platform.clone(),
        public_key: from.public_key.clone(),
        enrolled_at: now,
        last_seen_at: now,
        skew_millis: 0,
        revoked_at: None,
    };
    devices::add(tx, &device)?;
    Ok(device)
}
