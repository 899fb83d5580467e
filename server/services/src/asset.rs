//! Assets that turn out to be one device, recorded twice: they become one, and what still comes for the other follows.
use crate::alias;
use crate::audit;
use crate::author::Cause;
use crate::error::ServiceError;
use crate::load;
use crate::put::{Become, put};
use crate::rules;
use onsite_model::asset::Asset;
use onsite_model::conflict::{Choice, Conflict, ConflictStatus, Resolution};
use onsite_model::entity::{Declared, EntityKind, Record, encode};
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Tx, aliases, assets, conflicts};
use serde_json::json;
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::policy::Policy;
use sync_protocol::version::Version;
use uuid::Uuid;

/// Makes a duplicate one with the asset it turned out to be. What the other does not say it takes from the duplicate, what
/// refers to the duplicate refers to the other, disputes about the duplicate end, and it is deleted, leaving an alias:
/// what phones still send for it is applied to the other. Both histories stay.
///
/// # Errors
/// Either is gone or they are one already; somebody changed the duplicate since `seen`; the database is gone.
pub fn merge(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    duplicate: Uuid,
    seen: Version,
    into: Uuid,
) -> Result<Arc<StoredRow>, ServiceError> {
    if duplicate == into {
        return Err(ServiceError::new(ErrorCode::Invalid, "is the same asset").field("into"));
    }
    let (gone, theirs) = load::row::<Asset>(tx.db(), duplicate)?;
    if tx.version(gone.version) != seen {
        let detail = "this asset was changed since you read it; look at it again";
        return Err(ServiceError::new(ErrorCode::VersionConflict, detail));
    }
    if load::find::<Asset>(tx.db(), into)?.is_none() {
        return Err(ServiceError::new(ErrorCode::Invalid, "there is no asset of this id").field("into"));
    }
    let referrers = assets::referrers(tx.db(), duplicate)?;
    end_disputes(tx, cause, duplicate)?;
    end_dispute_with(tx, cause, into, duplicate)?;
    // First, so that its tag and its key of an import are free.
    put(tx, cause, duplicate, Some(&gone), Become::Deleted)?;
    aliases::add(tx, duplicate, into)?;
    let (stays, ours) = load::row::<Asset>(tx.db(), into)?;
    let (asset, body) = united(duplicate, &ours, &stays.body, &theirs, &gone.body)?;
    let kept = put(tx, cause, into, Some(&stays), Become::Record(asset, body))?;
    let mut changed = vec![into];
    for id in referrers.into_iter().filter(|id| *id != into) {
        if refer(tx, cause, id, duplicate, into)? {
            changed.push(id);
        }
    }
    for id in changed {
        rules::propose_amendments_after(tx, cause, id)?;
    }
    let detail = json!({ "into": into });
    audit::record(tx, cause, "asset_merged", duplicate, &detail)?;
    Ok(kept)
}

/// What the two say together: the words of the one that stays, and where it says nothing those of the duplicate.
fn united(
    duplicate: Uuid,
    ours: &Asset,
    our_body: &Fields,
    theirs: &Asset,
    their_body: &Fields,
) -> Result<(Record, Fields), ServiceError> {
    let mut body = our_body.clone();
    for (name, value) in their_body {
        let theirs_alone = !matches!(Asset::SPEC.policy(name), Policy::Server) && !body.contains_key(name);
        if theirs_alone {
            body.insert(name.clone(), value.clone());
        }
    }
    // A key of an import is one with its source.
    if ours.source.is_some() && ours.source_key.is_none() {
        body.remove("source_key");
    }
    if let (Some(ours), Some(theirs)) = (&ours.notes, &theirs.notes)
        && !ours.contains(theirs.as_str())
    {
        body.insert("notes".to_owned(), json!(format!("{ours}\n{theirs}")));
    }
    // The tag that was claimed of the duplicate is no longer another's.
    if ours.claimed_tag == theirs.tag {
        body.remove("claimed_tag");
    }
    let itself = json!(duplicate);
    if body.get("parent_id") == Some(&itself) {
        body.remove("parent_id");
    }
    Ok((EntityKind::Asset.decode(&body)?, body))
}

/// Leads a row's references to another row. Returns whether it had any.
fn refer(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid, from: Uuid, to: Uuid) -> Result<bool, ServiceError> {
    let Some(row) = rows::get(tx.db(), id)?.filter(|row| !row.deleted) else {
        return Ok(false);
    };
    let record = row.kind.decode(&row.body)?;
    let mut body = row.body.clone();
    let mut led = false;
    for (field, _) in alias::named(&record).into_iter().filter(|(_, id)| *id == from) {
        led |= alias::redirect(&mut body, field, from, to);
    }
    if led {
        let record = row.kind.decode(&body)?;
        put(tx, cause, id, Some(&row), Become::Record(record, body))?;
    }
    Ok(led)
}

/// Ends the open disputes about a row that becomes one with another.
fn end_disputes(tx: &mut Tx<'_>, cause: &Cause<'_>, row: Uuid) -> Result<(), ServiceError> {
    for (id, _) in conflicts::open_of(tx.db(), row)? {
        end(tx, cause, id)?;
    }
    Ok(())
}

/// Ends the open dispute about a tag between two rows that become one.
fn end_dispute_with(tx: &mut Tx<'_>, cause: &Cause<'_>, row: Uuid, other: Uuid) -> Result<(), ServiceError> {
    for (id, _) in conflicts::open_of(tx.db(), row)? {
        let conflict = load::get::<Conflict>(tx.db(), id)?;
        if conflict.other_row_id == Some(other) {
            end(tx, cause, id)?;
        }
    }
    Ok(())
}

fn end(tx: &mut Tx<'_>, cause: &Cause<'_>, id: Uuid) -> Result<(), ServiceError> {
    let (row, mut conflict) = load::row::<Conflict>(tx.db(), id)?;
    conflict.status = conflict.status.become_(ConflictStatus::Resolved)?;
    conflict.resolution = Some(Resolution {
        choice: Choice::Merged,
        values: Fields::new(),
        before: Fields::new(),
        user_id: cause.author.user,
        at: cause.now,
    });
    let fields = encode(&conflict);
    put(
        tx,
        &cause.effect(),
        id,
        Some(&row),
        Become::Record(conflict.into(), fields),
    )?;
    Ok(())
}
