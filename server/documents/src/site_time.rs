//! Times as the people at the site read them on the wall.
use chrono::{DateTime, Datelike, Offset, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use onsite_model::language::Language;

/// A site's time zone and the language times are written in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SiteTime {
    zone: Tz,
    language: Language,
}

impl SiteTime {
    /// Times in the zone of that IANA name. A name nobody knows falls back to UTC, and since the zone is printed
    /// beside the service time, the document still tells the truth.
    pub(crate) fn new(zone: &str, language: Language) -> Self {
        Self {
            zone: zone.parse().unwrap_or(Tz::UTC),
            language,
        }
    }

    /// The day with its weekday.
    pub(crate) fn day(self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.zone);
        let weekday = weekday(local.weekday(), self.language);
        match self.language {
            Language::En => format!(
                "{weekday}, {} {} {}",
                local.day(),
                local.format("%b"),
                local.year()
            ),
            Language::ZhCn => format!("{}年{}月{}日 {weekday}", local.year(), local.month(), local.day()),
        }
    }

    /// Hour and minute.
    pub(crate) fn clock(self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%H:%M").to_string()
    }

    /// Day, hour, minute and the offset from UTC, enough to stand alone under a signature.
    pub(crate) fn moment(self, at: DateTime<Utc>) -> String {
        format!("{} {} ({})", self.day(at), self.clock(at), self.offset(at))
    }

    /// Start and end with the time between them; the day of the end only where it is another.
    pub(crate) fn span(self, start: DateTime<Utc>, end: DateTime<Utc>) -> String {
        let (from, to) = (self.day(start), self.day(end));
        let end_clock = self.clock(end);
        let mut text = if from == to {
            format!("{from} {}–{end_clock}", self.clock(start))
        } else {
            format!("{from} {} – {to} {end_clock}", self.clock(start))
        };
        let minutes = (end - start).num_minutes();
        if minutes > 0 {
            text.push_str(" · ");
            text.push_str(&duration(minutes, self.language));
        }
        text
    }

    /// The zone's name and its offset at that moment.
    pub(crate) fn zone_name(self, at: DateTime<Utc>) -> String {
        if self.zone == Tz::UTC {
            "UTC".to_owned()
        } else {
            format!("{}, {}", self.zone.name(), self.offset(at))
        }
    }

    fn offset(self, at: DateTime<Utc>) -> String {
        let seconds = self
            .zone
            .offset_from_utc_datetime(&at.naive_utc())
            .fix()
            .local_minus_utc();
        let sign = if seconds < 0 { '-' } else { '+' };
        let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() % 3600 / 60);
        match (hours, minutes) {
            (0, 0) => "UTC".to_owned(),
            (_, 0) => format!("UTC{sign}{hours}"),
            _ => format!("UTC{sign}{hours}:{minutes:02}"),
        }
    }
}

/// Hours and minutes in words; `minutes` is above zero.
fn duration(minutes: i64, language: Language) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    match (language, hours, rest) {
        (Language::En, 0, _) => format!("{rest} min"),
        (Language::En, _, 0) => format!("{hours} h"),
        (Language::En, _, _) => format!("{hours} h {rest} min"),
        (Language::ZhCn, 0, _) => format!("{rest}分钟"),
        (Language::ZhCn, _, 0) => format!("{hours}小时"),
        (Language::ZhCn, _, _) => format!("{hours}小时{rest}分钟"),
    }
}

fn weekday(day: Weekday, language: Language) -> &'static str {
    let (en, zh_cn) = match day {
        Weekday::Mon => ("Mon", "星期一"),
        Weekday::Tue => ("Tue", "星期二"),
        Weekday::Wed => ("Wed", "星期三"),
        Weekday::Thu => ("Thu", "星期四"),
        Weekday::Fri => ("Fri", "星期五"),
        Weekday::Sat => ("Sat", "星期六"),
        Weekday::Sun => ("Sun", "星期日"),
    };
    language.pick(en, zh_cn)
}

#[cfg(test)]
#[path = "site_time_test.rs"]
mod site_time_test;
