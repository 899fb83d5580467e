//! Devices: who has which, taking one away, and what is given to a device ahead of its offline days.
use crate::error::ServiceError;
use crate::export::label;
use crate::secrets;
use crate::session::Caller;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::ids::new_id;
use onsite_model::permission::Permission;
use onsite_store::devices::{self, Device};
use onsite_store::streams::{self, Stream};
use onsite_store::{Db, Tx, nonces, rows};
use std::collections::BTreeSet;
use sync_protocol::codes::ErrorCode;
use sync_protocol::enrol::Continues;
use sync_protocol::receipt::Outcome;
use uuid::Uuid;

/// Unused nonces a device is topped up to: more signatures than a day away brings.
pub const NONCES_PER_DEVICE: usize = 20;

/// Whose devices to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Own,
    Everybody,
}

/// What a revocation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The device as it was before.
    pub device: Device,
    /// `false` where it had been revoked already and nothing changed.
    pub changed: bool,
}

/// A device that was not heard from for so long is silent.
const SILENT_AFTER: TimeDelta = TimeDelta::days(1);

/// How a device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Active,
    /// Not heard from for a day.
    Silent,
    Revoked,
}

/// How a device stands now.
pub fn state(device: &Device, now: DateTime<Utc>) -> State {
    if device.revoked_at.is_some() {
        State::Revoked
    } else if now - device.last_seen_at >= SILENT_AFTER {
        State::Silent
    } else {
        State::Active
    }
}

/// Which devices of those somebody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowing {
    pub whose: Whose,
    pub user: Option<Uuid>,
    pub state: Option<State>,
    /// Only those that were revoked, or only the others.
    pub revoked: Option<bool>,
    /// What stands in its name or in its user's, in any case of letters.
    pub text: Option<String>,
}

/// Devices, last seen first.
///
/// # Errors
/// `forbidden` where everybody's are asked for by somebody who may not see them.
pub fn list(
    db: &mut Db,
    caller: &Caller,
    narrowing: &Narrowing,
    now: DateTime<Utc>,
) -> Result<Vec<Device>, ServiceError> {
    let mut found = match narrowing.whose {
        Whose::Own => devices::list(db, Some(caller.user_id))?,
        Whose::Everybody if caller.role.may(Permission::ManageDevices) => devices::list(db, None)?,
        Whose::Everybody => return Err(ServiceError::forbidden()),
    };
    found.retain(|device| {
        narrowing.user.is_none_or(|user| user == device.user_id)
            && narrowing.state.is_none_or(|wanted| wanted == state(device, now))
            && narrowing
                .revoked
                .is_none_or(|revoked| revoked == device.revoked_at.is_some())
    });
    if let Some(text) = &narrowing.text {
        let text = text.to_lowercase();
        let users: BTreeSet<Uuid> = found.iter().map(|device| device.user_id).collect();
        let named: BTreeSet<Uuid> = rows::get_many(db, &users.into_iter().collect::<Vec<_>>())?
            .iter()
            .filter(|user| label(user).to_lowercase().contains(&text))
            .map(|user| user.id)
            .collect();
        found.retain(|device| device.name.to_lowercase().contains(&text) || named.contains(&device.user_id));
    }
    Ok(found)
}

/// Revokes a device, one's own or, with the right to, anybody's, and ends its sessions.
///
/// # Errors
/// `not_found`, also for a device the caller may not revoke.
pub fn revoke(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Revocation, ServiceError> {
    let device = devices::get(tx.db(), id)?
        .filter(|device| device.user_id == caller.user_id || caller.role.may(Permission::ManageDevices))
        .ok_or_else(|| ServiceError::not_found("device"))?;
    let changed = device.revoked_at.is_none();
    if changed {
        devices::revoke(tx, id, now)?;
    }
    Ok(Revocation { device, changed })
}

/// Tops a device's unused nonces up to [`NONCES_PER_DEVICE`] and returns them all.
///
/// # Errors
/// The device is unknown or revoked.
pub fn issue_nonces(tx: &mut Tx<'_>, device: Uuid, now: DateTime<Utc>) -> Result<Vec<String>, ServiceError> {
    unrevoked(tx.db(), device)?;
    let mut unused = nonces::unused(tx.db(), device)?;
    while unused.len() < NONCES_PER_DEVICE {
        let nonce = BASE64_URL_SAFE_NO_PAD.encode(secrets::random::<16>()?);
        nonces::add(tx, &nonce, device, now)?;
        unused.push(nonce);
    }
    Ok(unused)
}

/// Gives a device an empty stream: its first, or after a fork, when it and a copy of it wrote to the same one.
///
/// # Errors
/// The device is unknown or revoked.
pub fn new_stream(tx: &mut Tx<'_>, device: Uuid, now: DateTime<Utc>) -> Result<Stream, ServiceError> {
    unrevoked(tx.db(), device)?;
    let stream = Stream {
        id: new_id(now),
        device_id: Some(device),
        user_id: None,
        last_n: 0,
    };
    streams::add(tx, &stream)?;
    Ok(stream)
}

/// Notes how far the stream that a device leaves for a new one is its own: to the last of the operations up to `through`
/// that has been taken.
///
/// # Errors
/// The stream it leaves is not the device's, or the database is gone.
pub fn go_on(tx: &mut Tx<'_>, device: Uuid, stream: Uuid, continues: Continues) -> Result<(), ServiceError> {
    let earlier = streams::get(tx.db(), continues.stream)?
        .filter(|stream| stream.device_id == Some(device))
        .ok_or_else(|| {
            let detail = "this device has no such stream";
            ServiceError::new(ErrorCode::Invalid, detail).field("continues.stream")
        })?;
    let mut n = continues.through.min(earlier.last_n);
    // A duplicate's receipt names the version of its first coming, which lies further back.
    while n > 0 {
        match streams::receipt(tx.db(), earlier.id, n)? {
            Some((_, receipt)) if receipt.outcome != Outcome::Duplicate => {
                return Ok(streams::go_on(tx, stream, earlier.id, receipt.version)?);
            }
            _ => n -= 1,
        }
    }
    Ok(())
}

fn unrevoked(db: &mut Db, id: Uuid) -> Result<(), ServiceError> {
    let device = devices::get(db, id)?.ok_or_else(|| ServiceError::not_found("device"))?;
    match device.revoked_at {
        Some(_) => Err(ServiceError::new(
            ErrorCode::DeviceRevoked,
            "this device has been revoked",
        )),
        None => Ok(()),
    }
}
