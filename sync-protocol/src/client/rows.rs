//! The rows as pulled, those parked, and how pending operations are laid over them.
use super::outbox::Entry;
use crate::Fields;
use crate::merge;
use crate::operation::OperationKind;
use crate::pull::{Change, Row};
use crate::version::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A row as its user sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    pub id: Uuid,
    pub entity: String,
    pub body: Fields,
    /// Something of it has no receipt yet.
    pub unsent: bool,
}

/// A row as the server published it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct BaseRow {
    pub(super) entity: String,
    pub(super) bucket: String,
    /// The version in which it last changed, in the epoch it was read in: whatever a restored server says is
    /// newer than what was read before.
    pub(super) version: Version,
    pub(super) body: Fields,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Rows {
    base: BTreeMap<Uuid, BaseRow>,
    parked: BTreeMap<Uuid, BaseRow>,
}

impl Rows {
    pub(super) fn get(&self, row: Uuid) -> Option<&BaseRow> {
        self.base.get(&row)
    }

    pub(super) fn base(&self) -> &BTreeMap<Uuid, BaseRow> {
        &self.base
    }

    pub(super) fn parked(&self) -> &BTreeMap<Uuid, BaseRow> {
        &self.parked
    }

    pub(super) fn is_parked(&self, row: Uuid) -> bool {
        self.parked.contains_key(&row)
    }

    /// Applies what is newer than the own copy. Returns whether the row was parked: it left with one of the
    /// `unsent` edits on it.
    fn apply(&mut self, epoch: u32, change: Change, unsent: &BTreeSet<Uuid>) -> bool {
        let version = Version {
            epoch,
            number: change.version(),
        };
        let id = change.row();
        let own = self.base.get(&id);
        if own.is_some_and(|own| own.version >= version) {
            return false;
        }
        match change {
            Change::Put(Row {
                entity, bucket, body, ..
            }) => {
                self.parked.remove(&id);
                self.base.insert(
                    id,
                    BaseRow {
                        entity,
                        bucket,
                        version,
                        body,
                    },
                );
                false
            }
            Change::Deleted { .. } => self.remove(id, unsent),
            Change::Removed { bucket, .. } => {
                own.is_some_and(|own| own.bucket == bucket) && self.remove(id, unsent)
            }
        }
    }

    /// Applies changes in their order. Returns the rows that were parked.
    pub(super) fn apply_all(
        &mut self,
        epoch: u32,
        changes: Vec<Change>,
        unsent: &BTreeSet<Uuid>,
    ) -> Vec<Uuid> {
        let mut parked = Vec::new();
        for change in changes {
            let id = change.row();
            if self.apply(epoch, change, unsent) {
                parked.push(id);
            }
        }
        parked
    }

    /// Removes the rows that `leaves` picks. Returns those that were parked.
    pub(super) fn remove_where(
        &mut self,
        leaves: impl Fn(Uuid, &BaseRow) -> bool,
        unsent: &BTreeSet<Uuid>,
    ) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self
            .base
            .iter()
            .filter(|(id, row)| leaves(**id, row))
            .map(|(id, _)| *id)
            .collect();
        ids.retain(|id| self.remove(*id, unsent));
        ids
    }

    /// Lets go of the parked rows that have no unsent edit left. Returns them.
    pub(super) fn unpark(&mut self, unsent: &BTreeSet<Uuid>) -> Vec<Uuid> {
        self.parked
            .extract_if(.., |id, _| !unsent.contains(id))
            .map(|(id, _)| id)
            .collect()
    }

    fn remove(&mut self, id: Uuid, unsent: &BTreeSet<Uuid>) -> bool {
        let Some(row) = self.base.remove(&id) else {
            return false;
        };
        let parks = unsent.contains(&id);
        if parks {
            self.parked.insert(id, row);
        }
        parks
    }
}

/// The row `id` with `operations` laid over it; `None` if it does not exist or has been deleted.
pub(super) fn overlay<'a>(
    id: Uuid,
    base: Option<&BaseRow>,
    operations: impl IntoIterator<Item = &'a Entry>,
) -> Option<View> {
    let mut view = base.map(|row| View {
        id,
        entity: row.entity.clone(),
        body: row.body.clone(),
        unsent: false,
    });
    let mut unsent = false;
    for Entry {
        operation, settled, ..
    } in operations
    {
        unsent |= settled.is_none();
        if operation.kind == OperationKind::Delete {
            view = None;
            continue;
        }
        if operation.kind == OperationKind::Create && view.is_none() {
            view = Some(View {
                id,
                entity: operation.entity.clone(),
                body: Fields::new(),
                unsent,
            });
        }
        if let Some(view) = &mut view {
            for (field, value) in &operation.set {
                let value = changed(view.body.get(field).unwrap_or(&Value::Null), value);
                view.body.insert(field.clone(), value);
            }
        }
    }
    view.map(|view| View { unsent, ..view })
}

/// What a field that has the value `now` shows after being set to `value`.
///
/// The device does not know the fields' policies: a change to a set is told by its form, an object of `add` and
/// `remove` for a field that holds a list or nothing.
pub(super) fn changed(now: &Value, value: &Value) -> Value {
    let may_be_set =
        value.as_object().is_some_and(|parts| !parts.is_empty()) && (now.is_null() || now.is_array());
    let united = if may_be_set {
        merge::unite(now, value)
    } else {
        None
    };
    united.unwrap_or_else(|| value.clone())
}
