//! Operations our own use cases make: they go the same way as a phone's.
use crate::apply::{Applied, apply};
use crate::author::{Author, Cause};
use crate::error::ServiceError;
use onsite_model::entity::{Declared, encode};
use onsite_store::Tx;
use sync_protocol::Fields;
use sync_protocol::hlc::Hlc;
use sync_protocol::operation::{Operation, OperationKind};
use sync_protocol::version::Version;
use uuid::Uuid;

/// The same cause, by the server's hand: the use case has checked what it does on its author's behalf.
pub(crate) fn trusted<'a>(cause: &Cause<'a>, author: &'a Author) -> Cause<'a> {
    Cause { author, ..*cause }
}

/// Changes some fields of a row on the author's behalf, from the version the author saw (or, where none is given,
/// from what stands).
///
/// # Errors
/// Another write came first, or a rule forbids it.
pub(crate) fn change<E: Declared>(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    row: Uuid,
    seen: Option<Version>,
    set: Fields,
) -> Result<Applied, ServiceError> {
    let author = cause.author.by_server();
    let clock = tx.clock();
    let base = seen.unwrap_or(Version {
        epoch: clock.epoch,
        number: clock.version,
    });
    let operation = Operation {
        id: cause.operation,
        entity: E::KIND.name().to_owned(),
        row,
        kind: OperationKind::Update,
        base,
        set,
        occurred_at: cause.occurred_at,
        hlc: Hlc::default(),
        deps: Vec::new(),
        group: None,
    };
    Ok(apply(tx, &trusted(cause, &author), &operation)?)
}

/// Adds a row on the author's behalf.
///
/// # Errors
/// A rule forbids it.
pub fn create<E: Declared>(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    row: Uuid,
    entity: &E,
) -> Result<Applied, ServiceError> {
    let author = cause.author.by_server();
    let operation = Operation {
        id: cause.operation,
        entity: E::KIND.name().to_owned(),
        row,
        kind: OperationKind::Create,
        base: Version::ZERO,
        set: encode(entity),
        occurred_at: cause.occurred_at,
        hlc: Hlc::default(),
        deps: Vec::new(),
        group: None,
    };
    Ok(apply(tx, &trusted(cause, &author), &operation)?)
}

/// Fields from pairs; nulls clear.
pub(crate) fn fields<const N: usize>(pairs: [(&str, serde_json::Value); N]) -> Fields {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
