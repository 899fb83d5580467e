//! The nouns of field service, their state machines, permissions and merge policies. Pure: no I/O, no database,
//! no HTTP; only [`clock`] and [`ids`] touch the machine, and only the edge calls them.
//!
//! Each noun is one file here and has the same name in every layer above.
#[macro_use]
mod declare;

pub mod advice;
pub mod asset;
pub mod attachment;
pub mod bucket;
pub mod callback;
pub mod checklist_template;
pub mod client;
pub mod clock;
pub mod colour;
pub mod complaint;
pub mod conflict;
pub mod contact;
pub mod entity;
pub mod flaw;
pub mod handover_item;
pub mod ids;
pub mod inspection;
pub mod inspection_answer;
pub mod invalid;
pub mod label;
pub mod language;
pub mod listing;
pub mod mail_template;
pub mod number_format;
pub mod permission;
pub mod receipt;
pub mod role;
pub mod schema_version;
pub mod search;
pub mod service_sheet;
pub mod settings;
pub mod sheet_amendment;
pub mod sheet_compile;
pub mod sheet_content;
pub mod signature;
pub mod site;
pub mod tag_range;
pub mod ticket;
pub mod user;
pub mod visit;
pub mod visit_preparation;
pub mod worklog_entry;

pub use declare::Transition;
