//! Devices: who has which, taking one away, and what is given to a device ahead of its offline days.
use crate::error::ServiceError;
use crate::secrets;
use crate::session::Caller;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use onsite_model::ids::new_id;
use onsite_model::permission::Permission;
use onsite_store::devices::{self, Device};
use onsite_store::streams::{self, Stream};
use onsite_store::{Db, Tx, nonces};
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

/// Devices, last seen first, revoked ones included.
///
/// # Errors
/// `forbidden` where everybody's are asked for by somebody who may not see them.
pub fn list(db: &mut Db, caller: &Caller, whose: Whose) -> Result<Vec<Device>, ServiceError> {
    match whose {
        Whose::Own => Ok(devices::list(db, Some(caller.user_id))?),
        Whose::Everybody if caller.role.may(Permission::ManageDevices) => Ok(devices::list(db, None)?),
        Whose::Everybody => Err(ServiceError::forbidden()),
    }
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
