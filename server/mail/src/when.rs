//! Times as each language writes them, in the site's zone and always naming it: a reader in another office must
//! not have to guess.
use crate::mail::TimeSpan;
use chrono::{DateTime, Datelike, Offset, Utc};
use chrono_tz::Tz;
use onsite_model::language::Language;

const WEEKDAYS_ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/// `2026年11月23日（周一）14:00–16:00（北京时间，UTC+8）` or
/// `Mon 23 Nov 2026, 14:00–16:00 (Asia/Shanghai, UTC+8)`; a span over midnight names both days.
pub(crate) fn span(span: &TimeSpan, language: Language) -> String {
    let start = span.starts_at.with_timezone(&span.time_zone);
    let end = span.ends_at.with_timezone(&span.time_zone);
    let from = day_and_time(&start, language);
    let zone = zone(&start, Some(&end), language);
    if start.date_naive() == end.date_naive() {
        format!("{from}–{}{zone}", end.format("%H:%M"))
    } else {
        format!(
            "{from}{}{}{zone}",
            language.pick(" – ", " 至 "),
            day_and_time(&end, language)
        )
    }
}

/// One moment with its zone.
pub(crate) fn moment(at: DateTime<Utc>, time_zone: Tz, language: Language) -> String {
    let at = at.with_timezone(&time_zone);
    format!("{}{}", day_and_time(&at, language), zone(&at, None, language))
}

/// The local day, for a subject line: `2026年11月23日（周一）`, `Mon 23 Nov 2026`.
pub(crate) fn day(at: DateTime<Utc>, time_zone: Tz, language: Language) -> String {
    local_day(&at.with_timezone(&time_zone), language)
}

fn day_and_time(at: &DateTime<Tz>, language: Language) -> String {
    format!(
        "{}{}{}",
        local_day(at, language),
        language.pick(", ", ""),
        at.format("%H:%M")
    )
}

fn local_day(at: &DateTime<Tz>, language: Language) -> String {
    match language {
        Language::En => at.format("%a %-d %b %Y").to_string(),
        Language::ZhCn => {
            let weekday = WEEKDAYS_ZH[at.weekday().num_days_from_monday() as usize];
            format!("{}（{weekday}）", at.format("%Y年%-m月%-d日"))
        }
    }
}

/// `UTC+8`, `UTC-3:30`.
fn offset(at: &DateTime<Tz>) -> String {
    let seconds = at.offset().fix().local_minus_utc();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    match (minutes / 60, minutes % 60) {
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// The zone in brackets. A span across a clock change shows both offsets, or 01:30–02:30 could be one hour or two.
fn zone(start: &DateTime<Tz>, end: Option<&DateTime<Tz>>, language: Language) -> String {
    let mut offsets = offset(start);
    if let Some(end) = end.map(offset).filter(|end| *end != offsets) {
        offsets = format!("{offsets}{}{end}", language.pick(" to ", " 至 "));
    }
    match (language, start.timezone()) {
        (_, Tz::UTC | Tz::Etc__UTC) => language.pick(" (UTC)", "（UTC）").to_owned(),
        (Language::En, zone) => format!(" ({}, {offsets})", zone.name()),
        // Nobody in China calls the zone by its IANA name.
        (Language::ZhCn, Tz::Asia__Shanghai) => format!("（北京时间，{offsets}）"),
        (Language::ZhCn, zone) => format!("（{}，{offsets}）", zone.name()),
    }
}
