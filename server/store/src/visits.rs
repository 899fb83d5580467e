//! Finding visits.
use crate::db::Db;
use crate::dialect::{At, Id};
use crate::error::StoreError;
use crate::schema::{visit_tickets, visits};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// What a list of visits is narrowed down by.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub technician: Option<Uuid>,
    pub client: Option<Uuid>,
    pub site: Option<Uuid>,
    pub status: Option<String>,
    /// Planned to start at or after.
    pub from: Option<DateTime<Utc>>,
    /// Planned to start before.
    pub until: Option<DateTime<Utc>>,
}

/// Ids of visits by id after `after`; only at `sites` where given.
///
/// # Errors
/// The database can't be read.
pub fn list(
    db: &mut Db,
    filter: &Filter,
    sites: Option<&[Uuid]>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Uuid>, StoreError> {
    let mut query = visits::table
        .order(visits::id)
        .limit(limit)
        .select(visits::id)
        .into_boxed();
    if let Some(technician) = filter.technician {
        query = query.filter(visits::technician_id.eq(Id(technician)));
    }
    if let Some(client) = filter.client {
        query = query.filter(visits::client_id.eq(Id(client)));
    }
    if let Some(site) = filter.site {
        query = query.filter(visits::site_id.eq(Id(site)));
    }
    if let Some(status) = &filter.status {
        query = query.filter(visits::status.eq(status.clone()));
    }
    if let Some(from) = filter.from {
        query = query.filter(visits::planned_start.ge(At(from)));
    }
    if let Some(until) = filter.until {
        query = query.filter(visits::planned_start.lt(At(until)));
    }
    if let Some(sites) = sites {
        query = query.filter(visits::site_id.eq_any(sites.iter().map(|id| Id(*id)).collect::<Vec<_>>()));
    }
    if let Some(after) = after {
        query = query.filter(visits::id.gt(Id(after)));
    }
    Ok(query
        .load::<Id>(db.reading()?)?
        .into_iter()
        .map(|Id(id)| id)
        .collect())
}

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
