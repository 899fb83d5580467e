//! Leasing asset tags to devices.
use crate::author::Cause;
use crate::error::ServiceError;
use crate::put::{Become, put};
use onsite_model::ids::natural_id;
use onsite_model::invalid::Invalid;
use onsite_model::tag_range::TagRange;
use onsite_store::rows::StoredRow;
use onsite_store::{Tx, counters};
use std::sync::Arc;
use sync_protocol::Fields;
use uuid::Uuid;

/// Digits on a label.
pub(crate) const WIDTH: u32 = 6;

/// Most tags of one lease: more would lie unused on one phone.
const MAX_LEASE: u64 = 500;

/// Leases the next `count` tags to a device; no other will ever be given them.
///
/// # Errors
/// The count is out of range, or all numbers are given out.
pub fn lease(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    device: Uuid,
    count: u64,
) -> Result<Arc<StoredRow>, ServiceError> {
    if !(1..=MAX_LEASE).contains(&count) {
        return Err(Invalid::new("count", format!("1 to {MAX_LEASE}")).into());
    }
    let prefix = cause.house.tag_prefix.clone();
    let first = counters::take(tx, &format!("tag/{prefix}"), count)?;
    let range = TagRange {
        device_id: device,
        prefix,
        width: WIDTH,
        first,
        last: first + count - 1,
    };
    onsite_model::entity::Entity::validate(&range)?;
    let id = natural_id(device, &format!("tags/{first}"));
    put(
        tx,
        &cause.effect(),
        id,
        None,
        Become::Record(range.into(), Fields::new()),
    )
}
