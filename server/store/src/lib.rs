//! The store: Diesel lives only here. One schema on SQLite and PostgreSQL, one writer that commits in groups,
//! readers on snapshots, and plain functions that take a connection.
//!
//! Nothing above writes a synced table but by [`rows::save`], which the one write path of the services calls.
//!
//! A row is read by its key with `get_result`, not `first`: that binds a LIMIT, and SQLite plans a query with a bound LIMIT
//! anew each time it is used.
mod connect;
mod db;
mod dialect;
mod flush;
mod flusher;
mod group;
pub mod heads;
mod housekeeper;
mod schema;
mod store;
mod watcher;
mod work;

pub mod accounts;
pub mod aliases;
pub mod assets;
pub mod audit;
pub mod backups;
pub mod blobs;
pub mod complaints;
pub mod conflicts;
pub mod counters;
pub mod deferred;
pub mod device_reports;
pub mod devices;
pub mod epochs;
pub mod error;
pub mod fault_reports;
pub mod feed;
pub mod grants;
pub mod history;
pub mod idempotency;
pub mod imports;
mod json;
pub mod links;
pub mod listing;
pub mod nonces;
pub mod notifications;
pub mod phones;
mod projections;
pub mod quarantine;
pub mod rows;
#[cfg(feature = "scratch")]
pub mod scratch;
pub mod service_sheets;
pub mod settled;
pub mod signing_keys;
mod stamps;
pub mod streams;
pub mod sums;
pub mod uploads;
pub mod visits;

pub use connect::{
    Address, Migration, migrate, pending_migrations, recount_sums, sqlite_version, table_columns,
};
pub use db::Db;
pub use error::StoreError;
pub use schema::TABLES;
pub use store::{Clock, Pace, Store, Tx, WriteError};
