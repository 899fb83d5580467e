//! The words of tus 1.0 (resumable uploads): its headers as values, and what follows from them. Pure: nothing here reads a
//! body, the disk or the database.
//!
//! Spoken are the extensions creation, creation-with-upload, checksum, expiration and termination. A length that is not
//! known at the beginning is refused, because a file is announced with its SHA-256, and uploads are not concatenated.
use crate::problem::Problem;
use aws_lc_rs::digest::{self, Algorithm, Context};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use onsite_model::attachment::MAX_BYTES;
use onsite_services::upload::Announced;
use std::collections::BTreeMap;
use sync_protocol::codes::ErrorCode;

/// The version of the protocol.
pub(crate) const VERSION: &str = "1.0.0";

/// What is spoken of it, for `Tus-Extension`.
pub(crate) const EXTENSIONS: &str = "creation,creation-with-upload,checksum,expiration,termination";

/// The algorithms of `Upload-Checksum`. The protocol demands SHA-1.
pub(crate) const CHECKSUMS: &str = "sha1,sha256";

/// Most bytes of `Upload-Metadata`, which is kept to be told again.
const MOST_METADATA: usize = 4096;

/// The kind of body that carries bytes of an upload.
pub(crate) const BODY: &str = "application/offset+octet-stream";

/// The headers of a request that tus gives a meaning, as they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Headers {
    pub(crate) resumable: Option<String>,
    pub(crate) length: Option<String>,
    pub(crate) defer_length: Option<String>,
    pub(crate) concat: Option<String>,
    pub(crate) metadata: Option<String>,
    pub(crate) offset: Option<String>,
    pub(crate) checksum: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) content_length: Option<String>,
}

/// What the body of a request brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bringing {
    /// Bytes it announces, where it does.
    pub(crate) announced: Option<u64>,
    /// What they must hash to.
    pub(crate) checksum: Option<Checksum>,
}

/// A checksum over the body of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Checksum {
    kind: Sum,
    expected: [u8; 32],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sum {
    Sha1,
    Sha256,
}

impl Sum {
    fn algorithm(self) -> &'static Algorithm {
        match self {
            Sum::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Sum::Sha256 => &digest::SHA256,
        }
    }
}

impl Checksum {
    /// `sha256 <base64>`.
    fn parse(text: &str) -> Result<Checksum, Problem> {
        let bad = |detail: &str| Problem::malformed(detail).field("Upload-Checksum");
        let (name, sum) = text
            .split_once(' ')
            .ok_or_else(|| bad("takes an algorithm, a space and the checksum in base64"))?;
        let kind = match name {
            "sha1" => Sum::Sha1,
            "sha256" => Sum::Sha256,
            _ => return Err(bad("takes one of: sha1, sha256")),
        };
        let given = STANDARD
            .decode(sum)
            .map_err(|_| bad("the checksum is not base64"))?;
        let mut expected = [0; 32];
        match expected.get_mut(..kind.algorithm().output_len()) {
            Some(place) if place.len() == given.len() => place.copy_from_slice(&given),
            _ => return Err(bad("the checksum is not as long as the algorithm makes it")),
        }
        Ok(Checksum { kind, expected })
    }

    /// Begins to sum up a body.
    pub(crate) fn begin(&self) -> Context {
        Context::new(self.kind.algorithm())
    }

    /// Whether the sum of a whole body is the announced one.
    pub(crate) fn fits(&self, sum: Context) -> Result<(), Problem> {
        if self.expected.starts_with(sum.finish().as_ref()) {
            return Ok(());
        }
        let detail = "these are not the bytes of Upload-Checksum; none of them was kept, send them again";
        Err(Problem::new(ErrorCode::ChecksumMismatch, detail))
    }
}

impl Headers {
    /// Every request says which version it speaks, before anything else of it counts.
    pub(crate) fn version(&self) -> Result<(), Problem> {
        if self.resumable.as_deref() == Some(VERSION) {
            return Ok(());
        }
        let detail = format!("send Tus-Resumable: {VERSION}, the one version spoken here");
        Err(Problem::new(ErrorCode::TusVersion, detail).field("Tus-Resumable"))
    }

    /// What a creation announces.
    pub(crate) fn announced(&self) -> Result<Announced, Problem> {
        if self.defer_length.is_some() {
            let detail = "say the length at once: a file is announced with its SHA-256, so it is known";
            return Err(Problem::new(ErrorCode::Invalid, detail).field("Upload-Defer-Length"));
        }
        if self.concat.is_some() {
            let detail = "uploads are not concatenated here; send the file as one";
            return Err(Problem::new(ErrorCode::Invalid, detail).field("Upload-Concat"));
        }
        let size = number("Upload-Length", self.length.as_deref())?
            .ok_or_else(|| Problem::malformed("say how many bytes will come").field("Upload-Length"))?;
        let metadata = metadata(self.metadata.as_deref().unwrap_or_default())?;
        let text = |key: &str| {
            let value = metadata
                .get(key)
                .and_then(|bytes| std::str::from_utf8(bytes).ok());
            let missing = || {
                let detail = "takes attachment_id and sha256, each with its value in base64";
                Problem::malformed(detail).field("Upload-Metadata")
            };
            value.ok_or_else(missing)
        };
        let attachment_id = text("attachment_id")?
            .parse()
            .map_err(|_| Problem::malformed("attachment_id is no id").field("Upload-Metadata"))?;
        Ok(Announced {
            attachment_id,
            sha256: text("sha256")?.to_owned(),
            size,
            metadata: self.metadata.clone().unwrap_or_default(),
        })
    }

    /// The offset from which a PATCH goes on.
    pub(crate) fn from(&self) -> Result<u64, Problem> {
        number("Upload-Offset", self.offset.as_deref())?
            .ok_or_else(|| Problem::malformed("say from which byte on this goes").field("Upload-Offset"))
    }

    /// What the body brings.
    pub(crate) fn bringing(&self) -> Result<Bringing, Problem> {
        if self.content_type.as_deref() != Some(BODY) {
            let detail = format!("send the bytes with Content-Type: {BODY}");
            return Err(Problem::new(ErrorCode::UnsupportedMedia, detail).field("Content-Type"));
        }
        Ok(Bringing {
            announced: number("Content-Length", self.content_length.as_deref())?,
            checksum: self.checksum.as_deref().map(Checksum::parse).transpose()?,
        })
    }

    /// Whether a creation brings bytes along.
    pub(crate) fn brings_bytes(&self) -> bool {
        self.content_type.as_deref() == Some(BODY) && self.content_length.as_deref() != Some("0")
    }
}

/// Whether a body may go on an upload at `from`, which has `received` of `size` bytes; returns how many may come.
///
/// # Errors
/// It goes on from elsewhere, or announces more than is missing.
pub(crate) fn room(received: u64, size: u64, from: u64, bringing: &Bringing) -> Result<u64, Problem> {
    if from != received {
        let detail = format!("the upload stands at {received}; go on from there");
        return Err(Problem::new(ErrorCode::OffsetMismatch, detail).field("Upload-Offset"));
    }
    let missing = size.saturating_sub(received);
    if bringing.announced.is_some_and(|bytes| bytes > missing) {
        return Err(too_many(missing));
    }
    Ok(missing)
}

/// More bytes came than the announced length.
pub(crate) fn too_many(missing: u64) -> Problem {
    let detail = format!("{missing} bytes are missing of this upload, and more are sent");
    Problem::new(ErrorCode::TooLarge, detail)
}

/// `Upload-Expires` (RFC 9110, section 5.6.7).
pub(crate) fn date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The largest upload, for `Tus-Max-Size`.
pub(crate) fn max_size() -> String {
    MAX_BYTES.to_string()
}

fn number(name: &str, text: Option<&str>) -> Result<Option<u64>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let parsed = digits.then(|| text.parse().ok()).flatten();
    let bad = || Problem::malformed("takes a number of bytes").field(name);
    parsed.map(Some).ok_or_else(bad)
}

/// `Upload-Metadata`: pairs of a key and its value in base64, separated by commas. A value may be left out.
fn metadata(text: &str) -> Result<BTreeMap<String, Vec<u8>>, Problem> {
    let bad = |detail: &str| Problem::malformed(detail).field("Upload-Metadata");
    if text.len() > MOST_METADATA {
        return Err(bad("is too long"));
    }
    let mut found = BTreeMap::new();
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = STANDARD
            .decode(value.trim())
            .map_err(|_| bad("a value is not base64"))?;
        if found.insert(key.to_owned(), value).is_some() {
            return Err(bad("a key is given twice"));
        }
    }
    Ok(found)
}

#[cfg(test)]
#[path = "words_test.rs"]
mod tests;
