//! Finding assets by what is unique about them.
use crate::db::Db;
use crate::dialect::{Conn, Id};
use crate::error::StoreError;
use crate::schema::{advice, assets, attachments, inspections, rows};
use crate::work::HeldTag;
use diesel::prelude::*;
use onsite_model::entity::EntityKind;
use uuid::Uuid;

/// The asset that holds a tag.
///
/// # Errors
/// The database can't be read.
pub fn with_tag(db: &mut Db, tag: &str) -> Result<Option<Uuid>, StoreError> {
    let held_back = db.work().map_or(HeldTag::Unclaimed, |work| work.tag(tag));
    match held_back {
        HeldTag::Of(id) => return Ok(Some(id)),
        HeldTag::Unclaimed => {}
        HeldTag::GivenUp => return holder_of(db.reading()?, tag),
    }
    let holder = holder_of(db.unaffected()?, tag)?;
    match holder {
        // Its holder may have given it up in what is held back.
        Some(id) if db.work().is_some_and(|work| work.holds(EntityKind::Asset, id)) => {
            holder_of(db.reading()?, tag)
        }
        holder => Ok(holder),
    }
}

fn holder_of(conn: &mut Conn, tag: &str) -> Result<Option<Uuid>, StoreError> {
    let found: Option<Id> = assets::table
        .filter(assets::tag.eq(tag))
        .select(assets::id)
        .get_result(conn)
        .optional()?;
    Ok(found.map(|Id(id)| id))
}

/// The asset that came from a key of an import source.
///
/// # Errors
/// The database can't be read.
pub fn from_source(db: &mut Db, source: &str, key: &str) -> Result<Option<Uuid>, StoreError> {
    let found: Option<Id> = assets::table
        .filter(assets::source.eq(source).and(assets::source_key.eq(key)))
        .select(assets::id)
        .get_result(db.reading()?)
        .optional()?;
    Ok(found.map(|Id(id)| id))
}

/// Ids of rows that refer to an asset, other than conflicts about it; some may be deleted.
///
/// # Errors
/// The database can't be read.
pub fn referrers(db: &mut Db, asset: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let conn = db.reading()?;
    let mut found: Vec<Id> = inspections::table
        .filter(inspections::asset_id.eq(Id(asset)))
        .select(inspections::id)
        .load(conn)?;
    found.extend(
        advice::table
            .filter(advice::asset_id.eq(Id(asset)))
            .select(advice::id)
            .load::<Id>(conn)?,
    );
    found.extend(
        attachments::table
            .filter(attachments::owner_id.eq(Id(asset)))
            .select(attachments::id)
            .load::<Id>(conn)?,
    );
    found.extend(
        assets::table
            .filter(assets::parent_id.eq(Id(asset)))
            .select(assets::id)
            .load::<Id>(conn)?,
    );
    // A ticket lists its assets in its body alone. This reads all tickets, which a merge, rare as it is, may do.
    let mentions = rows::body.like(format!("%{asset}%"));
    found.extend(
        rows::table
            .filter(rows::entity.eq(EntityKind::Ticket.name()).and(mentions))
            .select(rows::id)
            .load::<Id>(conn)?,
    );
    Ok(found.into_iter().map(|Id(id)| id).collect())
}

/// The assets with a serial number.
///
/// # Errors
/// The database can't be read.
pub fn with_serial(db: &mut Db, serial: &str) -> Result<Vec<Uuid>, StoreError> {
    let found: Vec<Id> = assets::table
        .filter(assets::serial.eq(serial))
        .order(assets::id)
        .select(assets::id)
        .load(db.reading()?)?;
    Ok(found.into_iter().map(|Id(id)| id).collect())
}
