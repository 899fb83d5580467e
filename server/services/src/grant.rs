//! Which buckets a technician holds: the sites of their visits around now, and those sites' clients. Grants change
//! in the transaction that changes an assignment, and daily as the window moves on.
use crate::house::House;
use chrono::{DateTime, Utc};
use onsite_model::bucket::Bucket;
use onsite_model::entity::EntityKind;
use onsite_model::role::Role;
use onsite_store::{StoreError, Tx, grants, rows, visits};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Gives and ends a technician's grants so that they fit their visits.
///
/// # Errors
/// The database is gone.
pub fn refresh(
    tx: &mut Tx<'_>,
    house: &House,
    technician: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let places = visits::places_of(tx.db(), technician, now - house.window, now + house.window)?;
    let wanted: BTreeSet<Bucket> = places
        .into_iter()
        .flat_map(|(client, site)| [Bucket::Client(client), Bucket::Site(site)])
        .collect();
    let held: BTreeSet<Bucket> = grants::held(tx.db(), technician)?
        .into_iter()
        .map(|held| held.bucket)
        .collect();
    for bucket in held.difference(&wanted) {
        grants::end(tx, technician, *bucket, now)?;
    }
    for bucket in wanted.difference(&held) {
        grants::give(tx, technician, *bucket)?;
    }
    Ok(())
}

/// Refreshes every technician's grants: the daily timer.
///
/// # Errors
/// The database is gone.
pub fn refresh_all(tx: &mut Tx<'_>, house: &House, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let page = rows::page(tx.db(), EntityKind::User, None, None, after, 200)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id);
        for user in &page {
            if user.body.get("role").and_then(|role| role.as_str()) == Some(Role::Technician.name()) {
                refresh(tx, house, user.id, now)?;
            }
        }
    }
}
