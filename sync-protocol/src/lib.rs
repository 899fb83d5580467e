//! The language phones and server speak, and the pure rules both obey.
//!
//! A phone works on its own copy for hours or days. What it does becomes [`operation::Operation`]s, numbered
//! without gaps in the stream the server gave to its device. It pushes them in batches ([`push`]); each ends in
//! exactly one durable [`receipt::Receipt`], and a retry of the same operation returns the same receipt. What
//! others did comes back by [`pull`]: every row sits in exactly one bucket, the device holds a set of buckets,
//! and a signed cursor says how far it has read each of them.
//!
//! Conflicts are decided by field ([`merge`]): an operation carries the version it saw and only the fields it
//! changed; a field that another stream wrote since, with another value, follows its declared
//! [`policy::Policy`]. Nothing typed is dropped: what can't be applied is kept in quarantine or in a conflict.
//!
//! No I/O, no clock, no randomness, no database and no HTTP live here. [`client`] is the phone's side as a
//! state machine that anything can drive: a simulator, a test, an app.
pub mod checksum;
pub mod client;
pub mod codes;
pub mod evidence;
pub mod hlc;
pub mod limits;
pub mod merge;
pub mod operation;
pub mod policy;
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
