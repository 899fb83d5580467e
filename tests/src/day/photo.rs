//! A photo as a phone hands it over: taken by a camera, stripped of metadata.
use anyhow::{Context, Result};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// A picture with enough in it to weigh what a photo weighs.
///
/// # Errors
/// It can't be encoded.
pub fn taken() -> Result<Vec<u8>> {
    let picture = RgbImage::from_fn(1600, 1200, |x, y| {
        let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 27;
        let streak = if (x / 40) % 7 == 0 { 60 } else { 0 };
        let shade =
            |base: u32| u8::try_from((base + grain + y / 12).saturating_sub(streak).min(255)).unwrap_or(255);
        Rgb([shade(110), shade(100), shade(90)])
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 80)
        .encode_image(&picture)
        .context("no photo")?;
    onsite_files::photo::strip(&bytes).context("the photo can't be stripped")
}
