//! The one place that makes ids: UUIDv7 (RFC 9562), so that new rows sort near each other in every index.
use chrono::{DateTime, Utc};
use uuid::{NoContext, Timestamp, Uuid};

/// A new id for a row created at `now`; its random part comes from the operating system.
pub fn new_id(now: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(
        NoContext,
        millis / 1000,
        u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000,
    ))
}

/// The id of a row that exists at most once for a natural key, such as the answer to one item of one
/// inspection: two phones that create it offline create the same row, and their fields merge.
pub fn natural_id(parent: Uuid, key: &str) -> Uuid {
    Uuid::new_v5(&parent, key.as_bytes())
}

/// An id for what happens once in consequence of something else: the same for the same cause, and sorted by when
/// it happened, as a UUIDv7 whose random part is the natural id of the cause.
pub fn derived_id(now: DateTime<Utc>, parent: Uuid, key: &str) -> Uuid {
    let mut bytes = natural_id(parent, key).into_bytes();
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0).to_be_bytes();
    bytes[..6].copy_from_slice(&millis[2..]);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    Uuid::from_bytes(bytes)
}
