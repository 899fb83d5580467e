//! Mending a device's copy of one bucket, after its sum turned out to differ: what it lacks or has in another version is
//! sent, what it has too much is named.
use crate::error::ServiceError;
use crate::negotiation;
use crate::pull;
use onsite_model::bucket::Bucket;
use onsite_store::devices::Device;
use onsite_store::{Db, feed};
use std::collections::BTreeMap;
use sync_protocol::checksum::{MAX_REPAIR_ROWS, RepairRequest, RepairResponse};
use sync_protocol::codes::ErrorCode;
use sync_protocol::fields_text::FieldsText;
use sync_protocol::pull::Change;
use uuid::Uuid;

/// Answers a repair from one snapshot.
///
/// # Errors
/// The device doesn't hold the bucket, which is answered like one that doesn't exist; there are more than
/// [`MAX_REPAIR_ROWS`] on either side, so that the bucket is better read anew; or the app can't read what we send.
pub fn repair(
    db: &mut Db,
    device: &Device,
    request: &RepairRequest,
) -> Result<RepairResponse<FieldsText>, ServiceError> {
    negotiation::reads_with(request.protocol, request.schema)?;
    let unknown = || ServiceError::not_found("bucket").field("bucket");
    let bucket: Bucket = request.bucket.parse().map_err(|_| unknown())?;
    let held = pull::held(db, device)?;
    if !held.contains_key(&bucket.to_string()) {
        return Err(unknown());
    }
    let clock = feed::clock(db)?;
    let ours = feed::listed(db, bucket)?;
    if request.rows.len().max(ours.len()) > MAX_REPAIR_ROWS {
        let detail = format!("at most {MAX_REPAIR_ROWS} rows; read the bucket anew instead");
        return Err(ServiceError::new(ErrorCode::TooLarge, detail));
    }
    let (wanted, extra) = difference(&ours, &request.rows);
    let rows = feed::some(db, bucket, &wanted)?;
    let mut changes: Vec<Change<FieldsText>> = rows.into_iter().map(Change::Put).collect();
    pull::publish(db, device, &held, request.schema, &mut changes)?;
    changes.extend(extra.into_iter().map(|row| Change::Removed {
        row,
        bucket: request.bucket.clone(),
        version: clock.version,
    }));
    Ok(RepairResponse {
        epoch: clock.epoch,
        head: clock.version,
        changes,
    })
}

/// What the device lacks or has in another version, and what it has too much.
fn difference(ours: &BTreeMap<Uuid, u64>, theirs: &[(Uuid, u64)]) -> (Vec<Uuid>, Vec<Uuid>) {
    let has: BTreeMap<Uuid, u64> = theirs.iter().copied().collect();
    let wanted = ours
        .iter()
        .filter(|(id, version)| has.get(*id) != Some(*version))
        .map(|(id, _)| *id);
    let extra = has.keys().filter(|id| !ours.contains_key(*id)).copied();
    (wanted.collect(), extra.collect())
}
