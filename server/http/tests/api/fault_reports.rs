//! Faults reported from a device's label by whoever stands before it.
use crate::call::Answer;
use crate::world::{World, on_each_database, text};
use onsite_model::role::Role;
use serde_json::{Value, json};

const BOUNDARY: &str = "----a-boundary";

fn form(fields: &[(&str, &str)], photo: Option<&[u8]>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x.jpg\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend(head.into_bytes());
    body.extend(photo.unwrap_or_default());
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    body
}

fn report(world: &World, from: &str, fields: &[(&str, &str)], photo: Option<&[u8]>) -> Answer {
    world
        .call("POST", "/a/OS-000127")
        .header("X-Forwarded-For", from)
        .bytes(
            &format!("multipart/form-data; boundary={BOUNDARY}"),
            form(fields, photo),
        )
        .send()
}

const GOOD: [(&str, &str); 4] = [
    ("words", "It smells burnt.\r\nPlease hurry."),
    ("name", "Li Lei"),
    ("phone", "138 0000 0000"),
    ("email", "li@client.example"),
];

fn tickets(world: &World, by: &crate::world::Person) -> Vec<Value> {
    let found = world.call("GET", "/v1/tickets").by(by).send().ok(200);
    found["items"].as_array().unwrap().clone()
}

#[test]
fn a_fault_becomes_a_ticket_with_its_photo_and_a_receipt() {
    on_each_database(|world| {
        let admin = world.admin();
        let dispatcher = world.person("desk@example.com", Role::Dispatcher);
        let places = world.places(&admin, None);
        let fields = json!({ "site_id": places.here["id"], "kind": "ups", "name": "Secret name", "tag": "OS-000127",
                             "serial": "Secret serial", "location": "Secret place" });
        let asset = world.add(&admin, "assets", fields);

        let page = world.call("GET", "/a/OS-000127").send();
        page.ok(200);
        let page = page.text();
        assert!(page.contains("OS-000127") && page.contains("UPS"));
        assert!(
            !page.contains("Secret") && !page.contains("Bright Dental"),
            "{page}"
        );
        assert!(!page.contains("<script"));

        let photo = crate::files::photo(200, 1);
        let page = report(world, "192.0.2.1", &GOOD, Some(&photo));
        page.ok(200);
        assert!(page.text().contains("T-2026-0001"));
        let found = tickets(world, &dispatcher);
        let ticket = &found[0]["fields"];
        assert_eq!(ticket["status"], "new");
        assert_eq!(ticket["asset_ids"], json!([asset["id"]]));
        assert_eq!(ticket["site_id"], places.here["id"]);
        assert_eq!(ticket["reported_by"], "Li Lei, 138 0000 0000");
        assert_eq!(ticket["description"], "It smells burnt.\nPlease hurry.");

        let query = format!("/v1/attachments?parent={}", text(&found[0]["id"]));
        let photos = world.call("GET", &query).by(&dispatcher).send().ok(200);
        let attachment = &photos["items"][0];
        assert!(attachment["fields"]["preview"].is_string());
        let path = format!("/v1/attachments/{}/content", text(&attachment["id"]));
        let kept = world.call("GET", &path).by(&dispatcher).send();
        kept.ok(200);
        assert_eq!(&kept.bytes[..3], &[0xff, 0xd8, 0xff]);

        let outbox = world
            .call("GET", "/v1/notifications?limit=200")
            .by(&admin)
            .send()
            .ok(200);
        let mails = outbox["items"].as_array().unwrap();
        let receipt = mails.iter().find(|one| one["kind"] == "fault_received").unwrap();
        assert_eq!(receipt["recipient"], "li@client.example");
        assert!(!receipt["mail"].to_string().contains("burnt"));
        assert!(!receipt["mail"].to_string().contains("Li Lei"));
    });
}

#[test]
fn what_can_not_be_taken_is_said_and_nothing_is_lost_of_what_was_typed() {
    let world = World::sqlite();
    let admin = world.admin();
    let places = world.places(&admin, None);
    let fields = json!({ "site_id": places.here["id"], "kind": "ups", "name": "UPS", "tag": "OS-000127" });
    world.add(&admin, "assets", fields);
    let mut bad = GOOD;
    bad[3] = ("email", "nonsense");
    let answer = report(&world, "192.0.2.1", &bad, None);
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("It smells burnt."));
    let answer = report(&world, "192.0.2.1", &GOOD, Some(b"<svg onload=alert(1)>"));
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("picture"));
    assert!(tickets(&world, &admin).is_empty());
    assert_eq!(world.call("GET", "/a/OS-999999").send().status, 404);
}

#[test]
fn one_device_and_one_network_report_only_so_often() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        let fields =
            json!({ "site_id": places.here["id"], "kind": "ups", "name": "UPS", "tag": "OS-000127" });
        world.add(&admin, "assets", fields);
        for nth in 1..=3 {
            report(world, &format!("192.0.2.{nth}"), &GOOD, None).ok(200);
        }
        let refused = report(world, "192.0.2.9", &GOOD, None);
        assert_eq!(refused.status, 429);
        assert!(refused.text().contains("call us"));
        assert_eq!(tickets(world, &admin).len(), 3);
        world.pass(chrono::TimeDelta::hours(1));
        report(world, "192.0.2.9", &GOOD, None).ok(200);
    });
}
