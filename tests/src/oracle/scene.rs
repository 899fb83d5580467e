//! What a technician's device is to show: the rows of its buckets, less what they are not told.
use onsite_model::bucket::Bucket;
use onsite_model::entity::EntityKind;
use onsite_store::{Db, StoreError, feed, rows};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::Fields;
use uuid::Uuid;

/// Rows by id.
pub type Scene = BTreeMap<Uuid, Fields>;

/// The rows of these buckets as they are told to a technician.
///
/// # Errors
/// The database can't be read.
pub fn scene(
    db: &mut Db,
    reader: Uuid,
    buckets: impl IntoIterator<Item = Bucket>,
) -> Result<Scene, StoreError> {
    let buckets: BTreeSet<String> = buckets.into_iter().map(|bucket| bucket.to_string()).collect();
    let mut scene = Scene::new();
    for bucket in &buckets {
        let bucket = bucket.parse().map_err(|_| StoreError::Corrupt(bucket.clone()))?;
        for mut row in feed::fill(db, bucket, None, 100_000)? {
            if row.entity == EntityKind::User.name() && row.id != reader {
                row.body.retain(|field, _| field != "email" && field != "phone");
            }
            let other = row.body.get("other_row_id").and_then(Value::as_str);
            if let Some(other) = other.filter(|_| row.entity == EntityKind::Conflict.name()) {
                let other = rows::get(db, other.parse().unwrap_or_default())?;
                if other.is_none_or(|other| !buckets.contains(&other.bucket.to_string())) {
                    row.body.remove("other_row_id");
                }
            }
            scene.insert(row.id, row.body);
        }
    }
    Ok(scene)
}
