//! Finding visits.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::{visit_tickets, visits};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// The visits a ticket is on the list of.
///
/// # Errors
/// The database can't be read.
pub fn of_ticket(db: &mut Db, ticket: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let ids: Vec<Id> = visit_tickets::table
        .filter(visit_tickets::ticket_id.eq(Id(ticket)))
        .order(visit_tickets::visit_id)
        .select(visit_tickets::visit_id)
        .load(db.reading()?)?;
    Ok(ids.into_iter().map(|Id(id)| id).collect())
}

/// The clients and sites a technician has visits at that touch a span of time; cancelled and declined ones do not
/// count.
///
/// # Errors
/// The database can't be read.
pub fn places_of(
    db: &mut Db,
    technician: Uuid,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
    let found: Vec<(Id, Id)> = visits::table
        .filter(visits::technician_id.eq(Id(technician)))
        .filter(
            visits::planned_end
                .ge(At(from))
                .and(visits::planned_start.lt(At(until))),
        )
        .filter(visits::status.ne_all(vec!["cancelled", "declined"]))
        .select((visits::client_id, visits::site_id))
        .distinct()
        .load(db.reading()?)?;
    Ok(found
        .into_iter()
        .map(|(Id(client), Id(site))| (client, site))
        .collect())
}
