//! The engine's rules one by one, against answers written by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod edits;
mod hand;
mod pulling;
mod pushing;
mod restoring;
