//! The one thing wanted from EXIF: which way up the camera was held.

use exif::{In, Reader, Tag};
use image::metadata::Orientation;

/// EXIF fits into one JPEG segment; a longer block in a PNG or WebP is not worth parsing.
const LONGEST_BLOCK: usize = 0xFFFF;

/// The orientation in an EXIF block, with or without its leading `Exif\0\0`.
///
/// Cameras and editors write EXIF with small faults, so whatever can be read of it counts, and
/// where nothing can, the picture is taken as it lies: a photo is never refused for its EXIF.
pub(super) fn orientation(block: Option<&[u8]>) -> Orientation {
    block
        .and_then(read_orientation)
        .unwrap_or(Orientation::NoTransforms)
}

fn read_orientation(block: &[u8]) -> Option<Orientation> {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    if tiff.len() > LONGEST_BLOCK {
        return None;
    }
    let exif = Reader::new()
        .continue_on_error(true)
        .read_raw(tiff.to_vec())
        .or_else(|error| error.distill_partial_result(|_| {}))
        .ok()?;
    let value = exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)?;
    Orientation::from_exif(u8::try_from(value).ok()?)
}
