//! Streams of operations, and the one durable receipt of each operation, kept for ever.
use crate::db::Db;
use crate::dialect::Id;
use crate::error::StoreError;
use crate::flush::CHUNK;
use crate::json;
use crate::schema::{continued_streams, operations, streams};
use crate::store::Tx;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};
use sync_protocol::receipt::{Outcome, Receipt};
use uuid::Uuid;

/// A source of operations: a device's, or an office user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    pub id: Uuid,
    /// Set for a device's stream.
    pub device_id: Option<Uuid>,
    /// Set for an office user's; neither is set for the server's own.
    pub user_id: Option<Uuid>,
    /// Number of the last operation that has its receipt.
    pub last_n: u64,
}

/// What is kept of an operation beside its effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub stream: Uuid,
    pub n: u64,
    pub operation: Option<Uuid>,
    pub hash: String,
    pub receipt: Receipt,
    pub received_at: DateTime<Utc>,
}

/// The stream of this id.
///
/// # Errors
/// The database can't be read.
pub fn get(db: &mut Db, id: Uuid) -> Result<Option<Stream>, StoreError> {
    let conn = db.affected_by(|work| work.kept().any(|kept| kept.stream == id))?;
    let found: Option<(Id, Option<Id>, Option<Id>, i64)> =
        streams::table.find(Id(id)).get_result(conn).optional()?;
    Ok(found.map(|(Id(id), device, user, last_n)| Stream {
        id,
        device_id: device.map(|Id(id)| id),
        user_id: user.map(|Id(id)| id),
        last_n: last_n as u64,
    }))
}

/// The stream a device was given last.
///
/// # Errors
/// The database can't be read.
pub fn newest_of_device(db: &mut Db, device: Uuid) -> Result<Option<Stream>, StoreError> {
    // Ids are UUIDv7, so the greatest is the newest.
    let found: Option<(Id, i64)> = streams::table
        .filter(streams::device_id.eq(Id(device)))
        .order(streams::id.desc())
        .select((streams::id, streams::last_n))
        .first(db.reading()?)
        .optional()?;
    Ok(found.map(|(Id(id), last_n)| Stream {
        id,
        device_id: Some(device),
        user_id: None,
        last_n: last_n as u64,
    }))
}

/// Adds a stream.
///
/// # Errors
/// The id is taken, or the database is gone.
pub fn add(tx: &mut Tx<'_>, stream: &Stream) -> Result<(), StoreError> {
    diesel::insert_into(streams::table)
        .values((
            streams::id.eq(Id(stream.id)),
            streams::device_id.eq(stream.device_id.map(Id)),
            streams::user_id.eq(stream.user_id.map(Id)),
            streams::last_n.eq(stream.last_n as i64),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Notes that a device went on in `stream`, and that `earlier` was its own up to a version.
///
/// # Errors
/// That is noted already, or the database is gone.
pub fn go_on(tx: &mut Tx<'_>, stream: Uuid, earlier: Uuid, through: u64) -> Result<(), StoreError> {
    diesel::insert_into(continued_streams::table)
        .values((
            continued_streams::stream_id.eq(Id(stream)),
            continued_streams::earlier_id.eq(Id(earlier)),
            continued_streams::through_version.eq(through as i64),
        ))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Most streams that are looked back to.
const MOST_EARLIER: usize = 16;

/// The streams that a device had before this one, latest first, each with the version up to which it was its own.
///
/// # Errors
/// The database can't be read.
pub fn earlier(db: &mut Db, stream: Uuid) -> Result<Vec<(Uuid, u64)>, StoreError> {
    let mut found = Vec::new();
    let mut at = stream;
    while found.len() < MOST_EARLIER {
        let before: Option<(Id, i64)> = continued_streams::table
            .find(Id(at))
            .select((continued_streams::earlier_id, continued_streams::through_version))
            .get_result(db.unaffected()?)
            .optional()?;
        let Some((Id(earlier), through)) = before else {
            break;
        };
        found.push((earlier, through as u64));
        at = earlier;
    }
    Ok(found)
}

/// Keeps an operation's receipt and moves its stream on. A number that has a receipt already is refused when this reaches
/// the database.
pub fn keep(tx: &mut Tx<'_>, kept: Kept) {
    tx.hold(|work| work.hold_kept(kept));
}

/// Writes the end of an operation that had waited in the place of its interim receipt.
///
/// # Errors
/// The database is gone.
pub fn decide(tx: &mut Tx<'_>, stream: Uuid, receipt: &Receipt) -> Result<(), StoreError> {
    let text = json::text(receipt)?;
    diesel::update(operations::table.find((Id(stream), receipt.n as i64)))
        .set(operations::receipt.eq(text))
        .execute(tx.writing()?)?;
    Ok(())
}

/// Hash and receipt of an operation by its place.
///
/// # Errors
/// The database can't be read.
pub fn receipt(db: &mut Db, stream: Uuid, n: u64) -> Result<Option<(String, Receipt)>, StoreError> {
    let found: Option<(String, String)> = operations::table
        .find((Id(stream), n as i64))
        .select((operations::hash, operations::receipt))
        .get_result(db.reading()?)
        .optional()?;
    found.map(|(hash, text)| Ok((hash, parse(&text)?))).transpose()
}

/// Hash and receipt of each of these operations that is known, as it was answered first, in whichever stream.
///
/// # Errors
/// The database can't be read.
pub fn receipts_of(db: &mut Db, ids: &[Uuid]) -> Result<HashMap<Uuid, (String, Receipt)>, StoreError> {
    let mut known = standing(db, ids);
    let unknown: Vec<Uuid> = ids.iter().filter(|id| !known.contains_key(id)).copied().collect();
    if unknown.is_empty() {
        return Ok(known);
    }
    let asked: HashSet<&Uuid> = unknown.iter().collect();
    let is_asked = |kept: &Kept| kept.operation.is_some_and(|id| asked.contains(&id));
    let conn = db.affected_by(|work| work.kept().any(is_asked))?;
    for chunk in unknown.chunks(CHUNK) {
        let ids: Vec<Id> = chunk.iter().map(|id| Id(*id)).collect();
        let found: Vec<(Option<Id>, String, String)> = operations::table
            .filter(operations::operation_id.eq_any(ids.into_iter().map(Some)))
            .order(operations::received_at)
            .select((operations::operation_id, operations::hash, operations::receipt))
            .load(conn)?;
        for (id, hash, text) in found {
            let Some(Id(id)) = id else { continue };
            let receipt = parse(&text)?;
            // A copy that came in the same instant tells of another answer: that one came first.
            let is_copy = |receipt: &Receipt| receipt.outcome == Outcome::Duplicate;
            let is_first = match known.get(&id) {
                Some((_, earlier)) => is_copy(earlier) && !is_copy(&receipt),
                None => true,
            };
            if is_first {
                known.insert(id, (hash, receipt));
            }
        }
    }
    Ok(known)
}

/// Those that stand by what is held back: nothing stands that had an answer before.
fn standing(db: &mut Db, ids: &[Uuid]) -> HashMap<Uuid, (String, Receipt)> {
    let Some(work) = db.work() else {
        return HashMap::new();
    };
    let asked: HashSet<&Uuid> = ids.iter().collect();
    let stands = |kept: &&Kept| {
        let outcome = kept.receipt.outcome;
        matches!(outcome, Outcome::Applied | Outcome::Merged | Outcome::Conflict)
    };
    work.kept()
        .filter(stands)
        .filter_map(|kept| Some((kept.operation?, kept)))
        .filter(|(id, _)| asked.contains(id))
        .map(|(id, kept)| (id, (kept.hash.clone(), kept.receipt.clone())))
        .collect()
}

fn parse(text: &str) -> Result<Receipt, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt("unreadable receipt".to_owned()))
}
