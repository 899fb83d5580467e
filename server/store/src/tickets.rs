//! Finding tickets.
use crate::db::Db;
use crate::dialect::Id;
use crate::error::StoreError;
use crate::schema::tickets;
use diesel::prelude::*;
use uuid::Uuid;

/// What a list of tickets is narrowed down by.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub client: Option<Uuid>,
    pub site: Option<Uuid>,
    pub assignee: Option<Uuid>,
    pub status: Option<String>,
}

/// Ids of tickets by id after `after`; only at `sites` or of `clients` where given.
///
/// # Errors
/// The database can't be read.
pub fn list(
    db: &mut Db,
    filter: &Filter,
    scope: Option<(&[Uuid], &[Uuid])>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Uuid>, StoreError> {
    let ids = |ids: &[Uuid]| ids.iter().map(|id| Id(*id)).collect::<Vec<_>>();
    let mut query = tickets::table
        .order(tickets::id)
        .limit(limit)
        .select(tickets::id)
        .into_boxed();
    if let Some(client) = filter.client {
        query = query.filter(tickets::client_id.eq(Id(client)));
    }
    if let Some(site) = filter.site {
        query = query.filter(tickets::site_id.eq(Id(site)));
    }
    if let Some(assignee) = filter.assignee {
        query = query.filter(tickets::assignee_id.eq(Id(assignee)));
    }
    if let Some(status) = &filter.status {
        query = query.filter(tickets::status.eq(status.clone()));
    }
    if let Some((sites, clients)) = scope {
        query = query.filter(
            tickets::site_id
                .eq_any(ids(sites))
                .assume_not_null()
                .or(tickets::site_id
                    .is_null()
                    .and(tickets::client_id.eq_any(ids(clients)))),
        );
    }
    if let Some(after) = after {
        query = query.filter(tickets::id.gt(Id(after)));
    }
    Ok(query
        .load::<Id>(db.reading()?)?
        .into_iter()
        .map(|Id(id)| id)
        .collect())
}
