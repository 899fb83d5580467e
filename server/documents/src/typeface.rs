//! The embedded typeface: text in, placed glyphs out.
use crate::error::DocumentError;
use krilla::text::Font;
use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};
use rustybuzz::{Direction, Face, ShapePlan, UnicodeBuffer, script, shape_with_plan};
use std::ops::Range;
use std::sync::OnceLock;

static REGULAR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/regular.ttf"));
static BOLD: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bold.ttf"));

/// Drawn in place of a character the typeface lacks: the printers' sign for a missing sort, then plainer ones.
/// The character itself stays in the file as the text of the glyph.
const SUBSTITUTES: [char; 3] = ['〓', '□', '?'];

/// A weight of the typeface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// One glyph; lengths are in em.
#[derive(Debug, Clone)]
pub(crate) struct Glyph {
    pub(crate) id: u32,
    pub(crate) advance: f32,
    pub(crate) x_offset: f32,
    pub(crate) y_offset: f32,
    /// The bytes of the text it stands for; several glyphs of one cluster share them.
    pub(crate) text: Range<usize>,
}

/// Both weights, read once.
pub(crate) struct Typefaces {
    regular: Typeface,
    bold: Typeface,
}

struct Typeface {
    font: Font,
    face: Face<'static>,
    /// Making a plan costs more than shaping a line, so it is made once.
    plan: ShapePlan,
    substitute: u32,
}

impl Typefaces {
    /// The typefaces in this binary.
    ///
    /// # Errors
    /// [`DocumentError::Typeface`] if the embedded files are not fonts.
    pub(crate) fn embedded() -> Result<&'static Typefaces, DocumentError> {
        static TYPEFACES: OnceLock<Option<Typefaces>> = OnceLock::new();
        TYPEFACES
            .get_or_init(|| {
                Some(Typefaces {
                    regular: Typeface::read(REGULAR)?,
                    bold: Typeface::read(BOLD)?,
                })
            })
            .as_ref()
            .ok_or(DocumentError::Typeface)
    }

    /// The font as the PDF writer wants it.
    pub(crate) fn font(&self, weight: Weight) -> Font {
        self.typeface(weight).font.clone()
    }

    /// The glyphs of `text`, which is one line without control characters, left to right.
    pub(crate) fn shape(&self, text: &str, weight: Weight) -> Vec<Glyph> {
        self.typeface(weight).shape(text)
    }

    /// Draws the outline of a glyph in units of the typeface; tells how many are an em.
    pub(crate) fn outline(&self, weight: Weight, glyph: u32, pen: &mut dyn OutlineBuilder) -> f32 {
        let face = &self.typeface(weight).face;
        if let Ok(id) = u16::try_from(glyph) {
            // A space has none.
            let _area = face.outline_glyph(GlyphId(id), pen);
        }
        face.units_per_em() as f32
    }

    fn typeface(&self, weight: Weight) -> &Typeface {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

impl Typeface {
    fn read(data: &'static [u8]) -> Option<Typeface> {
        let face = Face::from_slice(data, 0)?;
        let plan = ShapePlan::new(&face, Direction::LeftToRight, Some(script::LATIN), None, &[]);
        let substitute = SUBSTITUTES.iter().find_map(|&c| face.glyph_index(c))?;
        Some(Typeface {
            font: Font::new(data.into(), 0)?,
            face,
            plan,
            substitute: u32::from(substitute.0),
        })
    }

    /// Chinese needs no shaping of its own, so mixed text goes through whole as Latin, which kerns the Latin in it.
    fn shape(&self, text: &str) -> Vec<Glyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let shaped = shape_with_plan(&self.face, &self.plan, buffer);
        let em = self.font.units_per_em();
        let starts: Vec<usize> = shaped
            .glyph_infos()
            .iter()
            .map(|info| info.cluster as usize)
            .collect();
        let mut end = text.len();
        let mut glyphs: Vec<Glyph> = Vec::with_capacity(starts.len());
        for (i, (info, at)) in shaped
            .glyph_infos()
            .iter()
            .zip(shaped.glyph_positions())
            .enumerate()
            .rev()
        {
            if let Some(&next) = starts.get(i + 1)
                && next != starts[i]
            {
                end = next;
            }
            let missing = info.glyph_id == 0;
            let id = if missing { self.substitute } else { info.glyph_id };
            let advance = if missing {
                self.advance(id)
            } else {
                at.x_advance as f32 / em
            };
            glyphs.push(Glyph {
                id,
                advance,
                x_offset: at.x_offset as f32 / em,
                y_offset: at.y_offset as f32 / em,
                text: starts[i]..end,
            });
        }
        glyphs.reverse();
        glyphs
    }

    fn advance(&self, id: u32) -> f32 {
        let id = rustybuzz::ttf_parser::GlyphId(u16::try_from(id).unwrap_or(0));
        f32::from(self.face.glyph_hor_advance(id).unwrap_or(0)) / self.font.units_per_em()
    }
}
