//! Photos through the public surface: good ones, metadata, refusals, and files made to do harm.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod hostile;
mod inspect;
mod pictures;
mod refuse;
mod strip;
