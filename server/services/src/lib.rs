//! The use cases: authorise, load, decide, save. Plain functions that take a transaction; no HTTP, no async.
pub(crate) mod alias;
pub mod apply;
pub mod archive;
pub mod asset;
pub mod attachment;
pub mod audit;
pub mod author;
pub mod callback;
pub mod changes;
pub mod command;
pub mod complaint;
pub mod conflict;
pub mod decisions;
pub mod deferred;
pub mod device;
pub mod device_proof;
pub mod document;
pub mod epoch;
pub mod error;
pub mod export;
pub mod fault_report;
pub mod grant;
pub mod house;
pub mod import;
pub mod incoming;
pub mod link;
pub mod load;
pub mod login;
pub mod negotiation;
pub mod notification;
mod notify;
mod number;
pub mod open_conflicts;
pub mod passwords;
pub mod pull;
pub mod push;
pub mod put;
pub mod quarantine;
pub mod record;
pub mod remote_sheet;
pub mod repair;
pub mod retention;
pub mod rules;
pub mod scope;
pub mod secrets;
pub mod session;
pub mod sheet;
pub mod staff;
pub mod tag_range;
mod taking;
pub mod tokens;
pub mod undo;
pub mod upload;
pub mod user_account;
pub mod verify;
pub mod visit;
pub mod wipe;
mod written;

/// Words that documents and pages share.
pub mod words {
    pub use onsite_documents::{asset_kind, severity, visit_kind};
}

pub use error::ServiceError;
