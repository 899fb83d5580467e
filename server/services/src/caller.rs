//! Who calls: everything a dispatcher wants beside them while the phone still rings.
use crate::author::Author;
use crate::error::ServiceError;
use crate::record;
use onsite_model::entity::EntityKind;
use onsite_model::search::{MIN_PHONE_DIGITS, phone_reversed, same_phone};
use onsite_store::listing::{self, Condition, Selection, Value};
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Db, phones};
use std::sync::Arc;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// Most callers of one number, such as that of a switchboard.
const MAX_CALLERS: usize = 20;

/// Most open tickets and assets told of a client, the newest first.
const MAX_TICKETS: i64 = 20;
const MAX_ASSETS: i64 = 100;

/// States of a ticket on which somebody still works.
const OPEN: [&str; 5] = ["new", "assigned", "in_progress", "pending", "reopened"];

/// A contact, or a client's own number, with what is known of the client.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller {
    /// Absent where the number is the client's own.
    pub contact: Option<Arc<StoredRow>>,
    pub client: Arc<StoredRow>,
    pub sites: Vec<Arc<StoredRow>>,
    pub open_tickets: Vec<Arc<StoredRow>>,
    pub assets: Vec<Arc<StoredRow>>,
    /// How many assets there are.
    pub asset_count: u64,
}

/// Who has this number, however it is written; contacts before clients.
///
/// # Errors
/// It has too few digits to tell anybody apart, or the database can't be read.
pub fn of_phone(db: &mut Db, author: &Author, phone: &str) -> Result<Vec<Caller>, ServiceError> {
    let Some(number) = phone_reversed(phone) else {
        let detail = format!("at least {MIN_PHONE_DIGITS} digits");
        return Err(ServiceError::new(ErrorCode::Invalid, detail).field("phone"));
    };
    let mut callers = Vec::new();
    let close = &number[..MIN_PHONE_DIGITS];
    let contacts = phones::contacts(db, close)?;
    let clients = phones::clients(db, close)?;
    let is_same = |known: &str| same_phone(known, &number);
    for (id, _) in contacts.into_iter().filter(|(_, known)| is_same(known)) {
        let Some(contact) = seen(db, author, EntityKind::Contact, id)? else {
            continue;
        };
        let Some(owner) = contact
            .body
            .get("client_id")
            .and_then(|id| id.as_str()?.parse().ok())
        else {
            continue;
        };
        if let Some(client) = seen(db, author, EntityKind::Client, owner)? {
            callers.push(with(db, author, Some(contact), client)?);
        }
    }
    for (id, _) in clients.into_iter().filter(|(_, known)| is_same(known)) {
        if callers.iter().any(|caller: &Caller| caller.client.id == id) {
            continue;
        }
        if let Some(client) = seen(db, author, EntityKind::Client, id)? {
            callers.push(with(db, author, None, client)?);
        }
    }
    callers.truncate(MAX_CALLERS);
    Ok(callers)
}

fn seen(
    db: &mut Db,
    author: &Author,
    kind: EntityKind,
    id: Uuid,
) -> Result<Option<Arc<StoredRow>>, ServiceError> {
    match record::get(db, author, kind, id) {
        Ok(row) => Ok(Some(row)),
        Err(error) if error.code == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn with(
    db: &mut Db,
    author: &Author,
    contact: Option<Arc<StoredRow>>,
    client: Arc<StoredRow>,
) -> Result<Caller, ServiceError> {
    const AT_CLIENT: onsite_model::listing::Way =
        &[("site_id", EntityKind::Site), ("client_id", EntityKind::Client)];
    let of_client = || vec![Value::from(client.id)];
    let mut seen = Vec::new();
    if let Some(held) = record::held(db, author)? {
        let buckets = held.iter().map(|bucket| bucket.to_string().into()).collect();
        seen.push(Condition::Buckets(buckets));
    }
    let select = |kind, conditions: Vec<Condition>| Selection {
        conditions: conditions.into_iter().chain(seen.clone()).collect(),
        descending: true,
        ..Selection::all(kind)
    };
    let sites = select(EntityKind::Site, vec![Condition::Among("client_id", of_client())]);
    let open = OPEN
        .iter()
        .map(|status| Value::from((*status).to_owned()))
        .collect();
    let tickets = select(
        EntityKind::Ticket,
        vec![
            Condition::Among("client_id", of_client()),
            Condition::Among("status", open),
        ],
    );
    let assets = select(EntityKind::Asset, vec![Condition::Along(AT_CLIENT, of_client())]);
    Ok(Caller {
        sites: some(db, &sites, MAX_ASSETS)?,
        open_tickets: some(db, &tickets, MAX_TICKETS)?,
        asset_count: listing::count(db, &assets)?,
        assets: some(db, &assets, MAX_ASSETS)?,
        contact,
        client,
    })
}

fn some(db: &mut Db, selection: &Selection, limit: i64) -> Result<Vec<Arc<StoredRow>>, ServiceError> {
    let ids = listing::ids(db, selection, limit)?;
    let mut found = rows::get_many(db, &ids)?;
    found.sort_by_key(|row| std::cmp::Reverse(row.id));
    Ok(found)
}
