//! The documents as a reader sees them: rendered, then read back as text by an independent program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod fixtures;
mod inspection_record_test;
mod label_test;
mod pdf_text;
mod service_sheet_test;
