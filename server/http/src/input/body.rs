//! Bodies.
use super::Input;
use super::shape::Shape;
use super::strict_json;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use actix_web::web;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sync_protocol::codes::ErrorCode;
use sync_protocol::push::PushRequest;

const JSON: &str = "application/json";

/// A JSON body of exactly the documented shape: a field it does not know, or a key given twice, is refused.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + 'static> Input for Body<T> {
    async fn extract(incoming: &mut Incoming) -> Result<Body<T>, Problem> {
        let bytes = json_bytes(incoming).await?;
        let value = strict_json::read(&bytes).map_err(|error| Problem::malformed(error.to_string()))?;
        if let Some(path) = Shape::of::<T>().stray(&value) {
            return Err(Problem::new(ErrorCode::UnknownField, "there is no such field here").field(&path));
        }
        decode(&value).map(Body)
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<T>();
        sketch.body(JSON, &schema);
        sketch.fails_with(&[ErrorCode::Invalid]);
    }
}

/// A JSON body of a phone, which may be newer than the server: what is unknown is passed over, so that its work is
/// taken all the same.
#[derive(Debug)]
pub struct PhoneBody<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + 'static> Input for PhoneBody<T> {
    async fn extract(incoming: &mut Incoming) -> Result<PhoneBody<T>, Problem> {
        let bytes = json_bytes(incoming).await?;
        let value: Value =
            serde_json::from_slice(&bytes).map_err(|error| Problem::malformed(error.to_string()))?;
        decode(&value).map(PhoneBody)
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<T>();
        sketch.body(JSON, &schema);
        // The bucket to be mended may be none that the device holds.
        sketch.fails_with(&[ErrorCode::BadCursor, ErrorCode::Invalid, ErrorCode::NotFound]);
    }
}

/// A push: each operation is read alone, so that one that can't be stops none behind it.
#[derive(Debug)]
pub struct PushBody(pub PushRequest);

impl Input for PushBody {
    async fn extract(incoming: &mut Incoming) -> Result<PushBody, Problem> {
        let bytes = json_bytes(incoming).await?;
        PushRequest::read(&bytes).map(PushBody).or_else(|error| {
            // Read once more as a whole, to say which field it is.
            let value: Value =
                serde_json::from_slice(&bytes).map_err(|_| Problem::malformed(error.to_string()))?;
            decode(&value).map(PushBody)
        })
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.schema::<PushRequest>();
        sketch.body(JSON, &schema);
        // The stream may be another device's.
        sketch.fails_with(&[ErrorCode::NotFound]);
    }
}

async fn json_bytes(incoming: &mut Incoming) -> Result<web::Bytes, Problem> {
    if media_type(incoming) != JSON {
        let detail = "send JSON, with Content-Type: application/json";
        return Err(Problem::new(ErrorCode::UnsupportedMedia, detail).field("Content-Type"));
    }
    incoming.body().await
}

/// The body's kind, without parameters such as the character set: JSON is UTF-8 (RFC 8259).
fn media_type(incoming: &Incoming) -> String {
    let given = incoming.header("Content-Type").unwrap_or_default();
    given
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

fn decode<T: DeserializeOwned>(value: &Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let problem = Problem::malformed(error.into_inner().to_string());
        if path == "." {
            problem
        } else {
            problem.field(&path)
        }
    })
}
