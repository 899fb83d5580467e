//! Mails about service sheets.
use super::{About, add, contact, facts, in_role, member, page, reachable, tell, web};
use crate::author::Cause;
use crate::error::ServiceError;
use crate::link::{self, Purpose};
use crate::load;
use crate::pages::Page;
use crate::remote_sheet::SentLink;
use onsite_mail::{Content, NotSigned, SheetAnswered, SheetUnsigned, SignedSheet};
use onsite_model::inspection::Inspection;
use onsite_model::role::Role;
use onsite_model::service_sheet::{ServiceSheet, SheetStatus};
use onsite_model::signature::{Party, Signature};
use onsite_model::visit::Visit;
use onsite_store::Tx;
use std::collections::BTreeMap;
use uuid::Uuid;

/// To the client: the signed sheet, whose documents the job attaches.
pub(crate) fn signed_sheet(tx: &mut Tx<'_>, cause: &Cause<'_>, sheet_id: Uuid) -> Result<(), ServiceError> {
    let sheet: ServiceSheet = load::get(tx.db(), sheet_id)?;
    let visit: Visit = load::get(tx.db(), sheet.visit_id)?;
    let to = contact(tx, &visit)?;
    tell(
        tx,
        cause,
        About {
            subject: sheet_id,
            visit: Some(sheet.visit_id),
            sheet: Some(sheet_id),
        },
        to,
        |tx| {
            let signatures: BTreeMap<Uuid, Signature> = load::children(tx.db(), sheet_id)?;
            let client = signatures
                .into_values()
                .find(|signature| signature.party == Party::Client);
            let hash = sheet.hash.clone().unwrap_or_default();
            let inspections: BTreeMap<Uuid, Inspection> = load::children(tx.db(), sheet.visit_id)?;
            Ok(Content::SignedSheet(SignedSheet {
                visit: facts(tx, sheet.visit_id, &visit)?,
                sheet_number: sheet.number.clone().unwrap_or_default(),
                signer_name: client
                    .as_ref()
                    .map(|client| client.signer_name.clone())
                    .unwrap_or_default(),
                signed_at: client.map_or(cause.occurred_at, |client| client.signed_at),
                verify_link: web(cause, &format!("/verify/{hash}"))?,
                sha256: hash,
                with_inspection_record: !inspections.is_empty(),
            }))
        },
    )
}

/// To a contact of the client, the visit's where none is named: the link by which a sheet can be read and signed.
/// `None` where there is nobody to send it to.
pub(crate) fn sheet_to_sign(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    sheet_id: Uuid,
    to: Option<Uuid>,
) -> Result<Option<SentLink>, ServiceError> {
    let sheet: ServiceSheet = load::get(tx.db(), sheet_id)?;
    let visit: Visit = load::get(tx.db(), sheet.visit_id)?;
    let Some(to) = reachable(tx, to.or(visit.contact_id))? else {
        return Ok(None);
    };
    let recipient = to.person.email.clone();
    let (token, expires_at) = link::issue(tx, cause, Purpose::Sign, sheet_id)?;
    let content = Content::SheetUnsigned(SheetUnsigned {
        visit: facts(tx, sheet.visit_id, &visit)?,
        sheet_number: sheet.number.unwrap_or_default(),
        outcome: match sheet.status {
            SheetStatus::Refused => NotSigned::Refused,
            SheetStatus::Absent => NotSigned::Absent,
            _ => NotSigned::Waiting,
        },
        reason: sheet.reason.unwrap_or_default(),
        sign_link: web(cause, &format!("/sign/{token}"))?,
        link_expires_at: expires_at,
    });
    let about = About {
        visit: Some(sheet.visit_id),
        ..About::row(sheet_id)
    };
    add(tx, cause, to, content, about)?;
    Ok(Some(SentLink {
        recipient,
        expires_at,
    }))
}

/// To the technician and the managers: a client refused a sheet by its link, or wrote something about it.
pub(crate) fn sheet_answered(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    sheet_id: Uuid,
    words: &str,
) -> Result<(), ServiceError> {
    let sheet: ServiceSheet = load::get(tx.db(), sheet_id)?;
    let visit: Visit = load::get(tx.db(), sheet.visit_id)?;
    let mut told = in_role(tx, &[Role::Manager])?;
    told.extend(member(tx, visit.technician_id)?);
    for to in told {
        let content = Content::SheetAnswered(SheetAnswered {
            visit: facts(tx, sheet.visit_id, &visit)?,
            sheet_number: sheet.number.clone().unwrap_or_default(),
            refused: sheet.status == SheetStatus::Refused && sheet.reason.as_deref() == Some(words),
            words: words.to_owned(),
            link: page(cause, Page::Visit(sheet.visit_id), to.role)?,
        });
        let about = About {
            visit: Some(sheet.visit_id),
            ..About::row(sheet_id)
        };
        add(tx, cause, to, content, about)?;
    }
    Ok(())
}
