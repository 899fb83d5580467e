//! What the tests of the whole are made of: databases, an office in this process, phones, and the simulation that
//! plays them against each other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// A JSON literal is handed over where it is written.
#![allow(clippy::needless_pass_by_value)]
pub mod day;
pub mod dice;
pub mod ground;
pub mod live;
pub mod load;
pub mod office;
pub mod oracle;
pub mod phone;
pub mod simulation;

pub use office::Office;
pub use onsite_store::scratch::{Kind, Scratch as Database};
pub use phone::Phone;
