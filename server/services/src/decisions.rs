//! Many conflicts decided alike in one step.
use crate::author::Cause;
use crate::decision::{Decision, resolve};
use crate::error::ServiceError;
use onsite_model::ids::derived_id;
use onsite_store::rows::StoredRow;
use onsite_store::{StoreError, Tx, WriteError};
use std::sync::Arc;
use sync_protocol::codes::ErrorCode;
use sync_protocol::version::Version;
use uuid::Uuid;

/// Most conflicts decided in one step.
pub const MAX_BULK: usize = 200;

/// What became of one of many: the conflict as decided, or why it stays open.
pub type Decided = (Uuid, Result<Arc<StoredRow>, ServiceError>);

/// Decides many conflicts alike, each for itself: one that can't be decided so stays open and says why.
///
/// # Errors
/// There are too many at once, or the database is gone; nothing is decided then.
pub fn resolve_many(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    seen: &[(Uuid, Version)],
    decision: &Decision,
) -> Result<Vec<Decided>, ServiceError> {
    if seen.len() > MAX_BULK {
        let detail = format!("at most {MAX_BULK} at once");
        return Err(ServiceError::new(ErrorCode::TooLarge, detail).field("conflicts"));
    }
    let mut decided = Vec::with_capacity(seen.len());
    for (id, seen) in seen {
        let one = tx.savepoint(|tx| {
            // Each decision is an operation of its own, so that each can be undone alone.
            let cause = Cause {
                operation: derived_id(cause.now, cause.operation, &id.to_string()),
                ..*cause
            };
            resolve(tx, &cause, *id, *seen, decision.clone())
        });
        match one {
            Err(error) if error.store_error().is_some_and(StoreError::is_fault) => return Err(error),
            one => decided.push((*id, one)),
        }
    }
    Ok(decided)
}
