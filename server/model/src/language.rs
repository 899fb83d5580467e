//! The two languages everything user-facing exists in.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A contact's language or a user's preference; BCP 47 tags on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
pub enum Language {
    #[default]
    #[serde(rename = "en")]
    En,
    #[serde(rename = "zh-CN")]
    ZhCn,
}

impl Language {
    /// The tags of both.
    pub const TAGS: &'static [&'static str] = &["en", "zh-CN"];

    /// The text of this language out of a pair.
    pub fn pick<'a>(self, en: &'a str, zh_cn: &'a str) -> &'a str {
        match self {
            Language::En => en,
            Language::ZhCn => zh_cn,
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Language {
        match self {
            Language::En => Language::ZhCn,
            Language::ZhCn => Language::En,
        }
    }

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        self.pick("en", "zh-CN")
    }

    /// The language of a [`tag`](Language::tag); English where it is neither's.
    pub fn of_tag(tag: &str) -> Language {
        match tag == Language::ZhCn.tag() {
            true => Language::ZhCn,
            false => Language::En,
        }
    }
}

/// A text in both languages, as an office writes it once for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    pub en: String,
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
}

impl Bilingual {
    /// The text in `language`, or the other one where this one is empty.
    pub fn get(&self, language: Language) -> &str {
        let (first, second) = match language {
            Language::En => (&self.en, &self.zh_cn),
            Language::ZhCn => (&self.zh_cn, &self.en),
        };
        if first.is_empty() { second } else { first }
    }
}
