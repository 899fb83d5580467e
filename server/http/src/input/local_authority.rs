//! The certificate authority that a server is for itself.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use onsite_services::ServiceError;
use sync_protocol::codes::ErrorCode;

/// It, where the server has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalAuthority(Option<String>);

impl LocalAuthority {
    /// Its certificate, as PEM.
    ///
    /// # Errors
    /// The server has none: what is about it is not there.
    pub(crate) fn certificate(self) -> Result<String, Problem> {
        let missing = || ServiceError::not_found("certificate authority of this server's own");
        self.0.ok_or_else(|| missing().into())
    }
}

impl Input for LocalAuthority {
    async fn extract(incoming: &mut Incoming) -> Result<LocalAuthority, Problem> {
        Ok(LocalAuthority(incoming.app().local_authority.clone()))
    }

    fn describe(sketch: &mut Sketch<'_>) {
        sketch.fails_with(&[ErrorCode::NotFound]);
    }
}
