//! A form with a file, as a page without scripts sends it (`multipart/form-data`).
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use actix_web::web::Bytes;
use futures_util::stream;
use schemars::{JsonSchema, json_schema};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::convert::Infallible;
use sync_protocol::codes::ErrorCode;

/// The fields, read as `T`, and the one file under the name [`FILE`]; an empty one counts as none.
#[derive(Debug)]
pub struct Multipart<T> {
    pub fields: T,
    pub file: Option<Bytes>,
}

const FORM: &str = "multipart/form-data";

/// The name of the file's field.
const FILE: &str = "photo";

/// Most fields of a form.
const MOST_FIELDS: usize = 20;

impl<T: DeserializeOwned + JsonSchema + 'static> Input for Multipart<T> {
    async fn extract(incoming: &mut Incoming) -> Result<Multipart<T>, Problem> {
        let body = incoming.body().await?;
        let boundary = multer::parse_boundary(incoming.header("Content-Type").unwrap_or_default())
            .map_err(|_| Problem::new(ErrorCode::UnsupportedMedia, format!("send {FORM}")))?;
        let mut form = multer::Multipart::new(stream::iter([Ok::<_, Infallible>(body)]), boundary);
        let (mut fields, mut file) = (Map::new(), None);
        let unreadable =
            |error: multer::Error| Problem::malformed(format!("the form can't be read: {error}"));
        while let Some(field) = form.next_field().await.map_err(unreadable)? {
            let Some(name) = field.name().map(str::to_owned) else {
                continue;
            };
            if name == FILE {
                file = Some(field.bytes().await.map_err(unreadable)?);
            } else if fields.len() < MOST_FIELDS {
                // Browsers end lines by CRLF here.
                let text = field.text().await.map_err(unreadable)?.replace("\r\n", "\n");
                fields.insert(name, Value::String(text));
            } else {
                return Err(Problem::malformed("the form has too many fields"));
            }
        }
        let fields = serde_json::from_value(Value::Object(fields))
            .map_err(|error| Problem::malformed(format!("the form can't be read: {error}")))?;
        let file = file.filter(|bytes| !bytes.is_empty());
        Ok(Multipart { fields, file })
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let fields = sketch.schema::<T>();
        let file = json_schema!({ "type": "object", "properties": { FILE: { "type": "string", "format": "binary" } } });
        sketch.body(FORM, &json_schema!({ "allOf": [fields, file] }));
        sketch.fails_with(&[ErrorCode::Invalid]);
    }
}
