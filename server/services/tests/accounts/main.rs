//! Accounts through their public surface, on real databases: logins, sessions, devices and the proofs they rest on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod device;
mod device_proof;
mod login;
mod mutations;
mod secrets;
mod session;
mod tokens;
mod user_account;
mod world;
