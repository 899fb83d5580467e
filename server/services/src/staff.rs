//! Members of staff: the published user row, and with it what they log in with.
use crate::author::Cause;
use crate::command::{change, create, fields};
use crate::error::ServiceError;
use crate::load;
use crate::passwords::HashedPassword;
use crate::{audit, user_account};
use onsite_model::entity::{Entity, EntityKind, decode};
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::user::User;
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Tx, devices};
use serde_json::json;
use std::sync::Arc;
use sync_protocol::codes::ErrorCode;
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
) -> Result<Arc<StoredRow>, ServiceError> {
    user.validate()?;
    outranks(cause, &[user.role])?;
    let applied = create(tx, cause, id, user)?;
    user_account::set_credentials(tx, id, password, cause.now)?;
    audit::record(tx, cause, "user_added", id, &json!({ "role": user.role }))?;
    Ok(applied.row)
}

/// Changes a user's role, or lets one go: who is not active is logged out everywhere and can't log in; what their
/// devices have not sent yet goes to quarantine.
///
/// # Errors
/// Somebody else changed the user meanwhile, only an admin may do this, or nobody would be admin any more.
pub fn set_access(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    role: Role,
    active: bool,
    seen: Option<Version>,
) -> Result<Arc<StoredRow>, ServiceError> {
    let before: User = load::get(tx.db(), id)?;
    outranks(cause, &[before.role, role])?;
    if before.role == Role::Admin && (role != Role::Admin || !active) && !another_admin(tx, id)? {
        let detail = "this is the last active admin; make another one first";
        return Err(ServiceError::new(ErrorCode::NotReady, detail).field("role"));
    }
    let set = fields([("role", json!(role)), ("active", json!(active))]);
    let applied = change::<User>(tx, cause, id, seen, set)?;
    if !active {
        user_account::end_sessions(tx, id, cause.now)?;
        for device in devices::list(tx.db(), Some(id))? {
            devices::revoke(tx, device.id, cause.now)?;
        }
    }
    audit::record(
        tx,
        cause,
        "user_access_changed",
        id,
        &json!({ "role": role, "active": active }),
    )?;
    Ok(applied.row)
}

/// Who somebody is, as their colleagues see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    pub name: String,
    /// What they log in by, too.
    pub email: String,
    pub phone: Option<String>,
    pub language: Language,
}

/// Corrects who somebody is. Nobody is logged out by it; from now on they log in by the new address.
///
/// # Errors
/// Somebody else changed the user meanwhile, only an admin may do this, the e-mail address is another user's, or a value
/// is not acceptable.
pub fn set_details(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    details: &Details,
    seen: Option<Version>,
) -> Result<Arc<StoredRow>, ServiceError> {
    let before: User = load::get(tx.db(), id)?;
    outranks(cause, &[before.role])?;
    let set = fields([
        ("name", json!(details.name)),
        ("email", json!(details.email)),
        ("phone", json!(details.phone)),
        ("language", json!(details.language)),
    ]);
    user_account::set_email(tx, id, &details.email)?;
    let applied = change::<User>(tx, cause, id, seen, set)?;
    let after: User = decode(&applied.row.body)?;
    let changed: Vec<&str> = [
        ("name", before.name != after.name),
        ("email", before.email != after.email),
        ("phone", before.phone != after.phone),
        ("language", before.language != after.language),
    ]
    .into_iter()
    .filter_map(|(field, is_other)| is_other.then_some(field))
    .collect();
    if !changed.is_empty() {
        audit::record(
            tx,
            cause,
            "user_details_changed",
            id,
            &json!({ "fields": changed }),
        )?;
    }
    Ok(applied.row)
}

/// Gives somebody a new password, as when they forgot theirs: they are logged out everywhere. Returns how many sessions
/// ended.
///
/// # Errors
/// There is no such user, or only an admin may do this.
pub fn set_password(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    password: &HashedPassword,
) -> Result<usize, ServiceError> {
    let user: User = load::get(tx.db(), id)?;
    outranks(cause, &[user.role])?;
    let ended = user_account::set_credentials(tx, id, password, cause.now)?;
    audit::record(
        tx,
        cause,
        "password_reset",
        id,
        &json!({ "sessions_ended": ended }),
    )?;
    Ok(ended)
}

/// Only an admin makes, changes or lets go an admin.
fn outranks(cause: &Cause<'_>, roles: &[Role]) -> Result<(), ServiceError> {
    let by_admin = cause.author.role.is_none_or(|role| role == Role::Admin);
    if !by_admin && roles.contains(&Role::Admin) {
        return Err(ServiceError::new(
            ErrorCode::Forbidden,
            "only an admin decides about admins",
        ));
    }
    Ok(())
}

fn another_admin(tx: &mut Tx<'_>, but: Uuid) -> Result<bool, ServiceError> {
    let users = rows::page(tx.db(), EntityKind::User, None, None, None, i64::MAX)?;
    for row in users.into_iter().filter(|row| row.id != but) {
        let user: User = decode(&row.body)?;
        if user.active && user.role == Role::Admin {
            return Ok(true);
        }
    }
    Ok(false)
}
