//! A drawn signature as vector curves, fitted into its field.
use crate::page::{Page, circle};
use crate::sign_off::Stroke;
use crate::style::PEN;
use krilla::geom::{Path, PathBuilder};

/// The pen's width, in points.
const NIB: f32 = 1.4;

/// A rectangle to draw in, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Field {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// Draws the strokes as large as the field allows, in their own proportions, centred.
pub(crate) fn draw(page: &mut Page, strokes: &[Stroke], field: Field) {
    for stroke in fit(strokes, field) {
        match stroke[..] {
            [(x, y)] => page.fill(circle(x, y, NIB * 0.8), PEN),
            _ => page.stroke(curve(&stroke), PEN, NIB),
        }
    }
}

/// The strokes moved and scaled into the field; points that are no numbers, and repeated ones, are left out.
fn fit(strokes: &[Stroke], field: Field) -> Vec<Stroke> {
    let finite = |&(x, y): &(f32, f32)| x.is_finite() && y.is_finite();
    let strokes: Vec<Stroke> = strokes
        .iter()
        .map(|stroke| {
            let mut points: Stroke = stroke.iter().copied().filter(finite).collect();
            points.dedup();
            points
        })
        .filter(|stroke| !stroke.is_empty())
        .collect();
    let Some(bounds) = bounds(&strokes) else {
        return Vec::new();
    };
    let scale_x = if bounds.width > 0.0 {
        field.width / bounds.width
    } else {
        f32::INFINITY
    };
    let scale_y = if bounds.height > 0.0 {
        field.height / bounds.height
    } else {
        f32::INFINITY
    };
    let scale = scale_x.min(scale_y);
    // A lone dot has no extent to scale by.
    let scale = if scale.is_finite() { scale } else { 1.0 };
    let left = field.x + (field.width - bounds.width * scale) / 2.0;
    let top = field.y + (field.height - bounds.height * scale) / 2.0;
    let place = |(x, y): (f32, f32)| (left + (x - bounds.x) * scale, top + (y - bounds.y) * scale);
    strokes
        .into_iter()
        .map(|stroke| stroke.into_iter().map(place).collect())
        .collect()
}

/// The smallest rectangle around all points; `None` where there is none, or none of a finite size.
fn bounds(strokes: &[Stroke]) -> Option<Field> {
    let points = || strokes.iter().flatten();
    let &(x, y) = points().next()?;
    let (left, right) = points().fold((x, x), |(low, high), &(x, _)| (low.min(x), high.max(x)));
    let (top, bottom) = points().fold((y, y), |(low, high), &(_, y)| (low.min(y), high.max(y)));
    let bounds = Field {
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
    };
    (bounds.width.is_finite() && bounds.height.is_finite()).then_some(bounds)
}

/// A smooth line: quadratic curves that meet halfway between neighbouring points and are pulled towards them, so
/// that corners of the sampling vanish and nothing swings out beyond what was drawn.
fn curve(points: &[(f32, f32)]) -> Option<Path> {
    let (&first, rest) = points.split_first()?;
    let &last = rest.last()?;
    let mut builder = PathBuilder::new();
    builder.move_to(first.0, first.1);
    for pair in rest.windows(2) {
        let (through, next) = (pair[0], pair[1]);
        builder.quad_to(
            through.0,
            through.1,
            (through.0 + next.0) / 2.0,
            (through.1 + next.1) / 2.0,
        );
    }
    builder.line_to(last.0, last.1);
    builder.finish()
}

#[cfg(test)]
#[path = "signature_test.rs"]
mod signature_test;
