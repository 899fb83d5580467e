//! The use cases: authorise, load, decide, save. Plain functions that take a transaction; no HTTP, no async.
pub mod apply;
pub mod author;
pub mod conflict;
pub mod device;
pub mod device_proof;
pub mod error;
pub mod house;
pub mod login;
pub mod passwords;
pub mod pull;
pub mod audit;
pub mod grant;
pub mod link;
pub mod load;
mod notify;
mod number;
pub mod sheet;
pub mod push;
pub mod put;
pub mod rules;
pub mod scope;
pub mod secrets;
pub mod session;
pub mod tokens;
pub mod user_account;

pub use error::ServiceError;
