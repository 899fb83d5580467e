//! Pages as pictures, for a look at them before they are printed.
use crate::error::DocumentError;
use crate::style::Colour;
use crate::text::Line;
use crate::typeface::Typefaces;
use tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, Rect, Transform};

/// A white page in the making; coordinates in points from its top left corner.
pub(crate) struct Canvas {
    pixels: Pixmap,
    scale: f32,
}

impl Canvas {
    /// # Errors
    /// The page has no area.
    pub(crate) fn new(width: f32, height: f32, scale: f32) -> Result<Canvas, DocumentError> {
        let dots = |points: f32| (points * scale).round() as u32;
        let mut pixels = Pixmap::new(dots(width), dots(height))
            .ok_or_else(|| DocumentError::Picture("the page has no area".to_owned()))?;
        pixels.fill(Color::WHITE);
        Ok(Canvas { pixels, scale })
    }

    /// Boxes (left, top, width, height) with sharp edges, so that no seam shows between them.
    pub(crate) fn fill_boxes(&mut self, boxes: &[[f32; 4]], colour: Colour) {
        let mut paint = paint(colour);
        paint.anti_alias = false;
        let dots = |points: f32| (points * self.scale).round();
        for [x, y, width, height] in boxes {
            let (left, top) = (dots(*x), dots(*y));
            let rect = Rect::from_ltrb(left, top, dots(x + width), dots(y + height));
            if let Some(rect) = rect {
                self.pixels.fill_rect(rect, &paint, Transform::identity(), None);
            }
        }
    }

    /// A line of text beginning at `x` on its baseline.
    pub(crate) fn text(&mut self, typefaces: &Typefaces, x: f32, baseline: f32, line: &Line) {
        let size = line.style.size;
        let mut pen = x;
        for glyph in &line.glyphs {
            let mut outline = PathBuilder::new();
            let em = typefaces.outline(line.style.weight, glyph.id, &mut Pen(&mut outline));
            let at = (pen + glyph.x_offset * size, baseline - glyph.y_offset * size);
            pen += glyph.advance * size;
            let Some(path) = outline.finish() else { continue };
            let per_unit = size / em;
            let transform = Transform::from_row(per_unit, 0.0, 0.0, -per_unit, at.0, at.1)
                .post_scale(self.scale, self.scale);
            let paint = paint(line.style.colour);
            self.pixels
                .fill_path(&path, &paint, FillRule::Winding, transform, None);
        }
    }

    /// # Errors
    /// It can't be packed.
    pub(crate) fn png(&self) -> Result<Vec<u8>, DocumentError> {
        self.pixels
            .encode_png()
            .map_err(|error| DocumentError::Picture(error.to_string()))
    }
}

fn paint(Colour(red, green, blue): Colour) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, 255);
    paint
}

/// Draws a glyph's outline into a path.
struct Pen<'a>(&'a mut PathBuilder);

impl rustybuzz::ttf_parser::OutlineBuilder for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}
