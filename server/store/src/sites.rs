//! Finding sites.
use crate::db::Db;
use crate::dialect::Id;
use crate::error::StoreError;
use crate::schema::{rows, sites};
use diesel::prelude::*;
use uuid::Uuid;

/// Ids of a client's sites by id after `after`;
/// only in `buckets` where given.
///
/// # Errors
/// The database can't be read.
pub fn of_client(
    db: &mut Db,
    client: Uuid,
    buckets: Option<&[String]>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Uuid>, StoreError> {
    let mut query = sites::table
        .filter(sites::client_id.eq(Id(client)))
        .order(sites::id)
        .limit(limit)
        .select(sites::id)
        .into_boxed();
    if let Some(buckets) = buckets {
        let held = rows::table
            .filter(rows::bucket.eq_any(buckets.to_vec()))
            .select(rows::id);
        query = query.filter(sites::id.eq_any(held));
    }
    if let Some(after) = after {
        query = query.filter(sites::id.gt(Id(after)));
    }
    Ok(query
        .load::<Id>(db.reading()?)?
        .into_iter()
        .map(|Id(id)| id)
        .collect())
}
