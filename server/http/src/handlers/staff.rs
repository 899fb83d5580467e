//! Members of staff: adding and correcting them, changing what they may do.
use crate::app::App;
use crate::input::body::Body;
use crate::input::if_match::IfMatch;
use crate::input::once::Once;
use crate::input::path::Id;
use crate::permit::{Allowed, ManageUsers};
use crate::problem::Problem;
use crate::reply::{Changed, Created, Json};
use crate::resource::Record;
use onsite_model::ids::new_id;
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::user::User;
use onsite_services::{load, passwords, staff};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Somebody new.
#[derive(Deserialize, JsonSchema)]
// What holds a secret does not print itself.
#[allow(missing_debug_implementations)]
pub struct NewUser {
    name: String,
    email: String,
    role: Role,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    language: Language,
    /// 10 to 200 characters, and not the e-mail address.
    password: String,
}

/// Who somebody is, whole: what is left out is unset.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct UserDetails {
    name: String,
    /// What they log in by from now on.
    email: String,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    language: Language,
}

/// What somebody may do from now on.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Access {
    role: Role,
    /// Who isn't can't log in and is logged out everywhere.
    active: bool,
}

pub async fn add(
    who: Allowed<ManageUsers>,
    app: App,
    (once, Body(new)): (Once, Body<NewUser>),
) -> Result<Created<Record<User>>, Problem> {
    let NewUser {
        name,
        email,
        role,
        phone,
        language,
        password,
    } = new;
    let user = User {
        name,
        email,
        role,
        phone,
        language,
        active: true,
    };
    let address = user.email.clone();
    let hashed = app
        .with_passwords(move || passwords::hash(&password, &address))
        .await?;
    let value: Record<User> = app
        .once(&who, once, move |tx, cause| {
            let row = staff::add(tx, cause, new_id(cause.now), &user, &hashed)?;
            Ok(Record::new(row, tx.clock().epoch))
        })
        .await?;
    Ok(Created {
        location: value.location(),
        value,
    })
}

pub async fn set_details(
    who: Allowed<ManageUsers>,
    app: App,
    (Id(id), IfMatch(seen), once, Body(new)): (Id, IfMatch, Once, Body<UserDetails>),
) -> Result<Changed<Record<User>>, Problem> {
    let details = staff::Details {
        name: new.name,
        email: new.email,
        phone: new.phone,
        language: new.language,
    };
    let changed = app.once(&who, once, move |tx, cause| {
        let row = staff::set_details(tx, cause, id, &details, Some(seen))?;
        Ok(Record::new(row, tx.clock().epoch))
    });
    Ok(Changed(changed.await?))
}

pub async fn set_access(
    who: Allowed<ManageUsers>,
    app: App,
    (Id(id), IfMatch(seen), once, Body(access)): (Id, IfMatch, Once, Body<Access>),
) -> Result<Changed<Record<User>>, Problem> {
    let changed = app.once(&who, once, move |tx, cause| {
        let row = staff::set_access(tx, cause, id, access.role, access.active, Some(seen))?;
        Ok(Record::new(row, tx.clock().epoch))
    });
    Ok(Changed(changed.await?))
}

/// A password for somebody who forgot theirs.
#[derive(Deserialize, JsonSchema)]
// What holds a secret does not print itself.
#[allow(missing_debug_implementations)]
pub struct NewPassword {
    /// 10 to 200 characters, and not the e-mail address.
    password: String,
}

/// What a new password did.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct PasswordSet {
    /// Sessions that ended.
    ended: usize,
}

pub async fn set_password(
    who: Allowed<ManageUsers>,
    app: App,
    (Id(id), once, Body(new)): (Id, Once, Body<NewPassword>),
) -> Result<Json<PasswordSet>, Problem> {
    let user: User = app.read(move |db| load::get(db, id)).await?;
    let hashed = app
        .with_passwords(move || passwords::hash(&new.password, &user.email))
        .await?;
    let set = app.once(&who, once, move |tx, cause| {
        let ended = staff::set_password(tx, cause, id, &hashed)?;
        Ok(PasswordSet { ended })
    });
    Ok(Json(set.await?))
}
