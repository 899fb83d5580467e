//! What a file is, read from its first bytes; names and announced content types prove nothing.

use std::fmt;

use crate::FilesError;

/// The picture formats that are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoFormat {
    Jpeg,
    Png,
    WebP,
}

impl PhotoFormat {
    /// Recognises the format of `bytes`.
    ///
    /// # Errors
    /// [`FilesError::Heic`] or [`FilesError::NotAPhoto`].
    pub fn of(bytes: &[u8]) -> Result<Self, FilesError> {
        if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            Ok(Self::Jpeg)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
            Ok(Self::Png)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Ok(Self::WebP)
        } else if is_heic(bytes) {
            Err(FilesError::Heic)
        } else {
            Err(FilesError::NotAPhoto)
        }
    }

    /// The content type to serve such a file with.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }
}

impl fmt::Display for PhotoFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
        })
    }
}

/// HEIC starts with a box `ftyp` (ISO/IEC 14496-12) that lists brands of four letters; the generic
/// brand `mif1` may come first, so every listed brand is looked at. Brands: ISO/IEC 23008-12, annex B.
fn is_heic(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8]; 8] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs",
    ];
    const LONGEST_BOX: usize = 256;

    if bytes.get(4..8) != Some(b"ftyp") {
        return false;
    }
    let size = bytes[..4]
        .iter()
        .fold(0, |size, &byte| size << 8 | usize::from(byte));
    let end = size.min(LONGEST_BOX).min(bytes.len());
    bytes
        .get(8..end)
        .is_some_and(|brands| brands.chunks_exact(4).any(|brand| BRANDS.contains(&brand)))
}
