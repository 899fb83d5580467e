//! Delivery to a real mail server, and what its failures mean.
use crate::samples::outgoing;
use crate::sink::{Sink, config};
use mail_parser::{MessageParser, MimeHeaders};
use onsite_mail::{
    Attachment, BadSmtpConfig, DeliveryError, MailKind, Mailer, Password, Security, SmtpConfig,
};
use onsite_model::language::Language;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

fn mailer(config: &SmtpConfig) -> Mailer {
    Mailer::new(config).unwrap()
}

fn transient(result: Result<(), DeliveryError>) -> String {
    match result {
        Err(DeliveryError::Transient(reason)) => reason,
        other => panic!("expected a transient failure, got {other:?}"),
    }
}

fn permanent(result: Result<(), DeliveryError>) -> String {
    match result {
        Err(DeliveryError::Permanent(reason)) => reason,
        other => panic!("expected a permanent failure, got {other:?}"),
    }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_sent() {
    let sink = Sink::start(&[]);
    let mailer = mailer(&sink.config());
    let mut signed = outgoing(MailKind::SignedSheet, Language::ZhCn);
    let pdf: Vec<u8> = b"%PDF-1.7\r\n.\r\n"
        .iter()
        .copied()
        .chain((0..=255).cycle().take(50_000))
        .collect();
    signed.attachments.push(Attachment {
        file_name: "服务单 FS-2026-000731.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        bytes: pdf.clone(),
    });
    mailer.send(&signed).await.unwrap();
    mailer
        .send(&outgoing(MailKind::VisitScheduled, Language::En))
        .await
        .unwrap();

    let mails = sink.mails();
    assert_eq!(mails.len(), 2);
    let first = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(
        first.subject(),
        Some("已签服务单 FS-2026-000731：浦东仓库，2026年11月23日（周一）")
    );
    assert_eq!(first.message_id(), Some(signed.message_id.as_str()));
    let attachment = first.attachments().next().unwrap();
    assert_eq!(attachment.attachment_name(), Some("服务单 FS-2026-000731.pdf"));
    assert_eq!(attachment.contents(), pdf);
    let second = MessageParser::default().parse(&mails[1]).unwrap();
    assert_eq!(
        second.subject(),
        Some("Visit scheduled for Mon 23 Nov 2026: 浦东仓库")
    );
}

#[tokio::test]
async fn a_busy_server_is_tried_again_with_the_same_mail() {
    let sink = Sink::start(&["--fail-first", "2"]);
    let mailer = mailer(&sink.config());
    let mail = outgoing(MailKind::Survey, Language::En);
    for _ in 0..2 {
        let reason = transient(mailer.send(&mail).await);
        assert!(reason.contains("451") && reason.contains("busy"), "{reason}");
    }
    mailer.send(&mail).await.unwrap();
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(
        MessageParser::default().parse(&mails[0]).unwrap().message_id(),
        Some(mail.message_id.as_str())
    );
}

#[tokio::test]
async fn an_unknown_mailbox_is_given_up_and_harms_no_other_mail() {
    let sink = Sink::start(&["--reject", "li.xue@haichuan.example"]);
    let mailer = mailer(&sink.config());
    let mut mail = outgoing(MailKind::Survey, Language::En);
    let reason = permanent(mailer.send(&mail).await);
    assert!(
        reason.contains("550") && reason.contains("no such mailbox"),
        "{reason}"
    );
    mail.to.email = "wang.min@haichuan.example".to_owned();
    mailer.send(&mail).await.unwrap();
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn a_bad_address_never_reaches_the_server() {
    let sink = Sink::start(&[]);
    let mut mail = outgoing(MailKind::Survey, Language::En);
    mail.to.email = "not an address".to_owned();
    let reason = permanent(mailer(&sink.config()).send(&mail).await);
    assert!(
        reason.contains("\"not an address\" is not a mail address"),
        "{reason}"
    );
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn nobody_listening_is_transient() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mailer = mailer(&config("127.0.0.1", port));
    let reason = transient(mailer.send(&outgoing(MailKind::Survey, Language::En)).await);
    assert!(
        reason.contains(&format!("127.0.0.1:{port}")) && reason.contains("refused"),
        "{reason}"
    );
    transient(mailer.check().await);
}

#[tokio::test]
async fn a_silent_server_is_transient() {
    // It accepts connections and never greets.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = SmtpConfig {
        connect_timeout: Duration::from_millis(50),
        ..config("127.0.0.1", silent.local_addr().unwrap().port())
    };
    let reason = transient(mailer(&settings).check().await);
    assert!(reason.contains("no answer within"), "{reason}");
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_not_taken_for_the_next_mail() {
    let settings = SmtpConfig {
        delivery_timeout: Duration::from_millis(300),
        ..config("127.0.0.1", late_then_busy_server())
    };
    let mailer = mailer(&settings);
    let reason = transient(mailer.send(&outgoing(MailKind::Survey, Language::En)).await);
    assert!(reason.contains("no answer within"), "{reason}");
    let reason = transient(mailer.send(&outgoing(MailKind::Briefing, Language::En)).await);
    assert!(reason.contains("451"), "{reason}");
}

/// A mail server that takes the first mail but says so only when the client speaks again, and is too busy for every
/// later one. Returns its port.
fn late_then_busy_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut mails = 0;
        for stream in listener.incoming() {
            // A client that hangs up in the middle is what this server is for.
            let _ = converse(&stream.unwrap(), &mut mails);
        }
    });
    port
}

fn converse(mut stream: &TcpStream, mails: &mut u32) -> std::io::Result<()> {
    stream.write_all(b"220 late.invalid\r\n")?;
    let (mut in_mail, mut owed) = (false, "");
    for line in BufReader::new(stream).lines() {
        let line = line?;
        stream.write_all(std::mem::take(&mut owed).as_bytes())?;
        match (in_mail, line.as_str()) {
            (false, "DATA") => {
                in_mail = true;
                stream.write_all(b"354 go on\r\n")?;
            }
            (false, _) => stream.write_all(b"250 ok\r\n")?,
            (true, ".") => {
                in_mail = false;
                *mails += 1;
                if *mails == 1 {
                    owed = "250 taken\r\n";
                } else {
                    stream.write_all(b"451 busy\r\n")?;
                }
            }
            (true, _) => {}
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_went_away_between_mails_is_found_again() {
    let first = Sink::start(&[]);
    let port = first.port;
    let mailer = mailer(&first.config());
    let mail = outgoing(MailKind::Survey, Language::En);
    mailer.send(&mail).await.unwrap();
    drop(first);
    transient(mailer.send(&mail).await);
    let second = Sink::start(&["--port", &port.to_string()]);
    mailer.send(&mail).await.unwrap();
    assert_eq!(second.mails().len(), 1);
}

#[tokio::test]
async fn a_refused_login_is_about_the_settings_and_not_the_mail() {
    let sink = Sink::start(&["--login", "onsite:correct horse"]);
    let mail = outgoing(MailKind::Survey, Language::En);
    let with = |login: Option<(&str, &str)>| SmtpConfig {
        login: login.map(|(user, password)| (user.to_owned(), Password::from(password.to_owned()))),
        ..sink.config()
    };
    let wrong = transient(
        mailer(&with(Some(("onsite", "battery staple"))))
            .send(&mail)
            .await,
    );
    assert!(wrong.contains("535") && !wrong.contains("staple"), "{wrong}");
    let missing = transient(mailer(&with(None)).send(&mail).await);
    assert!(missing.contains("530"), "{missing}");
    let right = mailer(&with(Some(("onsite", "correct horse"))));
    right.check().await.unwrap();
    right.send(&mail).await.unwrap();
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn encryption_is_insisted_on_and_the_certificate_checked() {
    let folder = tempfile::tempdir().unwrap();
    let (root, key, certificate) = authority_and_certificate("localhost");
    let (key_file, certificate_file) = (
        folder.path().join("key.pem"),
        folder.path().join("certificate.pem"),
    );
    std::fs::write(&key_file, key).unwrap();
    std::fs::write(&certificate_file, certificate).unwrap();
    let encrypted = [
        "--key",
        key_file.to_str().unwrap(),
        "--cert",
        certificate_file.to_str().unwrap(),
    ];
    let mail = outgoing(MailKind::Survey, Language::En);

    for (security, options) in [(Security::Starttls, &[][..]), (Security::Tls, &["--tls"][..])] {
        let sink = Sink::start(&[&encrypted[..], options].concat());
        let trusting = SmtpConfig {
            security,
            extra_roots: Some(root.clone()),
            ..config("localhost", sink.port)
        };
        mailer(&trusting).check().await.unwrap();
        mailer(&trusting).send(&mail).await.unwrap();
        assert_eq!(sink.mails().len(), 1, "{security:?}");

        let stranger = SmtpConfig {
            extra_roots: None,
            ..trusting.clone()
        };
        let reason = transient(mailer(&stranger).send(&mail).await);
        assert!(reason.contains("certificate"), "{reason}");
        let other_name = SmtpConfig {
            host: "127.0.0.1".to_owned(),
            ..trusting
        };
        transient(mailer(&other_name).send(&mail).await);
        assert_eq!(sink.mails().len(), 1, "{security:?}");
    }

    let plain = Sink::start(&[]);
    let insisting = SmtpConfig {
        security: Security::Starttls,
        ..config("localhost", plain.port)
    };
    let reason = transient(mailer(&insisting).send(&mail).await);
    assert!(reason.contains("STARTTLS"), "{reason}");
    assert!(plain.mails().is_empty());
}

/// The PEM of a new authority, and of a key and certificate it issued for `host`.
fn authority_and_certificate(host: &str) -> (String, String, String) {
    let root_key = rcgen::KeyPair::generate().unwrap();
    let mut root = rcgen::CertificateParams::new(Vec::new()).unwrap();
    root.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    root.distinguished_name
        .push(rcgen::DnType::CommonName, "test authority");
    let root_certificate = root.self_signed(&root_key).unwrap();
    let issuer = rcgen::Issuer::new(root, root_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec![host.to_owned()])
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    (root_certificate.pem(), key.serialize_pem(), certificate.pem())
}

#[test]
fn settings_that_cannot_be_safe_are_refused() {
    let login = Some(("onsite".to_owned(), Password::from("correct horse".to_owned())));
    let in_clear = SmtpConfig {
        login: login.clone(),
        ..config("mail.example", 25)
    };
    let error = Mailer::new(&in_clear).unwrap_err();
    assert!(matches!(error, BadSmtpConfig::PasswordInClear { .. }));
    assert!(error.to_string().contains("starttls"), "{error}");
    assert!(
        Mailer::new(&SmtpConfig {
            login,
            ..config("127.0.0.1", 25)
        })
        .is_ok()
    );
    let no_roots = SmtpConfig {
        security: Security::Tls,
        extra_roots: Some("not a certificate".to_owned()),
        ..config("mail.example", 465)
    };
    assert!(matches!(
        Mailer::new(&no_roots),
        Err(BadSmtpConfig::ExtraRoots(_))
    ));
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let config = SmtpConfig {
        login: Some(("onsite".to_owned(), Password::from("correct horse".to_owned()))),
        ..config("127.0.0.1", 25)
    };
    let shown = format!("{config:?} {:?}", Mailer::new(&config).unwrap());
    assert!(shown.contains("127.0.0.1") && !shown.contains("horse"), "{shown}");
}
