//! What an open write transaction remembers of the database and holds back from it. Nothing in here does I/O.
//!
//! The writer has the clock locked: while its transaction is open, nobody else writes, and what it has once read
//! stays true until it writes it itself.
use crate::conflicts::OpenConflicts;
use crate::device_reports::Report;
use crate::devices::Seen;
use crate::grants::Grant;
use crate::history;
use crate::rows::StoredRow;
use crate::streams::Kept;
use crate::sums::Counted;
use onsite_model::bucket::Bucket;
use onsite_model::entity::{EntityKind, Record};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

#[derive(Debug)]
pub(crate) struct Work {
    /// By id; `None` is known not to exist.
    rows: HashMap<Uuid, Option<Arc<StoredRow>>>,
    conflicts: HashMap<Uuid, OpenConflicts>,
    grants: HashMap<Uuid, Vec<Grant>>,
    /// The transaction itself, and the parts open in it, each in the one before.
    parts: Vec<Part>,
}

/// A part of the transaction that can be undone alone.
#[derive(Debug, Default)]
struct Part {
    held_back: HeldBack,
    /// Rows it changed, as they were remembered before.
    before: Vec<(Uuid, Option<Option<Arc<StoredRow>>>)>,
    /// It has its savepoint.
    reached: bool,
}

/// Writes that have not reached the database.
#[derive(Debug, Default)]
pub(crate) struct HeldBack {
    /// By id, in the order they were first written: a row follows its parent.
    pub(crate) rows: Ordered<Uuid, Arc<StoredRow>>,
    /// The typed row beside each, or that there is none any more.
    pub(crate) records: Ordered<(EntityKind, Uuid), Option<Box<Record>>>,
    /// The kinds of those.
    kinds: BTreeSet<EntityKind>,
    /// Rows that the database is known not to have.
    pub(crate) new: HashSet<Uuid>,
    /// Bucket left, row, version, and the bucket it went to.
    pub(crate) left: Vec<(Bucket, Uuid, u64, Bucket)>,
    /// Every tag that one of the assets among the rows was written with, and the last one that was.
    tags: HashMap<String, Uuid>,
    pub(crate) history: Vec<history::Values>,
    pub(crate) kept: Vec<Kept>,
    /// When devices were heard from, and what they told of themselves; both by device.
    pub(crate) seen: BTreeMap<Uuid, Seen>,
    pub(crate) reports: BTreeMap<Uuid, Report>,
    /// How the rows count in the database until they reach it; those of which that isn't known are missing.
    pub(crate) counted: HashMap<Uuid, Option<Counted>>,
}

impl HeldBack {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.left.is_empty()
            && self.history.is_empty()
            && self.kept.is_empty()
            && self.seen.is_empty()
            && self.reports.is_empty()
    }

    fn follow(&mut self, later: HeldBack) {
        if self.is_empty() {
            *self = later;
            return;
        }
        for (id, row) in later.rows.into_values() {
            self.rows.put(id, row);
        }
        for (key, record) in later.records.into_values() {
            self.records.put(key, record);
        }
        self.kinds.extend(later.kinds);
        self.new.extend(later.new);
        self.left.extend(later.left);
        self.tags.extend(later.tags);
        self.history.extend(later.history);
        self.kept.extend(later.kept);
        self.seen.extend(later.seen);
        self.reports.extend(later.reports);
        for (id, counted) in later.counted {
            self.counted.entry(id).or_insert(counted);
        }
    }
}

/// What is known of an asset tag from what is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeldTag {
    /// The asset that has it.
    Of(Uuid),
    /// One had it and may have it no more.
    GivenUp,
    /// No asset that is held back was written with it.
    Unclaimed,
}

/// Values by key, in the order the keys first came; a later value takes the earlier one's place.
#[derive(Debug)]
pub(crate) struct Ordered<K, V> {
    places: HashMap<K, usize>,
    values: Vec<(K, V)>,
}

impl<K, V> Default for Ordered<K, V> {
    fn default() -> Self {
        Ordered {
            places: HashMap::new(),
            values: Vec::new(),
        }
    }
}

impl<K: Copy + Eq + std::hash::Hash, V> Ordered<K, V> {
    pub(crate) fn put(&mut self, key: K, value: V) {
        match self.places.get(&key) {
            Some(place) => self.values[*place].1 = value,
            None => {
                self.places.insert(key, self.values.len());
                self.values.push((key, value));
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn has(&self, key: &K) -> bool {
        self.places.contains_key(key)
    }

    pub(crate) fn into_values(self) -> Vec<(K, V)> {
        self.values
    }
}

impl Work {
    /// A transaction that has just begun.
    pub(crate) fn new() -> Work {
        let whole = Part {
            reached: true,
            ..Part::default()
        };
        Work {
            rows: HashMap::new(),
            conflicts: HashMap::new(),
            grants: HashMap::new(),
            parts: vec![whole],
        }
    }

    /// What is remembered of a row.
    pub(crate) fn row(&self, id: Uuid) -> Option<&Option<Arc<StoredRow>>> {
        self.rows.get(&id)
    }

    /// Remembers a row as it was read.
    pub(crate) fn remember(&mut self, id: Uuid, row: Option<Arc<StoredRow>>) {
        self.rows.insert(id, row);
    }

    /// Holds a written row back; `record` is its typed row, `None` for one that has gone, absent for one whose body
    /// stays as it was.
    pub(crate) fn hold_row(
        &mut self,
        row: Arc<StoredRow>,
        record: Option<Option<Record>>,
        left: Option<Bucket>,
    ) {
        if row.kind == EntityKind::Conflict {
            // Found by the row they are about; asking again is cheaper than following every change.
            self.conflicts.clear();
        }
        let before = self.rows.insert(row.id, Some(row.clone()));
        let part = self.part();
        if let Some(before) = &before {
            let counted = before.as_deref().and_then(Counted::of);
            part.held_back.counted.entry(row.id).or_insert(counted);
            if before.is_none() {
                part.held_back.new.insert(row.id);
            }
        }
        part.before.push((row.id, before));
        if let Some(Some(Record::Asset(asset))) = &record
            && let Some(tag) = &asset.tag
        {
            part.held_back.tags.insert(tag.clone(), row.id);
        }
        if let Some(record) = record {
            part.held_back.kinds.insert(row.kind);
            part.held_back
                .records
                .put((row.kind, row.id), record.map(Box::new));
        }
        if let Some(left) = left {
            part.held_back.left.push((left, row.id, row.version, row.bucket));
        }
        part.held_back.rows.put(row.id, row);
    }

    pub(crate) fn hold_history(&mut self, write: history::Values) {
        self.part().held_back.history.push(write);
    }

    pub(crate) fn hold_kept(&mut self, kept: Kept) {
        self.part().held_back.kept.push(kept);
    }

    /// The receipts that are held back, oldest first.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &Kept> {
        self.parts.iter().flat_map(|part| &part.held_back.kept)
    }

    pub(crate) fn hold_seen(&mut self, device: Uuid, seen: Seen) {
        self.part().held_back.seen.insert(device, seen);
    }

    pub(crate) fn hold_report(&mut self, device: Uuid, report: Report) {
        self.part().held_back.reports.insert(device, report);
    }

    /// Whether it is held back that a device was heard from.
    pub(crate) fn holds_seen(&self, device: Uuid) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| part.held_back.seen.contains_key(&device))
    }

    /// What is remembered of a row's open conflicts.
    pub(crate) fn conflicts(&self, row: Uuid) -> Option<&OpenConflicts> {
        self.conflicts.get(&row)
    }

    pub(crate) fn remember_conflicts(&mut self, row: Uuid, open: OpenConflicts) {
        self.conflicts.insert(row, open);
    }

    /// Whether typed rows of a kind are held back.
    pub(crate) fn holds_any(&self, kind: EntityKind) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| part.held_back.kinds.contains(&kind))
    }

    /// Whether a typed row is held back.
    pub(crate) fn holds(&self, kind: EntityKind, id: Uuid) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| part.held_back.records.has(&(kind, id)))
    }

    /// Who has an asset tag among what is held back.
    pub(crate) fn tag(&self, tag: &str) -> HeldTag {
        let mut parts = self.parts.iter().rev();
        let Some(id) = parts.find_map(|part| part.held_back.tags.get(tag)) else {
            return HeldTag::Unclaimed;
        };
        let has_it = |row: &StoredRow| !row.deleted && row.body.get("tag").is_some_and(|value| value == tag);
        match self.rows.get(id) {
            Some(Some(row)) if has_it(row) => HeldTag::Of(*id),
            _ => HeldTag::GivenUp,
        }
    }

    /// What is remembered of a user's grants.
    pub(crate) fn grants(&self, user: Uuid) -> Option<&Vec<Grant>> {
        self.grants.get(&user)
    }

    pub(crate) fn remember_grants(&mut self, user: Uuid, grants: Vec<Grant>) {
        self.grants.insert(user, grants);
    }

    /// Grants are about to be written.
    pub(crate) fn forget_grants(&mut self) {
        self.grants.clear();
    }

    pub(crate) fn enter(&mut self) -> usize {
        self.parts.push(Part::default());
        self.parts.len() - 1
    }

    pub(crate) fn depth(&self) -> usize {
        self.parts.len()
    }

    /// How many parts, from the outermost, have to be brought to the database for nothing to be held back.
    pub(crate) fn deepest_held_back(&self) -> usize {
        self.parts
            .iter()
            .rposition(|part| !part.held_back.is_empty())
            .map_or(0, |place| place + 1)
    }

    /// Notes that a part gets its savepoint; whether it had none.
    pub(crate) fn reach(&mut self, depth: usize) -> bool {
        let part = &mut self.parts[depth];
        !std::mem::replace(&mut part.reached, true)
    }

    /// What ended parts hold back, unless one that is open has reached the database.
    pub(crate) fn take_earlier(&mut self) -> Option<HeldBack> {
        let (whole, open) = self.parts.split_first_mut()?;
        let is_alone = open.iter().all(|part| !part.reached);
        (is_alone && !whole.held_back.is_empty()).then(|| std::mem::take(&mut whole.held_back))
    }

    pub(crate) fn take(&mut self, depth: usize) -> HeldBack {
        std::mem::take(&mut self.parts[depth].held_back)
    }

    /// Ends the innermost part if it is at `depth` or deeper; says whether it has a savepoint.
    pub(crate) fn leave(&mut self, depth: usize) -> Option<bool> {
        let part = self.pop(depth)?;
        let outer = self.part();
        outer.before.extend(part.before);
        outer.held_back.follow(part.held_back);
        Some(part.reached)
    }

    /// Undoes the innermost part if it is at `depth` or deeper; says whether it has a savepoint.
    pub(crate) fn undo(&mut self, depth: usize) -> Option<bool> {
        let part = self.pop(depth)?;
        for (id, before) in part.before.into_iter().rev() {
            match before {
                Some(row) => self.rows.insert(id, row),
                None => self.rows.remove(&id),
            };
        }
        self.conflicts.clear();
        self.grants.clear();
        Some(part.reached)
    }

    /// The whole transaction, at depth 0, is never taken off.
    fn pop(&mut self, depth: usize) -> Option<Part> {
        if self.parts.len() > depth.max(1) {
            self.parts.pop()
        } else {
            None
        }
    }

    fn part(&mut self) -> &mut Part {
        let innermost = self.parts.len() - 1;
        &mut self.parts[innermost]
    }
}
