//! Versions of the whole database, which are also the versions of its rows.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A point in the history of a database: the `number`-th write, counted in the life (`epoch`) between two
/// restores from backup. Numbers only grow within an epoch; a new epoch goes on from the restored number.
/// On the wire it is the string `epoch.number`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[0-9]+\\.[0-9]+$"))]
pub struct Version {
    pub epoch: u32,
    pub number: u64,
}

impl Version {
    /// The greatest number there is: both databases keep versions as signed 64-bit integers.
    pub const MAX_NUMBER: u64 = i64::MAX as u64;

    /// The version before any write: the base of an operation that creates a row.
    pub const ZERO: Version = Version { epoch: 0, number: 0 };
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.number)
    }
}

/// The text is not `epoch.number`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a version is written epoch.number, such as 1.42")]
pub struct BadVersion;

impl FromStr for Version {
    type Err = BadVersion;

    fn from_str(text: &str) -> Result<Self, BadVersion> {
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        let (epoch, number) = text.split_once('.').ok_or(BadVersion)?;
        if !digits(epoch) || !digits(number) {
            return Err(BadVersion);
        }
        let number = number.parse().map_err(|_| BadVersion)?;
        if number > Version::MAX_NUMBER {
            return Err(BadVersion);
        }
        Ok(Version {
            epoch: epoch.parse().map_err(|_| BadVersion)?,
            number,
        })
    }
}

impl TryFrom<String> for Version {
    type Error = BadVersion;

    fn try_from(text: String) -> Result<Self, BadVersion> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> String {
        version.to_string()
    }
}
