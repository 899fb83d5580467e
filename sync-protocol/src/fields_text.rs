//! Fields as text: most rows go from a database to a device without anybody looking into them, and reading and writing their
//! JSON again was a third of what a server spends on them.
use crate::Fields;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::Error as _;
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;

/// The fields of a row as JSON text: the body of a [`Row`](crate::pull::Row) that is only passed on. Equal to another if the
/// text is the same.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct FieldsText(Box<RawValue>);

impl FieldsText {
    /// Takes text as it is.
    ///
    /// # Errors
    /// It is no JSON object.
    pub fn read(text: String) -> serde_json::Result<FieldsText> {
        let text = RawValue::from_string(text)?;
        match text.get().starts_with('{') {
            true => Ok(FieldsText(text)),
            false => Err(serde_json::Error::custom("no object")),
        }
    }

    /// Writes fields down.
    ///
    /// # Errors
    /// None: a map of JSON values is always written.
    pub fn of(fields: &Fields) -> serde_json::Result<FieldsText> {
        to_raw_value(fields).map(FieldsText)
    }

    /// The fields it says.
    ///
    /// # Errors
    /// They are nested deeper than is read (128).
    pub fn fields(&self) -> serde_json::Result<Fields> {
        serde_json::from_str(self.0.get())
    }
}

impl PartialEq for FieldsText {
    fn eq(&self, other: &FieldsText) -> bool {
        self.0.get() == other.0.get()
    }
}

/// Who reads it sees fields.
impl JsonSchema for FieldsText {
    fn inline_schema() -> bool {
        Fields::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        Fields::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        Fields::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Fields::json_schema(generator)
    }
}
