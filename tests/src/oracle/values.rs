//! Values that are changed in part: lines of a text, members of a set, quantities.
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A quantity after a change by `{"by": n}`; nothing counts as zero.
pub fn increased(now: &Value, change: &Value) -> Value {
    json!(now.as_i64().unwrap_or(0) + change["by"].as_i64().unwrap_or(0))
}

/// The lines of a text, in any order.
pub fn lines_of(text: &Value) -> BTreeSet<String> {
    text.as_str()
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// The members of a set, as text.
pub fn members_of(set: &Value) -> BTreeSet<String> {
    set.as_array()
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect()
}

/// The members of a set after a change to it.
pub fn changed_members(now: &Value, change: &Value) -> BTreeSet<String> {
    let mut members = members_of(now);
    if change.is_array() {
        members.extend(members_of(change));
        return members;
    }
    for gone in members_of(&change["remove"]) {
        members.remove(&gone);
    }
    members.extend(members_of(&change["add"]));
    members
}
