//! One mail of every kind, every field filled with a text found nowhere else in it.
use chrono::{DateTime, Utc};
use onsite_mail::{
    Briefing, ComplaintEscalated, ComplaintFacts, ComplaintOpened, Content, FaultReceived, Invitation, Link,
    LowScore, Mail, MailKind, NotSigned, Outgoing, Person, SheetAnswered, SheetUnsigned, SignedSheet, Survey,
    TicketAssigned, TimeSpan, VisitCancelled, VisitFacts, VisitMoved, VisitScheduled, render,
};
use onsite_model::language::Language;
use onsite_model::sheet_content::Provider;
use uuid::uuid;

pub(crate) const LANGUAGES: [Language; 2] = [Language::En, Language::ZhCn];
pub(crate) const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn person(name: &str, email: &str) -> Person {
    Person {
        name: name.to_owned(),
        email: email.to_owned(),
    }
}

pub(crate) fn visit() -> VisitFacts {
    VisitFacts {
        visit_id: uuid!("01936f00-7a10-7c3e-8f00-2b6d1f0a9c55"),
        client_name: "海川贸易有限公司".to_owned(),
        site_name: "浦东仓库".to_owned(),
        address: "上海市浦东新区东方路 1217 号 3 楼".to_owned(),
        service_content: "例行巡检：12 台电脑、2 台交换机".to_owned(),
        technician_name: "陈立".to_owned(),
        time: TimeSpan {
            starts_at: at("2026-11-23T06:00:00Z"),
            ends_at: at("2026-11-23T08:00:00Z"),
            time_zone: chrono_tz::Asia::Shanghai,
        },
    }
}

pub(crate) fn invitation(sequence: u32) -> Invitation {
    Invitation {
        sequence,
        stamped_at: at("2026-11-20T01:02:03Z"),
        organizer: person("Anlan IT Services", "service@anlan.example"),
    }
}

fn link(path: &str) -> Link {
    Link::new(format!("https://onsite.anlan.example/{path}")).unwrap()
}

fn complaint() -> ComplaintFacts {
    ComplaintFacts {
        number: "C-2026-0007".to_owned(),
        client_name: "海川贸易有限公司".to_owned(),
        site_name: "浦东仓库".to_owned(),
        raised_by: "王敏".to_owned(),
        score: Some(1),
        description: "同一台打印机一个月内第三次报修".to_owned(),
        level: 2,
        opened_at: at("2026-11-24T02:30:00Z"),
        due_at: at("2026-11-24T06:30:00Z"),
        time_zone: chrono_tz::Asia::Shanghai,
        link: link("complaints/60f9"),
    }
}

pub(crate) fn mail(kind: MailKind) -> Mail {
    let content = match kind {
        MailKind::VisitScheduled => Content::VisitScheduled(VisitScheduled {
            visit: visit(),
            invitation: invitation(0),
        }),
        MailKind::VisitMoved => Content::VisitMoved(VisitMoved {
            visit: visit(),
            previously: TimeSpan {
                starts_at: at("2026-11-21T01:30:00Z"),
                ends_at: at("2026-11-21T03:00:00Z"),
                time_zone: chrono_tz::Asia::Shanghai,
            },
            reason: "客户当日盘点".to_owned(),
            invitation: invitation(1),
        }),
        MailKind::VisitCancelled => Content::VisitCancelled(VisitCancelled {
            visit: visit(),
            reason: "仓库停电".to_owned(),
            invitation: invitation(2),
        }),
        MailKind::Briefing => Content::Briefing(Briefing {
            visit: visit(),
            contact_name: "王敏".to_owned(),
            contact_phone: "138 0000 4821".to_owned(),
            access_notes: "在 2 号门登记，领访客证".to_owned(),
            link: link("visits/briefing?token=3f2a"),
        }),
        MailKind::SignedSheet => Content::SignedSheet(SignedSheet {
            visit: visit(),
            sheet_number: "FS-2026-000731".to_owned(),
            signer_name: "王敏".to_owned(),
            signed_at: at("2026-11-23T08:12:00Z"),
            sha256: SHA256.to_owned(),
            verify_link: link("verify/9f86d081"),
            with_inspection_record: true,
        }),
        MailKind::SheetUnsigned => Content::SheetUnsigned(SheetUnsigned {
            visit: visit(),
            sheet_number: "FS-2026-000731".to_owned(),
            outcome: NotSigned::Absent,
            reason: "联系人外出开会".to_owned(),
            sign_link: link("sign/77ab"),
            link_expires_at: at("2026-12-07T16:00:00Z"),
        }),
        MailKind::SheetAnswered => Content::SheetAnswered(SheetAnswered {
            visit: visit(),
            sheet_number: "FS-2026-000731".to_owned(),
            refused: true,
            words: "数量不对".to_owned(),
            link: link("visits/0b11"),
        }),
        MailKind::Survey => Content::Survey(Survey {
            visit: visit(),
            survey_link: link("survey/51c0"),
            link_expires_at: at("2026-12-23T16:00:00Z"),
        }),
        MailKind::LowScore => Content::LowScore(LowScore {
            visit: visit(),
            score: 2,
            comment: "打印机还是卡纸".to_owned(),
            rated_by: "王敏".to_owned(),
            rated_at: at("2026-11-24T02:05:00Z"),
            link: link("callbacks/8d1e"),
        }),
        MailKind::ComplaintOpened => Content::ComplaintOpened(ComplaintOpened {
            complaint: complaint(),
        }),
        MailKind::ComplaintEscalated => Content::ComplaintEscalated(ComplaintEscalated {
            complaint: complaint(),
            owner_name: "周琳".to_owned(),
            by_itself: true,
        }),
        MailKind::FaultReceived => Content::FaultReceived(FaultReceived {
            number: "T-2026-0043".to_owned(),
            tag: "OS-000127".to_owned(),
        }),
        MailKind::TicketAssigned => Content::TicketAssigned(TicketAssigned {
            number: "T-2026-0042".to_owned(),
            title: "新增两个工位".to_owned(),
            description: "三月起增加两名员工，需要电脑和网线".to_owned(),
            client_name: "海川贸易有限公司".to_owned(),
            site_name: "浦东仓库".to_owned(),
            due_at: Some(at("2026-12-01T09:00:00Z")),
            time_zone: chrono_tz::Asia::Shanghai,
            link: link("tickets/7c01"),
        }),
    };
    Mail {
        provider: Provider {
            name: "安澜信息服务".to_owned(),
            address: "上海市徐汇区漕溪北路 88 号".to_owned(),
            phone: "021-5555 0188".to_owned(),
        },
        recipient: person("李雪", "li.xue@haichuan.example"),
        content,
    }
}

/// The mail of `kind` ready to be sent.
pub(crate) fn outgoing(kind: MailKind, language: Language) -> Outgoing {
    let mail = mail(kind);
    Outgoing {
        message_id: "01936f00-7a10-7c3e-8f00-2b6d1f0a9c55@anlan.example".to_owned(),
        from: person("安澜信息服务", "service@anlan.example"),
        to: mail.recipient.clone(),
        rendered: render(&mail, language).unwrap(),
        attachments: Vec::new(),
        date: at("2026-11-20T01:02:04Z"),
    }
}
