//! How running numbers are written: fixed text with `{year}`, `{month}` and the counter, `{number}` or `{number:4}` for at
//! least so many digits.
use crate::invalid::{Invalid, line};
use chrono::{DateTime, Datelike, Utc};

/// Longest format in characters.
const MAX_FORMAT: usize = 40;

/// Most digits a number is filled up to.
const MAX_DIGITS: usize = 9;

/// A piece of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Year,
    Month,
    /// Filled up with zeros to so many digits.
    Number(usize),
}

fn pieces(format: &str) -> Option<Vec<Piece<'_>>> {
    let mut found = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        let (text, behind) = rest.split_at(at);
        let (name, after) = behind.strip_prefix('{')?.split_once('}')?;
        found.push(Piece::Text(text));
        found.push(match name {
            "year" => Piece::Year,
            "month" => Piece::Month,
            "number" => Piece::Number(1),
            _ => {
                let digits = name.strip_prefix("number:")?.parse().ok()?;
                (1..=MAX_DIGITS)
                    .contains(&digits)
                    .then_some(Piece::Number(digits))?
            }
        });
        rest = after;
    }
    found.push(Piece::Text(rest));
    Some(found)
}

/// Whether a format can be used.
///
/// # Errors
/// It is too long, has a placeholder nobody knows, or lacks the number.
pub fn check(field: &str, format: &str) -> Result<(), Invalid> {
    line(field, format)?;
    let pieces = pieces(format).ok_or_else(|| {
        Invalid::new(
            field,
            "takes {year}, {month}, {number}, and {number:4} for at least four digits",
        )
    })?;
    let numbers = pieces.iter().filter(|piece| matches!(piece, Piece::Number(_)));
    if numbers.count() != 1 {
        return Err(Invalid::new(field, "needs {number} once, or no two would differ"));
    }
    if format.chars().count() > MAX_FORMAT {
        return Err(Invalid::new(field, format!("at most {MAX_FORMAT} characters")));
    }
    if pieces.contains(&Piece::Month) && !pieces.contains(&Piece::Year) {
        return Err(Invalid::new(
            field,
            "needs {year} beside {month}, or numbers would repeat",
        ));
    }
    Ok(())
}

/// The counter a format counts with: one for each year or month it names.
pub fn counter(series: &str, format: &str, now: DateTime<Utc>) -> String {
    let pieces = pieces(format).unwrap_or_default();
    if pieces.contains(&Piece::Month) {
        format!("{series}-{}-{:02}", now.year(), now.month())
    } else if pieces.contains(&Piece::Year) {
        format!("{series}-{}", now.year())
    } else {
        series.to_owned()
    }
}

/// The number as people say it. A format that was not checked is taken as it is, with the number behind it.
pub fn write(format: &str, number: u64, now: DateTime<Utc>) -> String {
    let Some(pieces) = pieces(format) else {
        return format!("{format}{number}");
    };
    pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Year => now.year().to_string(),
            Piece::Month => format!("{:02}", now.month()),
            Piece::Number(digits) => format!("{number:0digits$}"),
        })
        .collect()
}
