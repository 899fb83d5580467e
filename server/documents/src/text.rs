//! Set text: cleaned, shaped, and divided into lines of a given width.
use crate::line_break::{self, Unit};
use crate::style::Colour;
use crate::typeface::{Glyph, Typefaces, Weight};
use std::ops::Range;

/// How text looks; sizes in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    pub(crate) size: f32,
    /// From one baseline to the next.
    pub(crate) leading: f32,
    pub(crate) colour: Colour,
}

impl Style {
    pub(crate) const fn in_colour(self, colour: Colour) -> Style {
        Style { colour, ..self }
    }

    /// How far below the top of its line the baseline lies: capitals and Chinese characters look centred.
    pub(crate) fn baseline(self) -> f32 {
        self.leading / 2.0 + self.size * 0.37
    }
}

/// One line of set text.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// The glyphs' text ranges point into `text`.
    pub(crate) glyphs: Vec<Glyph>,
    pub(crate) style: Style,
    /// In points.
    pub(crate) width: f32,
}

/// Sets `text` in lines no wider than `width`; line feeds in it begin new lines. Empty text has no lines.
pub(crate) fn set(typefaces: &Typefaces, text: &str, style: Style, width: f32) -> Vec<Line> {
    let text = clean(text);
    if text.is_empty() {
        return Vec::new();
    }
    text.split('\n')
        .flat_map(|paragraph| set_paragraph(typefaces, paragraph, style, width))
        .collect()
}

/// Sets `text` on one line, cut with an ellipsis where it would be wider than `width`.
pub(crate) fn set_line(typefaces: &Typefaces, text: &str, style: Style, width: f32) -> Line {
    let text = clean(text).replace('\n', " ");
    let whole = Shaped::new(typefaces, &text, style);
    if whole.width() <= width {
        return whole.line(0..whole.units.len());
    }
    let room = width - Shaped::new(typefaces, "…", style).width();
    let mut used = 0.0;
    let kept = whole
        .units
        .iter()
        .take_while(|unit| {
            used += unit.width;
            used <= room
        })
        .last()
        .map_or(0, |unit| unit.text.end);
    let cut = format!("{}…", text[..kept].trim_end());
    let cut = Shaped::new(typefaces, &cut, style);
    cut.line(0..cut.units.len())
}

fn set_paragraph(typefaces: &Typefaces, paragraph: &str, style: Style, width: f32) -> Vec<Line> {
    let shaped = Shaped::new(typefaces, paragraph, style);
    if shaped.units.is_empty() {
        return vec![shaped.line(0..0)];
    }
    line_break::lines(paragraph, &shaped.units, width)
        .into_iter()
        .map(|units| shaped.line(units))
        .collect()
}

/// A paragraph's glyphs, grouped into units that are never divided.
struct Shaped<'a> {
    text: &'a str,
    style: Style,
    glyphs: Vec<Glyph>,
    units: Vec<Unit>,
}

impl<'a> Shaped<'a> {
    fn new(typefaces: &Typefaces, text: &'a str, style: Style) -> Self {
        let glyphs = typefaces.shape(text, style.weight);
        let mut units: Vec<Unit> = Vec::with_capacity(glyphs.len());
        for glyph in &glyphs {
            let width = glyph.advance * style.size;
            match units.last_mut() {
                Some(unit) if unit.text == glyph.text => unit.width += width,
                _ => units.push(Unit {
                    text: glyph.text.clone(),
                    width,
                }),
            }
        }
        Shaped {
            text,
            style,
            glyphs,
            units,
        }
    }

    fn width(&self) -> f32 {
        self.units.iter().map(|unit| unit.width).sum()
    }

    fn line(&self, units: Range<usize>) -> Line {
        let units = &self.units[units];
        let (start, end) = match (units.first(), units.last()) {
            (Some(first), Some(last)) => (first.text.start, last.text.end),
            _ => (0, 0),
        };
        let from = self.glyphs.partition_point(|glyph| glyph.text.start < start);
        let to = self.glyphs.partition_point(|glyph| glyph.text.start < end);
        let moved = |glyph: &Glyph| Glyph {
            text: glyph.text.start - start..glyph.text.end - start,
            ..glyph.clone()
        };
        Line {
            text: self.text[start..end].to_owned(),
            glyphs: self.glyphs[from..to].iter().map(moved).collect(),
            style: self.style,
            width: units.iter().map(|unit| unit.width).sum(),
        }
    }
}

/// Text without what has no shape on paper: line ends of every kind become line feeds, tabs spaces; control
/// characters, byte order marks and the marks that reverse the direction of what follows are dropped.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let kept = text.chars().filter_map(|c| match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        '\u{feff}' | '\u{fff9}'..='\u{fffb}' => None,
        c if u32::from(c) & 0xfffe == 0xfffe => None,
        c if c.is_control() => None,
        c => Some(c),
    });
    kept.collect::<String>().trim().to_owned()
}

#[cfg(test)]
#[path = "text_test.rs"]
mod text_test;
