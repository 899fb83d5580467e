//! Words an admin writes in the place of those that come with the server.
use crate::samples::{LANGUAGES, mail, outgoing, words};
use onsite_mail::{
    MailKind, check_template, example, message, placeholders, preview, render, usual_template,
};
use onsite_model::language::Language;
use onsite_model::settings::Brand;
use onsite_model::sheet_content::Provider;

#[test]
fn the_usual_words_pass_their_own_check() {
    for language in LANGUAGES {
        for kind in MailKind::ALL {
            check_template(kind, language, usual_template(kind, language)).unwrap();
            let example = example(kind, language);
            let usual = words(&example, language).unwrap();
            let looks = (&example.provider, &Brand::default());
            let again = preview(kind, language, looks, Some(usual_template(kind, language))).unwrap();
            assert_eq!(again, usual, "{kind:?}");
        }
    }
}

#[test]
fn a_preview_is_written_by_its_provider() {
    let provider = Provider {
        name: "Harbour IT".to_owned(),
        address: "1 Quay Street".to_owned(),
        phone: "555 0100".to_owned(),
    };
    let looks = (&provider, &Brand::default());
    for language in LANGUAGES {
        let html = preview(MailKind::Survey, language, looks, None).unwrap().html;
        assert!(html.contains("Harbour IT") && html.contains("555 0100"), "{html}");
        assert!(!html.contains(&example(MailKind::Survey, language).provider.name));
    }
}

#[test]
fn a_template_is_checked_before_it_is_kept() {
    let check = |source: &str| check_template(MailKind::Survey, Language::En, source);
    let whole = |body: &str| {
        format!(
            "{{% extends base %}}{{% block subject %}}S{{% endblock %}}{{% block title %}}T{{% endblock %}}{{% block body %}}{body}{{% endblock %}}"
        )
    };
    check(&whole("{{ visit.client_name }}")).unwrap();
    for bad in [
        whole("{{ visit.clientname }}"),
        whole("{{ nobody }}"),
        whole("{% if %}"),
        whole("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}"),
        whole("{% include '/etc/passwd' %}"),
        "only words".to_owned(),
    ] {
        assert!(check(&bad).is_err(), "{bad}");
    }
}

#[test]
fn every_placeholder_told_of_can_be_used() {
    for kind in MailKind::ALL {
        let names = placeholders(kind);
        assert!(names.len() > 5, "{kind:?}: {names:?}");
        let all: String = names.iter().map(|name| format!("{{{{ {name} }}}} ")).collect();
        let source = format!(
            "{{% extends base %}}{{% block subject %}}S{{% endblock %}}{{% block title %}}T{{% endblock %}}{{% block body %}}{all}{{% endblock %}}"
        );
        check_template(kind, Language::En, &source).unwrap_or_else(|error| panic!("{kind:?}: {error}"));
    }
}

#[test]
fn own_words_and_looks_are_in_the_mail_and_facts_stay_escaped() {
    let source = "{% extends base %}{% block subject %}Tell us, {{ visit.client_name }}{% endblock %}{% block title %}How was it?{% endblock %}{% block body %}{% call parts.say() %}{{ visit.site_name }}{% endcall %}{% endblock %}";
    let brand = Brand {
        colour: Some("#aa3311".to_owned()),
        logo: Some(vec![0x89, b'P', b'N', b'G']),
    };
    let mut survey = mail(MailKind::Survey);
    if let onsite_mail::Content::Survey(content) = &mut survey.content {
        content.visit.site_name = "<b>Yard</b>".to_owned();
    }
    let rendered = render(&survey, Language::En, &brand, Some(source)).unwrap();
    assert!(rendered.subject.starts_with("Tell us, "));
    assert!(rendered.html.contains("#aa3311") && rendered.html.contains("cid:logo"));
    assert!(rendered.html.contains("&lt;b&gt;Yard") && !rendered.html.contains("<b>Yard"));
    let mut out = outgoing(MailKind::Survey, Language::En);
    out.rendered = rendered;
    let wire = String::from_utf8(message(&out).unwrap().formatted()).unwrap();
    assert!(wire.contains("multipart/related") && wire.contains("Content-ID: <logo>"));
}

#[test]
fn a_template_that_fits_no_more_gives_way_to_the_usual_words() {
    let broken = "{% extends base %}{% block subject %}{{ gone }}{% endblock %}";
    let mail = mail(MailKind::Survey);
    let rendered = render(&mail, Language::En, &Brand::default(), Some(broken)).unwrap();
    assert_eq!(rendered, words(&mail, Language::En).unwrap());
}
