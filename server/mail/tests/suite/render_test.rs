//! Every kind in both languages says every fact, and no fact can become markup or a header.
use crate::samples::{LANGUAGES, SHA256, at, mail, words};
use onsite_mail::{Content, Link, Mail, MailKind, NotSigned, TimeSpan, example};
use onsite_model::language::Language;
use serde_json::Value;

/// What serves machines, or is said in words that differ by language and are tested by themselves.
const NOT_SAID_LITERALLY: [&str; 13] = [
    "due_at",
    "ends_at",
    "email",
    "invitation",
    "kind",
    "link_expires_at",
    "opened_at",
    "outcome",
    "rated_at",
    "signed_at",
    "starts_at",
    "time_zone",
    "visit_id",
];

/// The facts of a mail that a reader must find in it.
fn said(value: &Value, name: &str, found: &mut Vec<String>) {
    if NOT_SAID_LITERALLY.contains(&name) {
        return;
    }
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| said(value, name, found)),
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        _ => {}
    }
}

#[test]
fn every_kind_says_every_fact_in_both_languages() {
    for language in LANGUAGES {
        for kind in MailKind::ALL {
            let mail = example(kind, language);
            let rendered = words(&mail, language).unwrap();
            let mut facts = Vec::new();
            said(&serde_json::to_value(&mail).unwrap(), "", &mut facts);
            assert!(
                facts.len() >= 6,
                "{kind:?} has too few facts to prove anything: {facts:?}"
            );
            for fact in facts {
                assert!(
                    rendered.text.contains(&fact),
                    "{kind:?} {language:?}: no {fact:?} in\n{}",
                    rendered.text
                );
                assert!(
                    rendered.html.contains(&fact),
                    "{kind:?} {language:?}: no {fact:?} in\n{}",
                    rendered.html
                );
            }
            assert!(!rendered.subject.is_empty() && rendered.text.len() > 100);
            assert!(
                rendered
                    .html
                    .contains(&format!("<title>{}</title>", rendered.subject)),
                "{}",
                rendered.subject
            );
            assert!(rendered.html.contains(&format!("lang=\"{}\"", language.tag())));
            assert!(!rendered.text.contains("\n\n\n"), "{}", rendered.text);
            assert!(
                !rendered.text.contains('<'),
                "markup in the text form of {kind:?}:\n{}",
                rendered.text
            );
        }
    }
}

#[test]
fn the_languages_do_not_mix() {
    let chinese = |c: char| ('\u{3000}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c);
    for kind in MailKind::ALL {
        let english = words(&example(kind, Language::En), Language::En).unwrap();
        let stray: String = english
            .html
            .chars()
            .chain(english.text.chars())
            .filter(|c| chinese(*c))
            .collect();
        assert_eq!(stray, "", "{kind:?} in English");
        let in_chinese = words(&example(kind, Language::ZhCn), Language::ZhCn).unwrap();
        for word in ["Hello", "Time", "Client", "Technician", "Please", "Open"] {
            assert!(
                !in_chinese.text.contains(word),
                "{kind:?} in Chinese says {word}:\n{}",
                in_chinese.text
            );
        }
    }
}

#[test]
fn times_are_written_as_each_language_writes_them() {
    let text = |mail: &Mail, language| words(mail, language).unwrap().text;
    let moved = mail(MailKind::VisitMoved);
    let chinese = text(&moved, Language::ZhCn);
    assert!(
        chinese.contains("2026年11月23日（周一）14:00–16:00（北京时间，UTC+8）"),
        "{chinese}"
    );
    assert!(
        chinese.contains("2026年11月21日（周六）09:30–11:00（北京时间，UTC+8）"),
        "{chinese}"
    );
    let english = text(&moved, Language::En);
    assert!(
        english.contains("Mon 23 Nov 2026, 14:00–16:00 (Asia/Shanghai, UTC+8)"),
        "{english}"
    );
    assert!(
        english.contains("Sat 21 Nov 2026, 09:30–11:00 (Asia/Shanghai, UTC+8)"),
        "{english}"
    );

    let signed = mail(MailKind::SignedSheet);
    assert!(text(&signed, Language::ZhCn).contains("2026年11月23日（周一）16:12（北京时间，UTC+8）"));
    assert!(text(&signed, Language::En).contains("Mon 23 Nov 2026, 16:12 (Asia/Shanghai, UTC+8)"));
    for kind in [
        MailKind::SheetUnsigned,
        MailKind::Survey,
        MailKind::LowScore,
        MailKind::ComplaintOpened,
    ] {
        assert!(
            text(&mail(kind), Language::En)
                .matches("(Asia/Shanghai, UTC+8)")
                .count()
                >= 2,
            "{kind:?}"
        );
    }
}

#[test]
fn a_span_over_midnight_or_a_clock_change_stays_unambiguous() {
    let with = |starts_at, ends_at, time_zone, language| {
        let mut mail = mail(MailKind::VisitScheduled);
        let Content::VisitScheduled(content) = &mut mail.content else {
            unreachable!()
        };
        content.visit.time = TimeSpan {
            starts_at: at(starts_at),
            ends_at: at(ends_at),
            time_zone,
        };
        words(&mail, language).unwrap().text
    };
    let berlin = chrono_tz::Europe::Berlin;
    let over_midnight = with(
        "2026-07-01T20:00:00Z",
        "2026-07-01T23:30:00Z",
        berlin,
        Language::En,
    );
    assert!(
        over_midnight.contains("Wed 1 Jul 2026, 22:00 – Thu 2 Jul 2026, 01:30 (Europe/Berlin, UTC+2)"),
        "{over_midnight}"
    );
    let in_chinese = with(
        "2026-07-01T20:00:00Z",
        "2026-07-01T23:30:00Z",
        berlin,
        Language::ZhCn,
    );
    assert!(
        in_chinese.contains("2026年7月1日（周三）22:00 至 2026年7月2日（周四）01:30（Europe/Berlin，UTC+2）"),
        "{in_chinese}"
    );
    // Clocks go back at 03:00 on 25 October: 02:30 to 02:30 is an hour.
    let clock_change = with(
        "2026-10-25T00:30:00Z",
        "2026-10-25T01:30:00Z",
        berlin,
        Language::En,
    );
    assert!(
        clock_change.contains("Sun 25 Oct 2026, 02:30–02:30 (Europe/Berlin, UTC+2 to UTC+1)"),
        "{clock_change}"
    );
    let utc = with(
        "2026-07-01T20:00:00Z",
        "2026-07-01T21:00:00Z",
        chrono_tz::UTC,
        Language::En,
    );
    assert!(utc.contains("20:00–21:00 (UTC)"), "{utc}");
    let newfoundland = with(
        "2026-12-01T20:00:00Z",
        "2026-12-01T21:00:00Z",
        chrono_tz::America::St_Johns,
        Language::ZhCn,
    );
    assert!(
        newfoundland.contains("16:30–17:30（America/St_Johns，UTC-3:30）"),
        "{newfoundland}"
    );
}

#[test]
fn markup_in_a_fact_stays_text() {
    let hostile = "<script>alert('1')</script>&\"";
    let escaped = "&lt;script&gt;alert(&#x27;1&#x27;)&lt;&#x2f;script&gt;&amp;&quot;";
    for language in LANGUAGES {
        for kind in MailKind::ALL {
            let mut json = serde_json::to_value(mail(kind)).unwrap();
            poison(&mut json, hostile);
            let rendered = words(&serde_json::from_value(json).unwrap(), language).unwrap();
            assert!(!rendered.html.contains("<script"), "{kind:?}:\n{}", rendered.html);
            assert!(
                !rendered.html.contains("&amp;lt;"),
                "{kind:?} is escaped twice:\n{}",
                rendered.html
            );
            assert!(rendered.html.contains(escaped), "{kind:?}:\n{}", rendered.html);
            assert!(rendered.text.contains(hostile), "{kind:?}:\n{}", rendered.text);
        }
    }
}

/// Replaces every free text by `text`.
fn poison(value: &mut Value, text: &str) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|value| poison(value, text)),
        Value::String(old) if !old.is_ascii() => *old = text.to_owned(),
        _ => {}
    }
}

#[test]
fn a_subject_is_one_line_whatever_the_facts() {
    for language in LANGUAGES {
        for kind in MailKind::ALL {
            let mut json = serde_json::to_value(mail(kind)).unwrap();
            poison(
                &mut json,
                "Harbour\r\nBcc: thief@evil.example\u{2028}\u{202e}\n\0 end",
            );
            let rendered = words(&serde_json::from_value(json).unwrap(), language).unwrap();
            let subject = &rendered.subject;
            assert!(
                subject.contains("Harbour Bcc: thief@evil.example end"),
                "{subject:?}"
            );
            assert!(
                !subject.contains(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{202e}'),
                "{subject:?}"
            );
        }
    }
    let mut long = mail(MailKind::VisitScheduled);
    let Content::VisitScheduled(content) = &mut long.content else {
        unreachable!()
    };
    content.visit.site_name = "长".repeat(500);
    let subject = words(&long, Language::ZhCn).unwrap().subject;
    assert!(
        subject.chars().count() <= 151 && subject.ends_with('…'),
        "{subject}"
    );
}

#[test]
fn lines_of_a_free_text_are_kept() {
    let mut briefing = mail(MailKind::Briefing);
    let Content::Briefing(content) = &mut briefing.content else {
        unreachable!()
    };
    content.access_notes = "Gate 2\r\nAsk for <Wang>\nBadge".to_owned();
    let rendered = words(&briefing, Language::En).unwrap();
    assert!(
        rendered.html.contains("Gate 2<br>Ask for &lt;Wang&gt;<br>Badge"),
        "{}",
        rendered.html
    );
    assert!(
        rendered
            .text
            .contains("Access: Gate 2\n    Ask for <Wang>\n    Badge\n"),
        "{}",
        rendered.text
    );
}

#[test]
fn a_fact_that_is_not_known_leaves_no_empty_line() {
    let mut json = serde_json::to_value(mail(MailKind::Briefing)).unwrap();
    json["content"]["access_notes"] = "".into();
    json["recipient"]["name"] = "".into();
    json["provider"]["address"] = "".into();
    let rendered = words(&serde_json::from_value(json).unwrap(), Language::En).unwrap();
    assert!(
        !rendered.text.contains("Access") && !rendered.html.contains("Access"),
        "{}",
        rendered.text
    );
    assert!(rendered.text.contains("Hello,"), "{}", rendered.text);
    assert!(
        rendered.text.ends_with("--\n安澜信息服务\n021-5555 0188\n"),
        "{}",
        rendered.text
    );
}

#[test]
fn the_sheet_mails_say_what_matters_legally() {
    let signed = words(&mail(MailKind::SignedSheet), Language::En).unwrap();
    assert!(
        signed.text.contains(SHA256) && signed.text.contains("not over the PDF file"),
        "{}",
        signed.text
    );
    assert!(signed.text.contains("inspection record"), "{}", signed.text);
    let mut alone = mail(MailKind::SignedSheet);
    let Content::SignedSheet(content) = &mut alone.content else {
        unreachable!()
    };
    content.with_inspection_record = false;
    assert!(
        !words(&alone, Language::En)
            .unwrap()
            .text
            .contains("inspection record")
    );
    assert!(!words(&alone, Language::ZhCn).unwrap().text.contains("巡检表"));

    let absent = mail(MailKind::SheetUnsigned);
    let mut refused = absent.clone();
    let Content::SheetUnsigned(content) = &mut refused.content else {
        unreachable!()
    };
    content.outcome = NotSigned::Refused;
    for (language, when_absent, when_refused) in [
        (Language::En, "Nobody was there", "was not accepted"),
        (Language::ZhCn, "无人签字", "未在现场签字认可"),
    ] {
        let absent = words(&absent, language).unwrap().text;
        let refused = words(&refused, language).unwrap().text;
        assert!(
            absent.contains(when_absent) && !absent.contains(when_refused),
            "{absent}"
        );
        assert!(
            refused.contains(when_refused) && !refused.contains(when_absent),
            "{refused}"
        );
    }
}

#[test]
fn a_mail_survives_its_outbox_row() {
    for kind in MailKind::ALL {
        let mail = mail(kind);
        let row = serde_json::to_string(&mail).unwrap();
        assert!(row.contains(&format!("\"kind\":\"{}\"", kind.as_str())), "{row}");
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        assert_eq!(mail.content.kind(), kind);
        assert_eq!(serde_json::from_str::<Mail>(&row).unwrap(), mail);
    }
}

#[test]
fn only_web_addresses_are_links() {
    assert_eq!(
        Link::new("https://onsite.example/a?b=c#d").unwrap().as_str(),
        "https://onsite.example/a?b=c#d"
    );
    assert!(Link::new("http://192.168.1.4:8080/x").is_ok());
    for bad in [
        "javascript:alert(1)",
        "",
        "https://",
        "ftp://x",
        "//x",
        "https://x/\"onclick=",
        "https://x/ y",
        "https://x/\r\n",
    ] {
        let refused = Link::new(bad).unwrap_err().to_string();
        assert!(refused.contains("must start with https://"), "{refused}");
    }
    let mut json = serde_json::to_value(mail(MailKind::Survey)).unwrap();
    json["content"]["survey_link"] = "javascript:alert(1)".into();
    assert!(serde_json::from_value::<Mail>(json).is_err());
}
