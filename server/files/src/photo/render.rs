//! From decoded pixels to what is kept: a full picture, a thumbnail and a placeholder.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;

use super::Photo;
use super::pixels::Pixels;
use crate::{FilesError, Sha256Hex};

/// Pixels of the longer side of [`Photo::jpeg`]: a serial plate stays readable, a file below 1 MB.
pub const FULL_SIDE: u32 = 2560;
/// Pixels of the longer side of [`Photo::thumbnail`].
pub const THUMBNAIL_SIDE: u32 = 320;
/// Pixels of the longer side of [`Photo::preview`]: a list on a phone shows it at 48 to 80 points.
pub const PREVIEW_SIDE: u32 = 160;
/// Most bytes of [`Photo::preview`]: base64 makes 8 kB of them, and every phone of the site pulls those.
pub const PREVIEW_BYTES: usize = 6_000;
/// The algorithm accepts no more than 100 and gains nothing above.
const THUMBHASH_SIDE: u32 = 100;

const FULL_QUALITY: u8 = 85;
const THUMBNAIL_QUALITY: u8 = 80;
/// Side and quality a preview is tried with, until one fits; even noise fits the last.
const PREVIEWS: [(u32, u8); 5] = [
    (PREVIEW_SIDE, 75),
    (PREVIEW_SIDE, 50),
    (PREVIEW_SIDE, 25),
    (80, 50),
    (40, 25),
];

/// Scales `decoded`, turns it upright and encodes it. Consumes the pixels so that the largest
/// buffer is gone before the encoded files grow.
pub(super) fn render(decoded: Pixels, orientation: Orientation) -> Result<Photo, FilesError> {
    let full = reduce(decoded, FULL_SIDE)?;
    let small = full.reduced_to(THUMBNAIL_SIDE)?.unwrap_or_else(|| full.clone());
    let tiny = small.reduced_to(THUMBHASH_SIDE)?.unwrap_or_else(|| small.clone());

    let preview = preview(&small, orientation)?;
    let full = full.turned(orientation)?;
    let jpeg = encode(&full, FULL_QUALITY)?;
    let thumbnail = encode(&small.turned(orientation)?, THUMBNAIL_QUALITY)?;
    let thumbhash = placeholder(&tiny.turned(orientation)?);
    let sha256 = Sha256Hex::of(&jpeg);
    Ok(Photo {
        width: full.width(),
        height: full.height(),
        jpeg,
        thumbnail,
        preview,
        thumbhash,
        sha256,
    })
}

fn reduce(pixels: Pixels, side: u32) -> Result<Pixels, FilesError> {
    Ok(pixels.reduced_to(side)?.unwrap_or(pixels))
}

fn encode(image: &DynamicImage, quality: u8) -> Result<Vec<u8>, FilesError> {
    let mut jpeg = Vec::new();
    image
        .write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, quality))
        .map_err(|error| FilesError::Rendering(error.into()))?;
    Ok(jpeg)
}

/// The best of [`PREVIEWS`] that has at most [`PREVIEW_BYTES`].
fn preview(picture: &Pixels, orientation: Orientation) -> Result<Vec<u8>, FilesError> {
    for (side, quality) in PREVIEWS {
        let reduced = picture.reduced_to(side)?.unwrap_or_else(|| picture.clone());
        let jpeg = encode(&reduced.turned(orientation)?, quality)?;
        if jpeg.len() <= PREVIEW_BYTES {
            return Ok(jpeg);
        }
    }
    Err(FilesError::Rendering("no preview is small enough".into()))
}

fn placeholder(image: &DynamicImage) -> String {
    let rgba = image.to_rgba8();
    let hash = thumbhash::rgba_to_thumb_hash(rgba.width() as usize, rgba.height() as usize, rgba.as_raw());
    STANDARD.encode(hash)
}
