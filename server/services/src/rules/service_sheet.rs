//! Service sheets: shown only when complete, fixed once signed, sealed, mailed, called back; what is edited later
//! becomes a proposed amendment.
use super::Note;
use crate::apply::Refusal;
use crate::author::{Cause, Origin};
use crate::error::ServiceError;
use crate::number::Series;
use crate::put::{Become, put};
use crate::taking::Taker;
use crate::{audit, load, notify, number, sheet};
use onsite_model::attachment::Attachment;
use onsite_model::callback::{Callback, CallbackStatus};
use onsite_model::entity::{EntityKind, Record};
use onsite_model::ids::natural_id;
use onsite_model::inspection::Inspection;
use onsite_model::invalid::Invalid;
use onsite_model::service_sheet::{ServiceSheet, SheetStatus};
use onsite_model::sheet_amendment::{AmendmentStatus, Difference, SheetAmendment};
use onsite_model::sheet_compile::{self, Edition};
use onsite_model::sheet_content::SheetContent;
use onsite_model::signature::{Party, Signature};
use onsite_model::visit::{Visit, VisitStatus};
use onsite_store::rows;
use onsite_store::{Tx, WriteError, signing_keys, visits};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::evidence;
use sync_protocol::operation::Operation;
use uuid::Uuid;

pub(super) fn before(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: Option<&ServiceSheet>,
    sheet: &mut ServiceSheet,
) -> Result<Vec<Note>, Refusal> {
    if sheet.number.is_none() {
        sheet.number = Some(number::next(tx, cause.house, Series::Sheet, cause.now)?);
    }
    if let Some(old) = old {
        keep_shown(tx, cause, id, old, sheet)?;
    }
    if let (Some(canonical), Some(hash)) = (&sheet.canonical, &sheet.hash) {
        let changed = old.is_none_or(|old| content(old) != content(sheet));
        if changed {
            check_content(sheet, &sheet::read_content(canonical, hash, id)?)?;
        }
    }
    let from = old.map_or(SheetStatus::Draft, |old| old.status);
    if sheet.status != from {
        let signed = sheet
            .hash
            .as_deref()
            .map_or(Ok(false), |hash| is_signed_by_client(tx, id, hash))?;
        check_step(id, sheet, signed)?;
    }
    Ok(Vec::new())
}

fn content(sheet: &ServiceSheet) -> (&Option<String>, &Option<String>) {
    (&sheet.canonical, &sheet.hash)
}

/// What the client has seen and what was said then.
fn shown(sheet: &ServiceSheet) -> [(&'static str, Value); 5] {
    [
        ("canonical", json!(sheet.canonical)),
        ("hash", json!(sheet.hash)),
        ("reason", json!(sheet.reason)),
        ("rating", json!(sheet.rating)),
        ("status", json!(sheet.status)),
    ]
}

/// The content says which sheet it is.
fn check_content(sheet: &ServiceSheet, content: &SheetContent) -> Result<(), Invalid> {
    let same = (content.visit_id, content.version, &content.amends)
        == (sheet.visit_id, sheet.version, &sheet.amends);
    if same {
        Ok(())
    } else {
        Err(Invalid::new("canonical", "is the content of another sheet"))
    }
}

/// Whether the client signed these very bytes.
fn is_signed_by_client(tx: &mut Tx<'_>, sheet: Uuid, hash: &str) -> Result<bool, ServiceError> {
    let signatures: BTreeMap<Uuid, Signature> = load::children(tx.db(), sheet)?;
    Ok(signatures
        .values()
        .any(|signature| signature.party == Party::Client && signature.is_under(hash)))
}

/// What was shown stays while it is shown, and for ever once it was answered: it goes back to a draft first. What
/// a phone wanted otherwise is proposed as an amendment; a person is told.
fn keep_shown(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: &ServiceSheet,
    sheet: &mut ServiceSheet,
) -> Result<(), Refusal> {
    let is_final = old.status == SheetStatus::Signed;
    let is_shown = old.status != SheetStatus::Draft && sheet.status != SheetStatus::Draft;
    // Who was absent may refuse by the link, with a reason of their own.
    let refuses_later = cause.author.origin == Origin::Server
        && (old.status, sheet.status) == (SheetStatus::Absent, SheetStatus::Refused);
    let fixed: Vec<Difference> = shown(old)
        .into_iter()
        .zip(shown(sheet))
        .filter(|((field, before), (_, after))| {
            let kept = match *field {
                "status" => is_final,
                "reason" => old.status.is_outcome() && !refuses_later,
                "rating" => old.status.is_outcome(),
                _ => is_final || is_shown,
            };
            kept && before != after
        })
        .map(|((field, sealed), (_, now))| Difference {
            field: field.to_owned(),
            sealed,
            now,
        })
        .collect();
    if fixed.is_empty() {
        return Ok(());
    }
    if cause.author.origin != Origin::Device {
        let detail = "this sheet has been shown or signed; what changes now becomes an amendment";
        return Err(ServiceError::new(ErrorCode::IllegalTransition, detail)
            .field(&fixed[0].field)
            .into());
    }
    if let (Some(canonical), Some(hash)) = (&sheet.canonical, &sheet.hash) {
        // What is no sheet at all is kept whole in quarantine instead.
        sheet::read_content(canonical, hash, id)?;
    }
    for difference in &fixed {
        match difference.field.as_str() {
            "canonical" => sheet.canonical.clone_from(&old.canonical),
            "hash" => sheet.hash.clone_from(&old.hash),
            "reason" => sheet.reason.clone_from(&old.reason),
            "rating" => sheet.rating = old.rating,
            _ => sheet.status = old.status,
        }
    }
    propose(tx, cause, id, old, fixed, &cause.operation.to_string())?;
    Ok(())
}

fn check_step(id: Uuid, sheet: &ServiceSheet, signed_by_client: bool) -> Result<(), ServiceError> {
    let not_ready =
        |detail: String, field: &str| Err(ServiceError::new(ErrorCode::NotReady, detail).field(field));
    if sheet.status == SheetStatus::Draft {
        return Ok(());
    }
    let (Some(canonical), Some(hash)) = (&sheet.canonical, &sheet.hash) else {
        return not_ready(
            "a sheet is shown with its content and hash".to_owned(),
            "canonical",
        );
    };
    let missing = sheet_compile::missing(&sheet::read_content(canonical, hash, id)?);
    if let Some(first) = missing.first() {
        return not_ready(format!("fill in first: {}", missing.join(", ")), first);
    }
    if sheet.status == SheetStatus::Signed && !signed_by_client {
        return not_ready("the client's signature is missing".to_owned(), "status");
    }
    Ok(())
}

pub(super) fn after(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: Option<&ServiceSheet>,
    sheet: &ServiceSheet,
) -> Result<(), ServiceError> {
    let before = old.map(|old| old.status);
    if before == Some(sheet.status) || !sheet.status.is_outcome() {
        return Ok(());
    }
    if sheet.status == SheetStatus::Signed {
        seal(tx, cause, id, sheet)?;
    }
    audit::record(
        tx,
        cause,
        match sheet.status {
            SheetStatus::Signed => "sheet_signed",
            SheetStatus::Refused => "sheet_refused",
            _ => "client_absent",
        },
        id,
        &json!({ "hash": sheet.hash, "reason": sheet.reason }),
    )?;
    close_visit(tx, cause, sheet.visit_id)?;
    fall_due(tx, cause, sheet.visit_id)?;
    if sheet.status == SheetStatus::Signed {
        notify::signed_sheet(tx, cause, id)?;
    } else if cause.author.origin != Origin::Server {
        // Who refused by the link has it already.
        notify::sheet_to_sign(tx, cause, id, None)?;
    }
    // A client who signs by link after an absence has been asked already.
    if before.is_some_and(SheetStatus::is_outcome) {
        return Ok(());
    }
    notify::survey(tx, cause, sheet.visit_id)
}

/// The server's seal: its Ed25519 signature over the sheet's hash and the hashes of what was signed.
fn seal(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid, sheet: &ServiceSheet) -> Result<(), ServiceError> {
    let signatures: BTreeMap<Uuid, Signature> = load::children(tx.db(), id)?;
    let mut sealed = ServiceSheet {
        sealed_at: Some(cause.now),
        sealed_payloads: signatures.values().map(payload_hash).collect(),
        ..sheet.clone()
    };
    let key = cause.house.secrets.seal();
    sealed.seal = Some(key.sign(seal_message(id, &sealed)?.as_bytes()));
    sealed.seal_key = Some(key.id().to_owned());
    signing_keys::add(tx, key.id(), key.public(), cause.now)?;
    let Some(row) = rows::get(tx.db(), id)? else {
        return Err(ServiceError::not_found("service_sheet"));
    };
    put(
        tx,
        &cause.effect(),
        id,
        Some(&row),
        Become::Record(sealed.into(), row.body.clone()),
    )?;
    Ok(())
}

/// By which a seal knows a signature again.
pub(crate) fn payload_hash(signature: &Signature) -> String {
    evidence::sha256_hex(signature.payload.as_bytes())
}

/// What a seal is made over.
///
/// # Errors
/// Never, for values that came from JSON.
pub(crate) fn seal_message(id: Uuid, sheet: &ServiceSheet) -> Result<String, ServiceError> {
    let message = json!({
        "format": "seal-v1", "sheet_id": id, "sheet_hash": sheet.hash, "signatures": sheet.sealed_payloads,
    });
    evidence::canonical(&message).map_err(|error| {
        ServiceError::new(ErrorCode::Internal, format!("the seal can't be written: {error}"))
    })
}

fn close_visit(tx: &mut Tx<'_>, cause: &Cause<'_>, visit_id: Uuid) -> Result<(), ServiceError> {
    let (row, visit) = load::row::<Visit>(tx.db(), visit_id)?;
    if let Ok(status) = visit.status.become_(VisitStatus::Closed) {
        let closed = Visit { status, ..visit };
        put(
            tx,
            &cause.effect(),
            visit_id,
            Some(&row),
            Become::Record(closed.into(), row.body.clone()),
        )?;
    }
    Ok(())
}

fn fall_due(tx: &mut Tx<'_>, cause: &Cause<'_>, visit_id: Uuid) -> Result<(), ServiceError> {
    let id = Callback::id(visit_id);
    if rows::get(tx.db(), id)?.is_some() {
        return Ok(());
    }
    let callback = Callback {
        visit_id,
        due_at: cause.now + cause.house.callback_after,
        status: CallbackStatus::Due,
        attempts: 0,
        last_attempt_at: None,
        agent_id: None,
        score: None,
        comment: None,
        new_needs: None,
        ticket_id: None,
        survey_score: None,
        survey_comment: None,
        surveyed_at: None,
    };
    put(
        tx,
        &cause.effect(),
        id,
        None,
        Become::Record(callback.into(), Fields::new()),
    )?;
    Ok(())
}

/// Compares signed sheets with the records they were compiled from, after operations that may have changed these. A
/// sheet that can't be compared is no fault of the operations: they stand, and the log says so.
///
/// # Errors
/// The database is gone.
pub(crate) fn propose_amendments(
    tx: &mut Tx<'_>,
    taker: &Taker<'_>,
    operations: &[&Operation],
) -> Result<(), ServiceError> {
    let mut told_by: BTreeMap<Uuid, &Operation> = BTreeMap::new();
    for operation in operations {
        for visit in visits_of_row(tx, &taker.cause(operation), operation.row)? {
            told_by.insert(visit, operation);
        }
    }
    for (visit, operation) in told_by {
        let compared = tx.attempt(|tx| propose_amendment(tx, &taker.cause(operation), visit));
        if let Err(error) = compared {
            if error.store_error().is_some() {
                return Err(error);
            }
            tracing::error!(%visit, %error, "a signed sheet can't be compared with its records");
        }
    }
    Ok(())
}

/// The same after one write to a row.
///
/// # Errors
/// The sheet can't be read, or the database is gone.
pub(crate) fn propose_amendments_after(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    row: Uuid,
) -> Result<(), ServiceError> {
    for visit in visits_of_row(tx, cause, row)? {
        propose_amendment(tx, cause, visit)?;
    }
    Ok(())
}

fn visits_of_row(tx: &mut Tx<'_>, cause: &Cause<'_>, row: Uuid) -> Result<Vec<Uuid>, ServiceError> {
    match rows::get(tx.db(), row)? {
        Some(row) => visits_told_by(tx, cause, row.id, &row.kind.decode(&row.body)?),
        None => Ok(Vec::new()),
    }
}

fn propose_amendment(tx: &mut Tx<'_>, cause: &Cause<'_>, visit_id: Uuid) -> Result<(), ServiceError> {
    let Some((sheet_id, sheet)) = sheet::sealed(tx.db(), visit_id)? else {
        return Ok(());
    };
    let (Some(canonical), Some(hash)) = (&sheet.canonical, &sheet.hash) else {
        return Ok(());
    };
    let content = sheet::read_content(canonical, hash, sheet_id)?;
    let edition = Edition {
        sheet_id,
        version: sheet.version,
        amends: sheet.amends.clone(),
        language: content.language,
        provider: content.provider.clone(),
    };
    let now = sheet_compile::compile(&sheet::records(tx.db(), visit_id)?, &edition);
    let differences = sheet_compile::differences(&content, &now);
    if differences.is_empty() {
        return Ok(());
    }
    propose(tx, cause, sheet_id, &sheet, differences, "records")
}

/// The visits whose sheet a record is part of.
fn visits_told_by(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    record: &Record,
) -> Result<Vec<Uuid>, ServiceError> {
    let one = |visit: Option<Uuid>| Ok(visit.into_iter().collect());
    match record {
        Record::Visit(_) => Ok(vec![id]),
        Record::ServiceSheet(sheet) => one(Some(sheet.visit_id)),
        Record::WorklogEntry(entry) => one(entry.visit_id),
        Record::Inspection(inspection) => one(Some(inspection.visit_id)),
        Record::Advice(advice) => one(Some(advice.visit_id)),
        Record::InspectionAnswer(answer) => {
            one(load::find::<Inspection>(tx.db(), answer.inspection_id)?
                .map(|inspection| inspection.visit_id))
        }
        Record::Attachment(attachment) => match rows::get(tx.db(), attachment.owner_id)? {
            Some(owner) if owner.kind != EntityKind::Attachment => {
                let record = owner.kind.decode(&owner.body)?;
                visits_told_by(tx, cause, owner.id, &record)
            }
            _ => Ok(Vec::new()),
        },
        // Late work on a ticket comes from a phone; the office's own edits go on with the ticket, not the visit.
        Record::Ticket(_) if cause.author.origin == Origin::Device => Ok(visits::of_ticket(tx.db(), id)?),
        _ => Ok(Vec::new()),
    }
}

fn propose(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    sheet_id: Uuid,
    sheet: &ServiceSheet,
    differences: Vec<Difference>,
    source: &str,
) -> Result<(), ServiceError> {
    let mut id = natural_id(sheet_id, &format!("amendment/{source}"));
    let mut before = rows::get(tx.db(), id)?;
    if let Some(row) = &before
        && let Record::SheetAmendment(known) = row.kind.decode(&row.body)?
    {
        if known.differences == differences {
            return Ok(());
        }
        // A decided one stays; what differs since is another proposal.
        if known.status != AmendmentStatus::Proposed {
            id = natural_id(cause.operation, &format!("amendment/{sheet_id}"));
            before = rows::get(tx.db(), id)?;
        }
    }
    let amendment = SheetAmendment {
        sheet_id,
        sealed_hash: sheet.hash.clone().unwrap_or_default(),
        differences,
        proposed_at: cause.now,
        status: AmendmentStatus::Proposed,
    };
    put(
        tx,
        &cause.effect(),
        id,
        before.as_ref(),
        Become::Record(amendment.into(), Fields::new()),
    )?;
    Ok(())
}

/// A photo a signed sheet names is evidence and stays.
pub(super) fn before_delete_attachment(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    attachment: &Attachment,
) -> Result<(), ServiceError> {
    if is_evidence(tx, cause, attachment)? {
        let detail = "a signed sheet names this photo; it can't be deleted";
        return Err(ServiceError::new(ErrorCode::IllegalTransition, detail));
    }
    Ok(())
}

/// Whether a signed sheet names this photo.
pub(crate) fn is_evidence(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    attachment: &Attachment,
) -> Result<bool, ServiceError> {
    let Some(owner) = rows::get(tx.db(), attachment.owner_id)? else {
        return Ok(false);
    };
    for visit in visits_told_by(tx, cause, owner.id, &owner.kind.decode(&owner.body)?)? {
        if let Some((_, sheet)) = sheet::sealed(tx.db(), visit)?
            && sheet
                .canonical
                .is_some_and(|canonical| canonical.contains(&attachment.sha256))
        {
            return Ok(true);
        }
    }
    Ok(false)
}
