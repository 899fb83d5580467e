//! What the routes do: take the inputs, call one use case, answer. One noun, one file.
pub mod attachment;
pub mod audit_entry;
pub mod callback;
pub mod client_page;
pub mod conflict;
pub mod device;
pub mod documentation;
pub mod file;
pub mod health;
pub mod notification;
pub mod quarantine;
pub mod record;
pub mod service_sheet;
pub mod session;
pub mod staff;
pub mod sync;
pub mod visit;
