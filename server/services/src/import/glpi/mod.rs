//! GLPI agent inventories (the inventory format of the GLPI project): a computer, network device, printer or
//! phone that describes itself, or that an agent asked over SNMP.
//!
//! Agents of many ages and vendors write these files, so nothing is required but something to know the machine by.
//! Names of keys are read without regard to case, numbers may be strings, a list of one may stand without its
//! brackets, and three envelopes are known: `content` beside `deviceid`, the older `REQUEST` around both, and the
//! `DEVICE` list of an older network inventory. Sections of the wrong shape are passed over.
mod details;
mod device;
mod machine;
mod node;
mod sections;

use super::draft::{Position, Row};
use super::problem::{Problem, Reason};
use serde_json::Value;
use serde_json::value::RawValue;

/// Reads a file: one inventory, a list of them, or one on each line.
pub fn read(file: &str, text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, document) in documents(text).into_iter().enumerate() {
        let at = Position {
            file: file.to_owned(),
            row: index as u64 + 1,
        };
        match document {
            Ok(value) => {
                let drafts = inventory(value);
                rows.extend(drafts.into_iter().map(|read| Row { at: at.clone(), read }));
            }
            Err(why) => rows.push(Row {
                at,
                read: Err(Problem::new(Reason::Unreadable(why))),
            }),
        }
    }
    rows
}

/// The assets in one document: one, but for an older network inventory.
pub fn inventory(document: Value) -> Vec<Result<super::Draft, Problem>> {
    let document = node::lower(document);
    let envelope = document.get("request").unwrap_or(&document);
    let content = match envelope.get("content") {
        Some(Value::Array(parts)) => parts.first().unwrap_or(envelope),
        Some(content) => content,
        None => envelope,
    };
    if !content.is_object() {
        let why = "not a GLPI inventory".to_owned();
        return vec![Err(Problem::new(Reason::Unreadable(why)))];
    }
    let devices = node::list(content, "device");
    if devices.is_empty() {
        return vec![machine::draft(envelope, content)];
    }
    devices
        .into_iter()
        .map(|old| machine::draft(envelope, &device::modern(old)))
        .collect()
}

/// The documents of a file, each read alone so that a broken one leaves the others be. Nesting is bounded by the
/// JSON reader (128 levels).
fn documents(text: &str) -> Vec<Result<Value, String>> {
    let parse = |text: &str| serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
    if text.trim().is_empty() {
        return vec![Err("the file is empty".to_owned())];
    }
    if text.trim_start().starts_with('[') {
        return match serde_json::from_str::<Vec<&RawValue>>(text) {
            Ok(items) => items.into_iter().map(|item| parse(item.get())).collect(),
            Err(error) => vec![Err(error.to_string())],
        };
    }
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() > 1 && serde_json::from_str::<&RawValue>(lines[0]).is_ok() {
        return lines.into_iter().map(parse).collect();
    }
    vec![parse(text)]
}
