//! The look of the documents in one place: measures in points, colours, and the few text styles.
use crate::text::Style;
use crate::typeface::Weight;

pub(crate) use onsite_model::colour::Colour;

pub(crate) const INK: Colour = Colour(0x1b, 0x22, 0x2b);
pub(crate) const MUTED: Colour = Colour(0x5c, 0x67, 0x73);
/// Of titles and rules, where the provider chose none.
pub(crate) const ACCENT: Colour = Colour(0x0f, 0x4c, 0x75);
pub(crate) const TINT: Colour = Colour(0xe6, 0xee, 0xf4);
pub(crate) const PANEL: Colour = Colour(0xf5, 0xf7, 0xf9);
pub(crate) const RULE: Colour = Colour(0xd7, 0xdd, 0xe3);
pub(crate) const WHITE: Colour = Colour(0xff, 0xff, 0xff);
pub(crate) const GREEN: Colour = Colour(0x1d, 0x7a, 0x3e);
pub(crate) const AMBER: Colour = Colour(0xb4, 0x6a, 0x00);
pub(crate) const RED: Colour = Colour(0xb4, 0x23, 0x18);
pub(crate) const GREY: Colour = Colour(0x7b, 0x86, 0x92);
pub(crate) const STAR: Colour = Colour(0xe0, 0x9b, 0x12);
/// The blue-black of a pen, so that a drawn signature stands off the print.
pub(crate) const PEN: Colour = Colour(0x14, 0x2f, 0x6b);

/// A4.
pub(crate) const PAGE_WIDTH: f32 = 595.28;
pub(crate) const PAGE_HEIGHT: f32 = 841.89;
pub(crate) const A4: (f32, f32) = (PAGE_WIDTH, PAGE_HEIGHT);
pub(crate) const LEFT: f32 = 48.0;
pub(crate) const WIDTH: f32 = PAGE_WIDTH - 2.0 * LEFT;
pub(crate) const RIGHT: f32 = LEFT + WIDTH;
/// Where content begins on the first page, and below the running head on the others.
pub(crate) const FIRST_TOP: f32 = 44.0;
pub(crate) const TOP: f32 = 62.0;

pub(crate) const TITLE: Style = style(Weight::Bold, 21.0, 27.0, ACCENT);
pub(crate) const NAME: Style = style(Weight::Bold, 13.0, 18.0, INK);
pub(crate) const SECTION: Style = style(Weight::Bold, 11.0, 16.0, ACCENT);
pub(crate) const BODY: Style = style(Weight::Regular, 9.5, 14.5, INK);
pub(crate) const CELL: Style = style(Weight::Regular, 8.8, 12.8, INK);
pub(crate) const STRONG: Style = style(Weight::Bold, 8.8, 12.8, INK);
pub(crate) const HEAD: Style = style(Weight::Bold, 8.0, 12.0, MUTED);
pub(crate) const LABEL: Style = style(Weight::Regular, 7.6, 11.0, MUTED);
pub(crate) const SMALL: Style = style(Weight::Regular, 7.6, 11.0, MUTED);
pub(crate) const FIGURE: Style = style(Weight::Bold, 15.0, 19.0, INK);

const fn style(weight: Weight, size: f32, leading: f32, colour: Colour) -> Style {
    Style {
        weight,
        size,
        leading,
        colour,
    }
}
