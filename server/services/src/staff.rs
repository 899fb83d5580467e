//! Members of staff: the published user row, and with it what they log in with.
use crate::author::Cause;
use crate::command::{change, create, fields};
use crate::error::ServiceError;
use crate::passwords::HashedPassword;
use crate::{audit, user_account};
use onsite_model::entity::Entity;
use onsite_model::role::Role;
use onsite_model::user::User;
use onsite_store::Tx;
use onsite_store::rows::StoredRow;
use serde_json::json;
use sync_protocol::version::Version;
use uuid::Uuid;

/// Adds a member of staff. The password is hashed before the transaction.
///
/// # Errors
/// The e-mail address is another user's, or a value is not acceptable.
pub fn add(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    user: &User,
    password: &HashedPassword,
) -> Result<StoredRow, ServiceError> {
    user.validate()?;
    let applied = create(tx, cause, id, user)?;
    user_account::set_credentials(tx, id, password, cause.now)?;
    audit::record(tx, cause, "user_added", id, &json!({ "role": user.role }))?;
    Ok(applied.row)
}

/// Changes a user's role, or lets one go: who is not active is logged out everywhere and can't log in.
///
/// # Errors
/// Somebody else changed the user meanwhile.
pub fn set_access(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    role: Role,
    active: bool,
    seen: Option<Version>,
) -> Result<StoredRow, ServiceError> {
    let set = fields([("role", json!(role)), ("active", json!(active))]);
    let applied = change::<User>(tx, cause, id, seen, set)?;
    if !active {
        user_account::end_sessions(tx, id, cause.now)?;
    }
    audit::record(tx, cause, "user_access_changed", id, &json!({ "role": role, "active": active }))?;
    Ok(applied.row)
}
