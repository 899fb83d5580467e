//! Times in the zone of the site.
use super::SiteTime;
use chrono::{DateTime, TimeZone, Utc};
use onsite_model::language::Language;

fn at(month: u32, day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, month, day, hour, minute, 0).unwrap()
}

#[test]
fn a_visit_within_a_day_names_the_day_once() {
    let (start, end) = (at(3, 5, 1, 5), at(3, 5, 3, 42));
    let english = SiteTime::new("Asia/Shanghai", Language::En);
    assert_eq!(
        english.span(start, end),
        "Thu, 5 Mar 2026 09:05–11:42 · 2 h 37 min"
    );
    let chinese = SiteTime::new("Asia/Shanghai", Language::ZhCn);
    assert_eq!(
        chinese.span(start, end),
        "2026年3月5日 星期四 09:05–11:42 · 2小时37分钟"
    );
}

#[test]
fn a_visit_over_midnight_names_both_days() {
    let time = SiteTime::new("Asia/Shanghai", Language::En);
    let span = time.span(at(3, 5, 15, 0), at(3, 5, 17, 0));
    assert_eq!(span, "Thu, 5 Mar 2026 23:00 – Fri, 6 Mar 2026 01:00 · 2 h");
}

#[test]
fn an_end_before_the_start_claims_no_duration() {
    let time = SiteTime::new("Asia/Shanghai", Language::En);
    assert_eq!(
        time.span(at(3, 5, 3, 0), at(3, 5, 2, 0)),
        "Thu, 5 Mar 2026 11:00–10:00"
    );
}

#[test]
fn the_offset_follows_daylight_saving_and_half_hours() {
    let berlin = SiteTime::new("Europe/Berlin", Language::En);
    assert_eq!(berlin.zone_name(at(1, 5, 9, 0)), "Europe/Berlin, UTC+1");
    assert_eq!(berlin.moment(at(7, 6, 9, 0)), "Mon, 6 Jul 2026 11:00 (UTC+2)");
    let newfoundland = SiteTime::new("America/St_Johns", Language::En);
    assert_eq!(
        newfoundland.zone_name(at(1, 5, 9, 0)),
        "America/St_Johns, UTC-3:30"
    );
}

#[test]
fn an_unknown_zone_is_shown_in_utc_and_says_so() {
    let time = SiteTime::new("Mars/Olympus_Mons", Language::ZhCn);
    assert_eq!(time.zone_name(at(1, 5, 9, 0)), "UTC");
    assert_eq!(time.clock(at(1, 5, 9, 0)), "09:00");
}
