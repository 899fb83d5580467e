//! WebP: its chunks, which of them a bare picture needs, and decoding within limits.

use std::cmp::Ordering;
use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;

use super::limits::Limits;
use super::pixels::{Layout, Pixels};
use super::{PhotoFormat, exif};
use crate::FilesError;
use crate::error::Cause;

/// `RIFF`, the size of what follows the size, `WEBP`.
const FILE_HEADER: usize = 12;
/// Position, size and duration of a frame, before its chunks.
const FRAME_HEADER: usize = 16;

/// Decodes the picture, of an animation the first frame.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<(Pixels, Orientation), FilesError> {
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(undecodable)?;
    let (width, height) = decoder.dimensions();
    limits.check_size(width, height)?;
    limits.check_memory(u64::from(width) * u64::from(height) * bytes_per_pixel(bytes))?;
    if lossy_frames(bytes).any(|(frame_width, frame_height)| frame_width > width || frame_height > height) {
        return Err(undecodable("a frame is larger than the picture"));
    }

    let layout = if decoder.color_type().has_alpha() {
        Layout::Rgba
    } else {
        Layout::Rgb
    };
    let mut samples = vec![0; width as usize * height as usize * layout.bytes_per_pixel()];
    decoder.read_image(&mut samples).map_err(undecodable)?;
    let pixels = Pixels::new(width, height, layout, samples)?;
    let block = chunks(bytes)
        .find(|chunk| chunk.kind == b"EXIF")
        .map(|chunk| chunk.data);
    Ok((pixels, exif::orientation(block)))
}

/// Refuses every chunk a still picture does without, and whatever lies outside the container.
pub(super) fn verify_stripped(bytes: &[u8]) -> Result<(), FilesError> {
    let carries = |what| {
        Err(FilesError::CarriesMetadata {
            format: PhotoFormat::WebP,
            what,
        })
    };
    let size: Option<&[u8; 4]> = bytes.get(4..8).and_then(|size| size.first_chunk());
    match size.map(|size| (u32::from_le_bytes(*size) as usize).cmp(&(bytes.len() - 8))) {
        Some(Ordering::Less) => return carries("bytes outside the picture"),
        Some(Ordering::Equal) => {}
        Some(Ordering::Greater) | None => return Err(undecodable("it is cut off")),
    }
    for chunk in chunks(bytes) {
        match chunk.kind {
            _ if chunk.cut_off => return Err(undecodable("it is cut off")),
            b"VP8 " | b"VP8L" | b"VP8X" | b"ALPH" | b"ICCP" => {}
            b"EXIF" => return carries("EXIF data"),
            b"XMP " => return carries("XMP data"),
            b"ANIM" | b"ANMF" => return carries("further pictures"),
            _ => return carries("an unknown chunk"),
        }
    }
    Ok(())
}

/// What the decoder holds at its peak for each pixel, its result included: the canvas and a frame of
/// an animation; RGBA from which alpha is taken; RGBA beside RGB for lossless and YUV for lossy data.
fn bytes_per_pixel(bytes: &[u8]) -> u64 {
    let of_chunk = |chunk: Chunk<'_>| match chunk.kind {
        b"ANMF" => 12,
        b"ALPH" => 11,
        b"VP8L" => 7,
        _ => 6,
    };
    chunks(bytes).map(of_chunk).max().unwrap_or(0)
}

/// The sizes in the headers of lossy data, which the decoder allocates for before it compares them
/// with the size of the picture.
fn lossy_frames(bytes: &[u8]) -> impl Iterator<Item = (u32, u32)> {
    let top = chunks(bytes);
    let nested = chunks(bytes)
        .filter(|chunk| chunk.kind == b"ANMF")
        .flat_map(|chunk| chunks_of(chunk.data.get(FRAME_HEADER..).unwrap_or_default()));
    top.chain(nested)
        .filter(|chunk| chunk.kind == b"VP8 ")
        .filter_map(|chunk| {
            // Three bytes of frame tag, three of start code, and 14 bits for each side (RFC 6386, 9.1).
            let &[w0, w1, h0, h1] = chunk.data.get(6..10)?.first_chunk()?;
            let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3FFF);
            Some((side([w0, w1]), side([h0, h1])))
        })
}

struct Chunk<'a> {
    kind: &'a [u8; 4],
    data: &'a [u8],
    /// The file ends inside the chunk; the decoder may use such a chunk all the same.
    cut_off: bool,
}

fn chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    chunks_of(bytes.get(FILE_HEADER..).unwrap_or_default())
}

/// The chunks that `bytes` consist of; a rest too short to be one counts as cut off, without a kind.
fn chunks_of(bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let chunk = first_chunk(rest).unwrap_or(Chunk {
            kind: &[0; 4],
            data: rest,
            cut_off: true,
        });
        // A chunk of odd length is padded to an even one.
        rest = rest
            .get(8 + chunk.data.len().next_multiple_of(2)..)
            .unwrap_or_default();
        Some(chunk)
    })
}

fn first_chunk(bytes: &[u8]) -> Option<Chunk<'_>> {
    let (kind, bytes) = bytes.split_first_chunk::<4>()?;
    let (length, bytes) = bytes.split_first_chunk::<4>()?;
    let data = bytes.get(..u32::from_le_bytes(*length) as usize);
    Some(Chunk {
        kind,
        data: data.unwrap_or(bytes),
        cut_off: data.is_none(),
    })
}

fn undecodable(reason: impl Into<Cause>) -> FilesError {
    FilesError::Undecodable {
        format: PhotoFormat::WebP,
        reason: reason.into(),
    }
}
