//! How a device proves that a request is its own: the `Device-Proof` header ([`sync_protocol::proof`]), made and checked.
//!
//! A proof has no time limit; a push or pull that comes twice is answered as it was the first time, a refresh is
//! answered once for each proof ([`identify`]).
//!
//! The same key signs under sheets. The two can't be taken for each other: what is signed here starts with the
//! base64 of a header of its own type, what is signed there with the brace of a JSON object.
use crate::error::ServiceError;
use crate::secrets;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, EcdsaKeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use onsite_store::Db;
use onsite_store::devices::{self, Device};
use sync_protocol::codes::ErrorCode;
use sync_protocol::proof::{MAX_PROOF_BYTES, ProofClaims, ProofHeader, body_hash};
use uuid::Uuid;

/// Bytes of an uncompressed P-256 point, and its first.
const POINT_BYTES: usize = 65;
const UNCOMPRESSED: u8 = 4;

/// A request as it came, with the proof it carried.
#[derive(Debug, Clone, Copy)]
pub struct ProvenRequest<'a> {
    /// The value of its `Device-Proof` header.
    pub header: Option<&'a str>,
    pub method: &'a str,
    pub path: &'a str,
    /// The exact bytes, before anything was parsed.
    pub body: &'a [u8],
}

/// Why a proof is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    #[error("the request carries no Device-Proof")]
    Missing,
    #[error("the Device-Proof is not a compact JWS of the documented shape")]
    Malformed,
    #[error("the device has no key to prove itself by")]
    NoKey,
    #[error("the Device-Proof is signed by another key")]
    BadSignature,
    #[error("the Device-Proof is another device's")]
    OtherDevice,
    #[error("the Device-Proof was made for another request")]
    OtherRequest,
    #[error("the key could not sign")]
    Unsigned,
}

impl From<ProofError> for ServiceError {
    fn from(error: ProofError) -> Self {
        ServiceError::new(ErrorCode::BadProof, error.to_string())
    }
}

/// Finds the device a request claims to come from and checks its proof. A revoked device is found too: what it
/// may still do is the caller's rule.
///
/// # Errors
/// `bad_proof`, for an unknown device as for a wrong proof.
pub fn prove(db: &mut Db, request: &ProvenRequest<'_>) -> Result<(Device, ProofClaims), ServiceError> {
    let device = devices::get(db, claimed(request)?)?.ok_or(ProofError::BadSignature)?;
    let claims = check(&device, request)?;
    Ok((device, claims))
}

/// The device a request claims to come from; nothing is checked yet.
///
/// # Errors
/// There is no proof, or none that can be read.
pub fn claimed(request: &ProvenRequest<'_>) -> Result<Uuid, ProofError> {
    let header = request.header.ok_or(ProofError::Missing)?;
    Ok(Jws::read(header)?.claims.dev)
}

/// Checks a request's proof against the device it claims to come from.
///
/// # Errors
/// `bad_proof`.
pub fn check(device: &Device, request: &ProvenRequest<'_>) -> Result<ProofClaims, ServiceError> {
    let header = request.header.ok_or(ProofError::Missing)?;
    Ok(verify(
        header,
        device,
        request.method,
        request.path,
        request.body,
    )?)
}

/// Checks that `header` was made by this device for exactly this request.
///
/// # Errors
/// What does not fit.
pub fn verify(
    header: &str,
    device: &Device,
    method: &str,
    path: &str,
    body: &[u8],
) -> Result<ProofClaims, ProofError> {
    let jws = Jws::read(header)?;
    let key = device.public_key.as_deref().ok_or(ProofError::NoKey)?;
    let key = parse_public_key(key).ok_or(ProofError::NoKey)?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
        .verify(jws.signed.as_bytes(), &jws.signature)
        .map_err(|_| ProofError::BadSignature)?;
    let claims = jws.claims;
    if claims.dev != device.id {
        return Err(ProofError::OtherDevice);
    }
    if claims.htm != method || claims.htu != path || claims.bh != body_hash(body) {
        return Err(ProofError::OtherRequest);
    }
    Ok(claims)
}

/// Checks the proof of a request and says which proof it is. The name covers what was signed and not the signature,
/// of which anybody can make a second one that fits (s and n − s).
///
/// # Errors
/// What does not fit.
pub fn identify(request: &ProvenRequest<'_>, device: &Device) -> Result<String, ProofError> {
    let header = request.header.ok_or(ProofError::Missing)?;
    verify(header, device, request.method, request.path, request.body)?;
    Ok(body_hash(Jws::read(header)?.signed.as_bytes()))
}

/// Makes the proof of a request: a phone's side, for test phones and load clients. The key is one for fixed-size
/// signatures (`ECDSA_P256_SHA256_FIXED_SIGNING`).
///
/// # Errors
/// The key can't sign.
pub fn make(
    key: &EcdsaKeyPair,
    device: Uuid,
    method: &str,
    path: &str,
    body: &[u8],
    iat: i64,
) -> Result<String, ProofError> {
    let nonce: [u8; 16] = secrets::random().map_err(|_| ProofError::Unsigned)?;
    let claims = ProofClaims {
        dev: device,
        bh: body_hash(body),
        htm: method.to_owned(),
        htu: path.to_owned(),
        iat,
        jti: Some(BASE64_URL_SAFE_NO_PAD.encode(nonce)),
    };
    let signed = claims.signed_part().map_err(|_| ProofError::Unsigned)?;
    let signature = key
        .sign(&SystemRandom::new(), signed.as_bytes())
        .map_err(|_| ProofError::Unsigned)?;
    Ok(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
}

/// The public half of a device's key as it is enrolled: the uncompressed point, base64url.
pub fn public_key(key: &EcdsaKeyPair) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(key.public_key())
}

/// The bytes of an enrolled public key, if it is a point of P-256 in uncompressed form.
pub fn parse_public_key(text: &str) -> Option<Vec<u8>> {
    let point = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let uncompressed = point.len() == POINT_BYTES && point.first() == Some(&UNCOMPRESSED);
    let on_curve = || {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point)
            .parse()
            .is_ok()
    };
    (uncompressed && on_curve()).then_some(point)
}

/// Whether `signature` (IEEE P1363 form, base64) over `message` was made by the device's key (as enrolled).
pub fn verify_p256(public_key: &str, message: &[u8], signature: &str) -> bool {
    match (parse_public_key(public_key), BASE64_STANDARD.decode(signature)) {
        (Some(point), Ok(signature)) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .verify(message, &signature)
            .is_ok(),
        _ => false,
    }
}

/// A device's signature under a sheet, as [`verify_p256`] takes it: a phone's side.
///
/// # Errors
/// The key can't sign.
pub fn sign_p256(key: &EcdsaKeyPair, message: &[u8]) -> Result<String, ProofError> {
    let signature = key
        .sign(&SystemRandom::new(), message)
        .map_err(|_| ProofError::Unsigned)?;
    Ok(BASE64_STANDARD.encode(signature))
}

/// A proof taken apart, nothing of it believed yet.
struct Jws<'a> {
    /// Header and claims, as signed.
    signed: &'a str,
    claims: ProofClaims,
    signature: Vec<u8>,
}

impl Jws<'_> {
    fn read(text: &str) -> Result<Jws<'_>, ProofError> {
        if text.len() > MAX_PROOF_BYTES {
            return Err(ProofError::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(ProofError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(ProofError::Malformed)?;
        if decode::<ProofHeader>(header)? != ProofHeader::default() {
            return Err(ProofError::Malformed);
        }
        let signature = BASE64_URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| ProofError::Malformed)?;
        Ok(Jws {
            signed,
            claims: decode(claims)?,
            signature,
        })
    }
}

fn decode<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, ProofError> {
    let json = BASE64_URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| ProofError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| ProofError::Malformed)
}
