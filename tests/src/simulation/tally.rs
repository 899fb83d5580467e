//! What a run went through. A simulation that never meets a fault proves nothing about it.

macro_rules! tally {
    ($($name:ident)+) => {
        /// Counts over one run, or over many.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct Tally { $(pub $name: u32,)+ }

        impl Tally {
            /// Both together.
            #[must_use]
            pub fn plus(self, other: Tally) -> Tally {
                Tally { $($name: self.$name.saturating_add(other.$name),)+ }
            }

            /// Every count by its name.
            pub fn counts(&self) -> Vec<(&'static str, u32)> {
                vec![$((stringify!($name), self.$name),)+]
            }

            /// What never happened, and so was not tested.
            pub fn missing(&self) -> Vec<&'static str> {
                let none = self.counts().into_iter().filter(|(_, count)| *count == 0);
                none.map(|(name, _)| name).collect()
            }
        }
    };
}

tally! {
    applied
    merged
    united_texts
    conflicts
    poisoned
    out_of_scope
    replayed
    forks
    lost_messages
    repeated_messages
    cut_messages
    grouped_commits
    killed_before_commit
    killed_after_commit
    crashes
    rollbacks
    twins
    clocks
    offline
    long_pauses
    archived
    reassigned
    dropped_buckets
    parked_rows
    checkpoints
    resolved
    resolved_together
    taken_back
    duplicate_tags
    deleted
    deletions_disputed
    told_at_once
    signed_sheets
    idle_polls
    groups
    refused_groups
    deferred
    woken
    waited_in_vain
    decided_later
    released
    retargeted
    discarded
    discards_undone
    low_scores
    complaints
    escalated
    complaints_closed
    damaged
    repaired
    revoked
    wiped
    from_lost_devices
    old_shapes
    updated_apps
    server_backups
    server_restores
    raw_restores
    new_epochs
    rewound
    sums_added
    sets_changed
    uploads_begun
    uploads_cut
    uploads_taken_over
    uploads_finished
    old_cursors
    tombstones
    rests
    phone_days
}
