//! A body as an HTML form sends it.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use sync_protocol::codes::ErrorCode;

/// `application/x-www-form-urlencoded`, read as `T`.
#[derive(Debug)]
pub struct Form<T>(pub T);

const FORM: &str = "application/x-www-form-urlencoded";

impl<T: DeserializeOwned + JsonSchema + 'static> Input for Form<T> {
    async fn extract(incoming: &mut Incoming) -> Result<Form<T>, Problem> {
        let body = incoming.body().await?;
        serde_urlencoded::from_bytes(&body)
            .map(Form)
            .map_err(|error| Problem::malformed(format!("the form can't be read: {error}")))
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<T>();
        sketch.body(FORM, &schema);
        sketch.fails_with(&[ErrorCode::Invalid]);
    }
}
