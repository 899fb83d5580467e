//! Recognising documents that are kept as they came, by their content alone.

/// The content type a document is served with.
pub const PDF: &str = "application/pdf";

/// Whether a file begins as a PDF does (ISO 32000-1, 7.5.2). What is in it is not looked at: it is never opened here, and
/// whoever asks for it is told to save it.
pub fn is_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF-")
}
