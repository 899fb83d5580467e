//! Small drawn marks. They differ in shape as well as in colour, so that they survive a black-and-white printer
//! and colour-blind readers, and a word always stands beside them.
use crate::page::{Page, circle, polygon, polyline, rounded};
use crate::style::{AMBER, Colour, GREEN, GREY, MUTED, RED, RULE, STAR, WHITE};
use onsite_model::inspection_answer::Outcome;
use onsite_model::sheet_content::Severity;
use std::f32::consts::{FRAC_PI_2, PI};

/// A mark in front of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol {
    Outcome(Option<Outcome>),
    Severity(Severity),
}

/// The width and height of a symbol, in points.
pub(crate) const SIZE: f32 = 8.0;

impl Symbol {
    /// The colour of the mark and of its word.
    pub(crate) fn colour(self) -> Colour {
        match self {
            Symbol::Outcome(Some(Outcome::Pass)) => GREEN,
            Symbol::Outcome(Some(Outcome::Flag)) | Symbol::Severity(Severity::Medium) => AMBER,
            Symbol::Outcome(Some(Outcome::Fail)) | Symbol::Severity(Severity::High) => RED,
            Symbol::Outcome(Some(Outcome::NotApplicable) | None) => GREY,
            Symbol::Severity(Severity::Low) => MUTED,
        }
    }

    /// Draws the mark with its top left corner there.
    pub(crate) fn draw(self, page: &mut Page, x: f32, y: f32) {
        let colour = self.colour();
        let (cx, cy, radius) = (x + SIZE / 2.0, y + SIZE / 2.0, SIZE / 2.0);
        match self {
            Symbol::Outcome(Some(Outcome::Pass)) => {
                page.fill(circle(cx, cy, radius), colour);
                let tick = polyline(&[(cx - 1.9, cy + 0.1), (cx - 0.5, cy + 1.5), (cx + 2.0, cy - 1.4)]);
                page.stroke(tick, WHITE, 1.1);
            }
            Symbol::Outcome(Some(Outcome::Flag)) => {
                page.fill(polygon(&[(cx, y), (x + SIZE, y + SIZE), (x, y + SIZE)]), colour);
                page.stroke(polyline(&[(cx, y + 3.0), (cx, y + 5.0)]), WHITE, 1.1);
                page.fill(circle(cx, y + 6.7, 0.65), WHITE);
            }
            Symbol::Outcome(Some(Outcome::Fail)) => {
                page.fill(rounded(x, y, SIZE, SIZE, 1.4), colour);
                page.stroke(
                    polyline(&[(cx - 1.7, cy - 1.7), (cx + 1.7, cy + 1.7)]),
                    WHITE,
                    1.1,
                );
                page.stroke(
                    polyline(&[(cx - 1.7, cy + 1.7), (cx + 1.7, cy - 1.7)]),
                    WHITE,
                    1.1,
                );
            }
            Symbol::Outcome(Some(Outcome::NotApplicable)) => {
                page.stroke(polyline(&[(x + 1.5, cy), (x + SIZE - 1.5, cy)]), colour, 1.3);
            }
            Symbol::Outcome(None) => page.stroke(circle(cx, cy, radius - 0.6), colour, 0.9),
            Symbol::Severity(severity) => {
                let lit = match severity {
                    Severity::Low => 1,
                    Severity::Medium => 2,
                    Severity::High => 3,
                };
                for bar in 0..3u8 {
                    let height = 3.0 + 2.2 * f32::from(bar);
                    let bar_colour = if bar < lit { colour } else { RULE };
                    page.fill(
                        rounded(x + 2.9 * f32::from(bar), y + SIZE - height, 2.1, height, 0.5),
                        bar_colour,
                    );
                }
            }
        }
    }
}

/// Five stars of which the first `rating` are lit, from their left end; returns their width.
pub(crate) fn stars(page: &mut Page, x: f32, y: f32, rating: u8) -> f32 {
    const STARS: u8 = 5;
    const RADIUS: f32 = 6.0;
    const STEP: f32 = 15.0;
    for i in 0..STARS {
        let centre = (x + RADIUS + STEP * f32::from(i), y + RADIUS);
        page.fill(
            polygon(&star(centre, RADIUS)),
            if i < rating { STAR } else { RULE },
        );
    }
    STEP * f32::from(STARS)
}

/// The corners of a five-pointed star, the first straight up.
fn star((x, y): (f32, f32), radius: f32) -> Vec<(f32, f32)> {
    (0..10u8)
        .map(|i| {
            let angle = f32::from(i) * PI / 5.0 - FRAC_PI_2;
            let reach = if i % 2 == 0 { radius } else { radius * 0.42 };
            (x + reach * angle.cos(), y + reach * angle.sin())
        })
        .collect()
}
