//! Logging in and out, fresh tokens, one's own account.
use crate::app::App;
use crate::input::body::Body;
use crate::input::client_address::ClientAddress;
use crate::input::once::Once;
use crate::input::proof::{OfferedProof, Proven};
use crate::permit::{Allowed, LoggedIn, Public};
use crate::problem::Problem;
use crate::reply::{Json, NoContent};
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_services::login::{self, LoginDevice, Origin};
use onsite_services::session::{self, Tokens};
use onsite_services::{ServiceError, device_proof, passwords, user_account};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What somebody logs in with.
#[derive(Deserialize, JsonSchema)]
// What holds a secret does not print itself.
#[allow(missing_debug_implementations)]
pub struct LoginRequest {
    email: String,
    password: String,
    device: LoginDevice,
}

/// What fresh tokens are asked for with.
#[derive(Deserialize, JsonSchema)]
// What holds a secret does not print itself.
#[allow(missing_debug_implementations)]
pub struct RefreshRequest {
    refresh_token: String,
}

/// A change of one's own password.
#[derive(Deserialize, JsonSchema)]
// What holds a secret does not print itself.
#[allow(missing_debug_implementations)]
pub struct PasswordChange {
    old: String,
    /// 10 to 200 characters, and not the e-mail address.
    new: String,
}

/// Who is logged in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Me {
    user_id: Uuid,
    name: String,
    role: Role,
    language: Language,
    device_id: Uuid,
}

pub async fn login(
    _who: Allowed<Public>,
    app: App,
    (ClientAddress(address), OfferedProof(proven), Body(request)): (
        ClientAddress,
        OfferedProof,
        Body<LoginRequest>,
    ),
) -> Result<Json<login::Login>, Problem> {
    let LoginRequest {
        email,
        password,
        device: on,
    } = request;
    let now = app.now();
    // A proof that fits nothing is no proof: the password is what counts.
    let device = app
        .read(move |db| {
            Ok(device_proof::prove(db, &proven.request())
                .ok()
                .map(|(device, _)| device.id))
        })
        .await?;
    let from = Origin { address, device };
    // Counted and committed before the password is looked at, so that attempts sent together all count.
    let attempt = app
        .store
        .write(move |tx| login::begin_login(tx, &email, from, now))
        .await?;
    let verified = app.with_passwords(move || attempt.check(&password)).await?;
    let (state, now) = (app.clone(), app.now());
    let done = app
        .store
        .write(move |tx| login::finish_login(tx, &state.house.secrets, &verified, &on, now));
    Ok(Json(done.await?))
}

pub async fn refresh(
    _who: Allowed<Public>,
    app: App,
    (Body(request), proven): (Body<RefreshRequest>, Proven),
) -> Result<Json<Tokens>, Problem> {
    let (state, now) = (app.clone(), app.now());
    let refreshed = app.store.write(move |tx| {
        session::refresh(
            tx,
            &state.house.secrets,
            &request.refresh_token,
            &proven.request(),
            now,
        )
    });
    // A theft is answered only when the end of the session is on disk.
    Ok(Json(refreshed.await?.answer()?))
}

pub async fn logout(who: Allowed<LoggedIn>, app: App, (): ()) -> Result<NoContent, Problem> {
    let (caller, now) = (who.clone(), app.now());
    app.store
        .write(move |tx| session::logout(tx, &caller, now))
        .await?;
    Ok(NoContent)
}

pub async fn me(who: Allowed<LoggedIn>, _app: App, (): ()) -> Result<Json<Me>, Problem> {
    Ok(Json(Me {
        user_id: who.user_id,
        name: who.name.clone(),
        role: who.role,
        language: who.language,
        device_id: who.device_id,
    }))
}

/// How many other sessions a new password ended.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct SessionsEnded {
    ended: usize,
}

pub async fn change_password(
    who: Allowed<LoggedIn>,
    app: App,
    (ClientAddress(address), once, Body(change)): (ClientAddress, Once, Body<PasswordChange>),
) -> Result<Json<SessionsEnded>, Problem> {
    // After the first time the old password is wrong; a retry is answered as it was then.
    if let Some(given) = app.given(&who, &once).await? {
        return Ok(Json(given));
    }
    let (caller, now) = (who.clone(), app.now());
    let (attempt, email) = app
        .store
        .write(move |tx| {
            let attempt = user_account::begin_password_change(tx, &caller, address, now)?;
            let email = attempt.email().to_owned();
            Ok::<_, ServiceError>((attempt, email))
        })
        .await?;
    let (old, new) = app
        .with_passwords(move || Ok((attempt.check(&change.old)?, passwords::hash(&change.new, &email)?)))
        .await?;
    let caller = who.clone();
    let ended = app.once(&who, once, move |tx, cause| {
        let ended = user_account::change_password(tx, &caller, &old, &new, cause.now)?;
        Ok(SessionsEnded { ended })
    });
    Ok(Json(ended.await?))
}
