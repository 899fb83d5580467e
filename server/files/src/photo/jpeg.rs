//! JPEG: what its segments say, what of them a bare picture needs, and decoding within limits.

mod decode;
mod pieces;

pub(super) use decode::decode;

use self::pieces::{Piece, marker, pieces};
use super::{PhotoFormat, exif};
use crate::FilesError;
use crate::error::Cause;
use image::metadata::Orientation;

const EXIF: &[u8] = b"Exif\0\0";

/// Refuses every piece that [`strip`] would remove.
pub(super) fn verify_stripped(bytes: &[u8]) -> Result<(), FilesError> {
    for (index, piece) in pieces(bytes).enumerate() {
        if let Some(what) = superfluous(index, &piece)? {
            return Err(FilesError::CarriesMetadata {
                format: PhotoFormat::Jpeg,
                what,
            });
        }
    }
    Ok(())
}

/// Copies the pieces that a bare picture needs, byte for byte.
pub(super) fn strip(bytes: &[u8]) -> Result<Vec<u8>, FilesError> {
    let mut kept = Vec::with_capacity(bytes.len());
    for (index, piece) in pieces(bytes).enumerate() {
        if exif_block(&piece).is_some_and(|block| exif::orientation(Some(block)) != Orientation::NoTransforms)
        {
            return Err(FilesError::NotUpright);
        }
        if superfluous(index, &piece)?.is_none() {
            kept.extend_from_slice(piece.raw());
        }
    }
    Ok(kept)
}

/// What a piece is if a bare picture does without it.
fn superfluous(index: usize, piece: &Piece<'_>) -> Result<Option<&'static str>, FilesError> {
    let (code, payload) = match *piece {
        Piece::Segment { code, payload, .. } => (code, payload),
        Piece::Stray(_) => return Ok(Some("bytes outside the picture")),
        Piece::CutOff => return Err(undecodable("it is cut off")),
    };
    Ok(match code {
        marker::SOI if index == 0 => None,
        marker::SOI => Some("a second picture"),
        marker::DHT | marker::DAC | marker::DQT | marker::DRI | marker::DNL | marker::SOS | marker::EOI => {
            None
        }
        code if marker::is_frame(code) => None,
        // 14 bytes are the header alone; more would be a preview.
        marker::APP0 if payload.starts_with(b"JFIF\0") && payload.len() == 14 => None,
        marker::APP0 => Some("a preview"),
        marker::APP1 if payload.starts_with(EXIF) => Some("EXIF data"),
        marker::APP1 => Some("XMP data"),
        marker::APP2 if payload.starts_with(b"ICC_PROFILE\0") => None,
        marker::APP2 => Some("further pictures"),
        marker::APP13 => Some("IPTC data"),
        // Without it a decoder would take CMYK or RGB for other colours.
        marker::APP14 if payload.starts_with(b"Adobe") && payload.len() == 12 => None,
        marker::COM => Some("a comment"),
        _ => Some("an unknown segment"),
    })
}

fn exif_block<'a>(piece: &Piece<'a>) -> Option<&'a [u8]> {
    match *piece {
        Piece::Segment {
            code: marker::APP1,
            payload,
            ..
        } => payload.strip_prefix(EXIF),
        _ => None,
    }
}

fn undecodable(reason: impl Into<Cause>) -> FilesError {
    FilesError::Undecodable {
        format: PhotoFormat::Jpeg,
        reason: reason.into(),
    }
}
