//! Every key of the server, derived from the one secret its operator keeps, and the one source of random bytes.
//!
//! HKDF (RFC 5869) gives each purpose a key of its own, so a tag made for one is worthless for another, and an
//! operator has one value to keep safe. Changing it ends every session and every cursor (phones read anew); links mailed and sheets sealed before stay
//! verifiable, because the public keys that sealed them are stored.
use crate::error::ServiceError;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jsonwebtoken::{DecodingKey, EncodingKey};
use std::collections::BTreeSet;
use std::fmt;
use sync_protocol::codes::ErrorCode;

/// Fewest bytes of a master secret.
pub const MIN_MASTER_BYTES: usize = 32;

/// Parts of values that stand in sample files and tutorials. All are long enough not to turn up in random text.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change-me",
    "change_me",
    "change this",
    "replace",
    "placeholder",
    "example",
    "default",
    "insecure",
    "password",
    "secret",
];

/// Why a master secret is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("the secret has {0} bytes and needs {MIN_MASTER_BYTES}; make one with: openssl rand -base64 48")]
    TooShort(usize),
    #[error("the secret is a placeholder or a pattern; make a random one with: openssl rand -base64 48")]
    Guessable,
    #[error("the keys could not be derived from the secret")]
    Underivable,
}

/// The server's keys. Prints the ids of its signing keys and nothing else.
pub struct Secrets {
    access: AccessKey,
    seal: SealKey,
    refresh_tokens: hmac::Key,
    pull_cursors: hmac::Key,
    link_tokens: hmac::Key,
}

impl Secrets {
    /// Derives all keys; white space around `master` does not count, so a file may end in a newline.
    ///
    /// # Errors
    /// The secret is shorter than [`MIN_MASTER_BYTES`], or known, or easily guessed.
    pub fn derive(master: &[u8]) -> Result<Secrets, SecretError> {
        let master = master.trim_ascii();
        if master.len() < MIN_MASTER_BYTES {
            return Err(SecretError::TooShort(master.len()));
        }
        if is_guessable(master) {
            return Err(SecretError::Guessable);
        }
        // The salt is public and fixed: the same secret must give the same keys after every start.
        let root = Salt::new(HKDF_SHA256, b"onsite").extract(master);
        Ok(Secrets {
            access: AccessKey::new(&ed25519(&root, b"access tokens v1")?)?,
            seal: SealKey::new(ed25519(&root, b"sheet seals v1")?),
            refresh_tokens: mac(&root, b"refresh tokens v1")?,
            pull_cursors: mac(&root, b"pull cursors v1")?,
            link_tokens: mac(&root, b"link tokens v1")?,
        })
    }

    /// Signs and checks access tokens.
    pub(crate) fn access(&self) -> &AccessKey {
        &self.access
    }

    /// Seals signed sheets.
    pub fn seal(&self) -> &SealKey {
        &self.seal
    }

    /// Binds refresh tokens to their session and generation.
    pub fn refresh_tokens(&self) -> &hmac::Key {
        &self.refresh_tokens
    }

    /// Keeps pull cursors from being altered.
    pub fn pull_cursors(&self) -> &hmac::Key {
        &self.pull_cursors
    }

    /// Makes the tokens in mailed links.
    pub fn link_tokens(&self) -> &hmac::Key {
        &self.link_tokens
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets")
            .field("access", &self.access.kid)
            .field("seal", &self.seal.id)
            .finish_non_exhaustive()
    }
}

/// The key of access tokens, in the form the token library takes.
pub(crate) struct AccessKey {
    pub(crate) kid: String,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
}

impl AccessKey {
    fn new(pair: &Ed25519KeyPair) -> Result<AccessKey, SecretError> {
        let private = pair.to_pkcs8().map_err(|_| SecretError::Underivable)?;
        let public = pair.public_key().as_ref();
        Ok(AccessKey {
            kid: key_id(public),
            encoding: EncodingKey::from_ed_der(private.as_ref()),
            decoding: DecodingKey::from_ed_der(public),
        })
    }
}

/// The key the server seals sheets with. Prints its id alone.
pub struct SealKey {
    id: String,
    public: String,
    pair: Ed25519KeyPair,
}

impl SealKey {
    fn new(pair: Ed25519KeyPair) -> SealKey {
        let public = pair.public_key().as_ref();
        SealKey {
            id: key_id(public),
            public: BASE64_STANDARD.encode(public),
            pair,
        }
    }

    /// The id the public key is stored under.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The raw public key, base64.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The Ed25519 signature of a message, base64.
    pub fn sign(&self, message: &[u8]) -> String {
        BASE64_STANDARD.encode(self.pair.sign(message))
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Whether `signature` (base64) over `message` was made by the holder of the Ed25519 key `public` (base64).
pub fn verify_seal(public: &str, message: &[u8], signature: &str) -> bool {
    match (BASE64_STANDARD.decode(public), BASE64_STANDARD.decode(signature)) {
        (Ok(public), Ok(signature)) => UnparsedPublicKey::new(&ED25519, public)
            .verify(message, &signature)
            .is_ok(),
        _ => false,
    }
}

/// Random bytes from the operating system: salts, nonces, link tokens.
///
/// # Errors
/// The system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], ServiceError> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| {
        tracing::error!("the operating system gives no random bytes");
        ServiceError::new(
            ErrorCode::Internal,
            "something went wrong here; nothing was saved",
        )
    })?;
    Ok(bytes)
}

/// The id of a public key: the first 16 hexadecimal digits of its SHA-256.
fn key_id(public: &[u8]) -> String {
    hex::encode(&digest(&SHA256, public).as_ref()[..8])
}

fn ed25519(root: &Prk, purpose: &[u8]) -> Result<Ed25519KeyPair, SecretError> {
    Ed25519KeyPair::from_seed_unchecked(&expand(root, purpose)?).map_err(|_| SecretError::Underivable)
}

fn mac(root: &Prk, purpose: &[u8]) -> Result<hmac::Key, SecretError> {
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &expand(root, purpose)?))
}

fn expand(root: &Prk, purpose: &[u8]) -> Result<[u8; 32], SecretError> {
    let mut key = [0; 32];
    root.expand(&[purpose], HKDF_SHA256)
        .and_then(|output| output.fill(&mut key))
        .map_err(|_| SecretError::Underivable)?;
    Ok(key)
}

/// Few different bytes, a short piece repeated, mostly counting up, or a placeholder inside. A random value of
/// 32 hexadecimal digits or more passes all four.
fn is_guessable(master: &[u8]) -> bool {
    let few = master.iter().collect::<BTreeSet<_>>().len() < 8;
    let repeated = (1..=master.len() / 2).any(|n| master.chunks(n).all(|piece| master.starts_with(piece)));
    let steps = master
        .windows(2)
        .filter(|pair| pair[1] == pair[0].wrapping_add(1))
        .count();
    let text = String::from_utf8_lossy(master).to_lowercase();
    few || repeated || steps * 2 > master.len() || PLACEHOLDERS.iter().any(|known| text.contains(known))
}
