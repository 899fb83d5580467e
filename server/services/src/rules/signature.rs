//! Signatures: checked against the sheet they stand under, the device that took them and the nonce it held. What
//! does not fit is written down, never thrown away: somebody did sign.
use super::Note;
use crate::apply::Refusal;
use crate::author::{Cause, Origin};
use crate::device_proof;
use crate::error::ServiceError;
use crate::link::{self, Purpose};
use crate::load;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use onsite_model::flaw::{self, Flaw};
use onsite_model::service_sheet::{ServiceSheet, SheetStatus};
use onsite_model::signature::{SIGNATURE_FORMAT, Signature, SignaturePayload};
use onsite_store::{Tx, devices, nonces};
use sync_protocol::codes::ErrorCode;
use sync_protocol::evidence;

pub(super) fn before(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    signature: &mut Signature,
) -> Result<Vec<Note>, Refusal> {
    let sheet: Option<ServiceSheet> = load::find(tx.db(), signature.sheet_id)?;
    if sheet
        .as_ref()
        .is_some_and(|sheet| sheet.status == SheetStatus::Signed)
    {
        let detail = "this sheet is sealed with its signatures; another one needs another version";
        return Err(ServiceError::new(ErrorCode::IllegalTransition, detail)
            .field("sheet_id")
            .into());
    }
    let mut flaws = Vec::new();
    match serde_json::from_str::<SignaturePayload>(&signature.payload) {
        Ok(payload) => {
            flaws.extend(check_payload(signature, &payload, sheet.as_ref()));
            flaws.extend(check_device(tx, cause, signature, &payload)?);
        }
        Err(_) => flaws.push(Flaw::Unreadable),
    }
    signature.flaw = flaw::noted(&flaws);
    Ok(Vec::new())
}

/// What was signed was signed.
pub(super) fn refuse_change() -> Result<Vec<Note>, Refusal> {
    let detail = "a signature is never changed; sign again";
    Err(ServiceError::new(ErrorCode::IllegalTransition, detail).into())
}

/// Whether the signed bytes say what the row says.
fn check_payload(
    signature: &Signature,
    payload: &SignaturePayload,
    sheet: Option<&ServiceSheet>,
) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let value: Option<serde_json::Value> = serde_json::from_str(&signature.payload).ok();
    let canonical = value.and_then(|value| evidence::canonical(&value).ok());
    if payload.format != SIGNATURE_FORMAT || canonical.as_deref() != Some(signature.payload.as_str()) {
        flaws.push(Flaw::NotCanonical);
    }
    let same = payload.party == signature.party
        && payload.signer_name == signature.signer_name
        && payload.signer_role == signature.signer_role
        && payload.signed_at == signature.signed_at;
    if !same {
        flaws.push(Flaw::OtherSigner);
    }
    let strokes = evidence::canonical(&signature.strokes)
        .map(|text| evidence::sha256_hex(text.as_bytes()))
        .ok();
    if strokes.as_deref() != Some(payload.strokes_sha256.as_str()) {
        flaws.push(Flaw::OtherStrokes);
    }
    let png = BASE64_STANDARD
        .decode(&signature.png)
        .map(|bytes| evidence::sha256_hex(&bytes))
        .ok();
    if png.as_deref() != Some(payload.png_sha256.as_str()) {
        flaws.push(Flaw::OtherPicture);
    }
    match sheet {
        Some(sheet) if sheet.hash.as_deref() == Some(payload.sheet_hash.as_str()) => {
            if sheet.status == SheetStatus::Draft {
                flaws.push(Flaw::NotPresented);
            }
        }
        _ => flaws.push(Flaw::OtherContent),
    }
    flaws
}

/// Whether the device's own key signed it, with a nonce it had been given; or it came by a link to this sheet.
fn check_device(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    signature: &Signature,
    payload: &SignaturePayload,
) -> Result<Vec<Flaw>, Refusal> {
    if payload.device_id.is_none()
        && cause.author.origin == Origin::Server
        && let Some(nonce) = &payload.nonce
        && link::was_just_used(tx.db(), Purpose::Sign, nonce, signature.sheet_id, cause.now)?
    {
        return Ok(Vec::new());
    }
    let device = match payload.device_id {
        Some(id) if cause.author.device.is_none_or(|own| own == id) => devices::get(tx.db(), id)?,
        _ => None,
    };
    let Some(device) = device else {
        return Ok(vec![Flaw::NoDevice]);
    };
    let mut flaws = Vec::new();
    let vouched = device
        .public_key
        .as_deref()
        .zip(signature.device_signature.as_deref())
        .is_some_and(|(key, proof)| device_proof::verify_p256(key, signature.payload.as_bytes(), proof));
    if !vouched {
        flaws.push(Flaw::NoDeviceSignature);
    }
    let fresh = match &payload.nonce {
        Some(nonce) => nonces::consume(tx, nonce, device.id, cause.now)?,
        None => false,
    };
    if !fresh {
        flaws.push(Flaw::NoFreshNonce);
    }
    Ok(flaws)
}
