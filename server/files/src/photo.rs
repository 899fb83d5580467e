//! Opening photos that strangers upload, and checking photos that a client has signed over.
//!
//! A file is judged by its content alone, measured before anything is allocated for it, decoded
//! within [`Limits`], and encoded anew, so that what the server hands out carries neither metadata
//! nor anything else the uploader put beside the picture. A photo under a signature must keep its
//! bytes: it is only checked ([`verify_stripped`]), never rewritten, and one that fails goes to
//! quarantine. What was stored that way still gets its thumbnail from [`inspect`].
//!
//! Everything here is synchronous and uses the CPU of its caller.

mod exif;
mod format;
mod jpeg;
mod limits;
mod pixels;
mod png;
mod render;
mod webp;

use std::panic::catch_unwind;

pub use format::PhotoFormat;
pub use limits::Limits;
pub use render::{FULL_SIDE, PREVIEW_BYTES, PREVIEW_SIDE, THUMBNAIL_SIDE};

use crate::{FilesError, Sha256Hex};

/// A photo made safe to show: upright, opaque, scaled, and free of metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Pixels of `jpeg`, at most [`FULL_SIDE`].
    pub width: u32,
    /// Pixels of `jpeg`, at most [`FULL_SIDE`].
    pub height: u32,
    pub jpeg: Vec<u8>,
    /// A JPEG of at most [`THUMBNAIL_SIDE`] pixels a side.
    pub thumbnail: Vec<u8>,
    /// A JPEG of at most [`PREVIEW_SIDE`] pixels a side and [`PREVIEW_BYTES`] bytes, small enough to travel with
    /// the record.
    pub preview: Vec<u8>,
    /// The placeholder to show while the thumbnail loads: a ThumbHash in padded base64.
    pub thumbhash: String,
    /// The address of `jpeg`.
    pub sha256: Sha256Hex,
}

/// Opens an uploaded picture and renders it anew.
///
/// Accepts JPEG (grey, colour and CMYK), PNG and WebP; of an animation the first picture counts.
/// Transparency is laid onto white, the EXIF orientation is applied, and the colours are taken for
/// sRGB, whatever profile the file carries.
///
/// # Errors
/// A file that is not accepted, too large or undecodable; see [`FilesError`]. Never panics.
pub fn inspect(bytes: &[u8], limits: &Limits) -> Result<Photo, FilesError> {
    limits.check_bytes(bytes.len())?;
    let format = PhotoFormat::of(bytes)?;
    let decode = match format {
        PhotoFormat::Jpeg => jpeg::decode,
        PhotoFormat::Png => png::decode,
        PhotoFormat::WebP => webp::decode,
    };
    // Decoders index their buffers by what the file says, and on some damaged files they panic
    // (etemesi254/zune-image#362 is one). To the caller that is a file that cannot be decoded.
    let (pixels, orientation) = catch_unwind(|| decode(bytes, limits)).unwrap_or_else(|_| {
        let reason = "its decoder broke off".into();
        Err(FilesError::Undecodable { format, reason })
    })?;
    render::render(pixels, orientation)
}

/// Checks that a picture carries nothing but itself: no EXIF (and so no place, time or device), no
/// XMP, no comment, no preview, no second picture, and no byte outside its format.
///
/// Rests on a list of what a picture needs, so that an unknown kind of segment is refused too. An
/// ICC profile is allowed: it belongs to the picture as the signer saw it.
///
/// # Errors
/// [`FilesError::CarriesMetadata`] names the first thing found; a file whose structure is broken or
/// unknown is refused as by [`inspect`]. Success does not promise that the picture can be decoded.
pub fn verify_stripped(bytes: &[u8]) -> Result<(), FilesError> {
    match PhotoFormat::of(bytes)? {
        PhotoFormat::Jpeg => jpeg::verify_stripped(bytes),
        PhotoFormat::Png => png::verify_stripped(bytes),
        PhotoFormat::WebP => webp::verify_stripped(bytes),
    }
}

/// Removes from a JPEG whatever [`verify_stripped`] would find, without touching its picture.
///
/// This is what a phone does before it hashes a photo for signing. A phone whose camera left the
/// picture lying on its side, with an EXIF orientation to say so, has to turn and encode it anew
/// first; a browser does both by drawing it on a canvas.
///
/// # Errors
/// [`FilesError::NotUpright`] for such a picture, [`FilesError::NotAPhoto`] for what is no JPEG and
/// [`FilesError::Undecodable`] for a broken one.
pub fn strip(bytes: &[u8]) -> Result<Vec<u8>, FilesError> {
    match PhotoFormat::of(bytes)? {
        PhotoFormat::Jpeg => jpeg::strip(bytes),
        PhotoFormat::Png | PhotoFormat::WebP => Err(FilesError::NotAPhoto),
    }
}
