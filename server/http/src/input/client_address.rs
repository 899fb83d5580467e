//! The client's network address, for what is counted by it.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use std::net::IpAddr;

/// Where the request comes from; see [`crate::app::Limits::behind_proxy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl Input for ClientAddress {
    async fn extract(incoming: &mut Incoming) -> Result<ClientAddress, Problem> {
        Ok(ClientAddress(incoming.address()))
    }

    fn describe(_sketch: &mut Sketch<'_>) {}
}
