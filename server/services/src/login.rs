//! Logging in, in three steps: count the attempt, look at the password, make the session.
//!
//! The attempt is counted in a write transaction of its own before the password is looked at. Writes are serial,
//! so attempts sent together can't slip past the limit together. The slow password check ([`Attempt::check`])
//! runs between the transactions; what it proves is a value ([`Verified`]) that [`finish_login`] demands.
//!
//! Who guesses is slowed down, and nobody can lock another out. A source is a network, or a device that proves
//! its key. From one source there are [`MAX_FROM_SOURCE`] attempts on an account in a [`WINDOW`]. From all sources
//! that never logged in to it together there are [`MAX_BY_STRANGERS`], and [`MAX_BY_STRANGERS_A_DAY`] in a [`DAY`]:
//! so many guesses has somebody with the whole internet at their command, and as many as one source for each
//! device or network of the user's own that they command besides. What strangers do never holds up a source that
//! logged in before.
use crate::audit::{self, Event};
use crate::device_proof;
use crate::error::ServiceError;
use crate::load;
use crate::passwords;
use crate::secrets::Secrets;
use crate::session::{self, Tokens};
use crate::wipe;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::ids::new_id;
use onsite_model::invalid::{self, Invalid};
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::user::User;
use onsite_store::accounts::{self, Attempts, Session};
use onsite_store::devices::{self, Device};
use onsite_store::{Db, StoreError, Tx, streams};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fmt;
use std::net::IpAddr;
use sync_protocol::codes::ErrorCode;
use sync_protocol::enrol::ServerKey;
use uuid::Uuid;

/// How long an attempt counts.
pub const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// How long strangers' attempts on one account add up.
pub const DAY: TimeDelta = TimeDelta::days(1);

/// Attempts on one account from one source in a [`WINDOW`].
pub const MAX_FROM_SOURCE: i64 = 10;

/// Attempts on one account, in a [`WINDOW`], from all sources that never logged in to it.
pub const MAX_BY_STRANGERS: i64 = 20;

/// The same in a [`DAY`]: the bound NIST SP 800-63B gives for failed attempts on an account.
pub const MAX_BY_STRANGERS_A_DAY: i64 = 100;

/// Attempts from one source on whatever accounts in a [`WINDOW`].
pub const MAX_PER_SOURCE: i64 = 50;

/// How long a network counts as known after a login from there.
pub const KNOWN_FOR: TimeDelta = TimeDelta::days(90);

/// How long a session lasts, however often it is refreshed.
pub const SESSION_LIFETIME: TimeDelta = TimeDelta::days(30);

/// Where an attempt comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    pub address: IpAddr,
    /// The device that proved itself by its key.
    pub device: Option<Uuid>,
}

/// An [`Origin`] as attempts are counted by it.
#[derive(Debug, Clone)]
struct Source {
    network: String,
    /// The network, or the account's own device, which must not suffer for its neighbours.
    counted_as: String,
    /// Whether it logged in to the account before.
    familiar: bool,
}

/// A counted attempt, whose password has not been looked at yet.
pub struct Attempt {
    email: String,
    source: Source,
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
                source: self.source,
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
    source: Source,
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

    /// Forgets the attempts that led here: those on the account from this source.
    ///
    /// # Errors
    /// The database is gone.
    pub(crate) fn clear_attempts(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        accounts::clear_attempts(tx, &self.email, &self.source.counted_as)
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

/// Counts an attempt to log in, before its password is looked at. The one that reaches a limit is written down
/// in the audit log.
///
/// # Errors
/// `throttled` beyond a limit; an attempt refused so does not count. `invalid` where the e-mail address is none.
pub fn begin_login(
    tx: &mut Tx<'_>,
    email: &str,
    from: Origin,
    now: DateTime<Utc>,
) -> Result<Attempt, ServiceError> {
    let email = normal_email(email)?;
    let account = accounts::credentials(tx.db(), &email)?;
    let user = account.as_ref().map(|(user, _)| *user);
    let source = source(tx.db(), user, from, now)?;
    if let Some(wait) = count(tx.db(), &email, &source, now)?.exceeds() {
        return Err(throttled(wait));
    }
    let attempt = accounts::Attempt {
        email: &email,
        source: &source.counted_as,
        familiar: source.familiar,
    };
    accounts::add_attempt(tx, new_id(now), &attempt, now)?;
    if user.is_some() && count(tx.db(), &email, &source, now)?.exceeds().is_some() {
        let event = Event {
            at: now,
            user: None,
            action: "logins_throttled",
            subject: user,
        };
        audit::append(
            tx,
            &event,
            &json!({ "email": email, "source": source.counted_as }),
        )?;
    }
    Ok(Attempt {
        email,
        source,
        account,
    })
}

/// Attempts so far, as the limits ask for them.
#[derive(Debug, Clone, Copy)]
struct Counts {
    from_source: i64,
    on_any_account: i64,
    /// In a [`WINDOW`] and in a [`DAY`]; a source that logged in before has nothing to do with them.
    by_strangers: Option<(i64, i64)>,
}

impl Counts {
    /// How long to wait at most, where another attempt would be one too many.
    fn exceeds(self) -> Option<TimeDelta> {
        let (recent, today) = self.by_strangers.unwrap_or_default();
        if today >= MAX_BY_STRANGERS_A_DAY {
            Some(DAY)
        } else {
            let one_too_many = self.from_source >= MAX_FROM_SOURCE
                || self.on_any_account >= MAX_PER_SOURCE
                || recent >= MAX_BY_STRANGERS;
            one_too_many.then_some(WINDOW)
        }
    }
}

fn count(db: &mut Db, email: &str, source: &Source, now: DateTime<Utc>) -> Result<Counts, StoreError> {
    let from = source.counted_as.as_str();
    let on_account = Attempts::OnAccountFrom { email, source: from };
    let strangers = Attempts::ByStrangers { email };
    Ok(Counts {
        from_source: accounts::attempts_since(db, on_account, now - WINDOW)?,
        on_any_account: accounts::attempts_since(db, Attempts::From(from), now - WINDOW)?,
        by_strangers: match source.familiar {
            true => None,
            false => Some((
                accounts::attempts_since(db, strangers, now - WINDOW)?,
                accounts::attempts_since(db, strangers, now - DAY)?,
            )),
        },
    })
}

/// Who an attempt on a user's account is counted against.
fn source(db: &mut Db, user: Option<Uuid>, from: Origin, now: DateTime<Utc>) -> Result<Source, StoreError> {
    let network = network(from.address);
    let Some(user) = user else {
        return Ok(Source {
            counted_as: network.clone(),
            network,
            familiar: false,
        });
    };
    let device = from.device.map(|id| devices::get(db, id)).transpose()?.flatten();
    let own = device.filter(|device| device.user_id == user && device.revoked_at.is_none());
    let familiar = own.is_some() || accounts::logged_in_from(db, user, &network, now - KNOWN_FOR)?;
    Ok(Source {
        counted_as: own.map_or_else(|| network.clone(), |device| format!("device:{}", device.id)),
        network,
        familiar,
    })
}

/// Makes the session of a user whose password was right: on a new device, or on their own unrevoked one where its
/// id and key are given, which takes its work again if a change of password had locked it.
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
            devices::seen(tx, device.id, now, device.skew_millis);
            devices::unlock(tx, device.id)?;
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
        network: Some(verified.source.network.clone()),
    };
    accounts::add_session(tx, &session)?;
    verified.clear_attempts(tx)?;
    let event = Event {
        at: now,
        user: Some(user_id),
        action: "logged_in",
        subject: Some(device.id),
    };
    audit::append(
        tx,
        &event,
        &json!({ "network": session.network, "device": device.name }),
    )?;
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
        server_key: wipe::server_key(secrets),
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

fn throttled(wait: TimeDelta) -> ServiceError {
    let mut error = ServiceError::new(
        ErrorCode::Throttled,
        "too many attempts to log in; nothing is locked, try again later, or now from a device or network you \
         logged in from before",
    );
    error.retry_after = u32::try_from(wait.num_seconds()).ok();
    error
}

/// What counts as one network address: an IPv6 subscriber holds a whole /64 and could change address each time.
pub(crate) fn network(address: IpAddr) -> String {
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
        locked_at: None,
    };
    devices::add(tx, &device)?;
    Ok(device)
}
