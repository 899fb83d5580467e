//! Which apps the server speaks with. An app too old to be read by may hand over its work for ever; it reads nothing. One
//! newer than the server waits: the server would not understand what it sends.
use crate::error::ServiceError;
use onsite_model::schema_version::OLDEST_READING;
use sync_protocol::codes::ErrorCode;
use sync_protocol::{PROTOCOL, SCHEMA};

/// Seconds after which an app that is newer than the server asks again: updating a server is an evening's work.
const LATER: u32 = 3600;

/// The oldest shape of messages that is answered in.
const OLDEST_PROTOCOL: u32 = 1;

/// Whether operations of this app can be taken.
///
/// # Errors
/// `server_too_old`.
pub fn takes_from(protocol: u32, schema: u32) -> Result<(), ServiceError> {
    if protocol <= PROTOCOL && schema <= SCHEMA {
        return Ok(());
    }
    let detail =
        "this server is older than the app and will be updated; your work stays on the device until then";
    let mut error = ServiceError::new(ErrorCode::ServerTooOld, detail);
    error.retry_after = Some(LATER);
    Err(error)
}

/// Whether this app can be sent rows.
///
/// # Errors
/// `client_too_old`, `server_too_old`.
pub fn reads_with(protocol: u32, schema: u32) -> Result<(), ServiceError> {
    takes_from(protocol, schema)?;
    if protocol >= OLDEST_PROTOCOL && schema >= OLDEST_READING {
        return Ok(());
    }
    let detail = "update the app to read on; what it has not sent yet is taken even so";
    Err(ServiceError::new(ErrorCode::ClientTooOld, detail))
}
