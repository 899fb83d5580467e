//! Service sheets: shown only when complete, fixed once signed, sealed, mailed, called back; what is edited later
//! becomes a proposed amendment.
use super::Note;
use crate::apply::Refusal;
use crate::author::{Cause, Origin};
use crate::error::ServiceError;
use crate::put::{Become, put};
use crate::{audit, load, notify, number, sheet};
use onsite_model::attachment::Attachment;
use onsite_model::callback::{Callback, CallbackStatus};
use onsite_model::entity::Record;
use onsite_model::ids::natural_id;
use onsite_model::inspection::Inspection;
use onsite_model::service_sheet::{ServiceSheet, SheetStatus};
use onsite_model::sheet_amendment::{AmendmentStatus, Difference, SheetAmendment};
use onsite_model::sheet_compile::{self, Edition};
use onsite_model::signature::{Party, Signature};
use onsite_model::visit::{Visit, VisitStatus};
use onsite_store::rows;
use onsite_store::{Tx, signing_keys, visits};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::evidence;
use uuid::Uuid;

pub(super) fn before(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: Option<&ServiceSheet>,
    sheet: &mut ServiceSheet,
) -> Result<Vec<Note>, Refusal> {
    if sheet.number.is_none() {
        sheet.number = Some(number::next(tx, "S", cause.now)?);
    }
    let signed_by_client = is_signed_by_client(tx, id)?;
    if let Some(old) = old
        && (old.status.is_outcome() || signed_by_client)
        && content(old) != content(sheet)
    {
        keep_sealed(tx, cause, id, old, sheet)?;
    }
    if let (Some(canonical), Some(hash)) = (&sheet.canonical, &sheet.hash) {
        let changed = old.is_none_or(|old| content(old) != content(sheet));
        if changed {
            sheet::read_content(canonical, hash, id)?;
        }
    }
    let from = old.map_or(SheetStatus::Draft, |old| old.status);
    if sheet.status != from {
        check_step(id, sheet, signed_by_client)?;
    }
    Ok(Vec::new())
}

fn content(sheet: &ServiceSheet) -> (&Option<String>, &Option<String>) {
    (&sheet.canonical, &sheet.hash)
}

fn is_signed_by_client(tx: &mut Tx<'_>, sheet: Uuid) -> Result<bool, ServiceError> {
    let signatures: BTreeMap<Uuid, Signature> = load::children(tx.db(), sheet)?;
    Ok(signatures
        .values()
        .any(|signature| signature.party == Party::Client))
}

/// Sealed bytes never change: what a phone wanted to change is proposed as an amendment, a person is told.
fn keep_sealed(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: &ServiceSheet,
    sheet: &mut ServiceSheet,
) -> Result<(), ServiceError> {
    if cause.author.origin != Origin::Device {
        let detail = "this sheet is signed; what changes now becomes an amendment";
        return Err(ServiceError::new(ErrorCode::IllegalTransition, detail).field("canonical"));
    }
    let wanted = sheet
        .canonical
        .as_deref()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    let sealed = old
        .canonical
        .as_deref()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    let difference = Difference {
        field: "content".to_owned(),
        sealed: sealed.unwrap_or(Value::Null),
        now: wanted.unwrap_or(Value::Null),
    };
    propose(tx, cause, id, old, vec![difference], "edited")?;
    sheet.canonical.clone_from(&old.canonical);
    sheet.hash.clone_from(&old.hash);
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
    }
    notify::survey(tx, cause, sheet.visit_id)
}

/// The server's seal: its Ed25519 signature over the sheet's hash and the hashes of what was signed.
fn seal(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid, sheet: &ServiceSheet) -> Result<(), ServiceError> {
    let signatures: BTreeMap<Uuid, Signature> = load::children(tx.db(), id)?;
    let message = seal_message(id, sheet, &signatures)?;
    let key = cause.house.secrets.seal();
    signing_keys::add(tx, key.id(), key.public(), cause.now)?;
    let Some(row) = rows::get(tx.db(), id)? else {
        return Err(ServiceError::not_found("service_sheet"));
    };
    let sealed = ServiceSheet {
        sealed_at: Some(cause.now),
        seal: Some(key.sign(message.as_bytes())),
        seal_key: Some(key.id().to_owned()),
        ..sheet.clone()
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

/// What a seal is made over.
///
/// # Errors
/// Never, for values that came from JSON.
pub(crate) fn seal_message(
    id: Uuid,
    sheet: &ServiceSheet,
    signatures: &BTreeMap<Uuid, Signature>,
) -> Result<String, ServiceError> {
    let payloads: Vec<String> = signatures
        .values()
        .map(|signature| evidence::sha256_hex(signature.payload.as_bytes()))
        .collect();
    let message = json!({
        "format": "seal-v1", "sheet_id": id, "sheet_hash": sheet.hash, "signatures": payloads,
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

/// Compares a signed sheet with the records it was compiled from, whenever one of them changes.
pub(super) fn propose_amendments(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    record: &Record,
) -> Result<(), ServiceError> {
    for visit_id in visits_told_by(tx, cause, id, record)? {
        let Some((sheet_id, sheet)) = sheet::sealed(tx.db(), visit_id)? else {
            continue;
        };
        let (Some(canonical), Some(hash)) = (&sheet.canonical, &sheet.hash) else {
            continue;
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
        if !differences.is_empty() {
            propose(tx, cause, sheet_id, &sheet, differences, "records")?;
        }
    }
    Ok(())
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
        // Late work on a ticket comes from a phone; the office's own edits go on with the ticket, not the visit.
        Record::Ticket(ticket) if cause.author.origin == Origin::Device => {
            let filter = visits::Filter {
                site: ticket.site_id,
                technician: cause.author.user,
                status: Some(VisitStatus::Closed.name().to_owned()),
                ..visits::Filter::default()
            };
            let candidates = visits::list(tx.db(), &filter, None, None, 200)?;
            let mut found = Vec::new();
            for row in rows::get_many(tx.db(), &candidates)? {
                if let Record::Visit(visit) = row.kind.decode(row.body)?
                    && visit.ticket_ids.contains(&id)
                {
                    found.push(row.id);
                }
            }
            Ok(found)
        }
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
    let id = natural_id(sheet_id, &format!("amendment/{source}"));
    let before = rows::get(tx.db(), id)?;
    if let Some(row) = &before
        && let Record::SheetAmendment(known) = row.kind.decode(row.body.clone())?
        && known.differences == differences
    {
        return Ok(());
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
    for visit in visits_told_by(tx, cause, owner.id, &owner.kind.decode(owner.body)?)? {
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
