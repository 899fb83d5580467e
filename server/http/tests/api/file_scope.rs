//! Whom an upload belongs to, and whose bytes reach a record.
use crate::files::{BODY, File, NOTHING, asked, crew, offset, photo};
use crate::world::{on_each_database, text};
use onsite_model::role::Role;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

#[test]
fn an_upload_is_its_users_own() {
    on_each_database(|world| {
        let (admin, technician, places) = crew(world);
        let file = File::new(world, photo(80, 1));
        file.push_record(world, &technician, &places.visit["id"]);
        let upload = file.begun(world, &technician);
        let unknown = format!("/v1/files/{NOTHING}");
        let as_admin = |method: &str, path: &str| {
            let call = asked(&world.url, &admin, method, path).header("Upload-Offset", "0");
            let mut refused = call.bytes(BODY, "x").send().refused(ErrorCode::NotFound);
            refused["request_id"].take();
            refused
        };
        for method in ["GET", "PATCH", "DELETE"] {
            assert_eq!(as_admin(method, &upload), as_admin(method, &unknown), "{method}");
        }
        assert_eq!(offset(&world.url, &technician, &upload), 0);
    });
}

#[test]
fn bytes_for_a_record_out_of_reach_are_taken_like_those_of_an_unknown_one_and_never_attached() {
    on_each_database(|world| {
        let (admin, technician, places) = crew(world);
        let far = world.asset(&admin, &places.elsewhere, "far");
        let file = File::new(world, photo(80, 1));
        file.push_record(world, &admin, &far["id"]);
        let stray = File::new(world, photo(80, 2));
        for file in [&file, &stray] {
            let answer = file.sent(world, &technician);
            answer.ok(201);
            let upload = answer.header("location").to_owned();
            let mut progress = asked(&world.url, &technician, "GET", &upload).send().ok(200);
            assert_eq!(progress["attached"].take(), json!(false));
        }
        assert_eq!(file.record(world, &admin)["stored_at"], Value::Null);
        // Announced with other bytes than the record's, it is told no more.
        let other = File {
            attachment: file.attachment,
            bytes: photo(80, 3),
        };
        other.sent(world, &technician).ok(201);
    });
}

#[test]
fn a_photo_taken_in_ones_own_time_may_arrive_after_it() {
    on_each_database(|world| {
        let (admin, technician, places) = crew(world);
        let second = world.person("second@example.com", Role::Technician);
        let file = File::new(world, photo(80, 1));
        file.push_record(world, &technician, &places.visit["id"]);
        let visit = world.read(&admin, "visits", &places.visit["id"]);
        let path = format!("/v1/visits/{}/assign", text(&visit["id"]));
        let call = world.call("POST", &path).by(&admin).key("again");
        let call = call.if_match(text(&visit["version"]));
        call.json(&json!({ "technician_id": second.user })).send().ok(200);
        file.sent(world, &technician).ok(201);
        assert_eq!(file.content(world, &second), file.bytes);
    });
}

#[test]
fn a_client_and_a_site_have_photos_that_whoever_holds_them_sees() {
    on_each_database(|world| {
        let (admin, technician, places) = crew(world);
        let seen = |file: &File| {
            let path = format!("/v1/attachments/{}/content", file.attachment);
            world.call("GET", &path).by(&technician).send()
        };
        for (n, (owner, held)) in (1..).zip([
            (&places.client, true),
            (&places.here, true),
            (&places.elsewhere, false),
        ]) {
            let file = File::new(world, photo(80, n));
            file.push_record(world, &admin, &owner["id"]);
            file.sent(world, &admin).ok(201);
            assert_eq!(file.content(world, &admin), file.bytes);
            let listed = world
                .call("GET", &format!("/v1/attachments?owner={}", text(&owner["id"])))
                .by(&admin)
                .send()
                .ok(200);
            assert_eq!(listed["items"][0]["id"], json!(file.attachment));
            if held {
                assert_eq!(seen(&file).bytes, file.bytes);
            } else {
                seen(&file).refused(ErrorCode::NotFound);
            }
        }
        let taken = File::new(world, photo(80, 9));
        taken.push_record(world, &technician, &places.here["id"]);
        taken.sent(world, &technician).ok(201);
        assert_eq!(taken.content(world, &admin), taken.bytes);
        let refused = world
            .call("POST", "/v1/attachments")
            .by(&admin)
            .key("of a contact")
            .json(&json!({ "fields": {
                "owner_id": admin.user, "file_name": "a.jpg", "media_type": "image/jpeg", "size": 1,
                "sha256": "0".repeat(64),
            } }));
        assert_eq!(refused.send().refused(ErrorCode::Invalid)["field"], "owner_id");
        // A site goes with its photos.
        let site = world.read(&admin, "sites", &places.elsewhere["id"]);
        let gone = world
            .call("DELETE", &format!("/v1/sites/{}", text(&site["id"])))
            .by(&admin)
            .if_match(text(&site["version"]));
        assert_eq!(gone.send().status, 204);
    });
}
