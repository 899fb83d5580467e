//! The .ics files, read back by a parser and by the letter of RFC 5545.
use crate::samples::{LANGUAGES, at, mail, person, words};
use icalendar::{Component, Event, EventLike, EventStatus};
use onsite_mail::{Calendar, Content, Mail, MailError, MailKind, Method};
use onsite_model::language::Language;

fn calendar(mail: &Mail, language: Language) -> Calendar {
    words(mail, language)
        .unwrap()
        .calendar
        .expect("a visit mail has a calendar entry")
}

fn parsed(calendar: &Calendar) -> (icalendar::Calendar, Event) {
    let parsed: icalendar::Calendar = calendar.ics.parse().unwrap();
    let event = parsed.events().next().expect("one event").clone();
    assert_eq!(parsed.components.len(), 1);
    (parsed, event)
}

#[test]
fn only_visit_mails_have_an_entry() {
    for kind in MailKind::ALL {
        let expected = matches!(
            kind,
            MailKind::VisitScheduled | MailKind::VisitMoved | MailKind::VisitCancelled
        );
        assert_eq!(
            words(&mail(kind), Language::En).unwrap().calendar.is_some(),
            expected,
            "{kind:?}"
        );
    }
}

#[test]
fn an_entry_reads_back_as_it_was_meant() {
    for language in LANGUAGES {
        let calendar = calendar(&mail(MailKind::VisitScheduled), language);
        assert_eq!(calendar.method, Method::Request);
        let (parsed, event) = parsed(&calendar);
        assert_eq!(parsed.property_value("METHOD"), Some("REQUEST"));
        assert_eq!(parsed.property_value("VERSION"), Some("2.0"));
        assert_eq!(event.get_uid(), Some("01936f00-7a10-7c3e-8f00-2b6d1f0a9c55"));
        assert_eq!(event.get_sequence(), Some(0));
        assert_eq!(event.get_timestamp(), Some(at("2026-11-20T01:02:03Z")));
        assert_eq!(event.get_start(), Some(at("2026-11-23T06:00:00Z").into()));
        assert_eq!(event.get_end(), Some(at("2026-11-23T08:00:00Z").into()));
        assert_eq!(event.get_status(), Some(EventStatus::Confirmed));
        assert_eq!(
            event.get_location(),
            Some("浦东仓库, 上海市浦东新区东方路 1217 号 3 楼")
        );
        assert!(event.get_summary().unwrap().contains("安澜信息服务"));
        let description = event.get_description().unwrap();
        for fact in [
            "例行巡检：12 台电脑、2 台交换机",
            "陈立",
            "海川贸易有限公司",
            "021-5555 0188",
        ] {
            assert!(description.contains(fact), "{description}");
        }
        let organizer = &event.properties()["ORGANIZER"];
        assert_eq!(organizer.value(), "mailto:service@anlan.example");
        assert_eq!(organizer.params()["CN"].value(), "Anlan IT Services");
        let attendee = &event.get_attendees()[0];
        assert_eq!(attendee.cal_address, "mailto:li.xue@haichuan.example");
        assert_eq!(attendee.cn.as_deref(), Some("李雪"));
        assert_eq!(attendee.rsvp, Some(false));
    }
}

#[test]
fn a_move_and_a_cancellation_are_about_the_same_entry() {
    let (_, scheduled) = parsed(&calendar(&mail(MailKind::VisitScheduled), Language::En));
    let (_, moved) = parsed(&calendar(&mail(MailKind::VisitMoved), Language::En));
    let cancel = calendar(&mail(MailKind::VisitCancelled), Language::En);
    let (file, cancelled) = parsed(&cancel);
    assert_eq!(scheduled.get_uid(), moved.get_uid());
    assert_eq!(scheduled.get_uid(), cancelled.get_uid());
    assert!(
        scheduled.get_sequence() < moved.get_sequence() && moved.get_sequence() < cancelled.get_sequence()
    );
    assert_eq!(cancel.method, Method::Cancel);
    assert_eq!(file.property_value("METHOD"), Some("CANCEL"));
    assert_eq!(cancelled.get_status(), Some(EventStatus::Cancelled));
}

#[test]
fn long_chinese_lines_are_folded_between_characters() {
    let mut long = mail(MailKind::VisitScheduled);
    let Content::VisitScheduled(content) = &mut long.content else {
        unreachable!()
    };
    content.visit.address = "上海市浦东新区世纪大道与东方路交叉口东北角金茂大厦裙楼".repeat(8);
    content.visit.service_content = format!(
        "{} 与 {}",
        "更换核心交换机并整理机柜线缆，".repeat(20),
        "😀 ä".repeat(60)
    );
    let (address, service) = (
        content.visit.address.clone(),
        content.visit.service_content.clone(),
    );

    let calendar = calendar(&long, Language::ZhCn);
    for line in calendar.ics.split("\r\n") {
        assert!(line.len() <= 75, "{} bytes: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "{line:?}");
    }
    assert!(calendar.ics.ends_with("END:VCALENDAR\r\n"));
    let (_, event) = parsed(&calendar);
    assert!(event.get_location().unwrap().ends_with(&address));
    assert!(event.get_description().unwrap().starts_with(&service));
}

#[test]
fn a_name_cannot_add_a_property() {
    let mut hostile = mail(MailKind::VisitScheduled);
    let name = "Eve\"\r\nATTENDEE:mailto:thief@evil.example\r\nX:;,\\";
    hostile.recipient.name = name.to_owned();
    hostile.provider.name = name.to_owned();
    let Content::VisitScheduled(content) = &mut hostile.content else {
        unreachable!()
    };
    content.visit.site_name = name.to_owned();
    content.visit.service_content = format!("{name}\rURL:http://evil.example\u{b}");
    content.invitation.organizer.name = name.to_owned();
    let calendar = calendar(&hostile, Language::En);

    let unfolded = calendar.ics.replace("\r\n ", "");
    let names: Vec<&str> = unfolded
        .lines()
        .map(|line| line.split([':', ';']).next().unwrap())
        .collect();
    let expected = [
        "BEGIN",
        "VERSION",
        "PRODID",
        "CALSCALE",
        "METHOD",
        "BEGIN",
        "DESCRIPTION",
        "DTEND",
        "DTSTAMP",
        "DTSTART",
        "LOCATION",
        "ORGANIZER",
        "SEQUENCE",
        "STATUS",
        "SUMMARY",
        "UID",
        "ATTENDEE",
        "END",
        "END",
    ];
    assert_eq!(names, expected, "{unfolded}");
    assert!(
        !calendar
            .ics
            .replace("\r\n", "")
            .contains(|c: char| c.is_control()),
        "{}",
        calendar.ics
    );
    let (_, event) = parsed(&calendar);
    assert_eq!(event.get_attendees().len(), 1);
    assert_eq!(
        event.get_attendees()[0].cal_address,
        "mailto:li.xue@haichuan.example"
    );
}

#[test]
fn a_bad_address_is_named() {
    let mut mail = mail(MailKind::VisitScheduled);
    mail.recipient = person("李雪", "li.xue@\r\nATTENDEE:x");
    let error = words(&mail, Language::En).unwrap_err();
    assert!(matches!(error, MailError::Address(_)), "{error:?}");
    assert!(error.to_string().contains("is not a mail address"), "{error}");
}
