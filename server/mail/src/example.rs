//! One mail of every kind, every field filled with a text found nowhere else in it: what templates are tried with.
use crate::link::Link;
use crate::mail::{
    Briefing, ComplaintEscalated, ComplaintFacts, ComplaintOpened, Content, FaultReceived, Invitation,
    LowScore, Mail, MailKind, NotSigned, SheetAnswered, SheetUnsigned, SignedSheet, Survey, TicketAssigned,
    TimeSpan, VisitCancelled, VisitFacts, VisitMoved, VisitScheduled,
};
use crate::person::Person;
use chrono::{DateTime, Utc};
use onsite_model::language::Language;
use onsite_model::sheet_content::Provider;
use uuid::uuid;

const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// So many seconds after 1970.
fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

fn person(name: &str, email: &str) -> Person {
    Person {
        name: name.to_owned(),
        email: email.to_owned(),
    }
}

/// Facts in one language.
#[derive(Clone, Copy)]
struct Facts(Language);

impl Facts {
    fn say(self, en: &str, zh: &str) -> String {
        self.0.pick(en, zh).to_owned()
    }

    fn client(self) -> String {
        self.say("Haichuan Trading Ltd.", "海川贸易有限公司")
    }

    fn site(self) -> String {
        self.say("Pudong warehouse", "浦东仓库")
    }

    fn contact(self) -> String {
        self.say("Wang Min", "王敏")
    }

    fn visit(self) -> VisitFacts {
        VisitFacts {
            visit_id: uuid!("01936f00-7a10-7c3e-8f00-2b6d1f0a9c55"),
            client_name: self.client(),
            site_name: self.site(),
            address: self.say(
                "3F, 1217 Dongfang Road, Shanghai",
                "上海市浦东新区东方路 1217 号 3 楼",
            ),
            service_content: self.say(
                "Routine inspection: 12 computers, 2 switches",
                "例行巡检：12 台电脑、2 台交换机",
            ),
            technician_name: self.say("Chen Li", "陈立"),
            time: TimeSpan {
                starts_at: at(1_795_413_600),
                ends_at: at(1_795_420_800),
                time_zone: chrono_tz::Asia::Shanghai,
            },
        }
    }

    fn complaint(self) -> ComplaintFacts {
        ComplaintFacts {
            number: "C-2026-0007".to_owned(),
            client_name: self.client(),
            site_name: self.site(),
            raised_by: self.contact(),
            score: Some(1),
            description: self.say(
                "The same printer failed three times within a month",
                "同一台打印机一个月内第三次报修",
            ),
            level: 2,
            opened_at: at(1_795_487_400),
            due_at: at(1_795_501_800),
            time_zone: chrono_tz::Asia::Shanghai,
            link: link("console#/complaints?id=60f9"),
        }
    }
}

fn invitation(sequence: u32) -> Invitation {
    Invitation {
        sequence,
        stamped_at: at(1_795_136_523),
        organizer: person("Anlan IT Services", "service@anlan.example"),
    }
}

fn link(path: &str) -> Link {
    Link::known(format!("https://onsite.example/{path}"))
}

/// The example of a kind, with what people wrote in it in one language.
pub fn example(kind: MailKind, language: Language) -> Mail {
    let facts = Facts(language);
    let content = match kind {
        MailKind::VisitScheduled => Content::VisitScheduled(VisitScheduled {
            visit: facts.visit(),
            invitation: invitation(0),
        }),
        MailKind::VisitMoved => Content::VisitMoved(VisitMoved {
            visit: facts.visit(),
            previously: TimeSpan {
                starts_at: at(1_795_224_600),
                ends_at: at(1_795_230_000),
                time_zone: chrono_tz::Asia::Shanghai,
            },
            reason: facts.say("The client takes stock that day", "客户当日盘点"),
            invitation: invitation(1),
        }),
        MailKind::VisitCancelled => Content::VisitCancelled(VisitCancelled {
            visit: facts.visit(),
            reason: facts.say("No power in the warehouse", "仓库停电"),
            invitation: invitation(2),
        }),
        MailKind::Briefing => Content::Briefing(Briefing {
            visit: facts.visit(),
            contact_name: facts.contact(),
            contact_phone: "138 0000 4821".to_owned(),
            access_notes: facts.say(
                "Register at gate 2 for a visitor badge",
                "在 2 号门登记，领访客证",
            ),
            link: link("briefing/3f2a"),
        }),
        MailKind::SignedSheet => Content::SignedSheet(SignedSheet {
            visit: facts.visit(),
            sheet_number: "FS-2026-000731".to_owned(),
            signer_name: facts.contact(),
            signed_at: at(1_795_421_520),
            sha256: SHA256.to_owned(),
            verify_link: link("verify/9f86d081"),
            with_inspection_record: true,
        }),
        MailKind::SheetUnsigned => Content::SheetUnsigned(SheetUnsigned {
            visit: facts.visit(),
            sheet_number: "FS-2026-000731".to_owned(),
            outcome: NotSigned::Absent,
            reason: facts.say("The contact was at a meeting", "联系人外出开会"),
            sign_link: link("sign/77ab"),
            link_expires_at: at(1_796_659_200),
        }),
        MailKind::SheetAnswered => Content::SheetAnswered(SheetAnswered {
            visit: facts.visit(),
            sheet_number: "FS-2026-000731".to_owned(),
            refused: true,
            words: facts.say("The quantity is wrong", "数量不对"),
            link: link("console#/visits/0b11"),
        }),
        MailKind::Survey => Content::Survey(Survey {
            visit: facts.visit(),
            survey_link: link("survey/51c0"),
            link_expires_at: at(1_798_041_600),
        }),
        MailKind::LowScore => Content::LowScore(LowScore {
            visit: facts.visit(),
            score: 2,
            comment: facts.say("The printer still jams", "打印机还是卡纸"),
            rated_by: facts.contact(),
            rated_at: at(1_795_485_900),
            link: link("console#/callbacks?id=8d1e"),
        }),
        MailKind::ComplaintOpened => Content::ComplaintOpened(ComplaintOpened {
            complaint: facts.complaint(),
        }),
        MailKind::ComplaintEscalated => Content::ComplaintEscalated(ComplaintEscalated {
            complaint: facts.complaint(),
            owner_name: facts.say("Zhou Lin", "周琳"),
            by_itself: true,
        }),
        MailKind::FaultReceived => Content::FaultReceived(FaultReceived {
            number: "T-2026-0043".to_owned(),
            tag: facts.say("IT-000127", "设备-000127"),
        }),
        MailKind::TicketAssigned => Content::TicketAssigned(TicketAssigned {
            number: "T-2026-0042".to_owned(),
            title: facts.say("Two more desks", "新增两个工位"),
            description: facts.say(
                "Two more people from March: computers and cables are needed",
                "三月起增加两名员工，需要电脑和网线",
            ),
            client_name: facts.client(),
            site_name: facts.site(),
            due_at: Some(at(1_796_115_600)),
            time_zone: chrono_tz::Asia::Shanghai,
            link: link("console#/tickets/7c01"),
        }),
    };
    Mail {
        provider: Provider {
            name: facts.say("Anlan IT Services", "安澜信息服务"),
            address: facts.say("88 North Caoxi Road, Shanghai", "上海市徐汇区漕溪北路 88 号"),
            phone: "021-5555 0188".to_owned(),
        },
        recipient: person(language.pick("Li Xue", "李雪"), "li.xue@haichuan.example"),
        content,
    }
}
