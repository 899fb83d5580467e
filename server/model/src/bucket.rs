//! Buckets: the units in which rows are granted to phones. Every synced row sits in exactly one.
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Where a row lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// Templates and staff names; everybody's.
    Catalogue,
    /// One user's own rows.
    User(Uuid),
    /// One device's own rows: tag ranges.
    Device(Uuid),
    /// A client with what belongs to no one site.
    Client(Uuid),
    /// Everything at one site.
    Site(Uuid),
    /// Old rows, granted to nobody.
    Archive,
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bucket::Catalogue => f.write_str("catalogue"),
            Bucket::User(id) => write!(f, "user:{id}"),
            Bucket::Device(id) => write!(f, "device:{id}"),
            Bucket::Client(id) => write!(f, "client:{id}"),
            Bucket::Site(id) => write!(f, "site:{id}"),
            Bucket::Archive => f.write_str("archive"),
        }
    }
}

/// The text names no bucket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a bucket: {0}")]
pub struct BadBucket(String);

impl FromStr for Bucket {
    type Err = BadBucket;

    fn from_str(text: &str) -> Result<Self, BadBucket> {
        let bad = || BadBucket(text.to_owned());
        match text.split_once(':') {
            None if text == "catalogue" => Ok(Bucket::Catalogue),
            None if text == "archive" => Ok(Bucket::Archive),
            None => Err(bad()),
            Some((kind, id)) => {
                let id = id.parse().map_err(|_| bad())?;
                match kind {
                    "user" => Ok(Bucket::User(id)),
                    "device" => Ok(Bucket::Device(id)),
                    "client" => Ok(Bucket::Client(id)),
                    "site" => Ok(Bucket::Site(id)),
                    _ => Err(bad()),
                }
            }
        }
    }
}
