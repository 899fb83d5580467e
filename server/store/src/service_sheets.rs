//! Finding service sheets.
use crate::db::Db;
use crate::dialect::Id;
use crate::error::StoreError;
use crate::schema::service_sheets;
use diesel::prelude::*;
use onsite_model::entity::EntityKind;
use onsite_model::service_sheet::SheetStatus;
use uuid::Uuid;

/// The newest signed sheet of a visit.
///
/// # Errors
/// The database can't be read.
pub fn signed_of(db: &mut Db, visit: Uuid) -> Result<Option<Uuid>, StoreError> {
    let conn = db.affected_by(|work| work.holds_any(EntityKind::ServiceSheet))?;
    let signed = service_sheets::status.eq(SheetStatus::Signed.name());
    let found: Option<Id> = service_sheets::table
        .filter(service_sheets::visit_id.eq(Id(visit)).and(signed))
        .order(service_sheets::version.desc())
        .select(service_sheets::id)
        // Of a handful, so that no LIMIT need be bound (see the crate's documentation).
        .get_result(conn)
        .optional()?;
    Ok(found.map(|Id(id)| id))
}

/// The newest sheet with this hash.
///
/// # Errors
/// The database can't be read.
pub fn with_hash(db: &mut Db, hash: &str) -> Result<Option<Uuid>, StoreError> {
    let found: Option<Id> = service_sheets::table
        .filter(service_sheets::hash.eq(hash))
        .order(service_sheets::version.desc())
        .select(service_sheets::id)
        .first(db.reading()?)
        .optional()?;
    Ok(found.map(|Id(id)| id))
}
