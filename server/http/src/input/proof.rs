//! The request as its `Device-Proof` covers it, for use cases that check the proof themselves.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::{Proof, Sketch};
use actix_web::web::Bytes;
use onsite_services::device_proof::ProvenRequest;
use schemars::json_schema;
use sync_protocol::codes::ErrorCode;

/// What a proof is about, exactly as it came; nothing is checked yet.
#[derive(Debug, Clone)]
pub struct Proven {
    header: Option<String>,
    method: String,
    path: String,
    body: Bytes,
}

impl Proven {
    pub(crate) async fn read(incoming: &mut Incoming) -> Result<Proven, Problem> {
        let body = incoming.body().await?;
        Ok(Proven {
            header: incoming.header("Device-Proof").map(str::to_owned),
            method: incoming.request().method().to_string(),
            path: incoming.request().path().to_owned(),
            body,
        })
    }

    /// The request, for the services.
    pub fn request(&self) -> ProvenRequest<'_> {
        ProvenRequest {
            header: self.header.as_deref(),
            method: &self.method,
            path: &self.path,
            body: &self.body,
        }
    }
}

impl Input for Proven {
    async fn extract(incoming: &mut Incoming) -> Result<Proven, Problem> {
        Proven::read(incoming).await
    }

    fn describe(sketch: &mut Sketch<'_>) {
        sketch.proven_by(Proof::Device);
        sketch.fails_with(&[
            ErrorCode::BadProof,
            ErrorCode::TokenReused,
            ErrorCode::Unauthenticated,
            ErrorCode::DeviceRevoked,
        ]);
    }
}

/// A proof that may come or not; without one the request is taken all the same.
#[derive(Debug, Clone)]
pub struct OfferedProof(pub Proven);

impl Input for OfferedProof {
    async fn extract(incoming: &mut Incoming) -> Result<OfferedProof, Problem> {
        Proven::read(incoming).await.map(OfferedProof)
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let about =
            "the proof of a device that logged in before, which is then not held up by what others try";
        let text = json_schema!({ "type": "string" });
        sketch.parameter("header", "Device-Proof", false, about, &text);
    }
}
