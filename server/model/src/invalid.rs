//! Values that aren't acceptable, and the small checks nouns share.

/// A field's value is not acceptable; the message is for the person who entered it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Invalid {
    pub field: String,
    pub message: String,
}

impl Invalid {
    pub fn new(field: &str, message: impl Into<String>) -> Invalid {
        Invalid {
            field: field.to_owned(),
            message: message.into(),
        }
    }
}

/// Most characters of a name, a title or another single line.
pub const MAX_LINE: usize = 300;

/// Most characters of a long text.
pub const MAX_TEXT: usize = 20_000;

/// A line that must not be empty.
pub fn required(field: &str, value: &str) -> Result<(), Invalid> {
    if value.trim().is_empty() {
        return Err(Invalid::new(field, "must not be empty"));
    }
    line(field, value)
}

/// A single line of at most [`MAX_LINE`] characters without control characters.
pub fn line(field: &str, value: &str) -> Result<(), Invalid> {
    if value.chars().count() > MAX_LINE {
        return Err(Invalid::new(field, format!("at most {MAX_LINE} characters")));
    }
    if value.chars().any(char::is_control) {
        return Err(Invalid::new(field, "must be one line without control characters"));
    }
    Ok(())
}

/// A text of at most [`MAX_TEXT`] characters; NUL is refused because PostgreSQL can't hold it.
pub fn text(field: &str, value: &str) -> Result<(), Invalid> {
    if value.chars().count() > MAX_TEXT {
        return Err(Invalid::new(field, format!("at most {MAX_TEXT} characters")));
    }
    if value.contains('\0') {
        return Err(Invalid::new(field, "must not contain NUL"));
    }
    Ok(())
}

/// Something like an e-mail address; delivery is the only real proof of one.
pub fn email(field: &str, value: &str) -> Result<(), Invalid> {
    line(field, value)?;
    let parts = value.split_once('@');
    match parts {
        Some((local, domain))
            if !local.is_empty()
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
                && !value.contains(char::is_whitespace)
                && !value.contains(['<', '>', ',', ';', '"'])
                && value.matches('@').count() == 1 =>
        {
            Ok(())
        }
        _ => Err(Invalid::new(field, "is not an e-mail address")),
    }
}

/// The end lies after the start, and both between 2000 and 2100: anything else is a typing error.
pub fn span(
    field: &str,
    start: chrono::DateTime<chrono::Utc>,
    end: chrono::DateTime<chrono::Utc>,
) -> Result<(), Invalid> {
    plausible(field, start)?;
    plausible(field, end)?;
    if end <= start {
        return Err(Invalid::new(field, "must end after it starts"));
    }
    Ok(())
}

/// A time an office plans lies between 2000 and 2100.
pub fn plausible(field: &str, at: chrono::DateTime<chrono::Utc>) -> Result<(), Invalid> {
    use chrono::Datelike;
    if (2000..2100).contains(&at.year()) {
        Ok(())
    } else {
        Err(Invalid::new(field, "is not a plausible time"))
    }
}

/// A time a device noted lies in the years 1 to 9999; its clock may be wrong, but not beyond what can be shown.
pub fn showable(field: &str, at: Option<chrono::DateTime<chrono::Utc>>) -> Result<(), Invalid> {
    use chrono::Datelike;
    match at {
        Some(at) if !(1..=9999).contains(&at.year()) => {
            Err(Invalid::new(field, "is in no year that can be shown"))
        }
        _ => Ok(()),
    }
}
