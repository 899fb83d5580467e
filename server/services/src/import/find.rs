//! Which asset of ours a draft describes.
use super::draft::Draft;
use super::known::{Known, KnownAsset};
use super::text::same_name;
use uuid::Uuid;

/// How an asset was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// By its id, or by its key at the source: it is this asset.
    Key(Uuid),
    /// By serial number or label: it is this asset if it stands at the same client.
    Likeness(Uuid),
    /// It stood here once and was deleted.
    Deleted,
    /// The record it was made from is none of ours.
    Unknown,
    None,
}

/// Finds the asset of a draft: by the record it was made from; by key; else the only one with its serial number, or the
/// one that carries its label, as a technician counted it or another program reported it.
pub(super) fn find(known: &Known, draft: &Draft) -> Match {
    let natural = draft.asset_id();
    if let Some(record) = draft.record {
        if known.assets.contains_key(&record.id) {
            return Match::Key(record.id);
        }
        return match known.deleted.contains(&record.id) {
            true => Match::Deleted,
            false => Match::Unknown,
        };
    }
    if let Some(id) = known.by_key.get(&(draft.source, draft.key.clone())) {
        return Match::Key(*id);
    }
    if known.assets.contains_key(&natural) {
        return Match::Key(natural);
    }
    let by_serial = draft.text("serial").and_then(|serial| {
        let all = known.by_serial.get(serial)?;
        let alike: Vec<Uuid> = all
            .iter()
            .copied()
            .filter(|id| known.assets.get(id).is_some_and(|asset| may_be(draft, asset)))
            .collect();
        match alike.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    });
    let by_tag = || {
        let id = *known.by_tag.get(draft.text("tag")?)?;
        known
            .assets
            .get(&id)
            .is_some_and(|asset| may_be(draft, asset))
            .then_some(id)
    };
    match by_serial.or_else(by_tag) {
        Some(id) => Match::Likeness(id),
        None if known.deleted.contains(&natural) => Match::Deleted,
        None => Match::None,
    }
}

/// Whether nothing speaks against the asset being the draft's.
fn may_be(draft: &Draft, known: &KnownAsset) -> bool {
    let asset = &known.asset;
    let claimed = asset.source.as_deref() == Some(draft.source.name()) && !draft.source.knows_by_serial();
    let serials_differ = match (draft.text("serial"), asset.serial.as_deref()) {
        (Some(said), Some(has)) => same_name(said) != same_name(has),
        _ => false,
    };
    let machine = asset
        .details
        .as_ref()
        .and_then(|details| details.pointer("/agent/uuid"))
        .and_then(serde_json::Value::as_str);
    let machines_differ = match (draft.machine_id.as_deref(), machine) {
        (Some(said), Some(has)) => same_name(said) != same_name(has),
        _ => false,
    };
    !claimed && !serials_differ && !machines_differ
}

/// What two drafts of one file have in common if they describe one asset.
pub(super) fn identity(draft: &Draft) -> String {
    if let Some(record) = draft.record {
        return format!("record:{}", record.id);
    }
    match (draft.text("serial"), &draft.machine_id) {
        (Some(serial), machine) if draft.source.knows_by_serial() => {
            let machine = machine.as_deref().unwrap_or_default();
            format!("{} {}", same_name(serial), same_name(machine))
        }
        _ => draft.key.clone(),
    }
}
