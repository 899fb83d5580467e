//! Blobs and photos: where attachment bytes are kept, and how a stranger's picture is opened safely.
//!
//! Knows no database and no HTTP. [`BlobStore`] keeps bytes under their own SHA-256 and is the only
//! asynchronous part; it lies in a folder or, by [`S3Settings`], in a bucket. [`photo`] is pure, CPU-bound work on byte slices: run it on a bounded blocking
//! pool, since one call may take most of a second and [`photo::Limits::max_memory`] of memory.

mod blob_store;
pub mod document;
mod error;
pub mod photo;
mod s3;
#[cfg(feature = "scratch")]
pub mod scratch;
mod sha256;
mod staging;

pub use blob_store::{BlobStore, Stored, Usage};
pub use error::FilesError;
pub use s3::S3Settings;
pub use sha256::Sha256Hex;
pub use staging::Part;
