//! What a push brings, read before anything is locked: each operation alone, so that one that can't be read harms no
//! other.
use crate::put::DELETED;
use chrono::Datelike;
use onsite_model::schema_version;
use serde_json::Value;
use sync_protocol::codes::QuarantineReason;
use sync_protocol::operation::{Group, MAX_OPERATION_BYTES, Operation, hash};
use uuid::Uuid;

/// An operation as it came.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Its number; one that doesn't say it stands after its predecessor.
    n: Option<u64>,
    /// The body, as it is kept where it can't be applied.
    pub(crate) raw: String,
    pub(crate) hash: String,
    /// Its own id, as far as that can be read.
    pub(crate) id: Option<Uuid>,
    pub(crate) operation: Result<Operation, Unreadable>,
}

/// Why an operation can't be read, for its author.
#[derive(Debug, Clone)]
pub struct Unreadable {
    pub(crate) reason: QuarantineReason,
    pub(crate) detail: String,
}

impl Incoming {
    /// Reads one member of a push.
    pub fn read(raw: &Value) -> Incoming {
        let n = raw
            .get("n")
            .and_then(Value::as_u64)
            .filter(|n| *n > 0 && *n <= i64::MAX as u64);
        let body = match (n, raw.get("op")) {
            (Some(_), Some(op)) => op,
            _ => raw,
        };
        Incoming {
            n,
            ..Incoming::read_body(body)
        }
    }

    /// Reads a body without its number.
    pub(crate) fn read_body(body: &Value) -> Incoming {
        let text = body.to_string();
        let id = body
            .get("id")
            .and_then(Value::as_str)
            .and_then(|id| id.parse().ok());
        Incoming {
            n: None,
            hash: hash(body),
            id,
            operation: decode(body, text.len()),
            raw: text,
        }
    }

    /// Its number, after one numbered `previous`.
    pub(crate) fn n(&self, previous: u64) -> u64 {
        self.n.unwrap_or(previous + 1)
    }

    /// The atomic group it belongs to.
    pub(crate) fn group(&self) -> Option<Group> {
        self.operation.as_ref().ok()?.group
    }

    /// The rows it is likely to need: its own, and every id it mentions.
    pub(crate) fn rows(&self) -> Vec<Uuid> {
        let mut ids = Vec::new();
        if let Ok(operation) = &self.operation {
            ids.push(operation.row);
            ids.extend(&operation.deps);
            for value in operation.set.values() {
                mentioned(value, &mut ids);
            }
        }
        ids
    }
}

fn mentioned(value: &Value, ids: &mut Vec<Uuid>) {
    match value {
        // The length of a UUID with its hyphens: other texts are not worth reading.
        Value::String(text) if text.len() == 36 => ids.extend(text.parse::<Uuid>().ok()),
        Value::Array(members) => members.iter().for_each(|member| mentioned(member, ids)),
        Value::Object(parts) => parts.values().for_each(|part| mentioned(part, ids)),
        _ => {}
    }
}

/// Reads a kept operation again.
///
/// # Errors
/// It can't be read.
pub fn decode_raw(raw: &str) -> Result<Operation, String> {
    let body: Value = serde_json::from_str(raw).map_err(|error| error.to_string())?;
    decode(&body, raw.len()).map_err(|unreadable| unreadable.detail)
}

fn decode(body: &Value, bytes: usize) -> Result<Operation, Unreadable> {
    let unreadable = |reason, detail: &str| {
        Err(Unreadable {
            reason,
            detail: detail.to_owned(),
        })
    };
    if bytes > MAX_OPERATION_BYTES {
        let detail = format!("larger than {MAX_OPERATION_BYTES} bytes");
        return unreadable(QuarantineReason::TooLarge, &detail);
    }
    if let Some(fault) = unstorable(body, MAX_DEPTH) {
        return unreadable(QuarantineReason::Undecodable, fault);
    }
    let mut operation: Operation = match serde_path_to_error::deserialize(body) {
        Ok(operation) => operation,
        Err(error) => return unreadable(QuarantineReason::Undecodable, &error.to_string()),
    };
    let fault = if operation.row.is_nil() || operation.id.is_nil() {
        Some("an id must not be nil")
    } else if !(1..=9999).contains(&operation.occurred_at.year()) {
        Some("it happened in no year a database can hold")
    } else if operation.set.contains_key(DELETED) {
        Some("the field name deleted is reserved")
    } else {
        None
    };
    if let Some(fault) = fault {
        return unreadable(QuarantineReason::Undecodable, fault);
    }
    // Whatever the app that sends it: it may have been made before that app was updated, and an operation never changes.
    // An old shape is known by itself.
    operation.set = schema_version::up(&operation.entity, 0, operation.set);
    Ok(operation)
}

/// Deepest nesting of an operation: what is stored wraps it a few times more, and JSON readers stop at 128.
const MAX_DEPTH: usize = 32;

/// Longest name of a field, in bytes.
const MAX_NAME: usize = 100;

/// What keeps a value out of the databases, if anything does.
fn unstorable(value: &Value, depth: usize) -> Option<&'static str> {
    if depth == 0 {
        return Some("nested too deeply");
    }
    match value {
        Value::String(text) if text.contains('\0') => Some("contains NUL, which no text can hold"),
        Value::Array(members) => members.iter().find_map(|member| unstorable(member, depth - 1)),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            if name.len() > MAX_NAME || name.contains('\0') {
                return Some("the name of a field is too long or contains NUL");
            }
            unstorable(value, depth - 1)
        }),
        _ => None,
    }
}
