//! CSV as spreadsheet programs read it: cells out of values, a byte-order mark, and nothing that runs as a formula.
use crate::error::ServiceError;
use serde_json::Value;
use std::collections::BTreeMap;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// A value as a cell shows it; a text in both languages with both.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().map(plain).collect::<Vec<_>>().join("; ")
        }
        Value::Object(fields)
            if fields.len() == 2 && fields.contains_key("en") && fields.contains_key("zh-CN") =>
        {
            format!("{} / {}", plain(&fields["zh-CN"]), plain(&fields["en"]))
        }
        other => other.to_string(),
    }
}

/// The names of what a field refers to.
pub(super) fn names(value: &Value, labels: &BTreeMap<Uuid, String>) -> String {
    let name = |value: &Value| {
        value
            .as_str()?
            .parse()
            .ok()
            .and_then(|id: Uuid| labels.get(&id))
            .cloned()
    };
    match value {
        Value::Array(ids) => ids.iter().filter_map(name).collect::<Vec<_>>().join("; "),
        one => name(one).unwrap_or_default(),
    }
}

/// A column of names stands beside each field of ids: `site` beside `site_id`, `assets` beside `asset_ids`.
pub(super) fn name_column(field: &str) -> Option<String> {
    field
        .strip_suffix("_id")
        .map(str::to_owned)
        .or_else(|| field.strip_suffix("_ids").map(|noun| format!("{noun}s")))
}

pub(crate) fn csv_file(
    header: &[String],
    lines: impl IntoIterator<Item = Vec<String>>,
) -> Result<Vec<u8>, ServiceError> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let written = |result: Result<(), csv::Error>| result.map_err(unwritable);
    written(writer.write_record(header))?;
    for line in lines {
        written(writer.write_record(line.into_iter().map(defused)))?;
    }
    writer.into_inner().map_err(unwritable)
}

pub(super) fn unwritable(error: impl std::fmt::Display) -> ServiceError {
    tracing::error!(%error, "export");
    ServiceError::new(ErrorCode::Internal, "the export could not be written")
}

/// Whether a cell begins like a formula, be it behind apostrophes: so that [`bare`] takes off what was put on, no more.
fn starts_formula(cell: &str) -> bool {
    let cell = cell.trim_start_matches('\'');
    cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'])
}

/// A cell of a file of ours without the apostrophe that keeps it from being run.
pub(crate) fn bare(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|rest| starts_formula(rest))
        .unwrap_or(cell)
}

/// A cell that a spreadsheet program would run as a formula gets an apostrophe before it; a negative number is none.
fn defused(cell: String) -> String {
    let starts = starts_formula(&cell);
    let negative = cell
        .strip_prefix('-')
        .is_some_and(|rest| rest.parse::<f64>().is_ok_and(f64::is_finite));
    if starts && !negative {
        format!("'{cell}")
    } else {
        cell
    }
}
