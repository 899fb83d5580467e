//! The mail outbox, as a dispatcher sees it.
use crate::audit;
use crate::author::{Author, Cause};
use crate::error::ServiceError;
use crate::house::House;
use crate::link::{self, Purpose};
use crate::load;
use crate::put::{Become, put};
use crate::remote_sheet;
use chrono::{DateTime, Utc};
use onsite_mail::{Content, Link, Mail};
use onsite_model::ids::derived_id;
use onsite_model::service_sheet::ServiceSheet;
use onsite_store::notifications::{self, Notification, State};
use onsite_store::{Db, Tx};
use serde_json::json;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// One mail.
///
/// # Errors
/// There is none of this id.
pub fn get(db: &mut Db, id: Uuid) -> Result<Notification, ServiceError> {
    notifications::get(db, id)?.ok_or_else(|| ServiceError::not_found("notification"))
}

/// Writes down what became of a mail after an attempt. Of one about a signed sheet its technician is told by the sheet.
///
/// # Errors
/// The database is gone.
pub fn settled(
    tx: &mut Tx<'_>,
    house: &House,
    one: &Notification,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    notifications::record(tx, one)?;
    let Some(sheet_id) = one.sheet_id.filter(|_| one.state != State::Due) else {
        return Ok(());
    };
    let (row, sheet) = load::row::<ServiceSheet>(tx.db(), sheet_id)?;
    let sent = one.state == State::Sent;
    let told = ServiceSheet {
        mailed_to: Some(one.recipient.clone()),
        mailed_at: if sent { one.sent_at } else { sheet.mailed_at },
        mail_failed_at: (!sent).then_some(now),
        ..sheet
    };
    let cause = Cause {
        author: &Author::SYSTEM,
        operation: derived_id(now, one.id, &format!("settled/{}", one.attempts)),
        occurred_at: now,
        now,
        house,
    };
    put(
        tx,
        &cause,
        sheet_id,
        Some(&row),
        Become::Record(told.into(), row.body.clone()),
    )?;
    Ok(())
}

/// Has a mail delivered now, whether it was given up, sent before, or is waiting for its next attempt. It keeps its
/// Message-ID, so a recipient's program knows it for the same mail.
///
/// # Errors
/// There is none of this id, or all it asks for is behind a link that works no more.
pub fn resend(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid) -> Result<Notification, ServiceError> {
    let before = get(tx.db(), id)?;
    leads_somewhere(tx.db(), &before, cause.now)?;
    let due = Notification {
        state: State::Due,
        attempts: 0,
        next_at: cause.now,
        error: None,
        ..before
    };
    notifications::record(tx, &due)?;
    audit::record(
        tx,
        cause,
        "notification_resent",
        id,
        &json!({ "recipient": due.recipient }),
    )?;
    Ok(due)
}

/// Whether the link that a mail was written for, if there is one, still works.
fn leads_somewhere(db: &mut Db, one: &Notification, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let Ok(mail) = serde_json::from_str::<Mail>(&one.mail) else {
        return Ok(());
    };
    let looked = match &mail.content {
        Content::Briefing(briefing) => {
            link::look(db, Purpose::Briefing, token(&briefing.link), now).map(drop)
        }
        // It may have been signed on a phone meanwhile.
        Content::SheetUnsigned(sheet) => remote_sheet::look(db, token(&sheet.sign_link), now).map(drop),
        Content::Survey(survey) => link::look(db, Purpose::Survey, token(&survey.survey_link), now).map(drop),
        _ => Ok(()),
    };
    let Err(refusal) = looked else {
        return Ok(());
    };
    let detail = match refusal.code {
        ErrorCode::LinkUsed => "the link in this mail was used; nothing is left to ask for",
        ErrorCode::LinkExpired => "the link in this mail works no more; a newer mail may have one that does",
        _ => return Err(refusal),
    };
    Err(ServiceError::new(ErrorCode::IllegalTransition, detail))
}

/// What a link of ours is known by.
fn token(link: &Link) -> &str {
    link.as_str().rsplit('/').next().unwrap_or_default()
}
