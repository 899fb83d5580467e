//! The verification address as a QR code that can be scanned from paper.
use crate::error::DocumentError;
use fast_qr::{ECL, QRBuilder, QRCode};
use krilla::geom::{Path, PathBuilder, Rect};

/// Printed side, in points: 19 mm.
pub(crate) const SIDE: f32 = 54.0;
/// At [`SIDE`] the modules of a larger code would be under a third of a millimetre, which phones fail to read.
const MOST_MODULES: usize = 57;

/// The QR code of an address, with error correction for a creased print.
///
/// # Errors
/// [`DocumentError::VerifyUrl`] if the code would be too fine to scan, which is so from 214 bytes on.
pub(crate) fn encode(url: &str) -> Result<QRCode, DocumentError> {
    match QRBuilder::new(url).ecl(ECL::M).build() {
        Ok(code) if code.size <= MOST_MODULES => Ok(code),
        _ => Err(DocumentError::VerifyUrl(url.len())),
    }
}

/// The dark modules of a code with its top left corner there.
pub(crate) fn path(code: &QRCode, x: f32, y: f32) -> Option<Path> {
    shape(&boxes(code, x, y, SIDE))
}

/// Boxes as one shape, so that no seam shows between them.
pub(crate) fn shape(boxes: &[[f32; 4]]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for [x, y, width, height] in boxes {
        builder.push_rect(Rect::from_xywh(*x, *y, *width, *height)?);
    }
    builder.finish()
}

/// The same as boxes (left, top, width, height), one for each run in a row.
pub(crate) fn boxes(code: &QRCode, x: f32, y: f32, side: f32) -> Vec<[f32; 4]> {
    let module = side / code.size as f32;
    let mut boxes = Vec::new();
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let run = code[row][column..]
                .iter()
                .take_while(|module| module.value())
                .count();
            let left = x + column as f32 * module;
            if run > 0 {
                boxes.push([left, y + row as f32 * module, run as f32 * module, module]);
            }
            column += run.max(1);
        }
    }
    boxes
}
