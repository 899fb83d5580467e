//! Taking operations of a stream, alone or as an atomic group: they are applied together, or each is kept whole.
use crate::apply::{Applied, Refusal, apply_one};
use crate::author::{Author, Cause};
use crate::error::ServiceError;
use crate::house::House;
use crate::incoming::Incoming;
use chrono::{DateTime, Utc};
use onsite_model::ids::derived_id;
use onsite_model::user::User;
use onsite_store::devices::Device;
use onsite_store::quarantine::{self, Quarantined};
use onsite_store::{Pace, StoreError, Tx, WriteError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use sync_protocol::codes::{ErrorCode, QuarantineReason};
use sync_protocol::operation::Operation;
use sync_protocol::receipt::{Outcome, Receipt};
use uuid::Uuid;

/// On whose behalf operations are taken, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taker<'a> {
    pub(crate) author: &'a Author,
    pub(crate) house: &'a House,
    pub(crate) now: DateTime<Utc>,
}

/// An operation in its place.
pub(crate) type Member<'a> = (u64, &'a Incoming);

/// Which member of a group was refused.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) place: usize,
    pub(crate) refusal: Box<Refusal>,
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Failed {
            place: usize::MAX,
            refusal: Box::new(error.into()),
        }
    }
}

impl WriteError for Failed {
    fn store_error(&self) -> Option<&StoreError> {
        self.refusal.store_error()
    }
}

impl Failed {
    /// Whether the database failed, or refused something written before: no fault of these operations.
    pub(crate) fn is_broken(&self) -> bool {
        self.store_error().is_some_and(StoreError::is_fault)
    }
}

impl Taker<'_> {
    /// Applies them all, or none.
    ///
    /// # Errors
    /// Which was refused; nothing of any stands then.
    pub(crate) fn apply(
        &self,
        tx: &mut Tx<'_>,
        operations: &[&Operation],
        pace: Pace,
    ) -> Result<Vec<Applied>, Failed> {
        tx.part(pace, |tx| {
            let apply = |(place, operation): (usize, &&Operation)| {
                self.apply_alone(tx, operation).map_err(|refusal| Failed {
                    place,
                    refusal: Box::new(refusal),
                })
            };
            operations.iter().enumerate().map(apply).collect()
        })
    }

    fn apply_alone(&self, tx: &mut Tx<'_>, operation: &Operation) -> Result<Applied, Refusal> {
        let cause = self.cause(operation);
        catch_unwind(AssertUnwindSafe(|| apply_one(tx, &cause, operation)))
            .unwrap_or_else(|_| Err(panicked()))
    }

    /// What an operation's writes are part of.
    pub(crate) fn cause(&self, operation: &Operation) -> Cause<'_> {
        Cause {
            author: self.author,
            operation: operation.id,
            occurred_at: operation.occurred_at,
            now: self.now,
            house: self.house,
        }
    }

    /// The receipt of an operation that stands.
    pub(crate) fn applied(n: u64, operation: Uuid, applied: &Applied, version: u64) -> Receipt {
        let outcome = match (applied.conflicts.is_empty(), applied.merged) {
            (false, _) => Outcome::Conflict,
            (true, true) => Outcome::Merged,
            (true, false) => Outcome::Applied,
        };
        Receipt {
            conflicts: applied.conflicts.clone(),
            ..receipt(n, Some(operation), outcome, version)
        }
    }

    /// Keeps an operation that could not be applied. `waits_for` is the one in quarantine that it builds on.
    ///
    /// # Errors
    /// The database is gone.
    pub(crate) fn keep(
        &self,
        tx: &mut Tx<'_>,
        (n, incoming): Member<'_>,
        reason: QuarantineReason,
        detail: &str,
        waits_for: Option<Uuid>,
    ) -> Result<Receipt, ServiceError> {
        let one = Quarantined {
            id: derived_id(self.now, self.author.stream, &n.to_string()),
            stream: self.author.stream,
            n,
            user_id: self.author.user,
            operation: incoming.id,
            row: incoming.operation.as_ref().ok().map(|operation| operation.row),
            waits_for,
            raw: incoming.raw.clone(),
            reason,
            detail: detail.to_owned(),
            received_at: self.now,
            decision: None,
        };
        quarantine::keep(tx, &one)?;
        Ok(Receipt {
            reason: Some(told(reason)),
            detail: Some(detail.to_owned()),
            ..receipt(n, incoming.id, Outcome::Quarantined, tx.clock().version)
        })
    }

    /// Keeps the members of a group one of which was refused, or one operation that was.
    ///
    /// # Errors
    /// The database is gone.
    pub(crate) fn keep_refused(
        &self,
        tx: &mut Tx<'_>,
        members: &[Member<'_>],
        failed: &Failed,
    ) -> Result<Vec<Receipt>, ServiceError> {
        // A constraint can refuse a group as a whole; then the last member stands for it.
        let culprit = failed.place.min(members.len() - 1);
        let parent = members[culprit].1.id.filter(|_| members.len() > 1);
        members
            .iter()
            .enumerate()
            .map(|(place, member)| {
                if place == culprit {
                    self.keep(tx, *member, failed.refusal.reason, &said(&failed.refusal), None)
                } else {
                    let detail = "it belongs to a group of which another operation could not be applied";
                    self.keep(tx, *member, QuarantineReason::Group, detail, parent)
                }
            })
            .collect()
    }
}

/// What its author is told of a reason: not whether the row is another's or isn't there.
pub(crate) fn told(reason: QuarantineReason) -> QuarantineReason {
    match reason {
        QuarantineReason::OutOfScope => QuarantineReason::UnknownRow,
        reason => reason,
    }
}

/// Why nothing of a device is applied, for the dispatcher and for its user.
pub(crate) type ShutOut = (QuarantineReason, &'static str);

/// Whether nothing of a device is applied.
pub(crate) fn shut_out(device: &Device, user: &User) -> Option<ShutOut> {
    if device.revoked_at.is_some() || !user.active {
        let detail = "the device had been revoked, or its user had left, when this arrived";
        Some((QuarantineReason::DeviceRevoked, detail))
    } else if device.locked_at.is_some() {
        let detail =
            "the password had been changed, and the device had not logged in since, when this arrived";
        Some((QuarantineReason::LoginDue, detail))
    } else {
        None
    }
}

/// A receipt without particulars.
pub(crate) fn receipt(n: u64, operation: Option<Uuid>, outcome: Outcome, version: u64) -> Receipt {
    Receipt {
        n,
        operation,
        outcome,
        version,
        conflicts: Vec::new(),
        reason: None,
        detail: None,
    }
}

/// A fault of ours: the operation is kept whole, and those behind it go on.
fn panicked() -> Refusal {
    tracing::error!("applying an operation panicked; it is kept in quarantine");
    let detail = "the server could not apply this; it is kept whole";
    Refusal {
        reason: QuarantineReason::Invalid,
        error: ServiceError::new(ErrorCode::Internal, detail),
    }
}

fn said(refusal: &Refusal) -> String {
    match &refusal.error.field {
        Some(field) => format!("{field}: {}", refusal.error.detail),
        None => refusal.error.detail.clone(),
    }
}
