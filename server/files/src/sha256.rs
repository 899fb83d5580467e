//! The address of a blob: the SHA-256 of its bytes, in the one spelling that is used everywhere.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::FilesError;

/// A SHA-256 as 64 lowercase hexadecimal digits.
///
/// Other spellings are refused instead of folded: an address is compared as text in URLs, signed
/// documents and database rows, so each digest must have exactly one text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256Hex(String);

impl Sha256Hex {
    /// The address of `bytes`. Hashes on the calling thread, about 20 ms for 20 MB.
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex::encode(Sha256::digest(bytes)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Sha256Hex {
    type Err = FilesError;

    fn from_str(text: &str) -> Result<Self, FilesError> {
        let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() != 64 || !digits {
            return Err(FilesError::NotASha256);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Sha256Hex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
