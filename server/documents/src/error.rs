//! Why a document could not be made.
use thiserror::Error;

/// A failure to render; none of them depends on what a client or technician wrote.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// The binary was built with a file that is not the expected typeface.
    #[error("the embedded typeface cannot be read")]
    Typeface,
    /// The QR code of the verification address would be too fine to scan from paper; its length in bytes.
    #[error(
        "the verification address has {0} bytes, too many for a QR code that can be scanned (at most 213)"
    )]
    VerifyUrl(usize),
    /// The QR code of a label's address would be too fine to scan; its length and the most it may have, in bytes.
    #[error(
        "the address on the label has {0} bytes, too many for a QR code that can be scanned (at most {1})"
    )]
    LabelUrl(usize, usize),
    /// The picture could not be made.
    #[error("the picture could not be made: {0}")]
    Picture(String),
    /// The PDF writer refused the document.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}
