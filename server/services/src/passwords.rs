//! Passwords: the rules for new ones, and hashes that cost a thief of the database memory and time.
//!
//! Hashing takes tens of milliseconds and 46 MiB, so it never runs inside a transaction, and its caller bounds how
//! many run at once.
use crate::error::ServiceError;
use crate::secrets;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use onsite_model::invalid::Invalid;
use std::fmt;
use sync_protocol::codes::ErrorCode;

/// Fewest characters of a new password.
pub const MIN_CHARS: usize = 10;

/// Most characters of a new password.
pub const MAX_CHARS: usize = 200;

/// Memory of one hash in KiB: the first of the equal choices in OWASP ASVS 5.0 (46 MiB, one pass), the one that
/// leaves cracking hardware the least.
const MEMORY_KIB: u32 = 47_104;

/// A hash of nobody's password with the parameters of every other: verifying against it takes as long as against
/// a real one, so the time of a login does not tell whether the account exists.
const NOBODY: &str =
    "$argon2id$v=19$m=47104,t=1,p=1$JlQvrWWp8/NjESyTsGkyzg$HuQl6DiT0ZQ3NMOkoOud6HoCqfz8M5onjbluQh7Ic1I";

/// A new password that satisfies the rules, hashed. Does not print itself.
#[derive(Clone, PartialEq, Eq)]
pub struct HashedPassword(String);

impl HashedPassword {
    /// The hash in PHC string form, as it is stored.
    pub fn phc(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for HashedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashedPassword")
    }
}

/// The rules for a new password: [`MIN_CHARS`] to [`MAX_CHARS`] characters, and not the account's e-mail address.
///
/// # Errors
/// The rule it breaks.
pub fn check(password: &str, email: &str) -> Result<(), Invalid> {
    let chars = password.chars().count();
    if chars < MIN_CHARS {
        return Err(Invalid::new(
            "password",
            format!("at least {MIN_CHARS} characters"),
        ));
    }
    if chars > MAX_CHARS {
        return Err(Invalid::new(
            "password",
            format!("at most {MAX_CHARS} characters"),
        ));
    }
    if password.trim().to_lowercase() == email.trim().to_lowercase() {
        return Err(Invalid::new("password", "must not be the e-mail address"));
    }
    Ok(())
}

/// Hashes a new password for the account of `email` under a random salt. Slow.
///
/// # Errors
/// It breaks a rule of [`check`], or there is no memory for the hash.
pub fn hash(password: &str, email: &str) -> Result<HashedPassword, ServiceError> {
    check(password, email)?;
    let salt: [u8; 16] = secrets::random()?;
    let failed = |error: &dyn fmt::Display| {
        tracing::error!(%error, "a password could not be hashed");
        ServiceError::new(
            ErrorCode::Internal,
            "something went wrong here; nothing was saved",
        )
    };
    let params = Params::new(MEMORY_KIB, 1, 1, None).map_err(|error| failed(&error))?;
    let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|error| failed(&error))?;
    Ok(HashedPassword(hashed.to_string()))
}

/// Whether the password is the one behind the hash. Without a hash it takes as long and says no. Slow.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let fits = Argon2::default()
        .verify_password(password.as_bytes(), hash.unwrap_or(NOBODY))
        .is_ok();
    fits && hash.is_some()
}

#[cfg(test)]
#[path = "passwords_test.rs"]
mod tests;
