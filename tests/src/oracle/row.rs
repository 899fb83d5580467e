//! A row as the journal of its writes makes it, and what can be asked of that journal.
use super::Writer;
use super::rules;
use super::values::lines_of;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use sync_protocol::Fields;
use uuid::Uuid;

/// A row, by its journal.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub entity: String,
    pub gone: bool,
    pub fields: Rc<Fields>,
    pub(super) journal: Vec<Write>,
}

#[derive(Debug, Clone)]
pub(super) struct Write {
    pub(super) version: u64,
    pub(super) stream: Uuid,
    pub(super) field: String,
    pub(super) value: Value,
    /// Of a text united with somebody else's: its author, and what they typed.
    pub(super) typed: Option<(Uuid, Value)>,
}

impl Row {
    /// A field's value; absent is null.
    pub fn value(&self, field: &str) -> Value {
        self.fields
            .get(field)
            .cloned()
            .unwrap_or_else(|| rules::default(&self.entity, field))
    }

    /// Version of the last write.
    pub fn version(&self) -> u64 {
        self.journal.last().map_or(0, |write| write.version)
    }

    /// Fields whose last writer is somebody else, after the version the writer saw.
    pub(super) fn unseen(&self, writer: Writer, base: u64) -> BTreeSet<&str> {
        let last: BTreeMap<&str, &Write> = self
            .journal
            .iter()
            .map(|write| (write.field.as_str(), write))
            .collect();
        last.into_iter()
            .filter(|(_, write)| write.version > base && !(writer.is_phone && write.stream == writer.stream))
            .map(|(field, _)| field)
            .collect()
    }

    pub(super) fn writer_of(&self, field: &str) -> Option<Uuid> {
        self.journal
            .iter()
            .rev()
            .find(|write| write.field == field)
            .map(|write| write.stream)
    }

    /// The stream that wrote a field last.
    pub fn last_writer(&self, field: &str) -> Uuid {
        let mut writes = self.journal.iter().rev();
        writes
            .find(|write| write.field == field)
            .map(|write| write.stream)
            .unwrap_or_default()
    }

    /// Whether anybody but this stream ever wrote to the row after `base`.
    pub fn is_lonely(&self, stream: Uuid, base: u64) -> bool {
        self.journal
            .iter()
            .all(|write| write.version <= base || write.stream == stream)
    }

    /// Lines of the text its author began to edit: their own last one since the base, or the one at the base.
    pub fn text_at_start(&self, field: &str, writer: Writer, base: u64) -> BTreeSet<String> {
        let mut start = BTreeSet::new();
        for write in self.journal.iter().filter(|write| write.field == field) {
            if write.version <= base {
                start = lines_of(&write.value);
            } else if let Some((_, typed)) = write.typed.as_ref().filter(|(by, _)| *by == writer.stream) {
                start = lines_of(typed);
            } else if writer.is_phone && write.stream == writer.stream {
                start = lines_of(&write.value);
            }
        }
        start
    }
}
