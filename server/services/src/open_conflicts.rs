//! How many conflicts are open, and where: what an office looks at first in the morning.
use crate::error::ServiceError;
use onsite_model::bucket::Bucket;
use onsite_store::{Db, conflicts};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many conflicts are open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenCounts {
    pub total: u64,
    pub by_site: BTreeMap<Uuid, u64>,
    /// By the user whose value came in.
    pub by_author: BTreeMap<Uuid, u64>,
}

/// Counts the open conflicts.
///
/// # Errors
/// The database can't be read.
pub fn open_counts(db: &mut Db) -> Result<OpenCounts, ServiceError> {
    let mut counts = OpenCounts::default();
    for (bucket, author, count) in conflicts::open_counts(db)? {
        counts.total += count;
        if let Bucket::Site(site) = bucket {
            *counts.by_site.entry(site).or_default() += count;
        }
        if let Some(author) = author {
            *counts.by_author.entry(author).or_default() += count;
        }
    }
    Ok(counts)
}
