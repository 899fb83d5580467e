//! Where a visitor without an account comes from, for the record of what they did.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use onsite_services::remote_sheet::Visitor;
use std::net::IpAddr;
use sync_protocol::codes::ErrorCode;

/// Most characters of a browser's name that are kept.
const AGENT: usize = 300;

impl Input for Visitor {
    async fn extract(incoming: &mut Incoming) -> Result<Visitor, Problem> {
        let agent = incoming.header("User-Agent").unwrap_or_default();
        Ok(Visitor {
            address: incoming.address().to_string(),
            user_agent: agent.chars().take(AGENT).collect(),
        })
    }

    fn describe(_sketch: &mut Sketch<'_>) {}
}

/// Where a request comes from, for what is counted by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(pub IpAddr);

impl Input for Network {
    async fn extract(incoming: &mut Incoming) -> Result<Network, Problem> {
        Ok(Network(incoming.address()))
    }

    fn describe(sketch: &mut Sketch<'_>) {
        sketch.fails_with(&[ErrorCode::Throttled]);
    }
}
