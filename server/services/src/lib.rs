//! The use cases: authorise, load, decide, save. Plain functions that take a transaction; no HTTP, no async.
pub mod error;

pub use error::ServiceError;
