//! Links for clients without an account: 256 bits nobody can guess, known to us only by their hash.
use crate::author::Cause;
use crate::error::ServiceError;
use crate::load;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use onsite_model::callback::Callback;
use onsite_model::client::Client;
use onsite_model::contact::Contact;
use onsite_model::language::Language;
use onsite_model::service_sheet::ServiceSheet;
use onsite_model::user::User;
use onsite_model::visit::Visit;
use onsite_store::links::{self, Link};
use onsite_store::{Db, Tx};
use sync_protocol::codes::ErrorCode;
use sync_protocol::evidence;
use uuid::Uuid;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Answer the survey of one callback.
    Survey,
    /// Tick "mail read" on one visit's preparation.
    Briefing,
    /// Read one sheet, and sign, refuse or comment on it.
    Sign,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Purpose::Survey => "survey",
            Purpose::Briefing => "briefing",
            Purpose::Sign => "sign",
        }
    }

    /// How long such a link works.
    fn lifetime(self) -> TimeDelta {
        TimeDelta::days(30)
    }
}

/// Makes a link to a row and returns its token and when it runs out. The token follows from the server's secret
/// and the operation, so that nothing random is needed inside a transaction.
///
/// # Errors
/// The database is gone.
pub fn issue(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    purpose: Purpose,
    row: Uuid,
) -> Result<(String, DateTime<Utc>), ServiceError> {
    let seed = format!("{}/{row}/{}", purpose.name(), cause.operation);
    let token =
        URL_SAFE_NO_PAD.encode(hmac::sign(cause.house.secrets.link_tokens(), seed.as_bytes()).as_ref());
    let expires_at = cause.now + purpose.lifetime();
    let token_hash = hash_of(&token);
    if links::get(tx.db(), &token_hash)?.is_none() {
        let link = Link {
            token_hash,
            purpose: purpose.name().to_owned(),
            row_id: row,
            expires_at,
            used_at: None,
        };
        links::add(tx, &link)?;
    }
    Ok((token, expires_at))
}

/// Ends every link to a row that still works: a newer one takes their place.
///
/// # Errors
/// The database is gone.
pub(crate) fn end(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    row: Uuid,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    Ok(links::expire(tx, purpose.name(), row, now)?)
}

/// The row a link leads to; looking does not use it up.
///
/// # Errors
/// It is unknown, has run out or was used.
pub fn look(db: &mut Db, purpose: Purpose, token: &str, now: DateTime<Utc>) -> Result<Uuid, ServiceError> {
    let link = links::get(db, &hash_of(token))?
        .filter(|link| link.purpose == purpose.name())
        .ok_or_else(|| ServiceError::not_found("link"))?;
    if link.used_at.is_some() {
        return Err(ServiceError::new(
            ErrorCode::LinkUsed,
            "this link has done its work; nothing more is needed",
        ));
    }
    if link.expires_at <= now {
        return Err(ServiceError::new(ErrorCode::LinkExpired, "ask us for a new one"));
    }
    Ok(link.row_id)
}

/// The language of whom a link was sent to, whether it still works or not; `None` for one we never sent.
///
/// # Errors
/// The database can't be read.
pub fn language(db: &mut Db, purpose: Purpose, token: &str) -> Result<Option<Language>, ServiceError> {
    let link = links::get(db, &hash_of(token))?.filter(|link| link.purpose == purpose.name());
    let Some(link) = link else { return Ok(None) };
    let visit = match purpose {
        Purpose::Briefing => Some(link.row_id),
        Purpose::Survey => load::find(db, link.row_id)?.map(|callback: Callback| callback.visit_id),
        Purpose::Sign => load::find(db, link.row_id)?.map(|sheet: ServiceSheet| sheet.visit_id),
    };
    let visit: Option<Visit> = visit.map(|id| load::find(db, id)).transpose()?.flatten();
    let Some(visit) = visit else { return Ok(None) };
    if purpose == Purpose::Briefing {
        let technician: Option<User> = visit
            .technician_id
            .map(|id| load::find(db, id))
            .transpose()?
            .flatten();
        return Ok(technician.map(|user| user.language));
    }
    let contact: Option<Contact> = visit
        .contact_id
        .map(|id| load::find(db, id))
        .transpose()?
        .flatten();
    if let Some(contact) = contact {
        return Ok(Some(contact.language));
    }
    let client: Option<Client> = load::find(db, visit.client_id)?;
    Ok(client.map(|client| client.language))
}

/// By which a token is known.
pub(crate) fn hash_of(token: &str) -> String {
    evidence::sha256_hex(token.as_bytes())
}

/// Whether this is the hash of a link to the row that was used up at this very moment: what a signature by link
/// names in the place of a device's nonce.
///
/// # Errors
/// The database can't be read.
pub(crate) fn was_just_used(
    db: &mut Db,
    purpose: Purpose,
    token_hash: &str,
    row: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    Ok(links::get(db, token_hash)?.is_some_and(|link| {
        link.purpose == purpose.name() && link.row_id == row && link.used_at == Some(now.trunc_subsecs(6))
    }))
}

/// Uses a link up and returns the row it leads to.
///
/// # Errors
/// It is unknown, has run out or was used.
pub fn consume(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Uuid, ServiceError> {
    let row = look(tx.db(), purpose, token, now)?;
    links::consume(tx, &hash_of(token), now)?;
    Ok(row)
}
