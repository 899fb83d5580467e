//! Version 2: a worklog entry can name several parts used, each with its quantity. Before, it had one `part` and one
//! `quantity`. An older app is shown several parts as one line of text; it never writes them back, because what an entry
//! records is written once.
use super::Step;
use serde_json::{Map, Value, json};
use sync_protocol::Fields;

pub(super) const STEP: Step = Step {
    schema: 2,
    entity: "worklog_entry",
    replaced: &["part", "quantity"],
    by: "parts",
    up,
    down,
};

fn up(fields: &mut Fields) {
    let (name, quantity) = (fields.remove("part"), fields.remove("quantity"));
    if name.is_none() && quantity.is_none() {
        return;
    }
    let given = [("name", name), ("quantity", quantity)];
    let part: Map<String, Value> = given
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value.filter(|value| !value.is_null())?)))
        .collect();
    let parts = if part.is_empty() {
        Value::Null
    } else {
        json!([part])
    };
    fields.entry("parts").or_insert(parts);
}

fn down(fields: &mut Fields) {
    let Some(parts) = fields.remove("parts") else {
        return;
    };
    let (name, quantity) = match parts.as_array().map(Vec::as_slice) {
        Some([]) | None => return,
        Some([one]) => (one["name"].clone(), one["quantity"].clone()),
        Some(several) => (json!(in_words(several)), json!(1)),
    };
    let is_given = |value: &Value| !value.is_null() && value != "" && value != 0;
    for (field, value) in [("part", name), ("quantity", quantity)] {
        if is_given(&value) {
            fields.insert(field.to_owned(), value);
        }
    }
}

/// Such as `SSD ×1, patch cable ×4`.
fn in_words(parts: &[Value]) -> String {
    let one = |part: &Value| {
        format!(
            "{} ×{}",
            part["name"].as_str().unwrap_or_default(),
            part["quantity"]
        )
    };
    parts.iter().map(one).collect::<Vec<_>>().join(", ")
}
