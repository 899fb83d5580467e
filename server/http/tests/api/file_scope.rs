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
