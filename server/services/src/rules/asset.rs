//! Asset tags: the first claim holds. From a phone the other asset is kept too and a dispatcher decides.
use super::Note;
use crate::apply::Refusal;
use crate::author::{Cause, Origin};
use crate::error::ServiceError;
use onsite_model::asset::Asset;
use onsite_model::conflict::ConflictKind;
use onsite_store::{Tx, assets};
use serde_json::{Value, json};
use sync_protocol::Fields;
use sync_protocol::codes::ErrorCode;
use sync_protocol::merge::{Clash, Side};
use uuid::Uuid;

pub(super) fn before(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    id: Uuid,
    old: Option<&Asset>,
    asset: &mut Asset,
) -> Result<Vec<Note>, Refusal> {
    let old_tag = old.and_then(|old| old.tag.clone());
    let Some(claimed) = asset.tag.clone().filter(|tag| Some(tag) != old_tag.as_ref()) else {
        return Ok(Vec::new());
    };
    let Some(holder) = assets::with_tag(tx.db(), &claimed)?.filter(|holder| *holder != id) else {
        asset.claimed_tag = None;
        return Ok(Vec::new());
    };
    if cause.author.origin == Origin::Office {
        let error = ServiceError::new(ErrorCode::Taken, format!("the tag {claimed} is on another asset"));
        return Err(error.field("tag").into());
    }
    asset.tag.clone_from(&old_tag);
    asset.claimed_tag = Some(claimed.clone());
    let value = |tag: Value| Fields::from_iter([("tag".to_owned(), tag)]);
    Ok(vec![Note {
        kind: ConflictKind::DuplicateTag,
        clash: Clash::plain("tag", value(json!(old_tag)), value(json!(claimed)), Side::Current),
        other_row: Some(holder),
    }])
}
