//! Assets that turn out to be one.
use crate::app::App;
use crate::input::body::Body;
use crate::input::if_match::IfMatch;
use crate::input::once::Once;
use crate::input::path::Id;
use crate::permit::{Allowed, ResolveConflicts};
use crate::problem::Problem;
use crate::reply::Changed;
use crate::resource::Record;
use onsite_model::asset::Asset;
use onsite_services::asset;
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

/// The asset that a duplicate turned out to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "AssetMerge")]
pub struct Merge {
    /// The one that stays.
    into: Uuid,
}

pub async fn merge(
    who: Allowed<ResolveConflicts>,
    app: App,
    (Id(id), IfMatch(seen), once, Body(wanted)): (Id, IfMatch, Once, Body<Merge>),
) -> Result<Changed<Record<Asset>>, Problem> {
    let merged = app.once(&who, once, move |tx, cause| {
        let row = asset::merge(tx, cause, id, seen, wanted.into)?;
        Ok(Record::new(row, tx.clock().epoch))
    });
    Ok(Changed(merged.await?))
}
