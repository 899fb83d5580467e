//! The API as its clients see it: a real server on loopback, spoken to over HTTP, on both databases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::needless_pass_by_value
)]
mod bad_input;
mod call;
mod client_pages;
mod complaints;
mod conflicts;
mod documents;
mod envelope;
mod fault_reports;
mod file_documents;
mod file_scope;
mod files;
mod imports;
mod interrupted;
mod labels;
mod lists;
mod live;
mod office;
mod packed;
mod permissions;
mod records;
mod remote_sheets;
mod retries;
mod scope;
mod search;
mod sessions;
mod staff;
mod sync;
mod tables;
mod visits;
mod web_app;
mod world;
