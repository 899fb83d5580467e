//! Pages behind mailed links: in whose language they are, and that looking uses nothing up.
use crate::world::{Person, World, id, on_each_database, text};
use chrono::TimeDelta;
use onsite_model::role::Role;
use onsite_services::link::{self, Purpose};
use serde_json::{Value, json};

/// A link of this purpose to a row.
fn link(world: &World, purpose: Purpose, row: &Value) -> String {
    let row = id(row);
    let (token, _) = world.write(move |tx, cause| link::issue(tx, cause, purpose, row));
    let place = match purpose {
        Purpose::Survey => "survey",
        Purpose::Briefing => "briefing",
        Purpose::Sign => "sign",
    };
    format!("/{place}/{token}")
}

/// The callback of a visit whose contact reads Chinese.
fn callback(world: &World, admin: &Person, technician: &Person) -> (Value, Value) {
    let places = world.places(admin, Some(technician));
    let contact = json!({ "client_id": places.client["id"], "name": "陈喆", "language": "zh-CN" });
    let contact = world.add(admin, "contacts", contact);
    let seen = world.read(admin, "visits", &places.visit["id"]);
    world
        .call("PATCH", &format!("/v1/visits/{}", text(&places.visit["id"])))
        .by(admin)
        .if_match(text(&seen["version"]))
        .json(&json!({ "fields": { "contact_id": contact["id"] } }))
        .send()
        .ok(200);
    let fields = json!({ "visit_id": places.visit["id"], "due_at": world.now() });
    let callback = world.add(admin, "callbacks", fields);
    (callback, places.visit)
}

fn answer(world: &World, path: &str) -> crate::call::Answer {
    world
        .call("POST", path)
        .bytes("application/x-www-form-urlencoded", "score=5&comment=good")
        .send()
}

#[test]
fn a_survey_speaks_its_readers_language_and_is_answered_once() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let (callback, visit) = callback(world, &admin, &technician);
        let path = link(world, Purpose::Survey, &callback["id"]);
        let look = |path: &str, heard: &str| {
            let page = world.call("GET", path).header("Accept-Language", heard).send();
            (page.status, page.text())
        };
        // The contact's language, whatever the browser asks for; another one where the reader wants it.
        for heard in ["en", "zh-CN", ""] {
            let (status, page) = look(&path, heard);
            assert_eq!(status, 200);
            assert!(
                page.contains("lang=\"zh-CN\"") && page.contains("您对本次上门服务是否满意"),
                "{page}"
            );
            assert!(page.contains("href=\"?lang=en\""), "{page}");
        }
        let english = format!("{path}?lang=en&from=singlemessage");
        let (_, page) = look(&english, "zh-CN");
        assert!(
            page.contains("How satisfied are you") && page.contains("href=\"?lang=zh-CN\""),
            "{page}"
        );
        // Nothing was used up by looking, and what can't be taken uses nothing up either: the page comes again, in its
        // reader's language, with what was typed.
        for (path, form, said) in [
            (
                &path,
                "score=9&comment=%3Cb%3E%E4%B8%8D%E9%94%99".to_owned(),
                "请选择 1 到 5 的分数",
            ),
            (
                &english,
                "comment=%3Cb%3E%E4%B8%8D%E9%94%99".to_owned(),
                "choose a number from 1 to 5",
            ),
            (
                &english,
                "score=none&comment=%3Cb%3E%E4%B8%8D%E9%94%99".to_owned(),
                "from 1 to 5",
            ),
            (
                &english,
                format!("score=4&comment=%3Cb%3E%E4%B8%8D%E9%94%99{}", "x".repeat(20_000)),
                "too long",
            ),
        ] {
            let send = world
                .call("POST", path)
                .bytes("application/x-www-form-urlencoded", form.as_bytes());
            let again = send.send();
            assert_eq!(again.status, 422, "{form:.40}");
            assert!(again.header("content-type").starts_with("text/html"));
            let page = again.text();
            assert!(
                page.contains("role=\"alert\"") && page.contains(said),
                "{page:.2000}"
            );
            assert!(page.contains("&lt;b&gt;不错"), "{page:.2000}");
            assert_eq!(
                page.contains("value=\"4\" required checked"),
                form.starts_with("score=4")
            );
        }
        assert!(answer(world, &path).text().contains("感谢您的评价"));
        let (status, page) = look(&path, "en");
        assert_eq!(status, 410);
        assert!(page.contains("已提交"), "{page}");
        assert!(look(&english, "zh-CN").1.contains("Already answered"));
        assert!(answer(world, &english).text().contains("Already answered"));

        // A link nobody sent is explained in the browser's language.
        assert!(look("/survey/unknown", "zh-CN").1.contains("链接无效"));
        assert!(look("/survey/unknown", "en").1.contains("Unknown link"));
        // A used link is told of before what is wrong with an answer.
        let late = world
            .call("POST", &english)
            .bytes("application/x-www-form-urlencoded", "score=9")
            .send();
        assert_eq!(
            (late.status, late.text().contains("Already answered")),
            (410, true)
        );

        // A briefing is for the technician, who reads English.
        let briefing = link(world, Purpose::Briefing, &visit["id"]);
        assert!(look(&briefing, "zh-CN").1.contains("I have read the briefing"));
        let stands = world.read(&admin, "visits", &visit["id"]);
        assert_eq!(stands["fields"].get("mail_read_at"), None);
    });
}

#[test]
fn a_link_that_ran_out_says_so_in_the_language_of_whom_it_was_sent_to() {
    let world = World::sqlite();
    let admin = world.admin();
    let technician = world.person("tech@example.com", Role::Technician);
    let (callback, _) = callback(&world, &admin, &technician);
    let path = link(&world, Purpose::Survey, &callback["id"]);
    world.pass(TimeDelta::days(31));
    let page = world.call("GET", &path).header("Accept-Language", "en").send();
    assert_eq!(page.status, 410);
    assert!(page.text().contains("链接已过期"));
    assert!(answer(&world, &path).text().contains("链接已过期"));
}
