//! Loading rows as what they are.
use crate::error::ServiceError;
use onsite_model::entity::{Declared, decode};
use onsite_store::Db;
use onsite_store::rows::{self, StoredRow};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// The live entity of this id, if there is one of this kind.
///
/// # Errors
/// The database can't be read.
pub fn find<E: Declared>(db: &mut Db, id: Uuid) -> Result<Option<E>, ServiceError> {
    let row = rows::get(db, id)?.filter(|row| !row.deleted && row.kind == E::KIND);
    Ok(row.map(|row| decode(&row.body)).transpose()?)
}

/// The live entity of this id.
///
/// # Errors
/// There is none of this kind, or the database can't be read.
pub fn get<E: Declared>(db: &mut Db, id: Uuid) -> Result<E, ServiceError> {
    find(db, id)?.ok_or_else(|| ServiceError::not_found(E::KIND.name()))
}

/// The live row of this id with its entity.
///
/// # Errors
/// There is none of this kind, or the database can't be read.
pub fn row<E: Declared>(db: &mut Db, id: Uuid) -> Result<(Arc<StoredRow>, E), ServiceError> {
    let row = rows::get(db, id)?.filter(|row| !row.deleted && row.kind == E::KIND);
    let row = row.ok_or_else(|| ServiceError::not_found(E::KIND.name()))?;
    let entity = decode(&row.body)?;
    Ok((row, entity))
}

/// The live entities of one kind among a parent's children, by id.
///
/// # Errors
/// The database can't be read.
pub fn children<E: Declared>(db: &mut Db, parent: Uuid) -> Result<BTreeMap<Uuid, E>, ServiceError> {
    rows::children(db, parent)?
        .into_iter()
        .filter(|row| row.kind == E::KIND)
        .map(|row| Ok((row.id, decode(&row.body)?)))
        .collect()
}
