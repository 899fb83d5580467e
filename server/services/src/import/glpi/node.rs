//! Reading JSON whose writer did not keep to its own format.
use crate::import::text::line;
use serde_json::Value;

/// The same value with all keys in lower case: older agents shout.
pub(super) fn lower(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (key.to_lowercase(), lower(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(lower).collect(),
        other => other,
    }
}

/// A section that is one object; the first of a list.
pub(super) fn object<'a>(node: &'a Value, key: &str) -> &'a Value {
    match node.get(key) {
        Some(Value::Array(items)) => items.iter().find(|item| item.is_object()).unwrap_or(&Value::Null),
        Some(value) => value,
        None => &Value::Null,
    }
}

/// A section that is a list: one object without its brackets is a list of one, an object with numbers for keys is
/// a list too.
pub(super) fn list<'a>(node: &'a Value, key: &str) -> Vec<&'a Value> {
    match node.get(key) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().filter(|item| !item.is_null()).collect(),
        Some(Value::Object(fields))
            if !fields.is_empty() && fields.keys().all(|key| key.parse::<u32>().is_ok()) =>
        {
            fields.values().filter(|item| !item.is_null()).collect()
        }
        Some(one) => vec![one],
    }
}

/// A list inside a wrapper of the singular name, as XML has it: `ports: {port: […]}`, or the list itself.
pub(super) fn wrapped<'a>(node: &'a Value, plural: &str, singular: &str) -> Vec<&'a Value> {
    match node.get(plural) {
        Some(inner) if inner.get(singular).is_some() => list(inner, singular),
        _ => list(node, plural),
    }
}

/// A line of text, whatever scalar it was written as.
pub(super) fn text(node: &Value, key: &str) -> Option<String> {
    scalar(node.get(key)?)
}

/// The text of a scalar, or of the first in a list.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => line(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Array(items) => items.iter().find(|item| !item.is_array()).and_then(scalar),
        Value::Null | Value::Object(_) => None,
    }
}

/// A count or a size: a number, or text that begins with one, such as `1333 MHz`.
pub(super) fn number(node: &Value, key: &str) -> Option<u64> {
    match node.get(key)? {
        Value::Number(number) => number.as_u64().or_else(|| {
            number
                .as_f64()
                .filter(|n| (0.0..1e15).contains(n))
                .map(|n| n as u64)
        }),
        other => {
            let text = scalar(other)?;
            let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        }
    }
}

/// A size in MiB; text may name another unit.
pub(super) fn mebibytes(node: &Value, key: &str) -> Option<u64> {
    let size = number(node, key)?;
    let unit = text(node, key)?.to_lowercase();
    let unit = unit.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ');
    match unit.chars().next() {
        Some('t') => size.checked_mul(1024 * 1024),
        Some('g') => size.checked_mul(1024),
        Some('k') => Some(size / 1024),
        _ => Some(size),
    }
}

/// Addresses but for loopbacks: a list, a wrapped list, or one text with separators.
pub(super) fn addresses(node: &Value, key: &str) -> Vec<String> {
    wrapped(node, key, "ip")
        .into_iter()
        .filter_map(scalar)
        .flat_map(|text| {
            text.split([',', ';', ' ', '/'])
                .filter(|part| !part.is_empty() && !part.starts_with("127.") && *part != "::1")
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}
