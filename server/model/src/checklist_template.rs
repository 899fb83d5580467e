//! ChecklistTemplate: what is checked on one kind of device. A version is a row of its own and never changes
//! after it was published, so that every answer stays pinned to the question it answered.
use crate::asset::AssetKind;
use crate::bucket::Bucket;
use crate::entity::{Entity, Home};
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
}

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
