//! What stands in single cells: dates as spreadsheets write them, months, and the free words for a status.
use crate::import::text::words_of;
use chrono::{Datelike, NaiveDate};
use onsite_model::asset::AssetStatus;

/// Dates: ISO (also with a time, slashes or 年月日), US month/day/year with two or four digits, German
/// day.month.year, and the `Mon Jan 23, 2023` of the web tables. Day/month/year is not guessed at: read wrongly,
/// half of all dates would be false and none would say so.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    const FORMATS: &[&str] = &[
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y年%m月%d日",
        "%d.%m.%Y",
        "%b %d, %Y",
        "%d %b %Y",
        "%Y%m%d",
    ];
    let text = without_weekday(text.trim());
    let by_any = |text: &str| {
        // A year out of reason is a format that did not fit: 1/2/23 is no day of the year 1.
        let plausible = |day: &NaiveDate| (1970..2100).contains(&day.year());
        FORMATS
            .iter()
            .filter_map(|format| NaiveDate::parse_from_str(text, format).ok())
            .find(plausible)
            .or_else(|| us(text).filter(plausible))
    };
    by_any(text).or_else(|| text.split_once([' ', 'T']).and_then(|(day, _time)| by_any(day)))
}

fn us(text: &str) -> Option<NaiveDate> {
    let year = text.rsplit('/').next()?;
    let format = if year.len() == 2 { "%m/%d/%y" } else { "%m/%d/%Y" };
    NaiveDate::parse_from_str(text, format).ok()
}

fn without_weekday(text: &str) -> &str {
    const DAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    match text.split_once(' ') {
        Some((day, rest)) if DAYS.contains(&day.trim_end_matches(',').to_lowercase().as_str()) => rest,
        _ => text,
    }
}

/// A number of months, with or without the word for them. More than a century is a typing error.
pub(super) fn months(text: &str) -> Option<u32> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let unit = words_of(&text[digits.len()..]);
    let unit = unit.first().map_or("", String::as_str);
    let known =
        unit.is_empty() || unit.starts_with("month") || unit == "mo" || unit == "个月" || unit == "月";
    digits.parse().ok().filter(|months| known && *months <= 1200)
}

/// A whole number, also as spreadsheet programs write one with decimals.
pub(super) fn whole_number(text: &str) -> Option<i64> {
    let whole = match text.split_once('.') {
        Some((whole, rest)) if rest.bytes().all(|digit| digit == b'0') => whole,
        _ => text,
    };
    whole.parse().ok()
}

/// The status a label of their own making means. `None` where its words say nothing we know.
pub(super) fn status(label: &str, checked_out: bool) -> Option<AssetStatus> {
    let words = words_of(label);
    let says = |latin: &[&str], chinese: &[&str]| {
        latin.iter().any(|phrase| {
            let parts: Vec<&str> = phrase.split(' ').collect();
            words
                .windows(parts.len())
                .any(|window| window.iter().zip(&parts).all(|(have, want)| have == want))
        }) || chinese.iter().any(|word| label.contains(word))
    };
    if says(&["lost", "stolen", "missing"], &["丢失", "遗失", "被盗"]) {
        return Some(AssetStatus::Missing);
    }
    if says(
        &[
            "archived",
            "retired",
            "disposed",
            "scrapped",
            "decommissioned",
            "end of life",
            "sold",
            "recycled",
        ],
        &["报废", "归档", "已存档", "退役", "停用", "处置"],
    ) {
        return Some(AssetStatus::Retired);
    }
    if says(
        &[
            "broken",
            "repair",
            "repairs",
            "diagnostics",
            "undeployable",
            "faulty",
            "defective",
            "rma",
            "maintenance",
        ],
        &["维修", "故障", "损坏", "不可部署", "不可分配", "诊断"],
    ) {
        return Some(AssetStatus::InRepair);
    }
    if checked_out
        || says(
            &["deployed", "in use", "in service", "in production", "active"],
            &["使用", "在用", "已部署", "已分配"],
        )
    {
        return Some(AssetStatus::InService);
    }
    if says(
        &[
            "deployable",
            "ready",
            "spare",
            "stock",
            "storage",
            "available",
            "pending",
            "new",
        ],
        &["备用", "库存", "闲置", "可部署", "可分配", "待处理", "待部署"],
    ) {
        return Some(AssetStatus::Spare);
    }
    None
}
