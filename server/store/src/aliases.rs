//! Rows that turned out to be other ones: what still comes for them goes there, for ever.
use crate::db::Db;
use crate::dialect::Id;
use crate::error::StoreError;
use crate::schema::aliases;
use crate::store::Tx;
use diesel::prelude::*;
use uuid::Uuid;

/// The row that the one of this id turned out to be.
///
/// # Errors
/// The database can't be read.
pub fn of(db: &mut Db, id: Uuid) -> Result<Option<Uuid>, StoreError> {
    let found: Option<Id> = aliases::table
        .find(Id(id))
        .select(aliases::row_id)
        .get_result(db.reading()?)
        .optional()?;
    Ok(found.map(|Id(row)| row))
}

/// Notes that `id` is `row`, and so are those that turned out to be `id` before.
///
/// # Errors
/// `id` is noted already, or the database is gone.
pub fn add(tx: &mut Tx<'_>, id: Uuid, row: Uuid) -> Result<(), StoreError> {
    diesel::update(aliases::table.filter(aliases::row_id.eq(Id(id))))
        .set(aliases::row_id.eq(Id(row)))
        .execute(tx.writing()?)?;
    diesel::insert_into(aliases::table)
        .values((aliases::id.eq(Id(id)), aliases::row_id.eq(Id(row))))
        .execute(tx.writing()?)?;
    Ok(())
}
