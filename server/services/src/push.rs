//! Taking a device's operations: each decoded alone, applied or kept, and answered by one durable receipt.
use crate::apply::{Refusal, apply};
use crate::author::{Author, Cause, Origin};
use crate::error::ServiceError;
use crate::house::House;
use crate::negotiation;
use crate::put::DELETED;
use crate::wipe;
use chrono::{DateTime, Datelike, Utc};
use onsite_model::ids::derived_id;
use onsite_model::schema_version;
use onsite_model::user::User;
use onsite_store::backups;
use onsite_store::devices::{self, Device};
use onsite_store::quarantine::{self, Quarantined};
use onsite_store::streams::{self, Kept, Stream};
use onsite_store::{Tx, WriteError};
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};
use sync_protocol::codes::{ErrorCode, QuarantineReason};
use sync_protocol::operation::{MAX_OPERATION_BYTES, Operation, hash};
use sync_protocol::push::{MAX_OPERATIONS, PushRequest, PushResponse};
use sync_protocol::receipt::{Outcome, Receipt};
use uuid::Uuid;

/// Takes a batch. Everything of it that is new stands, with its receipts, when the transaction commits; what came
/// before is answered as it was then.
///
/// # Errors
/// The stream is not this device's, the batch is too long, or the database is gone; then nothing was taken.
pub fn push(
    tx: &mut Tx<'_>,
    device: &Device,
    user: &User,
    request: &PushRequest,
    house: &House,
    now: DateTime<Utc>,
) -> Result<PushResponse, ServiceError> {
    negotiation::takes_from(request.protocol, request.schema)?;
    if request.operations.len() > MAX_OPERATIONS {
        return Err(ServiceError::new(
            ErrorCode::TooLarge,
            format!("at most {MAX_OPERATIONS} operations a push"),
        ));
    }
    let stream = streams::get(tx.db(), request.stream)?
        .filter(|stream| stream.device_id == Some(device.id))
        .ok_or_else(|| ServiceError::not_found("stream"))?;
    // Skew is measured and kept; it decides nothing and refuses nothing.
    let skew = request.sent_at.signed_duration_since(now).num_milliseconds();
    devices::seen(tx, device.id, now, skew)?;
    let wipe = wipe::order(&house.secrets, device, Some(user), now);
    let mut batch = Batch {
        schema: request.schema,
        revoked: wipe.is_some(),
        author: Author {
            user: Some(device.user_id),
            role: Some(user.role),
            device: Some(device.id),
            stream: stream.id,
            origin: Origin::Device,
        },
        house,
        now,
        last: stream.last_n,
        receipts: Vec::with_capacity(request.operations.len()),
        fork: None,
    };
    batch.take_all(tx, &stream, &request.operations)?;
    Ok(PushResponse {
        epoch: tx.clock().epoch,
        server_time: now,
        receipts: batch.receipts,
        expected: batch.last + 1,
        fork: batch.fork,
        durable_through: backups::newest(tx.db())?.map(|backup| backup.through),
        wipe,
    })
}

struct Batch<'a> {
    /// The version of the app, in whose shape it speaks of entities.
    schema: u32,
    /// Everything it sends goes to quarantine.
    revoked: bool,
    author: Author,
    house: &'a House,
    now: DateTime<Utc>,
    /// Number of the last operation that has its receipt.
    last: u64,
    receipts: Vec<Receipt>,
    fork: Option<u64>,
}

impl Batch<'_> {
    fn take_all(
        &mut self,
        tx: &mut Tx<'_>,
        stream: &Stream,
        operations: &[Value],
    ) -> Result<(), ServiceError> {
        let mut previous = None;
        for raw in operations {
            let (n, body) = place(raw, previous.unwrap_or(stream.last_n));
            previous = Some(n);
            let hash = hash(body);
            if n <= self.last {
                // Seen before: the receipt it got then, or a twin's operation under the same number.
                match streams::receipt(tx.db(), stream.id, n)? {
                    Some((known, receipt)) if known == hash => self.receipts.push(receipt),
                    _ => {
                        self.fork = Some(n);
                        return Ok(());
                    }
                }
                continue;
            }
            if n > self.last + 1 {
                return Ok(());
            }
            let receipt = self.take(tx, n, body, &hash)?;
            let kept = Kept {
                stream: stream.id,
                n,
                operation: receipt.operation,
                hash,
                receipt: receipt.clone(),
                received_at: self.now,
            };
            streams::keep(tx, &kept)?;
            self.receipts.push(receipt);
            self.last = n;
        }
        Ok(())
    }

    /// Decodes and applies one operation, or keeps it in quarantine; only a broken database is an error.
    fn take(&self, tx: &mut Tx<'_>, n: u64, body: &Value, hash: &str) -> Result<Receipt, ServiceError> {
        let mut operation = match decode(body) {
            Ok(operation) => operation,
            Err((reason, detail)) => return self.keep(tx, n, id_of(body), body, reason, &detail),
        };
        let id = operation.id;
        if let Some((known, mut receipt)) = streams::receipt_of(tx.db(), id)? {
            if known != hash {
                let detail = "another operation has this id already";
                return self.keep(tx, n, Some(id), body, QuarantineReason::Invalid, detail);
            }
            receipt.n = n;
            receipt.outcome = Outcome::Duplicate;
            return Ok(receipt);
        }
        if self.revoked {
            let detail = "the device had been revoked, or its user had left, when this arrived";
            return self.keep(tx, n, Some(id), body, QuarantineReason::DeviceRevoked, detail);
        }
        operation.set = schema_version::up(&operation.entity, self.schema, operation.set);
        let cause = Cause {
            author: &self.author,
            operation: id,
            occurred_at: operation.occurred_at,
            now: self.now,
            house: self.house,
        };
        let applied = tx.savepoint(|tx| {
            catch_unwind(AssertUnwindSafe(|| apply(tx, &cause, &operation)))
                .unwrap_or_else(|_| Err(panicked()))
        });
        match applied {
            Ok(applied) => {
                let outcome = match (applied.conflicts.is_empty(), applied.merged) {
                    (false, _) => Outcome::Conflict,
                    (true, true) => Outcome::Merged,
                    (true, false) => Outcome::Applied,
                };
                Ok(Receipt {
                    n,
                    operation: Some(id),
                    outcome,
                    version: tx.clock().version,
                    conflicts: applied.conflicts,
                    reason: None,
                    detail: None,
                })
            }
            Err(refusal) if broken(&refusal) => Err(refusal.error),
            Err(refusal) => self.keep(tx, n, Some(id), body, refusal.reason, &said(&refusal)),
        }
    }

    fn keep(
        &self,
        tx: &mut Tx<'_>,
        n: u64,
        operation: Option<Uuid>,
        body: &Value,
        reason: QuarantineReason,
        detail: &str,
    ) -> Result<Receipt, ServiceError> {
        let one = Quarantined {
            id: derived_id(self.now, self.author.stream, &n.to_string()),
            stream: self.author.stream,
            n,
            user_id: self.author.user,
            raw: body.to_string(),
            reason,
            detail: detail.to_owned(),
            received_at: self.now,
            decision: None,
        };
        quarantine::keep(tx, &one)?;
        Ok(Receipt {
            n,
            operation,
            outcome: Outcome::Quarantined,
            version: tx.clock().version,
            conflicts: Vec::new(),
            reason: Some(reason),
            detail: Some(detail.to_owned()),
        })
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

/// Whether the refusal is the database's failure rather than the operation's fault.
fn broken(refusal: &Refusal) -> bool {
    matches!(
        refusal.store_error(),
        Some(onsite_store::StoreError::Unavailable(_) | onsite_store::StoreError::Corrupt(_))
    )
}

/// The operation's place and body. One that doesn't even say its place stands after its predecessor.
fn place(raw: &Value, previous: u64) -> (u64, &Value) {
    let n = raw
        .get("n")
        .and_then(Value::as_u64)
        .filter(|n| *n > 0 && *n <= i64::MAX as u64);
    match (n, raw.get("op")) {
        (Some(n), Some(op)) => (n, op),
        (n, _) => (n.unwrap_or(previous + 1), raw),
    }
}

/// Reads a body as an operation.
///
/// # Errors
/// Why it can't be read, for its author.
pub fn decode(body: &Value) -> Result<Operation, (QuarantineReason, String)> {
    let text = body.to_string();
    if text.len() > MAX_OPERATION_BYTES {
        return Err((
            QuarantineReason::TooLarge,
            format!("larger than {MAX_OPERATION_BYTES} bytes"),
        ));
    }
    if let Some(fault) = unstorable(body, MAX_DEPTH) {
        return Err((QuarantineReason::Undecodable, fault.to_owned()));
    }
    let operation: Operation = serde_path_to_error::deserialize(body)
        .map_err(|error| (QuarantineReason::Undecodable, error.to_string()))?;
    if operation.row.is_nil() || operation.id.is_nil() {
        return Err((QuarantineReason::Undecodable, "an id must not be nil".to_owned()));
    }
    if !(1..=9999).contains(&operation.occurred_at.year()) {
        return Err((
            QuarantineReason::Undecodable,
            "it happened in no year a database can hold".to_owned(),
        ));
    }
    if operation.set.contains_key(DELETED) {
        return Err((
            QuarantineReason::Undecodable,
            format!("the field name {DELETED} is reserved"),
        ));
    }
    Ok(operation)
}

/// Deepest nesting of an operation: what is stored wraps it a few times more, and JSON readers stop at 128.
const MAX_DEPTH: usize = 32;

/// Longest name of a field, in bytes.
const MAX_NAME: usize = 100;

/// What keeps a value out of the databases, if anything does.
fn unstorable(value: &Value, depth: usize) -> Option<&'static str> {
    if depth == 0 {
        return Some("nested too deeply");
    }
    match value {
        Value::String(text) if text.contains('\0') => Some("contains NUL, which no text can hold"),
        Value::Array(members) => members.iter().find_map(|member| unstorable(member, depth - 1)),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            if name.len() > MAX_NAME || name.contains('\0') {
                return Some("the name of a field is too long or contains NUL");
            }
            unstorable(value, depth - 1)
        }),
        _ => None,
    }
}

fn id_of(body: &Value) -> Option<Uuid> {
    body.get("id")
        .and_then(Value::as_str)
        .and_then(|id| id.parse().ok())
}
