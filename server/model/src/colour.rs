//! Colours a provider chooses, and how far they stand off others: contrast as WCAG 2.2 reckons it.

/// A colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

pub const WHITE: Colour = Colour(0xff, 0xff, 0xff);
pub const BLACK: Colour = Colour(0, 0, 0);

/// The least contrast of text with its ground (WCAG 2.2, 1.4.3).
const LEGIBLE: f64 = 4.5;

impl Colour {
    /// Six hexadecimal digits after `#`.
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Colour(part(0)?, part(2)?, part(4)?))
    }

    /// Relative luminance, 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// 1 to 21.
    pub fn contrast(self, other: Colour) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Black or white, whichever is the more legible on it.
    pub fn text_on(self) -> Colour {
        if self.contrast(WHITE) >= self.contrast(BLACK) {
            WHITE
        } else {
            BLACK
        }
    }

    /// The same colour as text on white paper: darkened as far as it takes to be read.
    #[must_use]
    pub fn on_white(self) -> Colour {
        let mut shade = self;
        while shade.contrast(WHITE) < LEGIBLE {
            let darker = |part: u8| (f32::from(part) * 0.94) as u8;
            shade = Colour(darker(shade.0), darker(shade.1), darker(shade.2));
        }
        shade
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_make_a_colour_and_nothing_else_does() {
        assert_eq!(Colour::parse("#0b5CAd"), Some(Colour(0x0b, 0x5c, 0xad)));
        for bad in ["", "#", "0b5cad", "#0b5ca", "#0b5cadd", "#0b5cag", "#测测"] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn text_in_any_colour_can_be_read_on_white_and_on_it() {
        assert_eq!(BLACK.contrast(WHITE), 21.0);
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let colour = Colour(red, green, blue);
                    assert!(colour.on_white().contrast(WHITE) >= 4.5, "{colour:?}");
                    assert!(colour.contrast(colour.text_on()) >= 4.5, "{colour:?}");
                }
            }
        }
        let dark = Colour(0x0b, 0x5c, 0xad);
        assert_eq!(dark.on_white(), dark);
    }
}
