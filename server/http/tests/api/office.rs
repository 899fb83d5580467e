//! What admins set and look after: settings, the words of mails, devices, the server's health, the audit log.
use crate::call::Answer;
use crate::sync::push;
use crate::world::{Person, World, on_each_database, text};
use chrono::TimeDelta;
use onsite_model::role::Role;
use onsite_services::audit;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

const LOGO: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn get(world: &World, by: &Person, path: &str) -> Value {
    world.call("GET", path).by(by).send().ok(200)
}

fn patch(world: &World, by: &Person, plural: &str, record: &Value, fields: Value) -> Answer {
    world
        .call("PATCH", &format!("/v1/{plural}/{}", text(&record["id"])))
        .by(by)
        .if_match(text(&record["version"]))
        .json(&json!({ "fields": fields }))
        .send()
}

#[test]
fn settings_take_the_place_of_what_is_configured_and_give_it_back() {
    on_each_database(|world| {
        let admin = world.admin();
        let usual = get(world, &admin, "/v1/settings-in-force");
        assert_eq!(usual["provider"]["name"], "North IT");
        assert_eq!(usual["ticket_number"], "T-{year}-{number:4}");
        assert_eq!(
            (&usual["tag_prefix"], &usual["tag_width"]),
            (&json!("NI-"), &json!(6))
        );
        let provider = json!({ "name": "South IT", "address": "2 Quay", "phone": "555" });
        let fields = json!({ "provider": provider, "logo": LOGO, "colour": "#aa3311",
                             "ticket_number": "WO{number:6}",
                             "complaint_levels": [{ "acknowledge_hours": 1, "resolve_hours": 2 },
                                                  { "acknowledge_hours": 1, "resolve_hours": 2 },
                                                  { "acknowledge_hours": 1, "resolve_hours": 2 }] });
        let settings = world.add(&admin, "settings", fields);
        let now = get(world, &admin, "/v1/settings-in-force");
        assert_eq!(now["provider"], provider);
        assert_eq!(now["sheet_number"], "S-{year}-{number:4}");

        let places = world.places(&admin, None);
        let ticket = world.add(
            &admin,
            "tickets",
            json!({ "client_id": places.client["id"], "title": "x" }),
        );
        assert_eq!(ticket["fields"]["number"], "WO000001");
        let complaint = json!({ "client_id": places.client["id"], "text": "Late." });
        let complaint = world.add(&admin, "complaints", complaint);
        let times = ["opened_at", "due_at"].map(|field| {
            text(&complaint["fields"][field])
                .parse::<chrono::DateTime<chrono::Utc>>()
                .unwrap()
        });
        assert_eq!(times[1] - times[0], TimeDelta::hours(1));

        let page = world.call("GET", "/survey/unknown").send();
        assert!(page.text().contains("South IT") && page.text().contains("/pages/logo.png"));
        let logo = world.call("GET", "/pages/logo.png").send();
        assert_eq!(logo.header("content-type"), "image/png");
        assert!(
            world
                .call("GET", "/pages/brand.css")
                .send()
                .text()
                .contains("#aa3311")
        );

        let cleared = json!({ "provider": null, "logo": null, "colour": null });
        patch(world, &admin, "settings", &settings, cleared).ok(200);
        assert_eq!(
            get(world, &admin, "/v1/settings-in-force")["provider"]["name"],
            "North IT"
        );
        assert_eq!(world.call("GET", "/pages/logo.png").send().status, 404);
        let audit = get(world, &admin, "/v1/audit-entries?action=settings_changed");
        assert_eq!(audit["items"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn settings_that_make_no_sense_are_refused_field_by_field() {
    let world = World::sqlite();
    let admin = world.admin();
    let hours = |acknowledge: u32| json!({ "acknowledge_hours": acknowledge, "resolve_hours": 2 });
    for (field, value) in [
        ("ticket_number", json!("T-{year}")),
        ("ticket_number", json!("{number}-{number}")),
        ("ticket_number", json!("{day}-{number}")),
        ("ticket_number", json!("{month}-{number}")),
        ("ticket_number", json!("{number:12}")),
        ("ticket_number", json!("{number")),
        ("colour", json!("red")),
        ("logo", json!("PHN2Zy8+")),
        ("logo", json!("iVBORw0KGgoAAAANSUhEUgAAE4gAAAABCAYAAAA=")),
        ("complaint_levels", json!([hours(0), hours(1), hours(1)])),
    ] {
        let call = world
            .call("POST", "/v1/settings")
            .by(&admin)
            .key(&format!("{field}-{}", value.to_string().len()));
        let refused = call.json(&json!({ "fields": { field: value } })).send();
        assert_eq!(refused.refused(ErrorCode::Invalid)["field"], field, "{value}");
    }
    let manager = world.person("boss@example.com", Role::Manager);
    let call = world.call("POST", "/v1/settings").by(&manager).key("m");
    call.json(&json!({ "fields": {} }))
        .send()
        .refused(ErrorCode::Forbidden);
}

#[test]
fn words_of_mails_are_tried_kept_and_taken_back() {
    on_each_database(|world| {
        let admin = world.admin();
        let kinds = get(world, &admin, "/v1/mail-kinds");
        let survey = kinds
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["kind"] == "survey")
            .unwrap();
        let names: Vec<&str> = survey["placeholders"]
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect();
        assert!(
            names.contains(&"visit.client_name") && names.contains(&"survey_link"),
            "{names:?}"
        );
        let usual = text(&survey["usual"][0]["source"]);
        let preview = |source: Option<&str>| {
            let wanted = json!({ "kind": "survey", "language": "en", "source": source });
            world
                .call("POST", "/v1/mail-previews")
                .by(&admin)
                .json(&wanted)
                .send()
        };
        assert_eq!(preview(None).ok(200), preview(Some(usual)).ok(200));
        // As it would go out from here, with a logo that the console can show.
        let html = |preview: Answer| text(&preview.ok(200)["html"]).to_owned();
        assert!(html(preview(None)).contains("North IT"));
        let fields = json!({ "provider": { "name": "South IT", "address": "", "phone": "" }, "logo": LOGO });
        world.add(&admin, "settings", fields);
        let branded = html(preview(None));
        assert!(branded.contains("South IT") && !branded.contains("North IT"));
        assert!(branded.contains("src=\"/pages/logo.png\"") && !branded.contains("cid:"));
        let own = usual.replace("{% block subject %}", "{% block subject %}Dear client: ");
        assert!(text(&preview(Some(&own)).ok(200)["subject"]).starts_with("Dear client: "));
        let bad = preview(Some(&usual.replace("visit.", "vist.")));
        assert_eq!(bad.refused(ErrorCode::Invalid)["field"], "source");

        let add = |source: &str, kind: &str, key: &str| {
            let fields = json!({ "kind": kind, "language": "en", "source": source });
            let call = world.call("POST", "/v1/mail-templates").by(&admin).key(key);
            call.json(&json!({ "fields": fields })).send()
        };
        add("{{ nothing }}", "survey", "a").refused(ErrorCode::Invalid);
        add(usual, "nonsense", "b").refused(ErrorCode::Invalid);
        let template = add(&own, "survey", "c").ok(201);
        assert!(text(&preview(None).ok(200)["subject"]).starts_with("Dear client: "));
        let path = format!("/v1/mail-templates/{}", text(&template["id"]));
        let gone = world
            .call("DELETE", &path)
            .by(&admin)
            .if_match(text(&template["version"]));
        assert_eq!(gone.send().status, 204);
        assert!(!text(&preview(None).ok(200)["subject"]).starts_with("Dear client: "));
    });
}

#[test]
fn devices_tell_what_they_have_and_learn_that_they_are_to_forget() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let device = || {
            let all = get(world, &admin, "/v1/devices?everybody=true");
            let mut all = all.as_array().unwrap().clone();
            all.retain(|one| one["user_id"] == json!(technician.user));
            all.remove(0)
        };
        assert_eq!(device()["report"], Value::Null);
        let standing = json!({ "app_version": "0.9", "unsent": 7, "oldest_unsent_at": world.now() });
        crate::sync::push_with(world, &technician, &[], standing);
        let report = device()["report"].clone();
        assert_eq!(
            (&report["app_version"], &report["unsent"]),
            (&json!("0.9"), &json!(7))
        );
        // What can't be read of it costs no work.
        crate::sync::push_with(world, &technician, &[], json!("nonsense"));
        assert_eq!(device()["report"]["unsent"], 7);

        assert_eq!(device()["wipe"], Value::Null);
        let path = format!("/v1/devices/{}/wipe", technician.device);
        let ordered = world.call("POST", &path).by(&admin).key("wipe").send().ok(200);
        assert_eq!(ordered["has_key"], true);
        assert_eq!(device()["wipe"]["delivered_at"], Value::Null);
        world.pass(TimeDelta::minutes(5));
        let answer = push(world, &technician, &[]);
        assert_eq!(answer["wipe"]["device"], json!(technician.device));
        let wipe = device()["wipe"].clone();
        let delivered: chrono::DateTime<chrono::Utc> = text(&wipe["delivered_at"]).parse().unwrap();
        assert_eq!(delivered, world.now());
    });
}

#[test]
fn health_is_told_in_numbers_and_names_what_is_wrong() {
    on_each_database(|world| {
        let admin = world.admin();
        let health = get(world, &admin, "/v1/health/details");
        let troubles: Vec<&str> = health["troubles"].as_array().unwrap().iter().map(text).collect();
        assert_eq!(troubles, ["no_backup", "mail_not_configured"]);
        assert_eq!(health["mail"]["configured"], false);
        assert_eq!(
            (&health["quarantine"], &health["open_conflicts"]),
            (&json!(0), &json!(0))
        );
        assert!(["sqlite", "postgres"].contains(&text(&health["database"])));

        world.hire("boss@example.com", Role::Manager);
        let places = world.places(&admin, None);
        world.add(
            &admin,
            "complaints",
            json!({ "client_id": places.client["id"], "text": "Late." }),
        );
        world.pass(TimeDelta::hours(2));
        let admin = world.log_in("admin@example.com");
        let health = get(world, &admin, "/v1/health/details");
        assert_eq!(health["mail"]["due"], 1);
        assert!(
            health["troubles"]
                .as_array()
                .unwrap()
                .contains(&json!("mail_late"))
        );
    });
}

#[test]
fn the_audit_log_is_searched_and_read_from_either_end() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        let before = world.now();
        world.pass(TimeDelta::minutes(1));
        for n in 0..3 {
            let fields = json!({ "client_id": places.client["id"], "text": format!("Late {n}.") });
            world.add(&admin, "complaints", fields);
        }
        let opened = get(
            world,
            &admin,
            "/v1/audit-entries?action=complaint_opened&newest=true&limit=2",
        );
        let seqs = |page: &Value| -> Vec<u64> {
            let items = page["items"].as_array().unwrap();
            items.iter().map(|one| one["seq"].as_u64().unwrap()).collect()
        };
        let first = seqs(&opened);
        assert!(first[0] > first[1]);
        let next = format!(
            "/v1/audit-entries?action=complaint_opened&newest=true&limit=2&after={}",
            text(&opened["next"])
        );
        let rest = get(world, &admin, &next);
        assert_eq!(seqs(&rest).len(), 1);
        assert!(seqs(&rest)[0] < first[1]);
        assert_eq!(rest.get("next"), None);
        let subject = &opened["items"][0]["subject_id"];
        let of_one = get(
            world,
            &admin,
            &format!("/v1/audit-entries?subject={}", text(subject)),
        );
        assert_eq!(seqs(&of_one), [first[0]]);
        let by = get(
            world,
            &admin,
            &format!("/v1/audit-entries?user={}&action=complaint_opened", admin.user),
        );
        assert_eq!(seqs(&by).len(), 3);
        let stamp = before.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let early = get(
            world,
            &admin,
            &format!("/v1/audit-entries?action=complaint_opened&until={stamp}"),
        );
        assert_eq!(seqs(&early).len(), 0);
        for address in ["a_b%c@example.com", "azbzc@example.com"] {
            let detail = json!({ "email": address, "source": "192.0.2.1" });
            world.write(move |tx, cause| audit::record(tx, cause, "logins_throttled", Uuid::nil(), &detail));
        }
        let throttled = |words: &str| {
            let found = get(world, &admin, &format!("/v1/audit-entries?q={words}"));
            let told = found["items"].as_array().unwrap().iter();
            told.map(|one| text(&one["detail"]["email"]).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(throttled("192.0.2.1%20A_B%25C"), ["a_b%c@example.com"]);
        assert_eq!(throttled("example.com%20192.0").len(), 2);
        assert_eq!(throttled("example.com%20nowhere").len(), 0);
        let actions = get(world, &admin, "/v1/audit-actions");
        assert!(actions.as_array().unwrap().contains(&json!("complaint_opened")));
    });
}
