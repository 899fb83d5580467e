//! JSON in columns of text.
use crate::error::StoreError;
use serde::Serialize;

/// A value as such a column has it.
///
/// # Errors
/// None that input can bring about.
pub(crate) fn text(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}
