//! Decoded pixels in the only two kinds the rest works on: grey and RGB, eight bits, opaque.
//!
//! A decoded photo is the largest thing in memory, so it is flattened in place and scaled down in
//! bands; neither ever holds a second copy of it.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};

use crate::FilesError;
use crate::error::Cause;

/// An opaque picture, row by row without padding.
#[derive(Debug, Clone)]
pub(super) struct Pixels {
    width: u32,
    height: u32,
    colour: Colour,
    samples: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    Grey,
    Rgb,
}

/// How a decoder lays out its samples of eight bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
}

impl Layout {
    pub(super) fn bytes_per_pixel(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// Rows of the target that are made at a time: bounds the memory of the intermediate step.
const BAND_ROWS: u32 = 128;

impl Pixels {
    /// Takes a decoder's samples and lays transparency onto white.
    ///
    /// # Errors
    /// [`FilesError::Rendering`] if `samples` do not fill `width` × `height`.
    pub(super) fn new(
        width: u32,
        height: u32,
        layout: Layout,
        mut samples: Vec<u8>,
    ) -> Result<Self, FilesError> {
        let expected = width as usize * height as usize * layout.bytes_per_pixel();
        if width == 0 || height == 0 || samples.len() != expected {
            return Err(rendering(format!(
                "{} bytes of samples for {width} × {height} pixels",
                samples.len()
            )));
        }
        let colour = match layout {
            Layout::Grey => Colour::Grey,
            Layout::Rgb => Colour::Rgb,
            Layout::GreyAlpha => {
                compact(&mut samples, |&[grey, alpha]: &[u8; 2]| [onto_white(grey, alpha)]);
                Colour::Grey
            }
            Layout::Rgba => {
                compact(&mut samples, |&[r, g, b, alpha]: &[u8; 4]| {
                    [r, g, b].map(|sample| onto_white(sample, alpha))
                });
                Colour::Rgb
            }
        };
        Ok(Self {
            width,
            height,
            colour,
            samples,
        })
    }

    /// The picture with at most `side` pixels on its longer side, `None` if it is no larger already.
    pub(super) fn reduced_to(&self, side: u32) -> Result<Option<Self>, FilesError> {
        if self.width.max(self.height) <= side {
            return Ok(None);
        }
        let (width, height) = fit(self.width, self.height, side);
        let kind = match self.colour {
            Colour::Grey => PixelType::U8,
            Colour::Rgb => PixelType::U8x3,
        };
        let source = ImageRef::new(self.width, self.height, &self.samples, kind).map_err(rendering)?;
        let row = width as usize * kind.size();
        let mut samples = vec![0; row * height as usize];
        let mut resizer = Resizer::new();
        for (band, rows) in samples.chunks_mut(row * BAND_ROWS as usize).enumerate() {
            let first = band as u32 * BAND_ROWS;
            let count = BAND_ROWS.min(height - first);
            // The filter reads beyond the crop where the picture goes on, so bands leave no seams.
            let top = f64::from(first) * f64::from(self.height) / f64::from(height);
            let end = f64::from(first + count) * f64::from(self.height) / f64::from(height);
            let tall = end.min(f64::from(self.height)) - top;
            let options = ResizeOptions::new()
                .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
                .crop(0.0, top, f64::from(self.width), tall);
            let mut target = Image::from_slice_u8(width, count, rows, kind).map_err(rendering)?;
            resizer
                .resize(&source, &mut target, &options)
                .map_err(rendering)?;
        }
        Ok(Some(Self {
            width,
            height,
            colour: self.colour,
            samples,
        }))
    }

    /// The picture the right way up.
    pub(super) fn turned(self, orientation: Orientation) -> Result<DynamicImage, FilesError> {
        let (width, height) = (self.width, self.height);
        let image = match self.colour {
            Colour::Grey => GrayImage::from_raw(width, height, self.samples).map(DynamicImage::from),
            Colour::Rgb => RgbImage::from_raw(width, height, self.samples).map(DynamicImage::from),
        };
        let mut image = image.ok_or_else(|| rendering("the samples do not fill the picture"))?;
        image.apply_orientation(orientation);
        Ok(image)
    }
}

/// The size with at most `side` pixels on the longer side, in the same proportion as far as whole
/// pixels allow.
pub(super) fn fit(width: u32, height: u32, side: u32) -> (u32, u32) {
    let side = side.min(width.max(height)).max(1);
    let longer = u64::from(width.max(height)).max(1);
    let shrink = |length: u32| {
        let rounded = (u64::from(length) * u64::from(side) + longer / 2) / longer;
        u32::try_from(rounded).unwrap_or(side).clamp(1, side)
    };
    (shrink(width), shrink(height))
}

/// Replaces each pixel of `FROM` samples by one of fewer, moving all to the front of the buffer.
fn compact<const FROM: usize, const TO: usize>(
    samples: &mut Vec<u8>,
    convert: impl Fn(&[u8; FROM]) -> [u8; TO],
) {
    let pixels = samples.len() / FROM;
    for pixel in 0..pixels {
        let mut read = [0; FROM];
        read.copy_from_slice(&samples[pixel * FROM..][..FROM]);
        samples[pixel * TO..][..TO].copy_from_slice(&convert(&read));
    }
    samples.truncate(pixels * TO);
    samples.shrink_to_fit();
}

fn onto_white(sample: u8, alpha: u8) -> u8 {
    255 - scale(255 - sample, alpha)
}

/// `value` × `factor` / 255, rounded.
fn scale(value: u8, factor: u8) -> u8 {
    ((u32::from(value) * u32::from(factor) + 127) / 255) as u8
}

fn rendering(reason: impl Into<Cause>) -> FilesError {
    FilesError::Rendering(reason.into())
}
