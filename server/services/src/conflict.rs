//! Conflicts: raised by writes that disagree, extended by later ones, closed when both sides agree. A dispatcher decides
//! about them in [`crate::decision`].
use crate::author::Cause;
use crate::error::ServiceError;
use crate::put::{Become, DELETED, put};
use chrono::{DateTime, Utc};
use onsite_model::conflict::{Choice, Claim, Conflict, ConflictKind, ConflictStatus, Resolution};
use onsite_model::entity::decode;
use onsite_model::ids::derived_id;
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Db, Tx, conflicts};
use serde_json::Value;
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::merge::{Clash, Side};
use uuid::Uuid;

/// Loads a conflict.
///
/// # Errors
/// There is none of this id.
pub fn load(db: &mut Db, id: Uuid) -> Result<(Arc<StoredRow>, Conflict), ServiceError> {
    let row = rows::get(db, id)?.filter(|row| !row.deleted);
    match row {
        Some(row) if row.kind == onsite_model::entity::EntityKind::Conflict => {
            let conflict = decode(&row.body)?;
            Ok((row, conflict))
        }
        _ => Err(ServiceError::not_found("conflict")),
    }
}

/// The value a field has on a row as conflicts name it.
fn claim(cause: &Cause<'_>, values: Fields) -> Claim {
    Claim {
        values,
        user_id: cause.author.user,
        stream: cause.author.stream,
        operation: cause.operation,
        at: cause.occurred_at,
    }
}

/// Who wrote these fields last, as a claim.
fn standing_claim(db: &mut Db, row: &StoredRow, values: Fields) -> Result<Claim, ServiceError> {
    let newest = values
        .keys()
        .filter_map(|field| row.stamps.get(field))
        .max_by_key(|stamp| stamp.version);
    let entry = match newest {
        Some(stamp) => onsite_store::history::at_version(db, stamp.version)?,
        None => None,
    };
    Ok(match (entry, newest) {
        (Some(entry), _) => Claim {
            values,
            user_id: entry.user_id,
            stream: entry.stream,
            operation: entry.operation,
            at: entry.occurred_at,
        },
        (None, stamp) => Claim {
            values,
            user_id: None,
            stream: stamp.map_or(Uuid::nil(), |stamp| stamp.stream),
            operation: stamp.map_or(Uuid::nil(), |stamp| stamp.operation),
            at: DateTime::<Utc>::UNIX_EPOCH,
        },
    })
}

/// Raises a conflict on `row` for a clash, or extends the one that is open on the same field.
///
/// # Errors
/// The database is gone.
pub fn raise(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    row: &StoredRow,
    kind: ConflictKind,
    clash: &Clash,
    other_row_id: Option<Uuid>,
) -> Result<Uuid, ServiceError> {
    let incoming = claim(cause, clash.incoming.clone());
    let open = conflicts::open_of(tx.db(), row.id)?
        .into_iter()
        .find(|(_, field)| *field == clash.group);
    let (id, before, conflict) = match open {
        Some((id, _)) => {
            let (before, mut conflict) = load(tx.db(), id)?;
            extend(&mut conflict, incoming, &clash.seen);
            show_standing(tx.db(), cause, row, &mut conflict, clash)?;
            keep_standing(tx.db(), cause, row, &mut conflict, &clash.current)?;
            conflict.stands = clash.stands;
            conflict.kind = kind;
            conflict.other_row_id = other_row_id.or(conflict.other_row_id);
            (id, Some(before), conflict)
        }
        None => {
            let id = derived_id(cause.now, cause.operation, &format!("{}/{}", row.id, clash.group));
            let conflict = Conflict {
                kind,
                entity: row.kind,
                row_id: row.id,
                other_row_id,
                field: clash.group.clone(),
                current: standing_claim(tx.db(), row, clash.current.clone())?,
                incoming: Claim {
                    values: clash.seen.clone().into_iter().chain(incoming.values).collect(),
                    ..incoming
                },
                also: Vec::new(),
                stands: clash.stands,
                status: ConflictStatus::Open,
                opened_at: cause.now,
                resolution: None,
            };
            (id, None, conflict)
        }
    };
    // A conflict of this id may have been raised and resolved before; it opens again with the new values.
    let before = match before {
        Some(before) => Some(before),
        None => rows::get(tx.db(), id)?,
    };
    put(
        tx,
        &cause.effect(),
        id,
        before.as_ref(),
        Become::Record(conflict.into(), Fields::new()),
    )?;
    Ok(id)
}

/// Adds a value to an open conflict. The same author's later word replaces the earlier one, field by field (history
/// keeps it); another's is kept beside. Of coupled fields, what the author had `seen` beside their word counts where
/// they have said nothing of it themselves.
fn extend(conflict: &mut Conflict, incoming: Claim, seen: &Fields) {
    let mut owns: Vec<Claim> = conflict
        .also
        .extract_if(.., |other| other.stream == incoming.stream)
        .collect();
    let before = conflict.incoming.clone();
    if before.stream == incoming.stream {
        owns.push(before);
    } else {
        conflict.also.push(before);
    }
    let earlier = owns.into_iter().reduce(|earlier, own| {
        conflict.also.extend(unsaid(&earlier, &own, &incoming));
        later(&earlier, own)
    });
    let mut values = seen.clone();
    values.extend(earlier.into_iter().flat_map(|earlier| earlier.values));
    values.extend(incoming.values);
    conflict.incoming = Claim { values, ..incoming };
}

/// What an author's earlier claim says otherwise than a side they went on from later, whose values they saw and did not
/// say, and what they say now leaves open: they have not taken it back.
fn unsaid(earlier: &Claim, later: &Claim, now: &Claim) -> Option<Claim> {
    part(earlier, |name, value| {
        let other = later.values.get(name).is_some_and(|said| said != value);
        other && !now.values.contains_key(name)
    })
}

/// What of a claim is kept; nothing where none of it is.
fn part(of: &Claim, is_kept: impl Fn(&String, &Value) -> bool) -> Option<Claim> {
    let mut values = of.values.clone();
    values.retain(|name, value| is_kept(name, value));
    (!values.is_empty()).then(|| Claim { values, ..of.clone() })
}

/// Where what stands goes on standing and is the author's own, written with what stood before in front of them, it takes
/// the place of that: whoever decides to keep what stands means this.
fn show_standing(
    db: &mut Db,
    cause: &Cause<'_>,
    row: &StoredRow,
    conflict: &mut Conflict,
    clash: &Clash,
) -> Result<(), ServiceError> {
    let mut own = clash.current.clone();
    own.retain(|name, _| name != DELETED && is_own(cause, row, name));
    if clash.stands == Side::Current && !own.is_empty() {
        let mut values = conflict.current.values.clone();
        values.extend(own.clone());
        conflict.current = Claim {
            values,
            ..standing_claim(db, row, own)?
        };
    }
    Ok(())
}

/// Keeps what stood and no side of the conflict says: in coupled fields that it had not touched so far, before they are
/// written over; and that a record lives, even where its author wants it deleted now, because others have worked on it.
fn keep_standing(
    db: &mut Db,
    cause: &Cause<'_>,
    row: &StoredRow,
    conflict: &mut Conflict,
    stood: &Fields,
) -> Result<(), ServiceError> {
    let claims: Vec<&Claim> = [&conflict.current, &conflict.incoming]
        .into_iter()
        .chain(&conflict.also)
        .collect();
    let is_kept =
        |name: &str, value: &Value| claims.iter().any(|claim| claim.values.get(name) == Some(value));
    let unkept = stood.iter().filter(|(name, value)| {
        (name.as_str() == DELETED || !is_own(cause, row, name)) && !is_kept(name, value)
    });
    let (beside, joining): (Vec<_>, Vec<_>) = unkept
        .map(|(name, value)| (name.clone(), value.clone()))
        .partition(|(name, _)| conflict.current.values.contains_key(name));
    conflict.current.values.extend(joining);
    if !beside.is_empty() {
        conflict
            .also
            .push(standing_claim(db, row, beside.into_iter().collect())?);
    }
    Ok(())
}

/// Whether the author wrote this field last.
fn is_own(cause: &Cause<'_>, row: &StoredRow, name: &str) -> bool {
    row.stamps
        .get(name)
        .is_some_and(|stamp| stamp.stream == cause.author.stream)
}

/// What an author said of a row without a clash.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// What changed the row, with the values that came to stand.
    pub stood: Fields,
    /// What the row said already.
    pub said: Fields,
}

/// Follows what was said of `row` without a clash, where `before` stood: a side whose author went on gets the later value,
/// and a conflict whose sides became equal closes by itself.
///
/// # Errors
/// The database is gone.
pub fn follow(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    before: &StoredRow,
    row: &StoredRow,
    words: Words,
    touched: &[String],
) -> Result<(), ServiceError> {
    let Words { stood, said } = words;
    for (id, group) in conflicts::open_of(tx.db(), row.id)? {
        if touched.contains(&group) {
            continue;
        }
        let spec = row.kind.spec();
        let of_group = |fields: &Fields| -> Fields {
            fields
                .iter()
                .filter(|(name, _)| spec.group(name) == group)
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        };
        let (stood, said) = (of_group(&stood), of_group(&said));
        if stood.is_empty() && said.is_empty() {
            continue;
        }
        let (known, mut conflict) = load(tx.db(), id)?;
        if stood.is_empty() {
            // Nothing moved, but one of those who disagreed now says what the row says.
            let Some(side) = claims_of(&mut conflict).find(|one| one.stream == cause.author.stream) else {
                continue;
            };
            *side = later(side, claim(cause, said));
        } else {
            // Whichever side went on, its word is what the row now holds.
            let in_current = conflict.incoming.stream != cause.author.stream
                && (conflict.current.stream == cause.author.stream || conflict.stands == Side::Current);
            let side = if in_current {
                conflict.stands = Side::Current;
                &mut conflict.current
            } else {
                conflict.stands = Side::Incoming;
                &mut conflict.incoming
            };
            let word: Fields = stood.into_iter().chain(said).collect();
            let undecided = untouched(side, cause, &word, before);
            *side = later(side, claim(cause, word.clone()));
            conflict.also.extend(undecided);
            // Their earlier word on it, kept beside, is not theirs any more.
            for own in conflict
                .also
                .iter_mut()
                .filter(|one| one.stream == cause.author.stream)
            {
                own.values.retain(|name, _| !word.contains_key(name));
            }
            conflict.also.retain(|one| !one.values.is_empty());
        }
        if settle(&mut conflict) {
            conflict.status = ConflictStatus::Resolved;
            conflict.resolution = Some(Resolution {
                choice: Choice::Equal,
                values: conflict.current.values.clone(),
                before: conflict.current.values.clone(),
                user_id: None,
                at: cause.now,
            });
        }
        put(
            tx,
            &cause.effect(),
            id,
            Some(&known),
            Become::Record(conflict.into(), Fields::new()),
        )?;
    }
    Ok(())
}

/// What somebody else's side says and did not stand: whoever writes over what stood has not decided about that.
fn untouched(side: &Claim, cause: &Cause<'_>, word: &Fields, before: &StoredRow) -> Option<Claim> {
    if side.stream == cause.author.stream {
        return None;
    }
    let stood = |name: &String| before.body.get(name).unwrap_or(&Value::Null);
    part(side, |name, value| {
        word.contains_key(name) && stood(name) != value
    })
}

fn claims_of(conflict: &mut Conflict) -> impl Iterator<Item = &mut Claim> {
    [&mut conflict.current, &mut conflict.incoming]
        .into_iter()
        .chain(&mut conflict.also)
}

/// The same author's claim with what they said later.
fn later(earlier: &Claim, word: Claim) -> Claim {
    let values = earlier.values.clone().into_iter().chain(word.values).collect();
    Claim { values, ..word }
}

/// Takes out of a conflict whoever has come to agree with what the other side says. Returns whether nobody is left who
/// disagrees.
fn settle(conflict: &mut Conflict) -> bool {
    // A side that is silent about a coupled field does not dispute it.
    let agree = |one: &Claim, other: &Claim| {
        one.values
            .iter()
            .all(|(name, value)| other.values.get(name).is_none_or(|said| said == value))
    };
    let Conflict {
        current,
        incoming,
        also,
        ..
    } = conflict;
    also.retain(|one| !agree(one, current));
    while agree(incoming, current) {
        match also.pop() {
            Some(one) => *incoming = one,
            None => return true,
        }
    }
    false
}
