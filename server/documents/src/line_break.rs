//! Where lines end: the Unicode line breaking rules (UAX #14), which keep closing punctuation from the start of a
//! line and opening punctuation from its end (避头尾), and what to do when they leave no place to break.
use std::ops::Range;
use unicode_linebreak::{BreakClass, break_property, linebreaks};

/// A cluster of text that is never divided, with its width.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unit {
    /// Bytes of the text.
    pub(crate) text: Range<usize>,
    pub(crate) width: f32,
}

/// Whether a line may begin at a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chance {
    Allowed,
    /// Inside a word or number: only where the line has no better place.
    LastResort,
    /// Before closing or after opening punctuation.
    Forbidden,
}

/// Accumulated rounding must not push the last character of an exactly fitting line over the edge.
const TOLERANCE: f32 = 0.01;

/// Divides `units` (the clusters of `text`, one paragraph, in order) into lines no wider than `width`, as ranges
/// of units. Spaces at the ends of lines belong to no line. A unit wider than `width` gets a line of its own.
pub(crate) fn lines(text: &str, units: &[Unit], width: f32) -> Vec<Range<usize>> {
    let chances = chances(text, units);
    let is_space = |i: usize| text[units[i].text.clone()].trim().is_empty();
    let mut lines = Vec::new();
    let mut start = 0;
    while start < units.len() {
        let next = line_end(units, &chances, start, width, is_space);
        let mut end = next;
        while end > start && is_space(end - 1) {
            end -= 1;
        }
        lines.push(start..end);
        start = next;
    }
    lines
}

/// The unit the line after the one beginning at `start` begins with; always beyond `start`.
fn line_end(
    units: &[Unit],
    chances: &[Chance],
    start: usize,
    width: f32,
    is_space: impl Fn(usize) -> bool,
) -> usize {
    let mut used = 0.0;
    let (mut allowed, mut last_resort) = (None, None);
    for i in start..units.len() {
        if i > start {
            match chances[i] {
                Chance::Allowed => allowed = Some(i),
                Chance::LastResort => last_resort = Some(i),
                Chance::Forbidden => {}
            }
            if used + units[i].width > width + TOLERANCE && !is_space(i) {
                return match (allowed, last_resort) {
                    // A word no line can hold starts here and not on a line of its own.
                    (Some(at), Some(inside)) if inside > at && !fits(units, chances, at, width) => inside,
                    (Some(at), _) => at,
                    (None, Some(inside)) => inside,
                    (None, None) => i,
                };
            }
        }
        used += units[i].width;
    }
    units.len()
}

/// Whether the unbreakable run that begins at `start` is narrow enough for a line of its own.
fn fits(units: &[Unit], chances: &[Chance], start: usize, width: f32) -> bool {
    let mut used = 0.0;
    for i in start..units.len() {
        if i > start && chances[i] == Chance::Allowed {
            return true;
        }
        used += units[i].width;
        if used > width + TOLERANCE {
            return false;
        }
    }
    true
}

/// What the rules say about the place before each unit.
fn chances(text: &str, units: &[Unit]) -> Vec<Chance> {
    let mut opportunities = linebreaks(text).map(|(at, _)| at).peekable();
    let mut previous = None;
    units
        .iter()
        .map(|unit| {
            while opportunities.next_if(|&at| at < unit.text.start).is_some() {}
            let first = text[unit.text.clone()].chars().next();
            let chance = if opportunities.peek() == Some(&unit.text.start) {
                Chance::Allowed
            } else if first.is_some_and(never_starts) || previous.is_some_and(never_ends) {
                Chance::Forbidden
            } else {
                Chance::LastResort
            };
            previous = text[unit.text.clone()].chars().next_back();
            chance
        })
        .collect()
}

fn never_starts(c: char) -> bool {
    use BreakClass::{
        CloseParenthesis, ClosePunctuation, CombiningMark, Exclamation, InfixSeparator, Inseparable,
        NonStarter, ZeroWidthJoiner,
    };
    matches!(
        break_property(u32::from(c)),
        ClosePunctuation
            | CloseParenthesis
            | Exclamation
            | InfixSeparator
            | NonStarter
            | Inseparable
            | CombiningMark
            | ZeroWidthJoiner
    ) || c == '”'
        || c == '’'
}

fn never_ends(c: char) -> bool {
    break_property(u32::from(c)) == BreakClass::OpenPunctuation || c == '“' || c == '‘'
}

#[cfg(test)]
#[path = "line_break_test.rs"]
mod line_break_test;
