//! A service sheet behind its mailed link: read, remarked on, refused, signed; and links that no longer work.
use crate::call::Answer;
use crate::world::{Person, Places, World, on_each_database, text};
use chrono::TimeDelta;
use onsite_model::role::Role;
use onsite_store::notifications;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;
use sync_protocol::evidence;

const PNG: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

struct Desk<'w> {
    world: &'w World,
    admin: Person,
    sheet: Value,
    content: Value,
    hash: String,
}

/// A visit with a technician and a contact, whose sheet has been shown.
fn desk(world: &World) -> Desk<'_> {
    let admin = world.admin();
    let technician = world.person("tech@example.com", Role::Technician);
    let places: Places = world.places(&admin, Some(&technician));
    let contact = world.add(
        &admin,
        "contacts",
        json!({ "client_id": places.client["id"], "name": "Mei", "phone": "12345", "email": "mei@client.example" }),
    );
    let visit = world.read(&admin, "visits", &places.visit["id"]);
    let fields = json!({ "contact_id": contact["id"], "solution": "Replaced <the> fan & tested." });
    patch(world, &admin, "visits", &visit, fields).ok(200);
    let path = format!("/v1/visits/{}/sheet-draft", text(&visit["id"]));
    let content = world.call("GET", &path).by(&admin).send().ok(200);
    let canonical = evidence::canonical(&content).unwrap();
    let hash = evidence::sheet_hash(&canonical);
    let fields = json!({ "visit_id": visit["id"], "canonical": canonical, "hash": hash });
    let sheet = world.add(&admin, "service-sheets", fields);
    let sheet = patch(
        world,
        &admin,
        "service-sheets",
        &sheet,
        json!({ "status": "presented" }),
    )
    .ok(200);
    Desk {
        world,
        admin,
        sheet,
        content,
        hash,
    }
}

fn patch(world: &World, by: &Person, plural: &str, record: &Value, fields: Value) -> Answer {
    world
        .call("PATCH", &format!("/v1/{plural}/{}", text(&record["id"])))
        .by(by)
        .if_match(text(&record["version"]))
        .json(&json!({ "fields": fields }))
        .send()
}

impl Desk<'_> {
    fn sheet(&self) -> Value {
        self.world.read(&self.admin, "service-sheets", &self.sheet["id"])["fields"].clone()
    }

    /// The path of the newest link that was mailed: the API tells nobody, since whoever has it may sign.
    fn link(&self) -> String {
        let mails = self.mails("sheet_unsigned");
        let told = text(&mails.last().unwrap()["mail"]["content"]["sign_link"]);
        assert_eq!(told, "https://onsite.example/sign/...");
        let mails = self.world.look(|db| {
            Ok(notifications::list(
                db,
                &notifications::Filter::default(),
                None,
                200,
            )?)
        });
        let mail = mails.iter().rfind(|mail| mail.kind == "sheet_unsigned").unwrap();
        let mail: Value = serde_json::from_str(&mail.mail).unwrap();
        let link = text(&mail["content"]["sign_link"]).to_owned();
        link.strip_prefix("https://onsite.example").unwrap().to_owned()
    }

    fn mails(&self, kind: &str) -> Vec<Value> {
        let outbox = self
            .world
            .call("GET", "/v1/notifications?limit=200")
            .by(&self.admin);
        let outbox = outbox.send().ok(200);
        let of_kind = outbox["items"].as_array().unwrap().iter();
        of_kind.filter(|one| one["kind"] == kind).cloned().collect()
    }

    fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(form).unwrap();
        self.world
            .call("POST", path)
            .bytes("application/x-www-form-urlencoded", body)
            .send()
    }

    /// Has a new link mailed to the visit's contact.
    fn send_link(&self, key: &str) -> Answer {
        // Mails are listed in the order of their times.
        self.world.pass(TimeDelta::milliseconds(1));
        let path = format!("/v1/service-sheets/{}/send-link", text(&self.sheet["id"]));
        let call = self.world.call("POST", &path).by(&self.admin).key(key);
        call.json(&json!({})).send()
    }

    fn sign(&self, path: &str, hash: &str) -> Answer {
        let form = [
            ("action", "sign"),
            ("name", "Wang Mei"),
            ("role", "Office manager"),
            ("hash", hash),
            ("strokes", "[[[0.1,0.2],[0.5,0.25]],[[0.6,0.7]]]"),
            ("png", PNG),
            ("consent", "yes"),
        ];
        self.post(path, &form)
    }
}

/// Every text of a sheet that a reader can see.
fn said(value: &Value, name: &str, found: &mut Vec<String>) {
    const NOT_LITERAL: [&str; 8] = [
        "format",
        "sheet_id",
        "visit_id",
        "language",
        "started_at",
        "finished_at",
        "visit_kind",
        "at",
    ];
    match value {
        _ if NOT_LITERAL.contains(&name) => {}
        Value::Object(fields) => fields.iter().for_each(|(name, value)| said(value, name, found)),
        Value::Array(list) => list.iter().for_each(|value| said(value, name, found)),
        Value::String(text) => found.push(text.clone()),
        _ => {}
    }
}

#[test]
fn an_absent_client_reads_remarks_refuses_and_signs_after_all() {
    on_each_database(|world| {
        let desk = desk(world);
        let absent = json!({ "status": "absent", "reason": "Left early." });
        patch(world, &desk.admin, "service-sheets", &desk.sheet, absent).ok(200);
        let path = desk.link();

        // Looking changes nothing, however often and by whatever program.
        for method in ["GET", "HEAD", "GET"] {
            assert_eq!(world.call(method, &path).send().status, 200);
        }
        let page = world.call("GET", &path).send();
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("script-src 'self';") && !policy.contains("unsafe"),
            "{policy}"
        );
        let mut texts = Vec::new();
        said(&desk.content, "", &mut texts);
        assert!(texts.len() > 8, "{texts:?}");
        let page = page.text();
        let escape = |text: &str| {
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('/', "&#x2f;")
        };
        for text in texts {
            assert!(page.contains(&escape(&text)), "{text} is not in\n{page}");
        }
        let groups: Vec<&str> = (0..4).map(|n| &desk.hash[4 * n..4 * n + 4]).collect();
        assert!(page.contains(&groups.join(" ")));
        let script = page.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
        world.call("GET", script).send().ok(200);

        desk.post(&path, &[("action", "remark"), ("words", "The date is wrong.")])
            .ok(200);
        assert_eq!(desk.sheet()["remark"], "The date is wrong.");
        assert_eq!(
            desk.post(&path, &[("action", "refuse"), ("words", " ")]).status,
            400
        );
        desk.post(&path, &[("action", "refuse"), ("words", "Not what was agreed.")])
            .ok(200);
        assert_eq!(desk.sheet()["status"], "refused");
        assert_eq!(desk.sheet()["reason"], "Not what was agreed.");
        // The technician, who is told, has the visit in the app and not in the console.
        let told = desk.mails("sheet_answered");
        assert_eq!(told.len(), 2);
        let visit = format!("https://onsite.example/#/visits/{}", text(&told[0]["visit_id"]));
        assert_eq!(told[0]["mail"]["content"]["link"], visit);
        // Refused twice says so, and the link goes on working.
        assert_eq!(
            desk.post(&path, &[("action", "refuse"), ("words", "No.")]).status,
            400
        );

        assert_eq!(desk.sign(&path, &"0".repeat(64)).status, 400);
        assert_eq!(desk.sheet()["status"], "refused");
        desk.sign(&path, &desk.hash).ok(200);
        let sheet = desk.sheet();
        assert_eq!(sheet["status"], "signed");
        assert!(sheet["seal"].is_string() && sheet["sealed_at"].is_string());
        let query = format!("/v1/signatures?parent={}", text(&desk.sheet["id"]));
        let signatures = world.call("GET", &query).by(&desk.admin).send().ok(200);
        let signature = &signatures["items"][0]["fields"];
        assert_eq!(signature["signer_name"], "Wang Mei");
        assert_eq!(signature.get("flaw"), None);
        let payload: Value = serde_json::from_str(text(&signature["payload"])).unwrap();
        let token = path.strip_prefix("/sign/").unwrap();
        assert_eq!(payload["nonce"], evidence::sha256_hex(token.as_bytes()));
        assert_eq!(payload["sheet_hash"], desk.hash);
        let verified = world
            .call("GET", &format!("/v1/verifications/{}", desk.hash))
            .send()
            .ok(200);
        assert_eq!(
            (&verified["seal_fits"], &verified["content_fits"]),
            (&json!(true), &json!(true))
        );
        assert_eq!(verified["signers"][0].get("flaw"), Some(&Value::Null));
        assert_eq!(desk.mails("signed_sheet").len(), 1);
        assert_eq!(desk.mails("survey").len(), 1, "asked once, not at every outcome");

        // A used link says so, to both.
        let again = world.call("GET", &path).send();
        assert_eq!(again.status, 410);
        assert!(again.text().contains("Already signed"));
        assert_eq!(desk.sign(&path, &desk.hash).status, 410);
        let audit = world
            .call("GET", "/v1/audit-entries?limit=200")
            .by(&desk.admin)
            .send()
            .ok(200);
        let entry = audit["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["action"] == "sheet_signed_by_link");
        assert_eq!(entry.unwrap()["detail"]["from"]["address"], "127.0.0.1");
    });
}

#[test]
fn a_new_link_takes_the_place_of_those_before_it() {
    on_each_database(|world| {
        let mut desk = desk(world);
        let absent = json!({ "status": "absent", "reason": "Left early." });
        patch(world, &desk.admin, "service-sheets", &desk.sheet, absent).ok(200);
        let first = desk.link();
        world.pass(TimeDelta::days(31));
        desk.admin = world.log_in("admin@example.com");
        // The link has run out: the same mail once more would not help.
        let resend = |key: &str, mail: &Value| {
            let path = format!("/v1/notifications/{}/resend", text(&mail["id"]));
            world.call("POST", &path).by(&desk.admin).key(key).send()
        };
        let mails = desk.mails("sheet_unsigned");
        resend("late", &mails[0]).refused(ErrorCode::IllegalTransition);

        let sent = desk.send_link("second").ok(200);
        assert_eq!(sent["recipient"], "mei@client.example");
        let second = desk.link();
        assert_eq!(world.call("GET", &second).send().status, 200);
        resend("soon", desk.mails("sheet_unsigned").last().unwrap()).ok(200);
        desk.send_link("third").ok(200);
        let third = desk.link();
        assert!(first != second && second != third);
        for old in [&first, &second] {
            let page = world.call("GET", old).send();
            assert_eq!(page.status, 410);
            assert!(page.text().contains("newest mail"), "{}", page.text());
            assert_eq!(desk.sign(old, &desk.hash).status, 410);
        }
        assert_eq!(desk.mails("sheet_unsigned").len(), 3);
        // The same request again is answered as it was, and ends nothing.
        desk.send_link("third").ok(200);
        assert_eq!(world.call("GET", &third).send().status, 200);

        // With nobody to send it to, the link that works goes on working.
        let contacts = world.call("GET", "/v1/contacts").by(&desk.admin).send().ok(200);
        let contact = &contacts["items"][0];
        patch(world, &desk.admin, "contacts", contact, json!({ "email": null })).ok(200);
        desk.send_link("nobody").refused(ErrorCode::NotReady);
        desk.sign(&third, &desk.hash).ok(200);
        desk.send_link("signed").refused(ErrorCode::IllegalTransition);
        resend("signed", desk.mails("sheet_unsigned").last().unwrap()).refused(ErrorCode::IllegalTransition);

        let audit = world
            .call("GET", "/v1/audit-entries?limit=200&action=sheet_link_sent")
            .by(&desk.admin)
            .send()
            .ok(200);
        assert_eq!(audit["items"].as_array().unwrap().len(), 2);
        assert_eq!(audit["items"][0]["detail"]["recipient"], "mei@client.example");
    });
}

#[test]
fn a_picture_that_is_none_or_no_strokes_are_no_signature() {
    let world = World::sqlite();
    let desk = desk(&world);
    let sent = desk.send_link("send").ok(200);
    assert_eq!(sent["recipient"], "mei@client.example");
    let path = desk.link();
    let good = |name: &str| match name {
        "action" => "sign",
        "name" => "Mei",
        "hash" => desk.hash.as_str(),
        "strokes" => "[[[0.1,0.2],[0.5,0.25]]]",
        "png" => PNG,
        _ => "yes",
    };
    let fields = ["action", "name", "hash", "strokes", "png", "consent"];
    for (field, bad) in [
        ("png", "data:image/png;base64,AAAA"),
        ("png", "data:image/svg+xml;base64,PHN2Zy8+"),
        ("strokes", "[]"),
        ("strokes", "[[[0.1,2.0],[0.5,0.25]]]"),
        ("strokes", "nonsense"),
        ("name", " "),
        ("consent", "no"),
    ] {
        let form: Vec<(&str, &str)> = fields
            .iter()
            .map(|name| (*name, if *name == field { bad } else { good(name) }))
            .collect();
        assert_eq!(desk.post(&path, &form).status, 400, "{field}: {bad}");
    }
    assert_eq!(desk.sheet()["status"], "presented");
    let form: Vec<(&str, &str)> = fields.iter().map(|name| (*name, good(name))).collect();
    desk.post(&path, &form).ok(200);
    desk.send_link("again").refused(ErrorCode::IllegalTransition);
}

#[test]
fn an_old_link_has_run_out_and_an_unknown_one_says_so() {
    let world = World::sqlite();
    let desk = desk(&world);
    let absent = json!({ "status": "absent", "reason": "Left early." });
    patch(&world, &desk.admin, "service-sheets", &desk.sheet, absent).ok(200);
    let path = desk.link();
    world.pass(TimeDelta::days(31));
    let page = world.call("GET", &path).send();
    assert_eq!(page.status, 410);
    assert!(page.text().contains("Link expired"));
    assert_eq!(desk.sign(&path, &desk.hash).status, 410);
    assert_eq!(world.call("GET", "/sign/unknown").send().status, 404);
}
