//! Messages as a mail program reads them.
use crate::samples::{LANGUAGES, at, outgoing, person};
use mail_parser::{HeaderValue, MessageParser, MimeHeaders};
use onsite_mail::{Attachment, DeliveryError, MailKind, Outgoing, message};
use onsite_model::language::Language;

fn wire(outgoing: &Outgoing) -> Vec<u8> {
    message(outgoing).unwrap().formatted()
}

fn refusal(outgoing: &Outgoing) -> String {
    match message(outgoing) {
        Err(DeliveryError::Permanent(reason)) => reason,
        other => panic!("expected a permanent refusal, got {other:?}"),
    }
}

#[test]
fn every_kind_reads_back_whole() {
    for language in LANGUAGES {
        for kind in MailKind::ALL {
            let outgoing = outgoing(kind, language);
            let wire = wire(&outgoing);
            assert!(wire.is_ascii(), "{kind:?} needs no 8-bit server");
            let parsed = MessageParser::default().parse(&wire).unwrap();
            assert_eq!(parsed.subject(), Some(outgoing.rendered.subject.as_str()));
            assert_eq!(parsed.message_id(), Some(outgoing.message_id.as_str()));
            assert_eq!(
                parsed.date().unwrap().to_timestamp(),
                at("2026-11-20T01:02:04Z").timestamp()
            );
            let (from, to) = (
                parsed.from().unwrap().first().unwrap(),
                parsed.to().unwrap().first().unwrap(),
            );
            assert_eq!(
                (from.name(), from.address()),
                (Some("安澜信息服务"), Some("service@anlan.example"))
            );
            assert_eq!(
                (to.name(), to.address()),
                (Some("李雪"), Some("li.xue@haichuan.example"))
            );
            assert!(
                matches!(parsed.header("Auto-Submitted"), Some(HeaderValue::Text(text)) if text == "auto-generated")
            );
            let text = parsed.body_text(0).unwrap().replace("\r\n", "\n");
            assert_eq!(text.trim_end(), outgoing.rendered.text.trim_end());
            let html = parsed.body_html(0).unwrap().replace("\r\n", "\n");
            assert_eq!(html.trim_end(), outgoing.rendered.html.trim_end());
        }
    }
}

#[test]
fn files_arrive_byte_for_byte_under_their_names() {
    let mut signed = outgoing(MailKind::SignedSheet, Language::ZhCn);
    let awkward: Vec<u8> = (0..=255)
        .chain(*b"\r\n.\r\n\n\r.\n")
        .cycle()
        .take(70_000)
        .collect();
    let names = [
        "服务单 FS-2026-000731（浦东仓库）.pdf",
        "inspection record.pdf",
        "巡检表-非常长的文件名".repeat(6).leak(),
    ];
    let contents = [awkward, b"a\nb\r\nc\n.\n".to_vec(), Vec::new()];
    for (name, bytes) in names.iter().zip(&contents) {
        let attachment = Attachment {
            file_name: (*name).to_owned(),
            media_type: "application/pdf".to_owned(),
            bytes: bytes.clone(),
        };
        signed.attachments.push(attachment);
    }
    let wire = wire(&signed);
    let parsed = MessageParser::default().parse(&wire).unwrap();
    let attachments: Vec<_> = parsed.attachments().collect();
    assert_eq!(attachments.len(), 3);
    for ((part, name), bytes) in attachments.iter().zip(names).zip(&contents) {
        assert_eq!(part.attachment_name(), Some(name));
        assert_eq!(part.contents(), bytes);
        assert_eq!(part.content_type().unwrap().subtype(), Some("pdf"));
    }
}

#[test]
fn an_invitation_is_offered_to_the_calendar_and_as_a_file() {
    for (kind, method) in [
        (MailKind::VisitMoved, "REQUEST"),
        (MailKind::VisitCancelled, "CANCEL"),
    ] {
        let outgoing = outgoing(kind, Language::ZhCn);
        let ics = &outgoing.rendered.calendar.as_ref().unwrap().ics;
        let wire = wire(&outgoing);
        let parsed = MessageParser::default().parse(&wire).unwrap();
        let media = |part: &mail_parser::MessagePart| {
            part.content_type()
                .map(|media| format!("{}/{}", media.ctype(), media.subtype().unwrap_or_default()))
        };
        let of_type = |wanted: &str| {
            parsed
                .parts
                .iter()
                .find(|part| media(part).as_deref() == Some(wanted))
                .unwrap()
        };
        let invitation = of_type("text/calendar");
        assert_eq!(
            invitation.content_type().unwrap().attribute("method"),
            Some(method)
        );
        assert_eq!(
            invitation.content_type().unwrap().attribute("charset"),
            Some("utf-8")
        );
        assert_eq!(invitation.text_contents().unwrap().trim_end(), ics.trim_end());
        let file = of_type("application/ics");
        assert_eq!(file.attachment_name(), Some("invite.ics"));
        assert_eq!(file.contents(), ics.as_bytes());
    }
}

#[test]
fn names_cannot_add_headers() {
    let mut hostile = outgoing(MailKind::SignedSheet, Language::En);
    let injected = "x\r\nBcc: thief@evil.example\r\n\r\n<b>body</b>\n";
    hostile.from.name = injected.to_owned();
    hostile.to.name = injected.to_owned();
    hostile.rendered.subject = injected.to_owned();
    hostile.attachments.push(Attachment {
        file_name: format!("../{injected}\u{202e}fdp.exe"),
        media_type: "application/pdf".to_owned(),
        bytes: b"%PDF".to_vec(),
    });
    let message = message(&hostile).unwrap();
    assert_eq!(message.envelope().to().len(), 1);
    let wire = message.formatted();
    let parsed = MessageParser::default().parse(&wire).unwrap();
    assert!(
        parsed.bcc().is_none() && parsed.header("Bcc").is_none(),
        "{}",
        String::from_utf8_lossy(&wire)
    );
    assert_eq!(parsed.subject(), Some("x Bcc: thief@evil.example <b>body</b>"));
    assert_eq!(
        parsed.to().unwrap().first().unwrap().address(),
        Some("li.xue@haichuan.example")
    );
    let headers = wire
        .split(|byte| *byte == b'\n')
        .take_while(|line| *line != b"\r");
    assert!(
        !headers
            .into_iter()
            .any(|line| line.to_ascii_lowercase().starts_with(b"bcc"))
    );
    let name = parsed
        .attachments()
        .next()
        .unwrap()
        .attachment_name()
        .unwrap()
        .to_owned();
    assert!(!name.contains(['/', '\r', '\n', '\u{202e}']), "{name:?}");
}

#[test]
fn what_cannot_be_a_message_is_refused_for_good() {
    let good = outgoing(MailKind::Survey, Language::En);
    for bad in [
        "",
        "nobody",
        "a b@c.example",
        "a@b@c.example",
        "a@c.example\r\nBcc: x@y.example",
        "@c.example",
    ] {
        let mut outgoing = good.clone();
        outgoing.to = person("李雪", bad);
        let reason = refusal(&outgoing);
        assert!(
            reason.contains("is not a mail address") && reason.contains(&format!("{bad:?}")),
            "{reason}"
        );
        let mut outgoing = good.clone();
        outgoing.from = person("", bad);
        assert!(refusal(&outgoing).contains("is not a mail address"));
    }
    for bad in ["", "no-at-sign", "a@b@c", "<a@b>", "a@b\r\nBcc: x@y.example"] {
        let reason = refusal(&Outgoing {
            message_id: bad.to_owned(),
            ..good.clone()
        });
        assert!(reason.contains("Message-ID"), "{reason}");
    }
    let mut outgoing = good;
    outgoing.attachments.push(Attachment {
        file_name: "a".into(),
        media_type: "no type".into(),
        bytes: vec![],
    });
    assert!(refusal(&outgoing).contains("media type"));
}

#[test]
fn an_attempt_repeated_is_the_same_message() {
    let first = outgoing(MailKind::VisitScheduled, Language::ZhCn);
    let second = outgoing(MailKind::VisitScheduled, Language::ZhCn);
    assert_eq!(first, second);
}
