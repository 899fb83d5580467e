//! Import and export through their public surface: files as other programs write them, and real databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod applying;
mod export;
mod glpi;
mod mutations;
mod planning;
mod snipe_it;
mod world;
