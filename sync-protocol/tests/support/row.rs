//! A row as a server keeps it: values, stamps, and all that was ever written.
use serde_json::{Value, json};
use sync_protocol::Fields;
use sync_protocol::merge::{Current, Incoming, Merged, Stamps, merge};
use sync_protocol::policy::{EntitySpec, Policy, field, grouped};
use uuid::Uuid;

/// Every policy there is.
pub(crate) const NOTE: EntitySpec = EntitySpec {
    name: "note",
    fields: &[
        field("title", Policy::Office),
        field("answer", Policy::Device),
        field("room", Policy::Office),
        field("floor", Policy::Office),
        grouped("value", Policy::Device, "reading"),
        grouped("unit", Policy::Device, "reading"),
        field("remark", Policy::Append),
        field("story", Policy::Text),
        field("tags", Policy::Set),
        field("status", Policy::Status(legal)),
        field("label", Policy::Claim),
    ],
};

/// One step forward at a time.
fn legal(from: &str, to: &str) -> bool {
    matches!((from, to), ("s0", "s1") | ("s1", "s2"))
}

/// An operation as far as the merge is concerned.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    pub(crate) id: Uuid,
    pub(crate) stream: Uuid,
    pub(crate) base: u64,
    pub(crate) set: Fields,
}

#[derive(Debug, Clone)]
struct Written {
    version: u64,
    stream: Uuid,
    field: String,
    by_its_author: Value,
    as_it_came_to_stand: Value,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct ModelRow {
    pub(crate) body: Fields,
    pub(crate) stamps: Stamps,
    written: Vec<Written>,
}

impl ModelRow {
    /// Applies `edit` as `version`. `exempt`: its stream is a device's.
    pub(crate) fn apply(&mut self, edit: &Edit, version: u64, exempt: bool) -> Merged {
        let merged = merge(
            &NOTE,
            Current {
                body: &self.body,
                stamps: &self.stamps,
            },
            Incoming {
                set: &edit.set,
                base: edit.base,
                own_stream: exempt.then_some(edit.stream),
            },
            |field| self.value_before(field, edit),
        );
        for (field, value) in &merged.changes {
            self.written.push(Written {
                version,
                stream: edit.stream,
                field: field.clone(),
                by_its_author: edit.set[field].clone(),
                as_it_came_to_stand: value.clone(),
            });
        }
        self.stamps.extend(merged.stamps(version, edit.stream, edit.id));
        self.body.extend(merged.changes.clone());
        merged
    }

    pub(crate) fn get(&self, field: &str) -> &Value {
        self.body.get(field).unwrap_or(&Value::Null)
    }

    /// What the author of `edit` started from, as [`merge`] asks for it.
    pub(crate) fn value_before(&self, field: &str, edit: &Edit) -> Option<Value> {
        let own = |w: &&Written| w.field == field && w.stream == edit.stream && w.version > edit.base;
        let seen = |w: &&Written| w.field == field && w.version <= edit.base;
        let own = self
            .written
            .iter()
            .rev()
            .find(own)
            .map(|written| &written.by_its_author);
        let seen = self
            .written
            .iter()
            .rev()
            .find(seen)
            .map(|written| &written.as_it_came_to_stand);
        own.or(seen).cloned().filter(|value| !value.is_null())
    }
}

/// The fields of a JSON object.
pub(crate) fn fields(object: Value) -> Fields {
    match object {
        Value::Object(fields) => fields,
        other => unreachable!("not an object: {other}"),
    }
}

/// One of few values for a field, so that different authors often write the same.
pub(crate) fn value_for(field: &str, pick: u8) -> Value {
    match NOTE.policy(field) {
        Policy::Set => match pick % 4 {
            0 => json!({"add": ["a"]}),
            1 => json!({"add": ["b", "c"], "remove": ["a"]}),
            2 => json!({"remove": ["b"]}),
            _ => json!({"add": ["d"]}),
        },
        Policy::Status(_) => json!(["s0", "s1", "s2"][usize::from(pick % 3)]),
        Policy::Text => {
            json!(["one\ntwo\nthree", "ONE\ntwo\nthree", "one\ntwo\nTHREE", "zero"][usize::from(pick % 4)])
        }
        _ if pick.is_multiple_of(5) => Value::Null,
        _ => json!(pick % 5),
    }
}
