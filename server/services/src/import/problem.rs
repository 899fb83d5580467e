//! Why a row is not imported, in both languages.
use super::draft::Position;
use crate::export::shown;
use onsite_model::language::Language;
use serde::{Serialize, Serializer};

/// What is wrong with a row, where, and what stands there.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The column or field it is about.
    pub column: Option<String>,
    /// What stands there.
    pub value: Option<String>,
    pub reason: Reason,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// The file or record could not be read at all.
    Unreadable(String),
    TooLarge {
        most: String,
    },
    NotADate,
    NotANumber,
    /// Text of more characters than the field takes.
    TooLong {
        most: usize,
    },
    /// The row has more cells than the header.
    TooManyCells {
        header: usize,
        row: usize,
    },
    /// Nothing tells this asset from others.
    NoKey,
    NoClient,
    /// A list of ours names a client that is none of ours.
    UnknownClient,
    /// A list of ours names a site that the client does not have.
    UnknownSite {
        client: String,
    },
    /// A list of ours has a word that is none of a field's.
    NotOneOf {
        field: &'static str,
        words: &'static [&'static str],
    },
    /// It says that the row was made from a record, and there is none such, or says it as we never do.
    NoRecord,
    /// An inventory, and neither a choice for the import nor its agent's tag says whose machine it is.
    NoTarget,
    /// The client has several sites, or the name fits several.
    NoSite {
        client: String,
        sites: usize,
    },
    SeveralClients {
        found: usize,
    },
    /// The row it would belong to was deleted here.
    DeletedHere {
        noun: &'static str,
    },
    Duplicate {
        of: Position,
    },
    /// A newer inventory of the same machine was imported already.
    Older {
        than: String,
    },
    TagHeld {
        asset: String,
    },
    OtherClient {
        client: String,
    },
    /// A rule of the model or of the services refuses the value; in their words.
    Refused(String),
}

impl Problem {
    pub(crate) fn new(reason: Reason) -> Problem {
        Problem {
            column: None,
            value: None,
            reason,
        }
    }

    #[must_use]
    pub(crate) fn column(mut self, column: impl Into<String>) -> Problem {
        self.column = Some(column.into());
        self
    }

    #[must_use]
    pub(crate) fn value(mut self, value: impl Into<String>) -> Problem {
        self.value = Some(value.into());
        self
    }

    /// What is wrong, for a person.
    pub fn text(&self, language: Language) -> String {
        let said = self.reason.text(language);
        // An empty cell is told by its column alone.
        let value = self.value.as_ref().filter(|value| !value.is_empty());
        match (&self.column, value) {
            (Some(column), Some(value)) => format!("{column} “{}”: {said}", short(value)),
            (Some(column), None) => format!("{column}: {said}"),
            (None, Some(value)) => format!("“{}”: {said}", short(value)),
            (None, None) => said,
        }
    }
}

/// Enough of a long value to recognise it.
fn short(value: &str) -> String {
    const MOST: usize = 60;
    if value.chars().count() <= MOST {
        return value.to_owned();
    }
    let start: String = value.chars().take(MOST).collect();
    format!("{start}…")
}

impl Reason {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Unreadable(_) => "unreadable",
            Reason::TooLarge { .. } => "too_large",
            Reason::NotADate => "not_a_date",
            Reason::NotANumber => "not_a_number",
            Reason::TooLong { .. } => "too_long",
            Reason::TooManyCells { .. } => "too_many_cells",
            Reason::NoKey => "no_key",
            Reason::NoClient => "no_client",
            Reason::UnknownClient => "unknown_client",
            Reason::UnknownSite { .. } => "unknown_site",
            Reason::NotOneOf { .. } => "not_one_of",
            Reason::NoRecord => "no_record",
            Reason::NoTarget => "no_target",
            Reason::NoSite { .. } => "no_site",
            Reason::SeveralClients { .. } => "several_clients",
            Reason::DeletedHere { .. } => "deleted_here",
            Reason::Duplicate { .. } => "duplicate",
            Reason::Older { .. } => "older",
            Reason::TagHeld { .. } => "tag_held",
            Reason::OtherClient { .. } => "other_client",
            Reason::Refused(_) => "refused",
        }
    }

    /// The reason, for a person.
    pub fn text(&self, language: Language) -> String {
        let zh = language == Language::ZhCn;
        let pick = |en: &str, zh_cn: &str| language.pick(en, zh_cn).to_owned();
        match self {
            Reason::Unreadable(why) if zh => format!("无法读取：{why}"),
            Reason::Unreadable(why) => format!("can't be read: {why}"),
            Reason::TooLarge { most } if zh => format!("过大，最多 {most}"),
            Reason::TooLarge { most } => format!("too large, at most {most}"),
            Reason::NotADate => pick(
                "not a date; write 2024-03-15 or 3/15/24 (month first)",
                "不是日期；请写成 2024-03-15 或 3/15/24（月在前）",
            ),
            Reason::NotANumber => pick("not a whole number", "不是整数"),
            Reason::TooLong { most } if zh => format!("最多 {most} 个字符"),
            Reason::TooLong { most } => format!("at most {most} characters"),
            Reason::TooManyCells { header, row } if zh => {
                format!("该行有 {row} 列，表头只有 {header} 列；请检查引号")
            }
            Reason::TooManyCells { header, row } => {
                format!("this row has {row} cells, the header {header}; check the quotes")
            }
            Reason::NoKey => pick(
                "nothing tells it from other assets: neither tag nor id nor serial number",
                "无法与其他资产区分：没有标签、编号或序列号",
            ),
            Reason::NoClient => pick(
                "no client is named; fill in the company or choose a client for the import",
                "未写明客户；请填写公司，或为本次导入选择客户",
            ),
            Reason::UnknownClient => pick("there is no client of this name", "没有此名称的客户"),
            Reason::UnknownSite { client } if zh => format!("客户“{client}”没有此名称的站点"),
            Reason::UnknownSite { client } => format!("{client} has no site of this name"),
            Reason::NotOneOf { field, words } => {
                let words = words.iter().map(|word| shown(field, word, language));
                let words: Vec<String> = words.collect();
                language.pick("none of: ", "只能是：").to_owned() + &words.join(language.pick(", ", "、"))
            }
            Reason::NoRecord => pick(
                "leave this cell as it was exported, or empty for a new asset",
                "请保持此单元格与导出时一致；新资产请留空",
            ),
            Reason::NoTarget => pick(
                "an inventory names no client; choose client and site for the import, or give the agent the client's code as its tag",
                "清单中没有客户信息；请为本次导入选择客户和站点，或在采集代理的标签（tag）中填写客户代码",
            ),
            Reason::NoSite { client, sites } if zh => {
                format!("客户“{client}”有 {sites} 个站点，请指明是哪一个")
            }
            Reason::NoSite { client, sites } => format!("{client} has {sites} sites; say which one it is"),
            Reason::SeveralClients { found } if zh => format!("有 {found} 个客户使用此名称"),
            Reason::SeveralClients { found } => format!("{found} clients go by this name"),
            Reason::DeletedHere { noun } if zh => format!("该{}已在本系统中删除", noun_zh(noun)),
            Reason::DeletedHere { noun } => format!("this {noun} was deleted here"),
            Reason::Duplicate { of } if zh => format!("与 {} 第 {} 行重复", of.file, of.row),
            Reason::Duplicate { of } => format!("the same asset as {}, row {}", of.file, of.row),
            Reason::Older { than } if zh => format!("已导入 {than} 的较新清单"),
            Reason::Older { than } => format!("a newer inventory, of {than}, has been imported"),
            Reason::TagHeld { asset } if zh => format!("标签已属于“{asset}”"),
            Reason::TagHeld { asset } => format!("the tag is on “{asset}” already"),
            Reason::OtherClient { client } if zh => format!("该资产在本系统中属于客户“{client}”"),
            Reason::OtherClient { client } => format!("here this asset belongs to the client “{client}”"),
            Reason::Refused(why) => why.clone(),
        }
    }
}

fn noun_zh(noun: &str) -> &'static str {
    match noun {
        "client" => "客户",
        "site" => "站点",
        _ => "资产",
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            code: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            column: &'a Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            value: &'a Option<String>,
            en: String,
            #[serde(rename = "zh-CN")]
            zh_cn: String,
        }
        Wire {
            code: self.reason.code(),
            column: &self.column,
            value: &self.value,
            en: self.reason.text(Language::En),
            zh_cn: self.reason.text(Language::ZhCn),
        }
        .serialize(serializer)
    }
}
