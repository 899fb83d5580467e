//! The provider's logo at the head of a document, and their colour. Both lie outside of what was hashed and signed: a
//! sheet printed again after the brand changed is the same sheet.
use crate::style::{ACCENT, Colour};
use krilla::image::Image;
use onsite_model::settings::{Brand, logo_fits};
use tiny_skia::Pixmap;

/// The room a logo may take, in points.
const MOST: (f32, f32) = (170.0, 34.0);

/// A picture that can be drawn.
pub(crate) struct Logo {
    image: Image,
    sides: (u32, u32),
}

impl Logo {
    /// The logo of a brand. One that can't be drawn is left out: a signed sheet is worth more than its head, and nobody
    /// could mend it from here.
    pub(crate) fn of(brand: &Brand) -> Option<Logo> {
        let png = brand.logo.as_deref().filter(|png| logo_fits(png))?;
        let pixels = Pixmap::decode_png(png).ok()?;
        let sides = (pixels.width(), pixels.height());
        // What the writer unpacks itself could fail when the file is already half written.
        let straight: Vec<u8> = pixels
            .pixels()
            .iter()
            .flat_map(|pixel| {
                let colour = pixel.demultiply();
                [colour.red(), colour.green(), colour.blue(), colour.alpha()]
            })
            .collect();
        Some(Logo {
            image: Image::from_rgba8(straight, sides.0, sides.1),
            sides,
        })
    }

    pub(crate) fn image(&self) -> Image {
        self.image.clone()
    }

    /// Width and height on paper, in points.
    pub(crate) fn size(&self) -> (f32, f32) {
        let (width, height) = (self.sides.0 as f32, self.sides.1 as f32);
        let scale = (MOST.0 / width).min(MOST.1 / height);
        (width * scale, height * scale)
    }
}

/// The colour of titles and rules: the provider's as far as it can be read on paper.
pub(crate) fn accent(brand: &Brand) -> Colour {
    let chosen = brand.colour.as_deref().and_then(Colour::parse);
    chosen.map_or(ACCENT, Colour::on_white)
}
