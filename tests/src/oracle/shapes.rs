//! What a reader is shown of a row, written down a second time: the shape of an older app, and what a technician is not
//! told.
use serde_json::{Value, json};
use sync_protocol::Fields;

/// What an app of the first version sends, in the present shape.
pub fn renewed(entity: &str, mut fields: Fields) -> Fields {
    if entity == "worklog_entry"
        && let Some(name) = fields.remove("part")
    {
        let quantity = fields.remove("quantity").unwrap_or(json!(0));
        fields.insert("parts".to_owned(), json!([{"name": name, "quantity": quantity}]));
    }
    fields
}

/// A row as an app of the first version is shown it.
pub fn as_once(entity: &str, mut fields: Fields) -> Fields {
    if entity == "worklog_entry"
        && let Some(Value::Array(parts)) = fields.remove("parts")
        && !parts.is_empty()
    {
        let (name, quantity) = match &parts[..] {
            [one] => (one["name"].clone(), one["quantity"].clone()),
            all => {
                let words: Vec<String> = all
                    .iter()
                    .map(|part| format!("{} ×{}", part["name"].as_str().unwrap_or("?"), part["quantity"]))
                    .collect();
                (json!(words.join(", ")), json!(1))
            }
        };
        fields.insert("part".to_owned(), name);
        fields.insert("quantity".to_owned(), quantity);
    }
    fields
}

/// Whether an entity looks otherwise to an app of the first version.
pub fn has_changed(entity: &str) -> bool {
    entity == "worklog_entry"
}
