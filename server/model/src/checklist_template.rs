//! ChecklistTemplate: what is checked on one kind of device. A version is a row of its own and never changes
//! after it was published, so that every answer stays pinned to the question it answered.
use crate::asset::AssetKind;
use crate::bucket::Bucket;
use crate::entity::{Entity, Home};
use crate::inspection_answer::Outcome;
use crate::invalid::{Invalid, required};
use crate::language::Bilingual;
use crate::listing::{Column, Listed, Listing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use sync_protocol::policy::Policy::Append;
use uuid::Uuid;

entity! {
    /// One version of a checklist.
    ChecklistTemplate = "checklist_template" {
        /// The same in all versions of this checklist.
        family_id: Uuid => Append;
        /// 1, 2, 3 … within the family.
        version: u32 => Append;
        name: Bilingual => Append;
        asset_kind: AssetKind => Append;
        sections: Vec<Section> => Append;
    }
}

/// A group of items under one heading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub title: Bilingual,
    pub items: Vec<Item>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Unique in the template; stays the same from version to version.
    pub key: String,
    pub label: Bilingual,
    pub answer: AnswerType,
    /// A device isn't finished before it is answered.
    #[serde(default)]
    pub required: bool,
    /// Unit of a reading, such as `%` or `V`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// A reading below this is flagged, in `unit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// A reading above this is flagged, in `unit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// A device that fails it is not fit for use: the client is told on the spot.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub critical: bool,
    /// What to look at and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guidance: Option<Bilingual>,
    /// A picture of what to look at: JPEG, base64, at most 40 000 characters, so that it is there without a network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// It is asked only where this holds; without it, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<Condition>,
}

/// What another item must have been answered for an item to be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Key of an item that stands before it.
    pub item: String,
    /// One of these.
    pub outcomes: Vec<Outcome>,
}

/// Most characters of one picture.
const PICTURE: usize = 40_000;

/// Most characters of all pictures of a template: a phone holds every template.
const PICTURES: usize = 240_000;

words! {
    /// What an item is answered with.
    AnswerType {
        /// Pass, flag or fail.
        Check = "check";
        /// Pass, flag or fail with a reading.
        Reading = "reading";
        /// Pass, flag or fail with words.
        Text = "text";
    }
}

impl ChecklistTemplate {
    /// The item of this key, with its section.
    pub fn item(&self, key: &str) -> Option<(&Section, &Item)> {
        self.sections.iter().find_map(|section| {
            section
                .items
                .iter()
                .find(|item| item.key == key)
                .map(|item| (section, item))
        })
    }
}

impl Entity for ChecklistTemplate {
    fn home(&self, _id: Uuid) -> Home {
        Home::In(Bucket::Catalogue)
    }

    fn validate(&self) -> Result<(), Invalid> {
        required("name", self.name.get(crate::language::Language::ZhCn))?;
        if self.version == 0 {
            return Err(Invalid::new("version", "counts from 1"));
        }
        let items: Vec<&Item> = self.sections.iter().flat_map(|section| &section.items).collect();
        if items.is_empty() || items.len() > 500 {
            return Err(Invalid::new("sections", "1 to 500 items in all"));
        }
        let keys: BTreeSet<&str> = items.iter().map(|item| item.key.as_str()).collect();
        if keys.len() != items.len() {
            return Err(Invalid::new("sections", "every item needs a key of its own"));
        }
        for item in &items {
            let limits = (item.low, item.high);
            if matches!(limits, (Some(low), Some(high)) if low > high) {
                return Err(Invalid::new(
                    "sections",
                    "a low limit must not be above the high one",
                ));
            }
        }
        pictures(&items)?;
        conditions(&items)?;
        keys.iter().try_for_each(|key| required("sections", key))
    }
}

impl Listed for ChecklistTemplate {
    const LISTING: Listing = Listing {
        columns: &[
            Column::text("name", "Name", "名称"),
            Column::word("asset_kind", AssetKind::NAMES, "Type of asset", "资产类型")
                .sorted()
                .equal("asset_kind"),
            Column::number("version", "Version", "版本")
                .sorted()
                .equal("version"),
            Column::key("family_id", "Checklist", "检查表").equal("family"),
        ],
        related: &[],
        searched: true,
        through: &[],
    };

    fn texts(&self) -> Vec<&str> {
        vec![&self.name.en, &self.name.zh_cn]
    }
}

fn pictures(items: &[&Item]) -> Result<(), Invalid> {
    let base64 = |sign: u8| sign.is_ascii_alphanumeric() || b"+/=".contains(&sign);
    let mut whole = 0;
    for picture in items.iter().filter_map(|item| item.picture.as_ref()) {
        // Every JPEG begins with the bytes FF D8 FF.
        if !picture.starts_with("/9j/") || !picture.bytes().all(base64) {
            return Err(Invalid::new("sections", "a picture is a JPEG in base64"));
        }
        whole += picture.len();
        if picture.len() > PICTURE || whole > PICTURES {
            let detail = format!("pictures have at most {PICTURE} characters each, {PICTURES} together");
            return Err(Invalid::new("sections", detail));
        }
    }
    Ok(())
}

/// Conditions look back, so that none waits for itself and a phone asks from top to bottom.
fn conditions(items: &[&Item]) -> Result<(), Invalid> {
    let mut before = BTreeSet::new();
    for item in items {
        if let Some(condition) = &item.only_if {
            if !before.contains(condition.item.as_str()) {
                return Err(Invalid::new(
                    "sections",
                    "a condition names an item that stands before",
                ));
            }
            if condition.outcomes.is_empty() {
                return Err(Invalid::new("sections", "a condition names at least one outcome"));
            }
        }
        before.insert(item.key.as_str());
    }
    Ok(())
}

#[cfg(test)]
#[path = "checklist_template_test.rs"]
mod tests;
