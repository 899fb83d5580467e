//! Finding buckets whose copy differs from the server's, and mending just those.
use super::{Engine, PullEvent, version};
use crate::checksum::{BucketSum, MAX_REPAIR_ROWS, RepairRequest, RepairResponse};
use crate::{PROTOCOL, SCHEMA};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Buckets that differ.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Repair {
    /// Those still to be mended, with the sum the server gave.
    suspect: BTreeMap<String, BucketSum>,
    /// For which sums that was done. One that differs even so is a fault of the server's sum: asking again and again
    /// would only empty the battery.
    done: BTreeMap<String, BucketSum>,
}

impl Repair {
    /// The device no longer holds this bucket.
    pub(super) fn drop(&mut self, bucket: &str) {
        self.suspect.remove(bucket);
        self.done.remove(bucket);
    }

    /// Forgets what was found, because everything is read anew.
    pub(super) fn clear(&mut self) {
        *self = Repair::default();
    }
}

impl Engine {
    /// Compares the rows with what the server says they add up to at the checkpoint just reached.
    pub(super) fn compare(&mut self, theirs: &BTreeMap<String, BucketSum>) -> Vec<PullEvent> {
        let own = self.rows.sums();
        let differs = |bucket: &str, sum: &BucketSum| own.get(bucket).copied().unwrap_or_default() != *sum;
        let (wrong, right): (Vec<_>, Vec<_>) = theirs.iter().partition(|(bucket, sum)| differs(bucket, sum));
        for (bucket, _) in right {
            self.repair.suspect.remove(bucket);
            self.repair.done.remove(bucket);
        }
        let mut events = Vec::new();
        for (bucket, sum) in wrong {
            if self.repair.done.get(bucket) != Some(sum) {
                self.repair.suspect.insert(bucket.clone(), *sum);
                events.push(PullEvent::Differs(bucket.clone()));
            }
        }
        events
    }

    /// What to send for, if the copy of a bucket was found to differ. One of more than [`MAX_REPAIR_ROWS`] rows is
    /// read anew instead, with everything else.
    pub fn next_repair(&mut self) -> Option<RepairRequest> {
        let (bucket, _) = self.repair.suspect.first_key_value()?;
        let bucket = bucket.clone();
        let rows: Vec<_> = self.rows.of_bucket(&bucket).collect();
        if rows.len() > MAX_REPAIR_ROWS {
            self.reread();
            return None;
        }
        Some(RepairRequest {
            protocol: PROTOCOL,
            schema: SCHEMA,
            bucket,
            rows,
        })
    }

    /// Takes the answer to a repair. It is read later than the last checkpoint, and may hold newer rows: a pull
    /// brings what belongs to them.
    pub fn on_repair(&mut self, request: &RepairRequest, response: RepairResponse) -> Vec<PullEvent> {
        let behind = version(response.epoch, response.head) < self.seen;
        if self.epoch != Some(response.epoch) || behind {
            return Vec::new();
        }
        let Some(sum) = self.repair.suspect.remove(&request.bucket) else {
            return Vec::new();
        };
        self.repair.done.insert(request.bucket.clone(), sum);
        let unsent = self.unsent_views();
        let rows = response.changes.len();
        self.rows.apply(response.epoch, response.changes);
        let mut events = vec![PullEvent::Repaired {
            bucket: request.bucket.clone(),
            rows,
        }];
        events.extend(self.park(unsent).into_iter().map(PullEvent::Parked));
        self.rows.unpark(&self.outbox.unsent_rows());
        events
    }
}
