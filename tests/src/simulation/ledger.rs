//! What is known of the server beside it: everything it wrote and answered. A copy is kept with each backup, because a
//! restored server knows no more than that.
use super::disputes::Disputes;
use crate::oracle::Oracle;
use crate::oracle::complaints::Complaints;
use crate::oracle::lives::Lives;
use crate::oracle::scope::Scope;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use sync_protocol::operation::Operation;
use sync_protocol::push::PushRequest;
use sync_protocol::receipt::Receipt;
use uuid::Uuid;

#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    pub(super) oracle: Oracle,
    pub(super) disputes: Disputes,
    pub(super) scope: Scope,
    pub(super) lives: Lives,
    pub(super) complaints: Complaints,
    /// Version up to which the history has been read.
    pub(super) read: u64,
    /// Every receipt given, by stream and number.
    pub(super) receipts: BTreeMap<(Uuid, u64), Receipt>,
    /// The receipt of each operation.
    pub(super) fates: BTreeMap<Uuid, Receipt>,
    /// Operations that wait for what they build on.
    pub(super) waiting: BTreeMap<Uuid, Waiting>,
    /// Every push the server took, with the device it came from.
    pub(super) pushes: Vec<(Uuid, Rc<PushRequest>)>,
    /// How many of them have been made once more.
    pub(super) replayed: usize,
    /// Rows whose creation is in quarantine, so that what follows on them is too.
    pub(super) lost: BTreeSet<Uuid>,
    /// Operations in quarantine that nobody has decided about.
    pub(super) kept: BTreeMap<Uuid, Kept>,
    /// Those that a dispatcher gave up.
    pub(super) given_up: BTreeMap<Uuid, Kept>,
    pub(super) revoked: BTreeSet<Uuid>,
    /// Rows of which each group made several.
    pub(super) groups: Vec<Vec<Uuid>>,
}

/// An operation that waits.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) phone: Author,
    pub(super) stream: Uuid,
    pub(super) n: u64,
    pub(super) operation: Operation,
}

/// Whose phone something came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Author {
    pub(super) user: Uuid,
    pub(super) device: Uuid,
}

/// An operation in quarantine.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) operation: Option<Uuid>,
    pub(super) entity: Option<String>,
    pub(super) row: Option<Uuid>,
}
