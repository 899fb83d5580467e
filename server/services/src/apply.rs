//! The one write path. A phone's pushed operation, a person's PATCH, an import row and a timer's step all pass
//! here: authorise, load, merge, check, save, and what follows from it.
use crate::alias;
use crate::author::{Author, Cause, Origin};
use crate::conflict;
use crate::error::ServiceError;
use crate::put::{Become, DELETED, put};
use crate::rules;
use crate::scope;
use crate::written::{become_of, normalised, starts_well};
use onsite_model::conflict::ConflictKind;
use onsite_model::entity::{EntityKind, Record};
use onsite_model::permission::Permission;
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Tx, WriteError, epochs, streams};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::codes::{ErrorCode, QuarantineReason};
use sync_protocol::merge::{Clash, Current, Incoming, Merged, Side, Stamps, adopt, deletes, merge};
use sync_protocol::operation::{Operation, OperationKind};
use sync_protocol::policy::Policy;
use uuid::Uuid;

/// What an operation did.
#[derive(Debug, Clone)]
pub struct Applied {
    pub row: Arc<StoredRow>,
    /// Others had changed the row since its base.
    pub merged: bool,
    /// Conflicts it raised or extended.
    pub conflicts: Vec<Uuid>,
}

impl Applied {
    /// What had been done already.
    fn nothing(row: Arc<StoredRow>) -> Applied {
        Applied {
            row,
            merged: false,
            conflicts: Vec::new(),
        }
    }
}

/// Why an operation was not applied: what a phone's receipt says, and what a person at a screen is told.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{error}")]
pub struct Refusal {
    pub reason: QuarantineReason,
    pub error: ServiceError,
}

impl Refusal {
    fn new(reason: QuarantineReason, code: ErrorCode, detail: impl Into<String>) -> Refusal {
        Refusal {
            reason,
            error: ServiceError::new(code, detail),
        }
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        let reason = match error.code {
            ErrorCode::Forbidden => QuarantineReason::NotPermitted,
            ErrorCode::NotFound => QuarantineReason::UnknownRow,
            _ => QuarantineReason::Invalid,
        };
        Refusal { reason, error }
    }
}

impl From<onsite_store::StoreError> for Refusal {
    fn from(error: onsite_store::StoreError) -> Self {
        ServiceError::from(error).into()
    }
}

impl From<onsite_model::invalid::Invalid> for Refusal {
    fn from(invalid: onsite_model::invalid::Invalid) -> Self {
        ServiceError::from(invalid).into()
    }
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        refusal.error
    }
}

impl WriteError for Refusal {
    fn store_error(&self) -> Option<&onsite_store::StoreError> {
        self.error.store_error()
    }
}

/// Applies one operation, and what follows from it for sheets that were signed before. The caller wraps it in a
/// savepoint, so that a refusal leaves nothing behind.
///
/// # Errors
/// A refusal says why; nothing of the operation stands then.
pub fn apply(tx: &mut Tx<'_>, cause: &Cause<'_>, operation: &Operation) -> Result<Applied, Refusal> {
    let applied = apply_one(tx, cause, operation)?;
    rules::propose_amendments_after(tx, cause, operation.row)?;
    Ok(applied)
}

/// The same without regard to signed sheets, which a push looks at once for all its operations.
///
/// # Errors
/// As [`apply`].
pub(crate) fn apply_one(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    operation: &Operation,
) -> Result<Applied, Refusal> {
    let author = cause.author;
    let Some(kind) = EntityKind::from_name(&operation.entity) else {
        return Err(Refusal::new(
            QuarantineReason::UnknownEntity,
            ErrorCode::Invalid,
            format!("there is no entity called {}", operation.entity),
        ));
    };
    may(author, kind, operation)?;
    let base = base_of(tx, operation)?;
    let mut row = rows::get(tx.db(), operation.row)?;
    let mut base = base;
    if let Some(row) = &row
        && !scope::takes_row(tx.db(), author, row, base, cause.now)?
    {
        return Err(out_of_scope(kind));
    }
    if let Some(gone) = row.as_ref().filter(|row| row.deleted)
        && let Some(same) = alias::row_of(tx.db(), gone.id)?
    {
        if operation.kind == OperationKind::Delete {
            return Ok(Applied::nothing(Arc::clone(gone)));
        }
        // Its author saw the duplicate and nothing of the row it is now.
        (row, base) = (Some(same), 0);
    }
    if let Some(row) = &row {
        if row.kind != kind {
            return Err(Refusal::new(
                QuarantineReason::Invalid,
                ErrorCode::Invalid,
                format!("this row is a {}", row.kind.name()),
            ));
        }
        if row.is_bare() {
            return Err(gone(kind));
        }
    }
    match (operation.kind, row) {
        (OperationKind::Create, None) => create(tx, cause, kind, operation),
        (OperationKind::Create | OperationKind::Update, Some(row)) => {
            update(tx, cause, &row, operation, base)
        }
        (OperationKind::Delete, Some(row)) => delete(tx, cause, &row, base),
        (OperationKind::Update | OperationKind::Delete, None) => Err(unknown_row(kind)),
    }
}

/// The newest version whose writes its author had surely seen.
fn base_of(tx: &mut Tx<'_>, operation: &Operation) -> Result<u64, Refusal> {
    let clock = tx.clock();
    Ok(epochs::shared(tx.db(), clock, operation.base)?)
}

fn may(author: &Author, kind: EntityKind, operation: &Operation) -> Result<(), Refusal> {
    let Some(role) = author.role else { return Ok(()) };
    if author.origin == Origin::Server {
        return Ok(());
    }
    let permission = match operation.kind {
        OperationKind::Delete => Permission::Delete(kind),
        _ => Permission::Write(kind),
    };
    let not_permitted = |detail: String| {
        Err(Refusal::new(
            QuarantineReason::NotPermitted,
            ErrorCode::Forbidden,
            detail,
        ))
    };
    if !role.may(permission) {
        return not_permitted(format!(
            "the role {} may not do this to a {}",
            role.name(),
            kind.name()
        ));
    }
    match operation
        .set
        .keys()
        .find(|field| matches!(kind.spec().policy(field), Policy::Server))
    {
        Some(field) => not_permitted(format!("{field} is set by the server alone")),
        None => Ok(()),
    }
}

/// To its author a row outside their scope looks exactly like one that doesn't exist; the reason is for those who
/// decide about what was kept.
fn out_of_scope(kind: EntityKind) -> Refusal {
    Refusal {
        reason: QuarantineReason::OutOfScope,
        error: ServiceError::not_found(kind.name()),
    }
}

fn gone(kind: EntityKind) -> Refusal {
    let detail = format!(
        "this {} was deleted so long ago that only its id is left",
        kind.name()
    );
    Refusal::new(QuarantineReason::Gone, ErrorCode::NotFound, detail)
}

fn unknown_row(kind: EntityKind) -> Refusal {
    Refusal {
        reason: QuarantineReason::UnknownRow,
        error: ServiceError::not_found(kind.name()),
    }
}

fn create(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    kind: EntityKind,
    operation: &Operation,
) -> Result<Applied, Refusal> {
    let mut set = operation.set.clone();
    for (name, value) in &mut set {
        *value = become_of(kind.spec().policy(name), name, &Value::Null, value)?;
    }
    let record = alias::resolved(tx.db(), kind.decode(&set)?, &mut set)?;
    if cause.author.origin != Origin::Server {
        starts_well(kind, &set, &record)?;
    }
    let (bucket, parent) = crate::put::home(tx.db(), operation.row, &record).map_err(|error| Refusal {
        reason: QuarantineReason::UnknownRow,
        error,
    })?;
    let parent_row = match parent {
        Some(id) => rows::get(tx.db(), id)?,
        None => None,
    };
    // A new site or client opens its own bucket; everything else goes where its author works.
    let own_bucket = parent.is_none() && bucket.to_string().ends_with(&operation.row.to_string());
    if !own_bucket && !scope::takes(tx.db(), cause.author, bucket, 0, cause.now)? {
        return Err(Refusal {
            reason: QuarantineReason::OutOfScope,
            error: crate::put::no_parent(),
        });
    }
    let mut applied = finish(
        tx,
        cause,
        operation.row,
        None,
        Decided {
            record,
            body: set,
            set: Fields::new(),
            merged: Merged::default(),
        },
    )?;
    // Work that arrives for something deleted stands; whether that comes back is for a human to say.
    if let Some(parent) = parent_row.filter(|row| row.deleted) {
        let clash = deletion(true, false, Side::Current);
        let raised = conflict::raise(tx, cause, &parent, ConflictKind::Deleted, &clash, None)?;
        applied.conflicts.push(raised);
    }
    Ok(applied)
}

fn update(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    row: &Arc<StoredRow>,
    operation: &Operation,
    base: u64,
) -> Result<Applied, Refusal> {
    let spec = row.kind.spec();
    let set = normalised(row, &operation.set)?;
    let own_stream = (cause.author.origin == Origin::Device).then_some(cause.author.stream);
    let mut lost = None;
    let stamps = stamps_for(tx, row, base, own_stream)?;
    let merged = merge(
        spec,
        Current {
            body: &row.body,
            stamps: &stamps,
        },
        Incoming {
            set: &set,
            base,
            own_stream,
        },
        |field| match onsite_store::history::value_before(tx.db(), row.id, field, base, own_stream) {
            Ok(value) => value,
            Err(error) => {
                lost = Some(error);
                None
            }
        },
    );
    if let Some(error) = lost {
        return Err(error.into());
    }
    if cause.author.origin == Origin::Office
        && let Some(clash) = merged.clashes.first()
    {
        return Err(told_at_once(spec.policy(&clash.group), clash, row).into());
    }
    if cause.author.origin == Origin::Server && !merged.clashes.is_empty() {
        return Err(told_at_once(spec.policy(&merged.clashes[0].group), &merged.clashes[0], row).into());
    }
    let mut body = row.body.clone();
    body.extend(merged.changes.clone());
    body.retain(|_, value| !value.is_null());
    let record = alias::resolved(tx.db(), row.kind.decode(&body)?, &mut body)?;
    finish(
        tx,
        cause,
        row.id,
        Some(row),
        Decided {
            record,
            body,
            set,
            merged,
        },
    )
}

/// The row's stamps as the author's device counts them: what it wrote in streams it had before is its own. Only a row
/// that somebody has touched since needs to be asked about.
fn stamps_for<'a>(
    tx: &mut Tx<'_>,
    row: &'a StoredRow,
    base: u64,
    own_stream: Option<Uuid>,
) -> Result<Cow<'a, Stamps>, ServiceError> {
    let contested = row
        .stamps
        .values()
        .any(|stamp| stamp.is_foreign(base, own_stream));
    match own_stream.filter(|_| contested) {
        Some(own) => {
            let earlier = streams::earlier(tx.db(), own)?;
            Ok(Cow::Owned(adopt(&row.stamps, own, &earlier)))
        }
        None => Ok(Cow::Borrowed(&row.stamps)),
    }
}

/// What a person at a screen is told of a disagreement.
fn told_at_once(policy: Policy, clash: &Clash, row: &StoredRow) -> ServiceError {
    let text = |fields: &Fields| {
        fields
            .values()
            .next()
            .and_then(Value::as_str)
            .map_or_else(|| "unset".to_owned(), str::to_owned)
    };
    let (from, to) = (text(&clash.current), text(&clash.incoming));
    if matches!(policy, Policy::Status(legal) if !legal(&from, &to)) {
        return ServiceError::new(
            ErrorCode::IllegalTransition,
            format!("a {} cannot go from {from} to {to}", row.kind.name()),
        )
        .field(&clash.group);
    }
    let mut error = ServiceError::new(
        ErrorCode::VersionConflict,
        "somebody changed this since you read it; nothing of yours was saved, compare and send again",
    )
    .field(&clash.group);
    error.current = Some(Box::new(clash.current.clone()));
    error
}

/// What a row is to become, before the rules have seen it.
struct Decided {
    record: Record,
    /// All fields, with those of newer clients.
    body: Fields,
    /// As its author wrote them.
    set: Fields,
    merged: Merged,
}

/// Checks, saves, and does what follows from it.
fn finish(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    before: Option<&Arc<StoredRow>>,
    decided: Decided,
) -> Result<Applied, Refusal> {
    let Decided {
        mut record,
        body,
        set,
        merged,
    } = decided;
    // To the rules a row that comes back from deletion is a new one: its tag may have been given away.
    let old = match before.filter(|row| !row.deleted) {
        Some(row) => Some(row.kind.decode(&row.body)?),
        None => None,
    };
    let gone = references(tx, cause, before.map(Arc::as_ref), &record)?;
    let notes = rules::before(tx, cause, id, old.as_ref(), &mut record)?;
    record.validate()?;
    let as_written = |field: &String| set.get(field).map(|text| (field.clone(), text.clone()));
    let united: Fields = merged.united.iter().filter_map(as_written).collect();
    let row = put(
        tx,
        cause,
        id,
        before,
        Become::United(record.clone(), body, united),
    )?;

    let mut conflicts = Vec::new();
    for clash in &merged.clashes {
        let kind = match row.kind.spec().policy(&clash.group) {
            Policy::Status(_) => ConflictKind::Status,
            _ => ConflictKind::Field,
        };
        let shown = before.unwrap_or(&row);
        conflicts.push(conflict::raise(tx, cause, shown, kind, clash, None)?);
    }
    if let Some(before) = before {
        let touched: Vec<String> = merged.clashes.iter().map(|clash| clash.group.clone()).collect();
        // What a rule took back never stood.
        let mut stood = merged.changes.clone();
        stood.retain(|field, value| row.body.get(field).unwrap_or(&Value::Null) == value);
        let mut said = set;
        said.retain(|field, value| {
            !stood.contains_key(field) && row.body.get(field).unwrap_or(&Value::Null) == value
        });
        conflict::follow(tx, cause, before, &row, conflict::Words { stood, said }, &touched)?;
        if before.deleted {
            conflicts.push(revived(tx, cause, before)?);
        }
    }
    for note in notes {
        conflicts.push(conflict::raise(
            tx,
            cause,
            &row,
            note.kind,
            &note.clash,
            note.other_row,
        )?);
    }
    // Work on something deleted stands; whether that comes back is for a human to say.
    for gone in gone {
        let clash = deletion(true, false, Side::Current);
        conflicts.push(conflict::raise(
            tx,
            cause,
            &gone,
            ConflictKind::Deleted,
            &clash,
            None,
        )?);
    }
    rules::after(tx, cause, id, old.as_ref(), &record)?;
    // Effects may have written the row again; its author's view ends at what stands now.
    let row = rows::get(tx.db(), id)?.unwrap_or(row);
    Ok(Applied {
        row,
        merged: merged.concurrent,
        conflicts,
    })
}

/// An edit of a deleted row brings it back and asks a human.
fn revived(tx: &mut Tx<'_>, cause: &Cause<'_>, tombstone: &StoredRow) -> Result<Uuid, ServiceError> {
    let clash = deletion(true, false, Side::Incoming);
    conflict::raise(tx, cause, tombstone, ConflictKind::Deleted, &clash, None)
}

/// A disagreement on whether a row is deleted.
fn deletion(current: bool, incoming: bool, stands: Side) -> Clash {
    let values = |deleted: bool| Fields::from_iter([(DELETED.to_owned(), Value::Bool(deleted))]);
    Clash::plain(DELETED, values(current), values(incoming), stands)
}

/// Every reference must lead to a row of its kind that the author may see; those that stood already are not asked
/// again. Returns those that the record is about and that have been deleted, which only work from a device may be.
pub(crate) fn references(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    before: Option<&StoredRow>,
    record: &Record,
) -> Result<Vec<Arc<StoredRow>>, Refusal> {
    let mut gone = Vec::new();
    let old = match before {
        Some(row) => row.kind.decode(&row.body)?.references(),
        None => Vec::new(),
    };
    for reference in record.references() {
        if old.contains(&reference) {
            continue;
        }
        let missing = || {
            let error = ServiceError::new(
                ErrorCode::Invalid,
                format!("there is no {} of this id", reference.kind.name()),
            );
            Refusal {
                reason: QuarantineReason::UnknownRow,
                error: error.field(reference.field),
            }
        };
        let row = rows::get(tx.db(), reference.id)?.ok_or_else(missing)?;
        let visible = scope::is_public(reference.kind)
            || cause.author.origin == Origin::Server
            || scope::takes(tx.db(), cause.author, row.bucket, 0, cause.now)?;
        if row.kind != reference.kind || !visible || (row.deleted && cause.author.origin == Origin::Office) {
            return Err(missing());
        }
        // A mention can be taken back; what a record is about for good is work on that row.
        let about = matches!(record.kind().spec().policy(reference.field), Policy::Append);
        if row.deleted && about && cause.author.origin == Origin::Device {
            gone.push(row);
        }
    }
    Ok(gone)
}

/// Whether live rows belong to this one that would hang in the air without it: a site's assets, a visit's inspections.
/// Pictures of it and disputes about it go with it.
fn has_rows_of_its_own(tx: &mut Tx<'_>, row: &StoredRow) -> Result<bool, ServiceError> {
    let hangs = |child: &Arc<StoredRow>| !matches!(child.kind, EntityKind::Attachment | EntityKind::Conflict);
    Ok(rows::children(tx.db(), row.id)?.iter().any(hangs))
}

fn delete(tx: &mut Tx<'_>, cause: &Cause<'_>, row: &Arc<StoredRow>, base: u64) -> Result<Applied, Refusal> {
    if row.deleted {
        return Ok(Applied::nothing(Arc::clone(row)));
    }
    let own = (cause.author.origin == Origin::Device).then_some(cause.author.stream);
    let stamps = stamps_for(tx, row, base, own)?;
    let is_edited = !deletes(row.kind.spec(), &stamps, base, own);
    let clash = deletion(false, true, Side::Current);
    if is_edited && cause.author.origin != Origin::Device {
        return Err(told_at_once(Policy::Office, &clash, row).into());
    }
    let has_rows = cause.author.origin != Origin::Server && has_rows_of_its_own(tx, row)?;
    if cause.author.origin == Origin::Device && (is_edited || has_rows) {
        let raised = conflict::raise(tx, cause, row, ConflictKind::Deleted, &clash, None)?;
        return Ok(Applied {
            row: Arc::clone(row),
            merged: true,
            conflicts: vec![raised],
        });
    }
    let record = row.kind.decode(&row.body)?;
    if has_rows {
        let detail = format!(
            "other rows belong to this {}; delete or move them first",
            row.kind.name()
        );
        return Err(ServiceError::new(ErrorCode::NotReady, detail).into());
    }
    rules::before_delete(tx, cause, &record)?;
    let gone = put(tx, cause, row.id, Some(row), Become::Deleted)?;
    Ok(Applied {
        row: gone,
        merged: false,
        conflicts: Vec::new(),
    })
}
