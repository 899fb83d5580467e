//! Documents among the files: kept as they are, and told from pictures by their bytes.
use crate::files::{File, crew, photo};
use crate::world::{on_each_database, text};
use onsite_files::Sha256Hex;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;

#[test]
fn a_document_is_kept_as_it_is_and_saved_by_who_opens_it() {
    on_each_database(|world| {
        let (admin, technician, places) = crew(world);
        let announce = |bytes: &[u8], media_type: &str| {
            let fields = json!({
                "owner_id": places.visit["id"], "file_name": "网络 plan.pdf", "media_type": media_type,
                "sha256": Sha256Hex::of(bytes).to_string(), "size": bytes.len(),
            });
            let record = world.add(&admin, "attachments", fields);
            File {
                attachment: text(&record["id"]).parse().unwrap(),
                bytes: bytes.to_vec(),
            }
        };
        let plan = announce(b"%PDF-1.7\na plan", "application/pdf");
        plan.sent(world, &admin).ok(201);
        let content = format!("/v1/attachments/{}/content", plan.attachment);
        let answer = world.call("GET", &content).by(&technician).send();
        answer.ok(200);
        assert_eq!(answer.bytes, plan.bytes);
        assert_eq!(answer.header("content-type"), "application/pdf");
        let saved = answer.header("content-disposition");
        assert!(
            saved.starts_with("attachment;") && saved.contains("%E7%BD%91"),
            "{saved}"
        );
        let small = content.replace("content", "thumbnail");
        world
            .call("GET", &small)
            .by(&technician)
            .send()
            .refused(ErrorCode::NotFound);
        // Known by now, so nothing is sent twice.
        let again = announce(&plan.bytes, "application/pdf");
        let answer = again.begin(world, &admin).send();
        assert_eq!(answer.header("upload-offset"), plan.bytes.len().to_string());
        assert_eq!(again.content(world, &technician), plan.bytes);

        for (bytes, said) in [
            (b"%PDF-1.7\nanother".to_vec(), "image/jpeg"),
            (photo(80, 9), "application/pdf"),
        ] {
            let other = announce(&bytes, said);
            let refused = other.sent(world, &admin).refused(ErrorCode::Invalid);
            assert_eq!(refused["field"], "media_type", "{said}");
            assert_eq!(other.record(world, &admin)["stored_at"], Value::Null);
        }
    });
}
