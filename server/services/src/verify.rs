//! Verifying a signed sheet by its hash: whether its bytes, its signatures and the server's seal still fit.
use crate::error::ServiceError;
use crate::rules::{payload_hash, seal_message};
use crate::secrets::verify_seal;
use crate::{load, sheet};
use chrono::{DateTime, Utc};
use onsite_model::flaw::Flaw;
use onsite_model::service_sheet::{ServiceSheet, SheetStatus};
use onsite_model::signature::{Party, Signature};
use onsite_store::{Db, service_sheets, signing_keys};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What anybody who holds a sheet's hash may know of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    pub hash: String,
    pub number: Option<String>,
    pub status: SheetStatus,
    pub version: u32,
    pub sealed_at: Option<DateTime<Utc>>,
    /// The stored bytes still have this hash.
    pub content_fits: bool,
    /// The server's seal fits bytes and signatures.
    pub seal_fits: bool,
    pub signers: Vec<Signer>,
    /// Differences have been proposed since.
    pub amended: bool,
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Signer {
    pub party: Party,
    pub name: String,
    pub signed_at: DateTime<Utc>,
    /// What did not fit when it was checked; absent means everything did.
    pub flaw: Option<String>,
}

/// Checks the sheet of this hash.
///
/// # Errors
/// There is none.
pub fn by_hash(db: &mut Db, hash: &str) -> Result<Verification, ServiceError> {
    let id = service_sheets::with_hash(db, hash)?.ok_or_else(|| ServiceError::not_found("sheet"))?;
    let sheet: ServiceSheet = load::get(db, id)?;
    let signatures: BTreeMap<Uuid, Signature> = load::children(db, id)?;
    let canonical = sheet.canonical.as_deref().unwrap_or_default();
    let public = match &sheet.seal_key {
        Some(key) => signing_keys::get(db, key)?,
        None => None,
    };
    let message = seal_message(id, &sheet)?;
    let seal_fits = public
        .zip(sheet.seal.as_deref())
        .is_some_and(|(public, seal)| verify_seal(&public, message.as_bytes(), seal));
    let amendments: BTreeMap<Uuid, onsite_model::sheet_amendment::SheetAmendment> = load::children(db, id)?;
    Ok(Verification {
        hash: hash.to_owned(),
        content_fits: sheet::read_content(canonical, hash, id).is_ok(),
        number: sheet.number,
        status: sheet.status,
        version: sheet.version,
        sealed_at: sheet.sealed_at,
        seal_fits,
        signers: signatures
            .into_values()
            .map(|signature| {
                let sealed = sheet.sealed_payloads.contains(&payload_hash(&signature));
                let late = (!sealed).then(|| Flaw::AddedLate.english().to_owned());
                Signer {
                    party: signature.party,
                    name: signature.signer_name,
                    signed_at: signature.signed_at,
                    flaw: signature.flaw.or(late),
                }
            })
            .collect(),
        amended: !amendments.is_empty(),
    })
}
