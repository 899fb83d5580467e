//! What a run went through. A simulation that never meets a fault proves nothing about it.

/// Counts over one run, or over many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub applied: u32,
    pub merged: u32,
    pub united_texts: u32,
    pub conflicts: u32,
    pub poisoned: u32,
    pub out_of_scope: u32,
    pub replayed: u32,
    pub forks: u32,
    pub lost_messages: u32,
    pub repeated_messages: u32,
    pub crashes: u32,
    pub rollbacks: u32,
    pub clocks: u32,
    pub reassigned: u32,
    pub dropped_buckets: u32,
    pub parked_rows: u32,
    pub checkpoints: u32,
    pub resolved: u32,
    pub duplicate_tags: u32,
    pub deleted: u32,
    pub told_at_once: u32,
    pub signed_sheets: u32,
    pub idle_polls: u32,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Tally) -> Tally {
        Tally {
            applied: self.applied + other.applied,
            merged: self.merged + other.merged,
            united_texts: self.united_texts + other.united_texts,
            conflicts: self.conflicts + other.conflicts,
            poisoned: self.poisoned + other.poisoned,
            out_of_scope: self.out_of_scope + other.out_of_scope,
            replayed: self.replayed + other.replayed,
            forks: self.forks + other.forks,
            lost_messages: self.lost_messages + other.lost_messages,
            repeated_messages: self.repeated_messages + other.repeated_messages,
            crashes: self.crashes + other.crashes,
            rollbacks: self.rollbacks + other.rollbacks,
            clocks: self.clocks + other.clocks,
            reassigned: self.reassigned + other.reassigned,
            dropped_buckets: self.dropped_buckets + other.dropped_buckets,
            parked_rows: self.parked_rows + other.parked_rows,
            checkpoints: self.checkpoints + other.checkpoints,
            resolved: self.resolved + other.resolved,
            duplicate_tags: self.duplicate_tags + other.duplicate_tags,
            deleted: self.deleted + other.deleted,
            told_at_once: self.told_at_once + other.told_at_once,
            signed_sheets: self.signed_sheets + other.signed_sheets,
            idle_polls: self.idle_polls + other.idle_polls,
        }
    }

    /// Every count by its name.
    pub fn counts(&self) -> [(&'static str, u32); 23] {
        [
            ("applied", self.applied),
            ("merged", self.merged),
            ("united texts", self.united_texts),
            ("conflicts", self.conflicts),
            ("poisoned", self.poisoned),
            ("out of scope", self.out_of_scope),
            ("replayed", self.replayed),
            ("forks", self.forks),
            ("lost messages", self.lost_messages),
            ("repeated messages", self.repeated_messages),
            ("crashes", self.crashes),
            ("rollbacks", self.rollbacks),
            ("clocks", self.clocks),
            ("reassigned", self.reassigned),
            ("dropped buckets", self.dropped_buckets),
            ("parked rows", self.parked_rows),
            ("checkpoints", self.checkpoints),
            ("resolved", self.resolved),
            ("duplicate tags", self.duplicate_tags),
            ("deleted", self.deleted),
            ("told at once", self.told_at_once),
            ("signed sheets", self.signed_sheets),
            ("idle polls", self.idle_polls),
        ]
    }
}
