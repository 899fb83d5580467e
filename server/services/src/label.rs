//! Which labels somebody wants printed: those of assets, or of tags that are still to be given out.
use crate::author::Author;
use crate::error::ServiceError;
use crate::house::House;
use crate::{load, record};
use onsite_documents::Label;
use onsite_model::asset::Asset;
use onsite_model::client::Client;
use onsite_model::entity::{EntityKind, decode};
use onsite_model::invalid::line;
use onsite_model::label::MAX_ADDRESS;
use onsite_model::site::Site;
use onsite_store::{Db, assets};
use schemars::JsonSchema;
use serde::Deserialize;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// Most labels of one file.
pub const MAX_LABELS: usize = 1000;

/// Tags one behind the other.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Tags {
    /// Such as `OS-`.
    pub prefix: String,
    /// Digits of the number, filled up with zeros; 1 to 12.
    pub width: u32,
    /// First number, inclusive.
    pub first: u64,
    /// Last number, inclusive.
    pub last: u64,
}

/// The labels of assets, then those of tags, each with what is known of its device.
///
/// # Errors
/// An asset is not there for the author or has no tag, a range is none, there are too many or none at all, or the
/// server's address is too long for a QR code.
pub fn wanted(
    db: &mut Db,
    author: &Author,
    house: &House,
    asset_ids: &[Uuid],
    ranges: &[Tags],
) -> Result<Vec<Label>, ServiceError> {
    let invalid = |field: &str, detail: String| ServiceError::new(ErrorCode::Invalid, detail).field(field);
    let mut count = asset_ids.len() as u64;
    for range in ranges {
        line("ranges", &range.prefix)?;
        if !(1..=12).contains(&range.width) || range.first > range.last {
            let detail = "1 to 12 digits, and a last number not below the first".to_owned();
            return Err(invalid("ranges", detail));
        }
        count = count.saturating_add((range.last - range.first).saturating_add(1));
    }
    if count == 0 || count > MAX_LABELS as u64 {
        return Err(invalid("ranges", format!("1 to {MAX_LABELS} labels at a time")));
    }
    let mut labels = Vec::with_capacity(count as usize);
    for id in asset_ids {
        let row = record::get(db, author, EntityKind::Asset, *id)
            .map_err(|_| invalid("asset_ids", format!("there is no asset {id}")))?;
        let asset: Asset = decode(&row.body)?;
        let Some(tag) = asset.tag.clone() else {
            return Err(invalid("asset_ids", format!("{} has no tag yet", asset.name)));
        };
        labels.push(of_asset(db, house, tag, &asset)?);
    }
    for range in ranges {
        for number in range.first..=range.last {
            let tag = format!("{}{number:0width$}", range.prefix, width = range.width as usize);
            let known = match assets::with_tag(db, &tag)? {
                Some(id) => record::get(db, author, EntityKind::Asset, id).ok(),
                None => None,
            };
            labels.push(match known {
                Some(row) => of_asset(db, house, tag, &decode(&row.body)?)?,
                None => label(house, tag, String::new(), house.provider.name.clone()),
            });
        }
    }
    match labels.iter().find(|label| label.url.len() > MAX_ADDRESS) {
        Some(label) => {
            let detail = format!(
                "{} is longer than the {MAX_ADDRESS} bytes a QR code of this size holds; use a shorter public_url or tag",
                label.url
            );
            Err(ServiceError::new(ErrorCode::Invalid, detail))
        }
        None => Ok(labels),
    }
}

fn of_asset(db: &mut Db, house: &House, tag: String, asset: &Asset) -> Result<Label, ServiceError> {
    let site: Option<Site> = load::find(db, asset.site_id)?;
    let client: Option<Client> = match site {
        Some(site) => load::find(db, site.client_id)?,
        None => None,
    };
    let owner = client.map_or_else(|| house.provider.name.clone(), |client| client.name);
    Ok(label(house, tag, asset.name.clone(), owner))
}

fn label(house: &House, tag: String, name: String, owner: String) -> Label {
    let path = format!("/a/{}", encoded(&tag));
    Label {
        url: house.link(&path),
        tag,
        name,
        owner,
    }
}

/// A tag as a part of a path (RFC 3986).
fn encoded(tag: &str) -> String {
    let mut text = String::with_capacity(tag.len());
    for byte in tag.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
