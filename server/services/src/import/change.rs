//! Which fields of one asset an import writes.
//!
//! A field is written only if nobody has set it, if the last to set it was this source's import, or if it holds
//! again what that import gave. Everything else is kept and reported.
use super::draft::{Draft, Source};
use super::known::KnownAsset;
use super::place::Place;
use super::problem::{Problem, Reason};
use super::report::{Change, Kept, Why};
use onsite_model::asset::{AssetKind, AssetStatus};
use onsite_model::entity::EntityKind;
use serde_json::Value;
use std::collections::BTreeSet;
use sync_protocol::Fields;
use sync_protocol::operation::MAX_OPERATION_BYTES;

/// What changes of an asset of ours, and what stays although the file says otherwise.
#[derive(Debug, Default)]
pub(super) struct Update {
    pub set: Fields,
    pub changes: Vec<Change>,
    pub kept: Vec<Kept>,
}

/// The fields of an asset of ours that change.
pub(super) fn update(draft: &Draft, known: &KnownAsset, place: &Place) -> Result<Update, Problem> {
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
    wanted.insert("details".to_owned(), details(standing, draft));
    let source = known.asset.source.as_deref();
    if source.is_some_and(|source| source != draft.source.name()) {
        wanted.remove("source");
        wanted.remove("source_key");
    }
    let mut update = Update::default();
    for (field, value) in wanted {
        let now = known.row.body.get(&field).unwrap_or(&Value::Null);
        if *now == value {
            continue;
        }
        match stays(draft.source, known, &field, now, &value) {
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
    let mut body = known.row.body.clone();
    body.extend(update.set.clone());
    acceptable(draft, body)?;
    Ok(update)
}

/// What the draft says of the asset's fields, but for its details.
fn said(draft: &Draft, place: &Place) -> Fields {
    let mut fields = draft.fields.clone();
    let mut set = |field: &str, value: String| fields.insert(field.to_owned(), Value::String(value));
    set("site_id", place.site.to_string());
    set("source", draft.source.name().to_owned());
    set("source_key", draft.key.clone());
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
fn stays(source: Source, known: &KnownAsset, field: &str, now: &Value, wanted: &Value) -> Option<Why> {
    let legal = |(from, to)| AssetStatus::legal(from, to);
    if field == "status" && !now.as_str().zip(wanted.as_str()).is_some_and(legal) {
        return Some(Why::IllegalStep);
    }
    let stamp = known.row.stamps.get(field)?;
    let writer = Source::of_stream(stamp.stream);
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
