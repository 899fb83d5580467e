//! Which fields of one asset an import writes.
//!
//! A field is written only if nobody has set it, if the last to set it was this source's import, or if it holds
//! again what that import gave; from a list of ours, if nobody has set it since the list was made. Everything else is
//! kept and reported.
use super::draft::{Draft, Source};
use super::known::KnownAsset;
use super::place::Place;
use super::problem::{Problem, Reason};
use super::report::{Change, Kept, Why};
use super::text::{line, paragraph};
use onsite_model::asset::{AssetKind, AssetStatus};
use onsite_model::entity::EntityKind;
use serde_json::Value;
use std::collections::BTreeSet;
use sync_protocol::Fields;
use sync_protocol::operation::MAX_OPERATION_BYTES;

/// The fields by which a source finds an asset again.
const CLAIM: [&str; 2] = ["source", "source_key"];

/// What changes of an asset of ours, and what stays although the file says otherwise.
#[derive(Debug, Default)]
pub(super) struct Update {
    pub set: Fields,
    pub changes: Vec<Change>,
    pub kept: Vec<Kept>,
}

/// The fields of an asset of ours that change.
///
/// `seen` is the version up to which whoever changed a list of ours has seen the asset.
pub(super) fn update(
    draft: &Draft,
    known: &KnownAsset,
    place: &Place,
    seen: Option<u64>,
) -> Result<Update, Problem> {
    let standing = known.asset.details.as_ref();
    let newest = standing
        .and_then(|details| details.pointer("/agent/inventoried_at"))
        .and_then(Value::as_str);
    if let (Some(newest), Some(as_of)) = (newest, &draft.as_of)
        && newest > as_of.as_str()
    {
        let than = newest.to_owned();
        return Err(Problem::new(Reason::Older { than }));
    }
    let mut wanted = said(draft, place);
    if draft.details.whole || !draft.details.said.is_empty() {
        wanted.insert("details".to_owned(), details(standing, draft));
    }
    let source = known.asset.source.as_deref();
    if source.is_some_and(|source| source != draft.source.name()) {
        wanted.retain(|field, _| !CLAIM.contains(&field.as_str()));
    }
    let mut update = Update::default();
    for (field, value) in wanted {
        let now = known.row.body.get(&field).unwrap_or(&Value::Null);
        if *now == value || cleaned(&field, now).as_ref() == Some(&value) {
            continue;
        }
        match stays(draft, known, &field, now, &value, seen) {
            Some(why) => update.kept.push(Kept {
                field,
                value: shown(now),
                file_says: shown(&value),
                why,
            }),
            None => {
                update.changes.extend(changes(&field, now, &value));
                update.set.insert(field, value);
            }
        }
    }
    // That this source knows the asset too is worth no write of its own.
    if update.set.keys().all(|field| CLAIM.contains(&field.as_str())) {
        update.set.clear();
        update.changes.clear();
    }
    let mut body = known.row.body.clone();
    body.extend(update.set.clone());
    acceptable(draft, body)?;
    Ok(update)
}

/// A text as a file gives it back: without what reading one takes off.
fn cleaned(field: &str, now: &Value) -> Option<Value> {
    let clean = if field == "notes" { paragraph } else { line };
    now.as_str().and_then(clean).map(Value::String)
}

/// What the draft says of the asset's fields, but for its details.
fn said(draft: &Draft, place: &Place) -> Fields {
    let mut fields = draft.fields.clone();
    let mut set = |field: &str, value: String| fields.insert(field.to_owned(), Value::String(value));
    set("site_id", place.site.to_string());
    // A row of a record of ours is known by that, and by nothing a list says.
    if draft.record.is_none() {
        set("source", draft.source.name().to_owned());
        set("source_key", draft.key.clone());
    }
    fields
}

/// A new asset.
pub(super) fn creation(draft: &Draft, place: &Place) -> Result<Fields, Problem> {
    let mut fields = said(draft, place);
    fields.insert("details".to_owned(), details(None, draft));
    let kind = || Value::String(AssetKind::Other.name().to_owned());
    fields.entry("kind".to_owned()).or_insert_with(kind);
    fields.retain(|_, value| !value.is_null());
    acceptable(draft, fields.clone())?;
    Ok(fields)
}

/// The details with the draft's sections in place of those it owns; `null` where none are left.
fn details(standing: Option<&Value>, draft: &Draft) -> Value {
    let mut sections = standing.and_then(Value::as_object).cloned().unwrap_or_default();
    if draft.details.whole {
        sections.retain(|name, _| !draft.details.owned.contains(&name.as_str()));
    }
    for (name, said) in &draft.details.said {
        match (sections.get_mut(name), said) {
            (Some(Value::Object(section)), Value::Object(said)) if !draft.details.whole => {
                section.extend(said.clone());
            }
            _ => {
                sections.insert(name.clone(), said.clone());
            }
        }
    }
    if sections.is_empty() {
        return Value::Null;
    }
    Value::Object(sections)
}

/// The rules the model checks a single row against, told in the file's words.
fn acceptable(draft: &Draft, mut body: Fields) -> Result<(), Problem> {
    body.retain(|_, value| !value.is_null());
    let size = body.get("details").map_or(0, |details| details.to_string().len());
    if size > MAX_OPERATION_BYTES {
        let most = format!("{} KiB", MAX_OPERATION_BYTES / 1024);
        return Err(Problem::new(Reason::TooLarge { most }).column("details"));
    }
    let checked = EntityKind::Asset
        .decode(&body)
        .and_then(|record| record.validate());
    checked.map_err(|invalid| {
        let value = draft.text(&invalid.field).unwrap_or_default().to_owned();
        Problem::new(Reason::Refused(invalid.message))
            .column(draft.column(&invalid.field))
            .value(value)
    })
}

/// Why a field must be left as it is, if it must.
fn stays(
    draft: &Draft,
    known: &KnownAsset,
    field: &str,
    now: &Value,
    wanted: &Value,
    seen: Option<u64>,
) -> Option<Why> {
    let legal = |(from, to)| AssetStatus::legal(from, to);
    if field == "status" && !now.as_str().zip(wanted.as_str()).is_some_and(legal) {
        return Some(Why::IllegalStep);
    }
    let stamp = known.row.stamps.get(field)?;
    let writer = Source::of_stream(stamp.stream);
    if let Some(seen) = seen {
        // Whoever changed our list saw what stood in it, and nothing newer.
        let newer = stamp.version > seen;
        return newer.then(|| writer.map_or(Why::ByHand, Why::By));
    }
    let source = draft.source;
    // Each source has sections of its own in the details.
    if writer == Some(source) || (field == "details" && writer.is_some()) {
        return None;
    }
    if known.given(source, field) == Some(now) {
        return None;
    }
    Some(writer.map_or(Why::ByHand, Why::By))
}

/// What the report says of a field that changes.
fn changes(field: &str, now: &Value, value: &Value) -> Vec<Change> {
    if field != "details" {
        return vec![Change {
            field: field.to_owned(),
            from: now.clone(),
            to: value.clone(),
        }];
    }
    let names: BTreeSet<&String> = [now, value]
        .into_iter()
        .filter_map(Value::as_object)
        .flat_map(|sections| sections.keys())
        .collect();
    names
        .into_iter()
        .filter(|name| now.get(name.as_str()) != value.get(name.as_str()))
        .map(|name| Change {
            field: format!("details.{name}"),
            from: Value::Null,
            to: Value::Null,
        })
        .collect()
}

/// Details are too long for a report.
fn shown(value: &Value) -> Value {
    if value.is_object() {
        Value::Null
    } else {
        value.clone()
    }
}
