//! What a logged-in client holds: a short access token that needs no lookup to be read, and a refresh token that
//! is bound to one session and one generation of it.
//!
//! Access tokens are JWTs signed with Ed25519. Refresh tokens are `base64url(session ‖ generation ‖ HMAC)`: nothing
//! secret is stored, and the successor of a token is the same however often it is asked for, which lets a device
//! whose answer was lost ask again.
use crate::error::ServiceError;
use crate::secrets::Secrets;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Header, Validation};
use onsite_model::role::Role;
use serde::{Deserialize, Serialize};
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// How long an access token is good.
pub const ACCESS_LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// How much the clocks of several server nodes may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(5);

/// Who issues access tokens, and for whom they are.
const ONSITE: &str = "onsite";

/// Bytes of session and generation in a refresh token; the tag follows.
const REFRESH_HEAD: usize = 16 + 4;

/// Chooses the cryptography of the token library; the binary calls it once, before the first token. A second call
/// changes nothing.
pub fn install_provider() {
    // The only failure is that a provider is installed already.
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}

/// What an access token says; every claim is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    iss: String,
    aud: String,
    /// The user.
    pub sub: Uuid,
    /// The device.
    pub dev: Uuid,
    /// The session.
    pub sid: Uuid,
    /// For clients to shape themselves by; the server asks the user's row.
    pub role: Role,
    /// Seconds since 1970.
    pub iat: i64,
    /// Seconds since 1970.
    pub exp: i64,
}

impl AccessClaims {
    /// When the token runs out.
    pub fn expires(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

/// Why an access token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It was good once; the client refreshes it.
    #[error("the access token has expired")]
    Expired,
    /// It was never ours, or has been altered.
    #[error("the access token is not valid")]
    Invalid,
}

impl From<TokenError> for ServiceError {
    fn from(error: TokenError) -> Self {
        let code = match error {
            TokenError::Expired => ErrorCode::TokenExpired,
            TokenError::Invalid => ErrorCode::Unauthenticated,
        };
        ServiceError::new(code, error.to_string())
    }
}

/// Makes an access token, good for [`ACCESS_LIFETIME`].
///
/// # Errors
/// The cryptographic library fails.
pub fn issue_access(
    secrets: &Secrets,
    user: Uuid,
    role: Role,
    device: Uuid,
    session: Uuid,
    now: DateTime<Utc>,
) -> Result<String, ServiceError> {
    let claims = AccessClaims {
        iss: ONSITE.to_owned(),
        aud: ONSITE.to_owned(),
        sub: user,
        dev: device,
        sid: session,
        role,
        iat: now.timestamp(),
        exp: (now + ACCESS_LIFETIME).timestamp(),
    };
    let key = secrets.access();
    let header = Header {
        kid: Some(key.kid.clone()),
        ..Header::new(Algorithm::EdDSA)
    };
    jsonwebtoken::encode(&header, &claims, &key.encoding).map_err(|error| {
        tracing::error!(%error, "an access token could not be signed");
        ServiceError::new(
            ErrorCode::Internal,
            "something went wrong here; nothing was saved",
        )
    })
}

/// Reads an access token (without the word `Bearer`).
///
/// # Errors
/// [`TokenError::Expired`] only for a token that is right in everything else.
pub fn verify_access(secrets: &Secrets, token: &str, now: DateTime<Utc>) -> Result<AccessClaims, TokenError> {
    let key = secrets.access();
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[ONSITE]);
    validation.set_audience(&[ONSITE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // The library would ask the system's clock; ours is a parameter.
    validation.validate_exp = false;
    let read = jsonwebtoken::decode::<AccessClaims>(token, &key.decoding, &validation)
        .map_err(|_| TokenError::Invalid)?;
    if read.header.kid.as_ref() != Some(&key.kid) {
        return Err(TokenError::Invalid);
    }
    if now.timestamp() > read.claims.exp.saturating_add(LEEWAY.num_seconds()) {
        return Err(TokenError::Expired);
    }
    Ok(read.claims)
}

/// The refresh token of a session's generation.
pub fn refresh_token(secrets: &Secrets, session: Uuid, generation: u32) -> String {
    let mut bytes = Vec::with_capacity(REFRESH_HEAD + 32);
    bytes.extend_from_slice(session.as_bytes());
    bytes.extend_from_slice(&generation.to_be_bytes());
    let tag = hmac::sign(secrets.refresh_tokens(), &bytes);
    bytes.extend_from_slice(tag.as_ref());
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The session and generation of a refresh token, if it is one of ours.
pub fn read_refresh_token(secrets: &Secrets, token: &str) -> Option<(Uuid, u32)> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
    let (head, tag) = bytes.split_at_checked(REFRESH_HEAD)?;
    hmac::verify(secrets.refresh_tokens(), head, tag).ok()?;
    let (session, generation) = head.split_at_checked(16)?;
    Some((
        Uuid::from_slice(session).ok()?,
        u32::from_be_bytes(generation.try_into().ok()?),
    ))
}
