//! The rows as pulled, those parked, and how pending operations are laid over them.
use super::outbox::Entry;
use super::version;
use crate::Fields;
use crate::checksum::{BucketSum, row_sum};
use crate::merge;
use crate::operation::OperationKind;
use crate::pull::{Change, Row};
use crate::version::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A row as its user sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    parked: BTreeMap<Uuid, View>,
}

impl Rows {
    pub(super) fn get(&self, row: Uuid) -> Option<&BaseRow> {
        self.base.get(&row)
    }

    pub(super) fn base(&self) -> &BTreeMap<Uuid, BaseRow> {
        &self.base
    }

    pub(super) fn parked(&self) -> &BTreeMap<Uuid, View> {
        &self.parked
    }

    /// Applies changes in their order, each unless it is older than the own copy. A row of the same version is put
    /// again: it may come in another shape, after the app was updated.
    pub(super) fn apply(&mut self, epoch: u32, changes: Vec<Change>) {
        for change in changes {
            let version = version(epoch, change.version());
            let own = self.base.get(&change.row());
            let is_put = matches!(change, Change::Put(_));
            if own.is_some_and(|own| own.version > version || (own.version == version && !is_put)) {
                continue;
            }
            match change {
                Change::Put(Row {
                    id,
                    entity,
                    bucket,
                    body,
                    ..
                }) => {
                    self.base.insert(
                        id,
                        BaseRow {
                            entity,
                            bucket,
                            version,
                            body,
                        },
                    );
                }
                Change::Deleted { row, .. } => {
                    self.base.remove(&row);
                }
                Change::Removed { row, bucket, .. } => {
                    if own.is_some_and(|own| own.bucket == bucket) {
                        self.base.remove(&row);
                    }
                }
            }
        }
    }

    /// Id and number of the version of every row of a bucket.
    pub(super) fn of_bucket(&self, bucket: &str) -> impl Iterator<Item = (Uuid, u64)> {
        self.base
            .iter()
            .filter(move |(_, row)| row.bucket == bucket)
            .map(|(id, row)| (*id, row.version.number))
    }

    /// What each bucket holds.
    pub(super) fn sums(&self) -> BTreeMap<&str, BucketSum> {
        let mut sums: BTreeMap<&str, BucketSum> = BTreeMap::new();
        for (id, row) in &self.base {
            let sum = sums.entry(&row.bucket).or_default();
            sum.rows += 1;
            sum.sum = sum.sum.wrapping_add(row_sum(*id, row.version.number));
        }
        sums
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Rows::default();
    }

    /// Removes the rows that don't stay.
    pub(super) fn retain(&mut self, stays: impl Fn(Uuid, &BaseRow) -> bool) {
        self.base.retain(|id, row| stays(*id, row));
    }

    pub(super) fn park(&mut self, view: View) {
        self.parked.insert(view.id, view);
    }

    /// Lets go of parked rows that are back or have no unsent edit left. Returns the latter.
    pub(super) fn unpark(&mut self, unsent: &BTreeSet<Uuid>) -> Vec<Uuid> {
        self.parked.retain(|id, _| !self.base.contains_key(id));
        self.parked
            .extract_if(.., |id, _| !unsent.contains(id))
            .map(|(id, _)| id)
            .collect()
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
/// `remove` for a field that holds a list or nothing; one of a quantity by `by`, for a number or nothing.
pub(super) fn changed(now: &Value, value: &Value) -> Value {
    let may_be_set =
        value.as_object().is_some_and(|parts| !parts.is_empty()) && (now.is_null() || now.is_array());
    let united = if may_be_set {
        merge::unite(now, value)
    } else {
        None
    };
    united
        .or_else(|| merge::add(now, value))
        .unwrap_or_else(|| value.clone())
}
