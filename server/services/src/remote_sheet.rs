//! A service sheet behind a mailed link: its client reads it, signs it, refuses it with a reason, or leaves a remark.
//! Looking changes nothing. A signature is bound to the same bytes as on a phone; in the place of a device's nonce it
//! names the link, which it uses up.
use crate::author::Cause;
use crate::command::{change, create, fields};
use crate::error::ServiceError;
use crate::link::{self, Purpose};
use crate::{audit, load, notify, sheet};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, SubsecRound, Utc};
use onsite_model::contact::Contact;
use onsite_model::ids::derived_id;
use onsite_model::invalid::{Invalid, line, required, text};
use onsite_model::service_sheet::{ServiceSheet, SheetStatus};
use onsite_model::sheet_content::SheetContent;
use onsite_model::signature::{Party, SIGNATURE_FORMAT, Signature, SignaturePayload};
use onsite_model::visit::Visit;
use onsite_store::{Db, Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sync_protocol::codes::ErrorCode;
use sync_protocol::evidence;
use uuid::Uuid;

/// Where a link to a sheet went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SentLink {
    pub recipient: String,
    pub expires_at: DateTime<Utc>,
}

/// Mails a new link to a sheet to a contact of its client; to the visit's where none is named. Those that were mailed
/// before work no more.
///
/// # Errors
/// The sheet can't be signed, or the contact is another client's or has no e-mail address.
pub fn send_link(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    sheet_id: Uuid,
    contact: Option<Uuid>,
) -> Result<SentLink, ServiceError> {
    let sheet: ServiceSheet = load::get(tx.db(), sheet_id)?;
    if sheet.status == SheetStatus::Signed {
        let detail = "this sheet has been signed; nothing is left to ask for";
        return Err(ServiceError::new(ErrorCode::IllegalTransition, detail).field("status"));
    }
    signable(&sheet)?;
    let visit: Visit = load::get(tx.db(), sheet.visit_id)?;
    if let Some(id) = contact
        && load::find::<Contact>(tx.db(), id)?.is_none_or(|found| found.client_id != visit.client_id)
    {
        return Err(Invalid::new("contact_id", "is no contact of this client").into());
    }
    link::end(tx, Purpose::Sign, sheet_id, cause.now)?;
    let sent = notify::sheet_to_sign(tx, cause, sheet_id, contact)?.ok_or_else(|| {
        let detail = "there is no contact with an e-mail address to send the link to";
        ServiceError::new(ErrorCode::NotReady, detail).field("contact_id")
    })?;
    audit::record(
        tx,
        cause,
        "sheet_link_sent",
        sheet_id,
        &json!({ "recipient": sent.recipient }),
    )?;
    Ok(sent)
}

/// A sheet as its link shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub sheet: ServiceSheet,
    pub content: SheetContent,
    /// Who is asked to sign, as the sheet names them.
    pub hash: String,
}

/// The sheet behind a link, exactly as it was hashed.
///
/// # Errors
/// The link is unknown, used or has run out; or the sheet is being written anew.
pub fn look(db: &mut Db, token: &str, now: DateTime<Utc>) -> Result<Shown, ServiceError> {
    let id = link::look(db, Purpose::Sign, token, now)?;
    shown(db, id)
}

fn shown(db: &mut Db, id: Uuid) -> Result<Shown, ServiceError> {
    let sheet: ServiceSheet = load::get(db, id)?;
    signable(&sheet)?;
    let (Some(canonical), Some(hash)) = (&sheet.canonical, &sheet.hash) else {
        return Err(not_ready());
    };
    let content = sheet::read_content(canonical, hash, id)?;
    Ok(Shown {
        hash: hash.clone(),
        content,
        sheet,
    })
}

fn signable(sheet: &ServiceSheet) -> Result<(), ServiceError> {
    match sheet.status {
        SheetStatus::Presented | SheetStatus::Refused | SheetStatus::Absent => Ok(()),
        SheetStatus::Signed => Err(ServiceError::new(
            ErrorCode::LinkUsed,
            "this sheet has been signed; nothing more is needed",
        )),
        SheetStatus::Draft => Err(not_ready()),
    }
}

fn not_ready() -> ServiceError {
    ServiceError::new(ErrorCode::NotReady, "this sheet is being written anew")
}

/// What a client who signs by link hands in.
#[derive(Debug, Clone, PartialEq)]
pub struct Signing {
    pub name: String,
    pub role: String,
    /// Of the sheet they had in front of them.
    pub hash: String,
    /// Pen paths in the unit square, y down.
    pub strokes: Vec<Vec<(f64, f64)>>,
    /// The same as a picture; the caller has seen that it is one.
    pub png: Vec<u8>,
    pub from: Visitor,
}

/// Where a request came from, kept with what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Visitor {
    pub address: String,
    pub user_agent: String,
}

/// Signs a sheet by its link, which is used up. What follows is as after a signature on a phone.
///
/// # Errors
/// As [`look`]; or the sheet is another than the client saw, or nothing was drawn.
pub fn sign(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    token: &str,
    signing: &Signing,
) -> Result<ServiceSheet, ServiceError> {
    let Signing { name, role, from, .. } = signing;
    required("name", name)?;
    line("role", role)?;
    drawn(&signing.strokes)?;
    let id = link::consume(tx, Purpose::Sign, token, cause.now)?;
    let shown = shown(tx.db(), id)?;
    if shown.hash != signing.hash {
        let detail = "the sheet has changed since you opened this page; read it again before you sign";
        return Err(ServiceError::new(ErrorCode::VersionConflict, detail).field("hash"));
    }
    let system = cause.effect();
    let link = link::hash_of(token);
    let signature = signature(id, &shown, signing, &link, cause.now.trunc_subsecs(3))?;
    create(tx, &system, derived_id(cause.now, id, &link), &signature)?;
    change::<ServiceSheet>(
        tx,
        &system,
        id,
        None,
        fields([("status", json!(SheetStatus::Signed))]),
    )?;
    let evidence = json!({ "hash": signing.hash, "link": link, "signer": name, "from": from });
    audit::record(tx, &system, "sheet_signed_by_link", id, &evidence)?;
    load::get(tx.db(), id)
}

/// The strokes lie in the unit square, and there is something of a signature in them.
fn drawn(strokes: &[Vec<(f64, f64)>]) -> Result<(), Invalid> {
    let mut points = strokes.iter().flatten();
    if !points.all(|(x, y)| (0.0..=1.0).contains(x) && (0.0..=1.0).contains(y)) {
        return Err(Invalid::new("strokes", "lie outside the field"));
    }
    if strokes.iter().map(Vec::len).sum::<usize>() < 2 {
        return Err(Invalid::new("strokes", "draw your signature"));
    }
    Ok(())
}

fn signature(
    sheet_id: Uuid,
    shown: &Shown,
    signing: &Signing,
    link: &str,
    signed_at: DateTime<Utc>,
) -> Result<Signature, ServiceError> {
    let canonical = |error: serde_json::Error| {
        ServiceError::new(
            ErrorCode::Internal,
            format!("the signature can't be written: {error}"),
        )
    };
    let strokes = evidence::canonical(&signing.strokes).map_err(canonical)?;
    let payload = SignaturePayload {
        format: SIGNATURE_FORMAT.to_owned(),
        sheet_hash: shown.hash.clone(),
        party: Party::Client,
        signer_name: signing.name.clone(),
        signer_role: signing.role.clone(),
        strokes_sha256: evidence::sha256_hex(strokes.as_bytes()),
        png_sha256: evidence::sha256_hex(&signing.png),
        consent_version: shown.content.consent.version,
        nonce: Some(link.to_owned()),
        signed_at,
        device_id: None,
    };
    Ok(Signature {
        sheet_id,
        party: Party::Client,
        signer_name: signing.name.clone(),
        signer_role: signing.role.clone(),
        strokes: signing.strokes.clone(),
        png: BASE64_STANDARD.encode(&signing.png),
        payload: evidence::canonical(&payload).map_err(canonical)?,
        device_signature: None,
        signed_at,
        flaw: None,
    })
}

/// Refuses a sheet by its link, which goes on working: its client may sign after all.
///
/// # Errors
/// As [`look`]; or there is no reason, or it was refused before.
pub fn refuse(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    token: &str,
    reason: &str,
    from: &Visitor,
) -> Result<(), ServiceError> {
    written("reason", reason)?;
    let id = link::look(tx.db(), Purpose::Sign, token, cause.now)?;
    shown(tx.db(), id)?;
    let system = cause.effect();
    let set = fields([("status", json!(SheetStatus::Refused)), ("reason", json!(reason))]);
    change::<ServiceSheet>(tx, &system, id, None, set)?;
    audit::record(tx, &system, "sheet_refused_by_link", id, &json!({ "from": from }))?;
    notify::sheet_answered(tx, &system, id, reason)
}

/// Leaves a remark by a sheet's link, which goes on working.
///
/// # Errors
/// As [`look`]; or there is nothing in it, or all remarks together are too long.
pub fn remark(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    token: &str,
    remark: &str,
    from: &Visitor,
) -> Result<(), ServiceError> {
    written("remark", remark)?;
    let id = link::look(tx.db(), Purpose::Sign, token, cause.now)?;
    let before = shown(tx.db(), id)?.sheet.remark;
    let all = match before {
        Some(before) => format!("{before}\n\n{remark}"),
        None => remark.to_owned(),
    };
    let system = cause.effect();
    let set = fields([("remark", json!(all)), ("remarked_at", json!(cause.now))]);
    change::<ServiceSheet>(tx, &system, id, None, set)?;
    audit::record(
        tx,
        &system,
        "sheet_remarked_by_link",
        id,
        &json!({ "from": from }),
    )?;
    notify::sheet_answered(tx, &system, id, remark)
}

fn written(field: &str, value: &str) -> Result<(), Invalid> {
    text(field, value)?;
    if value.trim().is_empty() {
        return Err(Invalid::new(field, "must not be empty"));
    }
    Ok(())
}
