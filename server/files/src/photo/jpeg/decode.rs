//! Decoding a JPEG in bounded memory and time.
//!
//! `zune-jpeg` decodes ordinary photos, fast and row by row. It cannot scale while decoding, and a
//! photo of 48 megapixels would take 150 MB in full, so large ones go through `jpeg-decoder`, which
//! computes only every second, fourth or eighth pixel from the coefficients. Both hold all
//! coefficients of a progressive file, which is why memory is estimated from the frame header first.

use image::metadata::Orientation;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::pieces::{Piece, marker, pieces};
use super::{exif_block, undecodable};
use crate::FilesError;
use crate::photo::exif;
use crate::photo::limits::Limits;
use crate::photo::pixels::{Layout, Pixels, fit};
use crate::photo::render::FULL_SIDE;

/// Each scan may pass over the whole picture, so a small file of many scans could cost minutes.
/// Encoders write about ten.
const MAX_SCANS: usize = 64;

/// What the segments say before any of them is decoded.
struct Header<'a> {
    width: u16,
    height: u16,
    /// The marker of the frame, which names the coding process.
    process: u8,
    components: Vec<Sampling>,
    scans: usize,
    /// The first scan does not hold all components, so decoding has to wait for further ones.
    split: bool,
    exif: Option<&'a [u8]>,
}

/// The sampling factors of a component: 1 to 4 samples per unit of the picture.
struct Sampling {
    horizontal: u64,
    vertical: u64,
}

pub(in crate::photo) fn decode(bytes: &[u8], limits: &Limits) -> Result<(Pixels, Orientation), FilesError> {
    let header = Header::read(bytes)?;
    let (width, height) = (u32::from(header.width), u32::from(header.height));
    limits.check_size(width, height)?;
    if !matches!(header.process, marker::SOF0 | marker::SOF1 | marker::SOF2) {
        return Err(undecodable(
            "it is lossless, hierarchical or arithmetically coded",
        ));
    }
    if header.scans > MAX_SCANS {
        return Err(undecodable(format!("it has {} scans", header.scans)));
    }
    let reduction = header.reduction();
    limits.check_memory(header.memory(reduction))?;
    let pixels = if reduction > 1 {
        decode_reduced(bytes, &header, reduction)?
    } else {
        decode_whole(bytes, &header)?
    };
    Ok((pixels, exif::orientation(header.exif)))
}

impl<'a> Header<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, FilesError> {
        let mut frame = None;
        let mut scans = 0;
        let mut split = false;
        let mut exif = None;
        for piece in pieces(bytes) {
            exif = exif.or(exif_block(&piece));
            let Piece::Segment { code, payload, .. } = piece else {
                continue;
            };
            if marker::is_frame(code) && frame.replace((code, payload)).is_some() {
                return Err(undecodable("it has several frames"));
            }
            if code == marker::SOS {
                let of_frame = frame.and_then(|(_, payload)| payload.get(5));
                split |= scans == 0 && payload.first() != of_frame;
                scans += 1;
            }
        }
        let (process, frame) = frame.ok_or_else(|| undecodable("it has no frame"))?;
        let &[_, h1, h0, w1, w0, _, ref components @ ..] = frame else {
            return Err(undecodable("its frame header is cut off"));
        };
        let components: Vec<Sampling> = components.chunks_exact(3).map(Sampling::read).collect();
        let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
        if width == 0 || height == 0 || !matches!(components.len(), 1 | 3 | 4) {
            return Err(undecodable("its frame header makes no sense"));
        }
        Ok(Self {
            width,
            height,
            process,
            components,
            scans,
            split,
            exif,
        })
    }

    /// The divisor by which decoding can shrink each side and still fill [`FULL_SIDE`]: 1, 2, 4 or 8.
    /// CMYK is left to the decoder that converts it.
    fn reduction(&self) -> u16 {
        let longer = u32::from(self.width.max(self.height));
        let fills = |divisor: &u16| longer.div_ceil(u32::from(*divisor)) >= FULL_SIDE;
        let possible = if self.components.len() == 4 {
            None
        } else {
            [8, 4, 2].into_iter().find(fills)
        };
        possible.unwrap_or(1)
    }

    /// Bytes that decoding, or scaling what was decoded, takes at its peak.
    fn memory(&self, reduction: u16) -> u64 {
        let divide = |side: u16| u64::from(side.div_ceil(reduction));
        let (width, height) = (divide(self.width), divide(self.height));
        let decoded = width * height * if self.components.len() == 1 { 1 } else { 3 };

        let samples_in_all = self.samples();
        let coefficients = if self.process == marker::SOF2 || self.split {
            2 * samples_in_all
        } else {
            0
        };
        // Only the scaling decoder gathers each component before it merges them.
        let planes = if reduction > 1 {
            samples_in_all / u64::from(reduction).pow(2)
        } else {
            0
        };

        let (full_width, full_height) = fit(width as u32, height as u32, FULL_SIDE);
        let scaled = u64::from(full_width) * u64::from(full_height) * 3;
        decoded + scaled.max(coefficients + planes)
    }

    /// Samples of all components together, of the whole picture at its full size.
    fn samples(&self) -> u64 {
        let most = |factor: fn(&Sampling) -> u64| self.components.iter().map(factor).max().unwrap_or(1);
        let unit = most(|component| component.horizontal) * most(|component| component.vertical);
        let in_unit: u64 = self
            .components
            .iter()
            .map(|component| component.horizontal * component.vertical)
            .sum();
        (u64::from(self.width) * u64::from(self.height) * in_unit).div_ceil(unit)
    }
}

impl Sampling {
    fn read(component: &[u8]) -> Self {
        let factors = component.get(1).copied().unwrap_or(0x11);
        Self {
            horizontal: u64::from(factors >> 4).max(1),
            vertical: u64::from(factors & 0x0F).max(1),
        }
    }
}

fn decode_whole(bytes: &[u8], header: &Header<'_>) -> Result<Pixels, FilesError> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(header.width.into())
        .set_max_height(header.height.into());
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(undecodable)?;
    let (space, layout) = match header.components.len() {
        1 => (ColorSpace::Luma, Layout::Grey),
        _ => (ColorSpace::RGB, Layout::Rgb),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let samples = decoder.decode().map_err(undecodable)?;
    Pixels::new(header.width.into(), header.height.into(), layout, samples)
}

fn decode_reduced(bytes: &[u8], header: &Header<'_>, reduction: u16) -> Result<Pixels, FilesError> {
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    // The decoder stops at the first scale that reaches either side; only the longer one may count.
    let longer = header.width.max(header.height).div_ceil(reduction);
    let request = if header.width >= header.height {
        (longer, u16::MAX)
    } else {
        (u16::MAX, longer)
    };
    let (width, height) = decoder.scale(request.0, request.1).map_err(undecodable)?;
    let layout = match header.components.len() {
        1 => Layout::Grey,
        _ => Layout::Rgb,
    };
    let samples = decoder.decode().map_err(undecodable)?;
    Pixels::new(width.into(), height.into(), layout, samples)
}
