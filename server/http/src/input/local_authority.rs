//! The certificate authority that a server is for itself.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use onsite_services::ServiceError;
use sync_protocol::codes::ErrorCode;

/// Its certificate, as PEM. Where a server has none, what is about it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalAuthority(pub String);

impl Input for LocalAuthority {
    async fn extract(incoming: &mut Incoming) -> Result<LocalAuthority, Problem> {
        let certificate = incoming.app().local_authority.clone();
        certificate
            .map(LocalAuthority)
            .ok_or_else(|| ServiceError::not_found("certificate authority of this server's own").into())
    }

    fn describe(sketch: &mut Sketch<'_>) {
        sketch.fails_with(&[ErrorCode::NotFound]);
    }
}
