//! What stands on one page, recorded so that heads and feet can be added when the number of pages is known.
use crate::style::{Colour, RULE};
use crate::text::Line;
use krilla::geom::{Path, PathBuilder, Rect};
use krilla::image::Image;

/// Something drawn; coordinates in points from the top left corner.
pub(crate) enum Mark {
    /// A line of text beginning at `x` on its baseline.
    Text {
        x: f32,
        baseline: f32,
        line: Line,
    },
    Fill {
        path: Path,
        colour: Colour,
    },
    /// A line of round pen.
    Stroke {
        path: Path,
        colour: Colour,
        width: f32,
    },
    /// A picture from its top left corner, as wide and high as `size` says.
    Image {
        x: f32,
        y: f32,
        size: (f32, f32),
        image: Image,
    },
}

/// An area that opens an address.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) area: Rect,
    pub(crate) url: String,
    /// What it does, for those who can't see it.
    pub(crate) purpose: String,
}

/// A page in the making.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) marks: Vec<Mark>,
    pub(crate) links: Vec<Link>,
}

impl Page {
    /// A line of text whose box has its top left corner there.
    pub(crate) fn text(&mut self, x: f32, top: f32, line: Line) {
        let baseline = top + line.style.baseline();
        self.marks.push(Mark::Text { x, baseline, line });
    }

    /// The same, ending at `right`.
    pub(crate) fn text_ending(&mut self, right: f32, top: f32, line: Line) {
        self.text(right - line.width, top, line);
    }

    /// A filled shape; shapes without area leave no mark.
    pub(crate) fn fill(&mut self, path: Option<Path>, colour: Colour) {
        self.marks.extend(path.map(|path| Mark::Fill { path, colour }));
    }

    /// A drawn line, `width` thick.
    pub(crate) fn stroke(&mut self, path: Option<Path>, colour: Colour, width: f32) {
        self.marks
            .extend(path.map(|path| Mark::Stroke { path, colour, width }));
    }

    /// A picture that fills a box.
    pub(crate) fn image(&mut self, x: f32, y: f32, size: (f32, f32), image: Image) {
        self.marks.push(Mark::Image { x, y, size, image });
    }

    /// A hairline across.
    pub(crate) fn rule(&mut self, left: f32, right: f32, y: f32) {
        self.stroke(polyline(&[(left, y), (right, y)]), RULE, 0.6);
    }
}

/// A rectangle from its top left corner.
pub(crate) fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Option<Path> {
    let mut builder = PathBuilder::new();
    builder.push_rect(Rect::from_xywh(x, y, width, height)?);
    builder.finish()
}

/// A rectangle with round corners.
pub(crate) fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Option<Path> {
    /// How far a cubic's handles reach to imitate a quarter of a circle.
    const CIRCLE: f32 = 0.552_285;
    let radius = radius.min(width / 2.0).min(height / 2.0);
    let reach = radius * (1.0 - CIRCLE);
    let (right, bottom) = (x + width, y + height);
    let mut builder = PathBuilder::new();
    builder.move_to(x + radius, y);
    builder.line_to(right - radius, y);
    builder.cubic_to(right - reach, y, right, y + reach, right, y + radius);
    builder.line_to(right, bottom - radius);
    builder.cubic_to(
        right,
        bottom - reach,
        right - reach,
        bottom,
        right - radius,
        bottom,
    );
    builder.line_to(x + radius, bottom);
    builder.cubic_to(x + reach, bottom, x, bottom - reach, x, bottom - radius);
    builder.line_to(x, y + radius);
    builder.cubic_to(x, y + reach, x + reach, y, x + radius, y);
    builder.close();
    builder.finish()
}

/// A circle around its centre.
pub(crate) fn circle(x: f32, y: f32, radius: f32) -> Option<Path> {
    rounded(x - radius, y - radius, radius * 2.0, radius * 2.0, radius)
}

/// Straight lines from point to point.
pub(crate) fn polyline(points: &[(f32, f32)]) -> Option<Path> {
    path_through(points, false)
}

/// A closed shape with straight sides.
pub(crate) fn polygon(points: &[(f32, f32)]) -> Option<Path> {
    path_through(points, true)
}

fn path_through(points: &[(f32, f32)], close: bool) -> Option<Path> {
    let (&(x, y), rest) = points.split_first()?;
    let mut builder = PathBuilder::new();
    builder.move_to(x, y);
    for &(x, y) in rest {
        builder.line_to(x, y);
    }
    if close {
        builder.close();
    }
    builder.finish()
}
