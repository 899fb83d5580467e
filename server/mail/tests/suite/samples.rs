//! The example of every kind of mail, and its words as they come with the server.
use chrono::{DateTime, Utc};
use onsite_mail::{Mail, MailError, MailKind, Outgoing, Person, Rendered, render};
use onsite_model::language::Language;
use onsite_model::settings::Brand;

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

pub(crate) fn mail(kind: MailKind) -> Mail {
    onsite_mail::example(kind, Language::ZhCn)
}

/// A mail in the words and colours that come with the server.
pub(crate) fn words(mail: &Mail, language: Language) -> Result<Rendered, MailError> {
    render(mail, language, &Brand::default(), None)
}

/// The mail of `kind` ready to be sent.
pub(crate) fn outgoing(kind: MailKind, language: Language) -> Outgoing {
    let mail = mail(kind);
    Outgoing {
        message_id: "01936f00-7a10-7c3e-8f00-2b6d1f0a9c55@anlan.example".to_owned(),
        from: person("安澜信息服务", "service@anlan.example"),
        to: mail.recipient.clone(),
        rendered: words(&mail, language).unwrap(),
        attachments: Vec::new(),
        date: at("2026-11-20T01:02:04Z"),
    }
}
