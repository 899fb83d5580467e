//! Which record a row of a file was made from: so that a list can be changed in a spreadsheet program and come back.
use std::fmt;
use std::str::FromStr;
use sync_protocol::version::{BadVersion, Version};
use uuid::Uuid;

/// A record as a file showed it. Written as its id and its version, `0199…/1.42`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    pub id: Uuid,
    /// Of its last change: what was written later, whoever changed the file has not seen.
    pub version: Version,
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.id, self.version)
    }
}

impl FromStr for Recorded {
    type Err = BadVersion;

    fn from_str(text: &str) -> Result<Self, BadVersion> {
        let (id, version) = text.split_once('/').ok_or(BadVersion)?;
        Ok(Recorded {
            id: id.parse().map_err(|_| BadVersion)?,
            version: version.parse()?,
        })
    }
}
