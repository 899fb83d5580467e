//! The language phones and server speak, and the pure rules both obey: no I/O, no clock, no randomness, no database and
//! no HTTP live here.
//!
//! [`client`] is the phone's side as a state machine that anything can drive: a simulator, a test, an app. [`merge`] is
//! the server's decision on one operation, by the [`policy`] of each field. The other modules are the messages. The
//! protocol itself is told in `docs/sync-protocol.md`, which follows here, its exchange compiled and run as a test.
//!
#![doc = include_str!("../../docs/sync-protocol.md")]
pub mod checksum;
pub mod client;
pub mod codes;
pub mod enrol;
pub mod evidence;
pub mod fields_text;
pub mod hlc;
pub mod limits;
pub mod live;
pub mod merge;
pub mod operation;
pub mod policy;
pub mod problem;
pub mod proof;
pub mod pull;
pub mod push;
pub mod receipt;
pub mod text;
pub mod version;
pub mod wipe;

/// Version of the message shapes in this crate; sent with every request.
pub const PROTOCOL: u32 = 1;

/// Version of the entities' fields; sent with every request.
pub const SCHEMA: u32 = 2;

/// A JSON object: the fields of a row, or of a change to it.
pub type Fields = serde_json::Map<String, serde_json::Value>;
