//! An address a mail may point to. It stands in an `href`, where HTML escaping does not stop `javascript:`, so
//! only web addresses pass.
use serde::{Deserialize, Serialize};
use std::fmt;

/// An absolute `https://` or `http://` address in printable ASCII. Build it from the configured address of the
/// server, never from a request's Host header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Link(String);

/// The text is not a web address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a web address: it must start with https:// or http:// and hold no spaces, quotes or non-ASCII letters"
)]
pub struct BadLink(String);

impl Link {
    /// Checks the form of the address, not whether anything answers there.
    pub fn new(address: impl Into<String>) -> Result<Self, BadLink> {
        let address = address.into();
        let rest = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"));
        let printable = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>`\\".contains(&byte);
        match rest {
            Some(rest) if !rest.is_empty() && rest.bytes().all(printable) => Ok(Self(address)),
            _ => Err(BadLink(address)),
        }
    }

    /// An address of ours that is known to be one.
    pub(crate) fn known(address: String) -> Self {
        Self(address)
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Link {
    type Error = BadLink;

    fn try_from(address: String) -> Result<Self, BadLink> {
        Self::new(address)
    }
}

impl From<Link> for String {
    fn from(link: Link) -> Self {
        link.0
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
