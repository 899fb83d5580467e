//! Delivering the outbox: a mail is claimed, made, sent and its fate written down. A worker that dies in between
//! only delays it; the Message-ID stays the same, so a second copy can be told for one.
use crate::Jobs;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_mail::{Attachment, DeliveryError, Mail, Mailer, Outgoing, Rendered, backoff};
use onsite_model::language::Language;
use onsite_services::{ServiceError, document, notification, settings};
use onsite_store::notifications::{self, Notification, State};
use std::sync::Arc;

/// Mails of one step.
const BATCH: i64 = 20;

/// How long a claimed mail is left alone by other workers.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// The longest one mail may take: what the mail server is given to connect and to answer, and some for its documents.
const SLOWEST: TimeDelta = TimeDelta::minutes(6);

/// Delivers what is due and returns how many mails it tried; none where there is no mail server.
///
/// # Errors
/// The database is gone; the mails stay due.
pub async fn deliver_due(jobs: &Jobs) -> Result<usize, ServiceError> {
    let Some(mailer) = jobs.mailer.clone() else {
        return Ok(0);
    };
    let now = (jobs.clock)();
    let due = jobs
        .store
        .read::<_, ServiceError>(move |db| Ok(notifications::any_due(db, now)?))
        .await?;
    if !due {
        return Ok(0);
    }
    let claimed = jobs
        .store
        .write::<_, ServiceError>(move |tx| Ok(notifications::claim(tx, now, now + LEASE, BATCH)?))
        .await?;
    let mut tried = 0;
    for mut one in claimed {
        // The claim must outlast the delivery, or another server would send the same mail meanwhile. The rest is
        // claimed again when the lease is over.
        if (jobs.clock)() + SLOWEST > now + LEASE {
            break;
        }
        tried += 1;
        let outcome = send(jobs, &mailer, &one, now).await;
        let at = (jobs.clock)();
        settle(&mut one, outcome, at);
        let house = jobs.house.clone();
        jobs.store
            .write::<_, ServiceError>(move |tx| notification::settled(tx, &house, &one, at))
            .await?;
    }
    Ok(tried)
}

/// Decides what becomes of a mail after an attempt.
fn settle(one: &mut Notification, outcome: Result<(), DeliveryError>, now: DateTime<Utc>) {
    one.attempts += 1;
    match outcome {
        Ok(()) => {
            one.state = State::Sent;
            one.sent_at = Some(now);
            one.error = None;
        }
        Err(error) => {
            tracing::warn!(mail = %one.id, %error, "a mail was not delivered");
            one.error = Some(error.to_string());
            match (error, backoff(one.attempts)) {
                (DeliveryError::Transient(_), Some(wait)) => one.next_at = now + wait,
                _ => one.state = State::Dead,
            }
        }
    }
}

async fn send(
    jobs: &Jobs,
    mailer: &Arc<Mailer>,
    one: &Notification,
    now: DateTime<Utc>,
) -> Result<(), DeliveryError> {
    let mail: Mail = serde_json::from_str(&one.mail)
        .map_err(|error| DeliveryError::Permanent(format!("the stored mail can't be read: {error}")))?;
    let language = Language::of_tag(&one.language);
    let outgoing = Outgoing {
        message_id: one.message_id.clone(),
        from: jobs.house.sender.clone(),
        to: mail.recipient.clone(),
        rendered: rendered(jobs, mail, language).await?,
        attachments: attachments(jobs, one).await?,
        date: now,
    };
    mailer.send(&outgoing).await
}

/// Makes the mail's words beside the event loop; a fault in that is this mail's alone.
async fn rendered(jobs: &Jobs, mail: Mail, language: Language) -> Result<Rendered, DeliveryError> {
    let kind = mail.content.kind().as_str();
    let wording = jobs
        .store
        .read::<_, ServiceError>(move |db| settings::wording(db, kind, language))
        .await
        .map_err(|error| DeliveryError::Transient(format!("the settings can't be read now: {error}")))?;
    tokio::task::spawn_blocking(move || wording.rendered(&mail))
        .await
        .map_err(|error| DeliveryError::Permanent(format!("the mail could not be made: {error}")))?
        .map_err(DeliveryError::from)
}

/// The documents of a mail about a signed sheet: the sheet as it was signed, and the inspection record.
async fn attachments(jobs: &Jobs, one: &Notification) -> Result<Vec<Attachment>, DeliveryError> {
    let (Some(sheet_id), Some(visit_id)) = (one.sheet_id, one.visit_id) else {
        return Ok(Vec::new());
    };
    let later =
        |error: ServiceError| DeliveryError::Transient(format!("the documents can't be made now: {error}"));
    let house = jobs.house.clone();
    let (sheet, record) = jobs
        .store
        .read(move |db| {
            let sheet = document::SheetPrint::load(db, &house, sheet_id)?;
            let language = Some(sheet.language());
            let record = document::RecordPrint::load(db, &house, visit_id, language)?;
            Ok((sheet, record))
        })
        .await
        .map_err(later)?;
    tokio::task::spawn_blocking(move || {
        let mut files = vec![pdf(&sheet.file_name(), sheet.pdf()?)];
        if let Some(record) = record {
            files.push(pdf(&record.file_name(), record.pdf()?));
        }
        Ok(files)
    })
    .await
    .map_err(|error| DeliveryError::Transient(format!("rendering failed: {error}")))?
    .map_err(later)
}

fn pdf(name: &str, bytes: Vec<u8>) -> Attachment {
    Attachment {
        file_name: format!("{name}.pdf"),
        media_type: "application/pdf".to_owned(),
        bytes,
    }
}
