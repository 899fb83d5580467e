//! The API as its clients see it: a real server on loopback, spoken to over HTTP, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod bad_input;
mod call;
mod conflicts;
mod database;
mod documents;
mod envelope;
mod permissions;
mod records;
mod retries;
mod scope;
mod sessions;
mod sync;
mod world;
