//! What the provider's mails and pages look like, as the settings say now.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use onsite_services::{ServiceError, settings};
use sync_protocol::codes::ErrorCode;

/// The provider's logo, a PNG, where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo(Option<Vec<u8>>);

impl Logo {
    /// The picture.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn png(self) -> Result<Vec<u8>, Problem> {
        self.0.ok_or_else(|| ServiceError::not_found("logo").into())
    }
}

impl Input for Logo {
    async fn extract(incoming: &mut Incoming) -> Result<Logo, Problem> {
        let brand = incoming.app().read(settings::brand).await?;
        Ok(Logo(brand.logo))
    }

    fn describe(sketch: &mut Sketch<'_>) {
        sketch.fails_with(&[ErrorCode::NotFound]);
    }
}

/// Looks and words that are tried: what is wrong with them is told field by field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look(pub onsite_model::settings::Brand);

impl Input for Look {
    async fn extract(incoming: &mut Incoming) -> Result<Look, Problem> {
        Ok(Look(incoming.app().read(settings::brand).await?))
    }

    fn describe(sketch: &mut Sketch<'_>) {
        sketch.fails_with(&[ErrorCode::Invalid]);
    }
}
