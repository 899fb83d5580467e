//! The client's network address, for what is counted by it.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use std::net::IpAddr;
use sync_protocol::codes::ErrorCode;

/// Where the request comes from; see [`crate::app::Limits::trusted_proxies`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl Input for ClientAddress {
    async fn extract(incoming: &mut Incoming) -> Result<ClientAddress, Problem> {
        Ok(ClientAddress(incoming.address()))
    }

    fn describe(sketch: &mut Sketch<'_>) {
        // Passwords are what is counted.
        sketch.fails_with(&[
            ErrorCode::Throttled,
            ErrorCode::BadCredentials,
            ErrorCode::Invalid,
        ]);
    }
}
