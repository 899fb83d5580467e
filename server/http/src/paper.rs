//! A service sheet as a page shows it: every field of the content that was hashed, with its times in words.
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use minijinja::value::Serde;
use minijinja::{Value, context};
use onsite_model::sheet_content::SheetContent;
use onsite_services::words::{severity, visit_kind};

/// What the template of a sheet is filled with.
pub(crate) fn paper(content: &SheetContent) -> Value {
    let zone: Tz = content.time_zone.parse().unwrap_or(Tz::UTC);
    let local = |at: DateTime<Utc>, form: &str| at.with_timezone(&zone).format(form).to_string();
    let (start, end) = (content.started_at, content.finished_at);
    let same_day = local(start, "%F") == local(end, "%F");
    let until = local(end, if same_day { "%H:%M" } else { "%F %H:%M" });
    let work: Vec<String> = content
        .work
        .iter()
        .map(|line| local(line.at, "%F %H:%M"))
        .collect();
    let severities: Vec<&str> = content
        .advice
        .iter()
        .map(|line| severity(line.severity, content.language))
        .collect();
    let total = |count: fn(&onsite_model::sheet_content::DeviceLine) -> u32| {
        content.devices.iter().map(count).sum::<u32>()
    };
    context! {
        sheet => Value::from(Serde(content)),
        visit_kind => visit_kind(content.visit_kind, content.language),
        service_time => format!("{} – {until} ({})", local(start, "%F %H:%M"), content.time_zone),
        work_times => work,
        severities,
        passed => total(|device| device.passed),
        flagged => total(|device| device.flagged),
        failed => total(|device| device.failed),
    }
}

/// The first digits of a checksum in groups, as a person compares them.
pub(crate) fn short(hash: &str) -> String {
    let digits: Vec<char> = hash.chars().take(16).collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}
