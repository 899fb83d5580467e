//! PNG: its chunks, which of them a bare picture needs, and decoding within limits.

use std::io::Cursor;

use image::metadata::Orientation;
use png::{BitDepth, ColorType, Decoder, Transformations};

use super::limits::Limits;
use super::pixels::{Layout, Pixels, fit};
use super::render::FULL_SIDE;
use super::{PhotoFormat, exif};
use crate::FilesError;
use crate::error::Cause;

const SIGNATURE: usize = 8;
/// Rows, decompression window and the few chunks that are read: none is large in an honest file.
const SCRATCH: usize = 8 << 20;

/// Chunks a picture needs, and those that say how its colours and proportions are meant.
const NEEDED: [&[u8; 4]; 13] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT",
    b"bKGD", b"pHYs",
];

/// Decodes the picture, of an animated PNG the first frame, down to eight bits a sample.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<(Pixels, Orientation), FilesError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: SCRATCH });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let header = decoder.read_header_info().map_err(undecodable)?;
    let (width, height) = header.size();
    limits.check_size(width, height)?;

    let mut reader = decoder.read_info().map_err(undecodable)?;
    let size = reader
        .output_buffer_size()
        .ok_or_else(|| undecodable("its size overflows"))?;
    let (full_width, full_height) = fit(width, height, FULL_SIDE);
    let scaled = u64::from(full_width) * u64::from(full_height) * 3;
    limits.check_memory(size as u64 + scaled)?;

    let mut samples = vec![0; size];
    let frame = reader.next_frame(&mut samples).map_err(undecodable)?;
    samples.truncate(frame.buffer_size());
    let layout = match (frame.color_type, frame.bit_depth) {
        (ColorType::Grayscale, BitDepth::Eight) => Layout::Grey,
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => Layout::GreyAlpha,
        (ColorType::Rgb, BitDepth::Eight) => Layout::Rgb,
        (ColorType::Rgba, BitDepth::Eight) => Layout::Rgba,
        other => return Err(undecodable(format!("it decodes to {other:?}"))),
    };
    let pixels = Pixels::new(frame.width, frame.height, layout, samples)?;
    let block = chunks(bytes)
        .flatten()
        .find(|chunk| chunk.kind == b"eXIf")
        .map(|chunk| chunk.data);
    Ok((pixels, exif::orientation(block)))
}

/// Refuses every chunk beyond [`NEEDED`], and whatever follows the last one.
pub(super) fn verify_stripped(bytes: &[u8]) -> Result<(), FilesError> {
    let carries = |what| {
        Err(FilesError::CarriesMetadata {
            format: PhotoFormat::Png,
            what,
        })
    };
    let mut end = SIGNATURE;
    for chunk in chunks(bytes) {
        let chunk = chunk.ok_or_else(|| undecodable("it is cut off"))?;
        end += chunk.length();
        match chunk.kind {
            kind if NEEDED.contains(&kind) => {}
            b"eXIf" => return carries("EXIF data"),
            b"iTXt" | b"tEXt" | b"zTXt" => return carries("a text"),
            b"tIME" => return carries("a time"),
            b"acTL" | b"fcTL" | b"fdAT" => return carries("further pictures"),
            _ => return carries("an unknown chunk"),
        }
    }
    if end < bytes.len() {
        carries("bytes outside the picture")
    } else {
        Ok(())
    }
}

struct Chunk<'a> {
    kind: &'a [u8; 4],
    data: &'a [u8],
}

impl Chunk<'_> {
    /// With its length field, kind and checksum.
    fn length(&self) -> usize {
        self.data.len() + 12
    }
}

/// The chunks up to and with `IEND`; `None` stands for the rest of a file that ends before.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = Option<Chunk<'_>>> {
    let mut rest = bytes.get(SIGNATURE..);
    std::iter::from_fn(move || {
        let chunk = first_chunk(rest?);
        rest = match &chunk {
            Some(chunk) if chunk.kind != b"IEND" => rest.and_then(|rest| rest.get(chunk.length()..)),
            _ => None,
        };
        Some(chunk)
    })
}

fn first_chunk(bytes: &[u8]) -> Option<Chunk<'_>> {
    let (length, bytes) = bytes.split_first_chunk::<4>()?;
    let (kind, bytes) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    let _checksum = bytes.get(length..)?.first_chunk::<4>()?;
    Some(Chunk {
        kind,
        data: &bytes[..length],
    })
}

fn undecodable(reason: impl Into<Cause>) -> FilesError {
    FilesError::Undecodable {
        format: PhotoFormat::Png,
        reason: reason.into(),
    }
}
