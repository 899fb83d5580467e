//! The use cases: authorise, load, decide, save. Plain functions that take a transaction; no HTTP, no async.
pub mod apply;
pub mod author;
pub mod conflict;
pub mod error;
pub mod house;
pub mod pull;
pub mod push;
pub mod put;
pub mod rules;
pub mod scope;

pub use error::ServiceError;
