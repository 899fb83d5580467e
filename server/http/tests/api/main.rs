//! The API as its clients see it: a real server on loopback, spoken to over HTTP, on both databases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::needless_pass_by_value
)]
mod bad_input;
mod call;
mod complaints;
mod conflicts;
mod documents;
mod envelope;
mod fault_reports;
mod file_scope;
mod files;
mod interrupted;
mod live;
mod packed;
mod permissions;
mod records;
mod remote_sheets;
mod retries;
mod scope;
mod sessions;
mod sync;
mod visits;
mod web_app;
mod world;
