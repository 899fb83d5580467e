//! The store's conformance suite: each body runs on SQLite and on PostgreSQL, and must not know on which.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// A JSON literal is handed over where it is written.
#![allow(clippy::needless_pass_by_value)]

#[macro_use]
mod on_both;
mod samples;

mod accounts;
mod conflicts;
mod constraints;
mod feed;
mod grants;
mod group_commit;
mod heads;
mod notifications;
mod once;
mod schema;
mod snapshot;
mod streams;
mod uploads;
mod values;
