//! What somebody did to one row, as it travels and as it is kept.
use crate::Fields;
use crate::hlc::Hlc;
use crate::version::Version;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Largest body of one operation in bytes; a larger one is kept raw in quarantine.
pub const MAX_OPERATION_BYTES: usize = 256 * 1024;

/// Most operations of one atomic group.
pub const MAX_GROUP_OPERATIONS: usize = 64;

/// Largest sum of the operations of one atomic group in bytes: it always fits one push.
pub const MAX_GROUP_BYTES: usize = 1024 * 1024;

/// Days an operation waits for what it builds on, before it is quarantined.
pub const MAX_WAIT_DAYS: i64 = 5;

/// One change to one row. Its place in the stream (`n`) stays outside, so that a renumbered twin hashes alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    /// UUIDv7, made once by the author; the same operation keeps it in every stream.
    pub id: Uuid,
    /// Name of the entity, such as `ticket`.
    pub entity: String,
    /// The row it is about; for a create, chosen by the author.
    pub row: Uuid,
    pub kind: OperationKind,
    /// The version of the row its author had seen; the oldest among the author's unsent operations on these
    /// fields. `0.0` for a create.
    #[serde(default)]
    pub base: Version,
    /// Only the fields that change. A set-valued field takes `{"add": […], "remove": […]}`, a quantity
    /// `{"by": 3}`.
    #[serde(default)]
    pub set: Fields,
    /// When it really happened, by the device's clock.
    pub occurred_at: DateTime<Utc>,
    #[serde(default)]
    pub hlc: Hlc,
    /// What must be there first, though it travels by another stream: ids of operations or of rows. Until all of
    /// them are, for at most [`MAX_WAIT_DAYS`], the operation is [`crate::receipt::Outcome::Deferred`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deps: Vec<Uuid>,
    /// The atomic group it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
}

/// Operations that stand together or not at all. They follow each other in their stream without others between,
/// and travel in one push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    pub id: Uuid,
    /// How many operations there are, 1 to [`MAX_GROUP_OPERATIONS`].
    pub size: u32,
}

impl Operation {
    /// An operation that builds on nothing but its base, and stands alone.
    pub fn new(
        id: Uuid,
        entity: &str,
        row: Uuid,
        kind: OperationKind,
        base: Version,
        set: Fields,
        occurred_at: DateTime<Utc>,
    ) -> Operation {
        Operation {
            id,
            entity: entity.to_owned(),
            row,
            kind,
            base,
            set,
            occurred_at,
            hlc: Hlc::default(),
            deps: Vec::new(),
            group: None,
        }
    }
}

/// What an operation does to its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    Create,
    Update,
    Delete,
}

/// SHA-256 over the RFC 8785 canonical form of an operation's body, so that a retry is known by its content.
pub fn hash(body: &Value) -> String {
    let canonical = match is_canonical(body) {
        true => serde_json::to_vec(body),
        false => serde_json_canonicalizer::to_vec(body),
    };
    // Writing a parsed JSON value can only fail on numbers JSON can't hold, which parsing refused.
    hex::encode(Sha256::digest(canonical.unwrap_or_default()))
}

/// Up to here RFC 8785, whose numbers are doubles, keeps every whole number.
const MAX_EXACT: u64 = 1 << 53;

/// Whether serde_json writes a value in canonical form already, as it does most: several times sooner than a canonicaliser,
/// which reads every name again to sort it by UTF-16. ASCII sorts the same there.
fn is_canonical(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64().is_some_and(|n| n.unsigned_abs() <= MAX_EXACT),
        Value::Array(members) => members.iter().all(is_canonical),
        Value::Object(fields) => {
            fields.keys().is_sorted()
                && fields
                    .iter()
                    .all(|(name, value)| name.is_ascii() && is_canonical(value))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// An operation in its place in a stream. The body stays undecoded here: one that can't be read is kept raw and
/// does not touch the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Numbered {
    /// 1 for the first operation of a stream, then without gaps.
    pub n: u64,
    #[schemars(with = "Operation")]
    pub op: Value,
}
