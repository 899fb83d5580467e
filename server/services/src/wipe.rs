//! The order to a lost phone to forget what it has read, signed with the key it learnt when it logged in.
use crate::error::ServiceError;
use crate::secrets::{Secrets, verify_seal};
use chrono::{DateTime, SubsecRound, Utc};
use onsite_model::user::User;
use onsite_store::devices::Device;
use sync_protocol::codes::ErrorCode;
use sync_protocol::enrol::ServerKey;
use sync_protocol::wipe::WipeOrder;
use uuid::Uuid;

/// The key devices check the server's signatures with.
pub fn server_key(secrets: &Secrets) -> ServerKey {
    ServerKey {
        id: secrets.seal().id().to_owned(),
        public_key: secrets.seal().public().to_owned(),
    }
}

/// The order for a device that has been revoked, or whose user has left; `None` for one in good standing.
pub fn order(
    secrets: &Secrets,
    device: &Device,
    user: Option<&User>,
    now: DateTime<Utc>,
) -> Option<WipeOrder> {
    let left = user.is_none_or(|user| !user.active).then_some(now);
    let revoked_at = device.revoked_at.or(left)?.trunc_subsecs(6);
    let message = WipeOrder::message(device.id, revoked_at);
    Some(WipeOrder {
        device: device.id,
        revoked_at,
        key: secrets.seal().id().to_owned(),
        signature: secrets.seal().sign(message.as_bytes()),
    })
}

/// Refuses a device that is to forget what it has read.
///
/// # Errors
/// `device_revoked`, with the order.
pub fn in_good_standing(
    secrets: &Secrets,
    device: &Device,
    user: Option<&User>,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    match order(secrets, device, user, now) {
        Some(order) => {
            let detail = "this device has been revoked; what it has not sent yet is taken even so, and kept";
            let mut error = ServiceError::new(ErrorCode::DeviceRevoked, detail);
            error.wipe = Some(Box::new(order));
            Err(error)
        }
        None => Ok(()),
    }
}

/// Whether an order was made by the holder of this key for this device: a phone's side.
pub fn is_genuine(order: &WipeOrder, device: Uuid, key: &ServerKey) -> bool {
    let message = WipeOrder::message(order.device, order.revoked_at);
    order.device == device
        && order.key == key.id
        && verify_seal(&key.public_key, message.as_bytes(), &order.signature)
}
