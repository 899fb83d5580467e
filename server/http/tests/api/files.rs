//! Uploads by tus: what its words mean here, whom an upload belongs to, and what becomes of the bytes.
use crate::call::{Answer, Call};
use crate::sync::push;
use crate::world::{Person, Places, UNFINISHED_BYTES, World, on_each_database, text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use onsite_files::Sha256Hex;
use onsite_model::ids::new_id;
use onsite_model::role::Role;
use onsite_store::streams;
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

pub(crate) const BODY: &str = "application/offset+octet-stream";

pub(crate) const NOTHING: &str = "0199a1b2-0000-7000-8000-000000000000";

/// A photo as a phone sends it: without metadata, and of some hundred kilobytes for each hundred pixels of `side`.
pub(crate) fn photo(side: u32, seed: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(side, side, |x, y| {
        let grain = |k: u32| {
            let mixed = (x ^ seed).wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503).wrapping_mul(k);
            (mixed >> 13).to_le_bytes()[0]
        };
        Rgb([grain(1), grain(3), grain(7)])
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode_image(&picture)
        .unwrap();
    onsite_files::photo::strip(&bytes).unwrap()
}

/// The same photo with a comment in it, as a camera leaves it.
fn with_comment(photo: &[u8], comment: &[u8]) -> Vec<u8> {
    let length = u16::try_from(comment.len() + 2).unwrap().to_be_bytes();
    [&photo[..2], &[0xff, 0xfe], &length, comment, &photo[2..]].concat()
}

/// What is sent, and for which attachment.
pub(crate) struct File {
    pub(crate) attachment: Uuid,
    pub(crate) bytes: Vec<u8>,
}

impl File {
    pub(crate) fn new(world: &World, bytes: Vec<u8>) -> File {
        world.pass(TimeDelta::milliseconds(1));
        File {
            attachment: new_id(world.now()),
            bytes,
        }
    }

    fn sha256(&self) -> String {
        Sha256Hex::of(&self.bytes).to_string()
    }

    fn metadata(&self) -> String {
        let (id, sha256) = (self.attachment.to_string(), self.sha256());
        format!(
            "filename {},attachment_id {},sha256 {}",
            STANDARD.encode("鼓.jpg"),
            STANDARD.encode(id),
            STANDARD.encode(sha256)
        )
    }

    /// The attachment's record, whose id is given by who makes it, as a phone does.
    pub(crate) fn push_record(&self, world: &World, by: &Person, owner: &Value) {
        let fields = json!({
            "owner_id": owner, "file_name": "drum.jpg", "media_type": "image/jpeg",
            "sha256": self.sha256(), "size": self.bytes.len(),
        });
        let stream = by.stream;
        let stands = world.look(move |db| Ok(streams::get(db, stream)?.unwrap()));
        let operation = json!({ "n": stands.last_n + 1, "op": {
            "id": new_id(world.now()), "entity": "attachment", "row": self.attachment, "kind": "create",
            "base": "0.0", "set": fields, "occurred_at": world.now(),
        }});
        let answer = push(world, by, &[operation]);
        assert_eq!(answer["receipts"][0]["outcome"], "applied", "{answer}");
    }

    /// The request that begins its upload.
    pub(crate) fn begin(&self, world: &World, by: &Person) -> Call {
        world
            .call("POST", "/v1/files")
            .by(by)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", &self.bytes.len().to_string())
            .header("Upload-Metadata", &self.metadata())
    }

    /// Begins its upload and returns where it is.
    #[track_caller]
    pub(crate) fn begun(&self, world: &World, by: &Person) -> String {
        let answer = self.begin(world, by).send();
        answer.ok(201);
        answer.header("location").to_owned()
    }

    /// Sends all of it at once.
    pub(crate) fn sent(&self, world: &World, by: &Person) -> Answer {
        self.begin(world, by).bytes(BODY, self.bytes.clone()).send()
    }

    /// The attachment as somebody sees it.
    #[track_caller]
    pub(crate) fn record(&self, world: &World, by: &Person) -> Value {
        world.read(by, "attachments", &json!(self.attachment))["fields"].take()
    }

    #[track_caller]
    pub(crate) fn content(&self, world: &World, by: &Person) -> Vec<u8> {
        let answer = world
            .call("GET", &format!("/v1/attachments/{}/content", self.attachment))
            .by(by)
            .send();
        answer.ok(200);
        answer.bytes
    }
}

pub(crate) fn asked(server: &str, by: &Person, method: &str, upload: &str) -> Call {
    Call::new(server, method, upload)
        .by(by)
        .header("Tus-Resumable", "1.0.0")
}

pub(crate) fn patch(server: &str, by: &Person, upload: &str, offset: u64, bytes: &[u8]) -> Answer {
    asked(server, by, "PATCH", upload)
        .header("Upload-Offset", &offset.to_string())
        .bytes(BODY, bytes)
        .send()
}

/// Where an upload stands.
#[track_caller]
pub(crate) fn offset(server: &str, by: &Person, upload: &str) -> u64 {
    let answer = asked(server, by, "HEAD", upload).send();
    answer.ok(200);
    answer.header("upload-offset").parse().unwrap()
}

/// A technician at a site, and the office.
pub(crate) fn crew(world: &World) -> (Person, Person, Places) {
    let admin = world.admin();
    let technician = world.person("tech@example.com", Role::Technician);
    let places = world.places(&admin, Some(&technician));
    (admin, technician, places)
}

#[test]
fn the_server_says_what_it_speaks() {
    let world = World::sqlite();
    let answer = world.call("OPTIONS", "/v1/files").send();
    answer.ok(204);
    assert_eq!(answer.header("tus-version"), "1.0.0");
    assert_eq!(answer.header("tus-max-size"), "20000000");
    assert_eq!(answer.header("tus-checksum-algorithm"), "sha1,sha256");
    for extension in [
        "creation",
        "creation-with-upload",
        "checksum",
        "expiration",
        "termination",
    ] {
        assert!(
            answer
                .header("tus-extension")
                .split(',')
                .any(|one| one == extension)
        );
    }
}

#[test]
fn every_answer_names_the_version_and_every_request_must() {
    let world = World::sqlite();
    let (_, technician, _) = crew(&world);
    let file = File::new(&world, photo(40, 1));
    let upload = file.begun(&world, &technician);
    for (method, path) in [
        ("POST", "/v1/files"),
        ("HEAD", &upload),
        ("GET", &upload),
        ("PATCH", &upload),
        ("POST", &upload),
        ("DELETE", &upload),
    ] {
        for version in [None, Some("0.2.2")] {
            let mut call = world
                .call(method, path)
                .by(&technician)
                .header("X-HTTP-Method-Override", "PATCH");
            if let Some(version) = version {
                call = call.header("Tus-Resumable", version);
            }
            let answer = call.send();
            assert_eq!(answer.status, 412, "{method} {path}");
            assert_eq!(answer.header("tus-resumable"), "1.0.0");
            assert_eq!(answer.header("tus-version"), "1.0.0");
        }
    }
    let unknown = asked(&world.url, &technician, "HEAD", &format!("/v1/files/{NOTHING}")).send();
    assert_eq!((unknown.status, unknown.header("tus-resumable")), (404, "1.0.0"));
}

#[test]
fn an_upload_goes_on_in_pieces_and_tells_where_it_stands() {
    on_each_database(|world| {
        let (_, technician, places) = crew(world);
        let file = File::new(world, photo(120, 1));
        file.push_record(world, &technician, &places.visit["id"]);
        let answer = file.begin(world, &technician).send();
        answer.ok(201);
        assert_eq!(answer.header("upload-offset"), "0");
        assert!(answer.header("upload-expires").ends_with("GMT"));
        let upload = answer.header("location").to_owned();
        let (first, rest) = file.bytes.split_at(1000);
        let answer = patch(&world.url, &technician, &upload, 0, first);
        answer.ok(204);
        assert_eq!(answer.header("upload-offset"), "1000");

        let head = asked(&world.url, &technician, "HEAD", &upload).send();
        head.ok(200);
        assert_eq!(head.header("upload-offset"), "1000");
        assert_eq!(head.header("upload-length"), file.bytes.len().to_string());
        assert_eq!(head.header("upload-metadata"), file.metadata());
        assert_eq!(head.header("cache-control"), "no-store");
        assert_eq!(file.record(world, &technician)["stored_at"], Value::Null);

        // By POST, for clients that know no PATCH.
        let answer = asked(&world.url, &technician, "POST", &upload)
            .header("X-HTTP-Method-Override", "PATCH")
            .header("Upload-Offset", "1000")
            .bytes(BODY, rest)
            .send();
        answer.ok(204);
        assert_eq!(answer.header("upload-offset"), file.bytes.len().to_string());
        assert_eq!(file.content(world, &technician), file.bytes);
        let record = file.record(world, &technician);
        assert_eq!(record["stored_sha256"], file.sha256());
        assert_eq!((&record["width"], &record["height"]), (&json!(120), &json!(120)));
        let preview = STANDARD.decode(text(&record["preview"])).unwrap();
        assert!(text(&record["preview"]).len() <= 8_000);
        let shown = image::load_from_memory(&preview).unwrap();
        assert!(shown.width() <= 160 && shown.height() <= 160);
        // The answer to the last request may have been lost.
        assert_eq!(offset(&world.url, &technician, &upload), file.bytes.len() as u64);
    });
}

#[test]
fn requests_that_do_not_fit_the_upload_change_nothing() {
    let world = World::sqlite();
    let (_, technician, _) = crew(&world);
    let file = File::new(&world, photo(60, 1));
    let upload = file.begun(&world, &technician);
    let go_on = |offset: u64, bytes: &[u8]| patch(&world.url, &technician, &upload, offset, bytes);
    go_on(0, &file.bytes[..100]).ok(204);
    for wrong in [0, 99, 101, 1 << 40] {
        assert_eq!(
            go_on(wrong, b"x").refused(ErrorCode::OffsetMismatch)["field"],
            "Upload-Offset"
        );
    }
    go_on(100, &[&file.bytes[100..], b"more"].concat()).refused(ErrorCode::TooLarge);
    let kind = |kind: &str| {
        asked(&world.url, &technician, "PATCH", &upload)
            .header("Upload-Offset", "100")
            .bytes(kind, "x")
            .send()
    };
    kind("application/octet-stream").refused(ErrorCode::UnsupportedMedia);
    let call = asked(&world.url, &technician, "PATCH", &upload).bytes(BODY, "x");
    call.send().refused(ErrorCode::Malformed);
    for sum in ["sha1", "md5 eA==", "sha256 eA=="] {
        let call = asked(&world.url, &technician, "PATCH", &upload).header("Upload-Offset", "100");
        let answer = call.header("Upload-Checksum", sum).bytes(BODY, "x").send();
        assert_eq!(answer.refused(ErrorCode::Malformed)["field"], "Upload-Checksum");
    }
    let call = asked(&world.url, &technician, "POST", &upload).header("X-HTTP-Method-Override", "PUT");
    call.send().refused(ErrorCode::MethodNotAllowed);
    assert_eq!(offset(&world.url, &technician, &upload), 100);
}

#[test]
fn creations_that_are_not_acceptable_are_refused() {
    let world = World::sqlite();
    let (_, technician, places) = crew(&world);
    let file = File::new(&world, photo(40, 1));
    let create = |length: &str, metadata: &str| {
        let call = asked(&world.url, &technician, "POST", "/v1/files").header("Upload-Length", length);
        call.header("Upload-Metadata", metadata).send()
    };
    create("20000001", &file.metadata()).refused(ErrorCode::TooLarge);
    create("0", &file.metadata()).refused(ErrorCode::Invalid);
    create("10", "").refused(ErrorCode::Malformed);
    let sha256 = STANDARD.encode("AB".repeat(32));
    let id = STANDARD.encode(file.attachment.to_string());
    create("10", &format!("attachment_id {id},sha256 {sha256}")).refused(ErrorCode::Invalid);
    let call = asked(&world.url, &technician, "POST", "/v1/files").header("Upload-Defer-Length", "1");
    let answer = call.header("Upload-Metadata", &file.metadata()).send();
    assert_eq!(answer.refused(ErrorCode::Invalid)["field"], "Upload-Defer-Length");
    // The record is known and speaks of other bytes.
    file.push_record(&world, &technician, &places.visit["id"]);
    let other = File {
        bytes: photo(40, 2),
        ..file
    };
    other
        .begin(&world, &technician)
        .send()
        .refused(ErrorCode::Invalid);
}

#[test]
fn a_body_that_is_not_what_its_checksum_says_is_dropped_whole() {
    on_each_database(|world| {
        let (_, technician, _) = crew(world);
        let file = File::new(world, photo(800, 1));
        assert!(file.bytes.len() > 600_000, "more than a part");
        let upload = file.begun(world, &technician);
        let send = |sum: &str, offset: u64, bytes: &[u8]| {
            let call = asked(&world.url, &technician, "PATCH", &upload);
            let call = call.header("Upload-Offset", &offset.to_string());
            call.header("Upload-Checksum", sum).bytes(BODY, bytes).send()
        };
        let sum = |bytes: &[u8]| {
            let hex = Sha256Hex::of(bytes).to_string();
            let digest: Vec<u8> = (0..32)
                .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
                .collect();
            format!("sha256 {}", STANDARD.encode(digest))
        };
        let answer = send(&sum(b"other"), 0, &file.bytes);
        assert_eq!(answer.status, 460);
        answer.refused(ErrorCode::ChecksumMismatch);
        assert_eq!(offset(&world.url, &technician, &upload), 0);
        send(&sum(&file.bytes[..9]), 0, &file.bytes[..9]).ok(204);
        send(&sum(&file.bytes[9..]), 9, &file.bytes[9..]).ok(204);
        assert_eq!(offset(&world.url, &technician, &upload), file.bytes.len() as u64);
    });
}

#[test]
fn bytes_that_come_before_their_record_wait_for_it() {
    on_each_database(|world| {
        let (_, technician, places) = crew(world);
        let file = File::new(world, photo(80, 1));
        let answer = file.sent(world, &technician);
        answer.ok(201);
        assert_eq!(answer.header("upload-offset"), file.bytes.len().to_string());
        let upload = answer.header("location").to_owned();
        let progress = asked(&world.url, &technician, "GET", &upload).send().ok(200);
        assert_eq!(progress["attached"], false);
        file.push_record(world, &technician, &places.visit["id"]);
        assert_eq!(file.content(world, &technician), file.bytes);
        assert!(file.record(world, &technician)["preview"].is_string());
        let progress = asked(&world.url, &technician, "GET", &upload).send().ok(200);
        assert_eq!(progress["attached"], true);
    });
}

#[test]
fn a_file_the_server_knows_is_complete_at_once() {
    on_each_database(|world| {
        let (admin, technician, places) = crew(world);
        let first = File::new(world, photo(80, 1));
        first.push_record(world, &technician, &places.visit["id"]);
        first.sent(world, &technician).ok(201);
        let second = File::new(world, first.bytes.clone());
        second.push_record(world, &technician, &places.visit["id"]);
        // Whoever sends it, and before or after the record.
        let third = File::new(world, first.bytes.clone());
        for (file, by) in [(&second, &technician), (&third, &admin)] {
            let answer = file.begin(world, by).send();
            answer.ok(201);
            assert_eq!(answer.header("upload-offset"), file.bytes.len().to_string());
        }
        third.push_record(world, &technician, &places.visit["id"]);
        // And whether or not its bytes are sent along.
        let answer = third.sent(world, &technician);
        answer.ok(201);
        assert_eq!(answer.header("upload-offset"), third.bytes.len().to_string());
        let stored = first.record(world, &technician);
        for file in [&second, &third] {
            assert_eq!(file.content(world, &technician), file.bytes);
            let record = file.record(world, &technician);
            for field in [
                "stored_sha256",
                "thumbnail_sha256",
                "preview",
                "thumbhash",
                "width",
            ] {
                assert_eq!(record[field], stored[field], "{field}");
            }
        }
        // Announced shorter or longer than it is, it is not that file.
        let call = asked(&world.url, &technician, "POST", "/v1/files").header("Upload-Length", "7");
        let other = File::new(world, first.bytes);
        let answer = call.header("Upload-Metadata", &other.metadata()).send();
        answer.ok(201);
        assert_eq!(answer.header("upload-offset"), "0");
    });
}

#[test]
fn metadata_does_not_stay_in_a_photo() {
    on_each_database(|world| {
        let (_, technician, places) = crew(world);
        let secret = b"taken at home";
        let file = File::new(world, with_comment(&photo(80, 1), secret));
        file.sent(world, &technician).ok(201);
        file.push_record(world, &technician, &places.visit["id"]);
        let kept = file.content(world, &technician);
        assert!(!kept.windows(secret.len()).any(|window| window == secret));
        let record = file.record(world, &technician);
        assert_eq!(record["stored_sha256"], Sha256Hex::of(&kept).to_string());
        assert_ne!(record["stored_sha256"], record["sha256"]);
    });
}

#[test]
fn bytes_that_are_not_what_was_announced_end_the_upload() {
    on_each_database(|world| {
        let (_, technician, places) = crew(world);
        let file = File::new(world, photo(80, 1));
        file.push_record(world, &technician, &places.visit["id"]);
        let upload = file.begun(world, &technician);
        let mut damaged = file.bytes.clone();
        damaged[1000] ^= 1;
        let refused = patch(&world.url, &technician, &upload, 0, &damaged).refused(ErrorCode::Invalid);
        assert_eq!(refused["field"], "sha256");
        asked(&world.url, &technician, "GET", &upload)
            .send()
            .refused(ErrorCode::NotFound);
        assert_eq!(file.record(world, &technician)["stored_at"], Value::Null);
        // Nothing of it is in the way of the right bytes.
        file.sent(world, &technician).ok(201);
        assert_eq!(file.content(world, &technician), file.bytes);
    });
}

#[test]
fn what_is_no_picture_is_refused_as_what_it_is() {
    let world = World::sqlite();
    let (_, technician, _) = crew(&world);
    let whole = photo(80, 1);
    let cut = whole[..whole.len() / 2].to_vec();
    for (bytes, code) in [
        (cut, ErrorCode::Invalid),
        (b"MZ a program".to_vec(), ErrorCode::UnsupportedMedia),
        (b"\xff\xd8\xff\xd9".to_vec(), ErrorCode::Invalid),
    ] {
        File::new(&world, bytes).sent(&world, &technician).refused(code);
    }
}

#[test]
fn an_upload_that_is_given_up_is_gone() {
    on_each_database(|world| {
        let (_, technician, _) = crew(world);
        let file = File::new(world, photo(80, 1));
        for by_post in [false, true] {
            let upload = file.begun(world, &technician);
            patch(&world.url, &technician, &upload, 0, &file.bytes[..50]).ok(204);
            let call = match by_post {
                false => asked(&world.url, &technician, "DELETE", &upload),
                true => {
                    asked(&world.url, &technician, "POST", &upload).header("X-HTTP-Method-Override", "DELETE")
                }
            };
            call.send().ok(204);
            for method in ["GET", "DELETE"] {
                let answer = asked(&world.url, &technician, method, &upload).send();
                answer.refused(ErrorCode::NotFound);
            }
            patch(&world.url, &technician, &upload, 50, b"x").refused(ErrorCode::NotFound);
        }
    });
}

#[test]
fn an_upload_that_is_not_continued_expires_and_one_that_is_does_not() {
    on_each_database(|world| {
        let (_, technician, _) = crew(world);
        let (idle, busy) = (File::new(world, photo(80, 1)), File::new(world, photo(80, 2)));
        let (idle, upload) = (idle.begun(world, &technician), busy.begun(world, &technician));
        world.pass(TimeDelta::days(20));
        let technician = world.log_in("tech@example.com");
        patch(&world.url, &technician, &upload, 0, &busy.bytes[..9]).ok(204);
        world.pass(TimeDelta::days(10));
        let technician = world.log_in("tech@example.com");
        let expired = asked(&world.url, &technician, "GET", &idle).send();
        expired.refused(ErrorCode::UploadExpired);
        patch(&world.url, &technician, &idle, 0, b"x").refused(ErrorCode::UploadExpired);
        assert_eq!(offset(&world.url, &technician, &upload), 9);
    });
}

#[test]
fn what_one_user_may_leave_unfinished_is_limited() {
    on_each_database(|world| {
        let (admin, technician, _) = crew(world);
        let announce = |by: &Person, length: u64, seed: u32| {
            let file = File::new(world, seed.to_le_bytes().to_vec());
            let call =
                asked(&world.url, by, "POST", "/v1/files").header("Upload-Length", &length.to_string());
            call.header("Upload-Metadata", &file.metadata()).send()
        };
        let half = UNFINISHED_BYTES / 2;
        announce(&technician, half, 1).ok(201);
        let second = announce(&technician, half, 2);
        second.ok(201);
        announce(&technician, 1, 3).refused(ErrorCode::QuotaExceeded);
        // Others have a share of their own, and what is given up is free again.
        announce(&admin, half, 4).ok(201);
        asked(&world.url, &technician, "DELETE", second.header("location"))
            .send()
            .ok(204);
        announce(&technician, half, 5).ok(201);
    });
}

#[test]
fn beginning_again_replaces_what_was_begun() {
    on_each_database(|world| {
        let (_, technician, places) = crew(world);
        let file = File::new(world, photo(80, 1));
        let lost = file.begun(world, &technician);
        patch(&world.url, &technician, &lost, 0, &file.bytes[..50]).ok(204);
        let upload = file.begun(world, &technician);
        asked(&world.url, &technician, "GET", &lost)
            .send()
            .refused(ErrorCode::NotFound);
        patch(&world.url, &technician, &upload, 0, &file.bytes).ok(204);
        // Begun once more when the bytes are there: they are not sent again, before or after the record.
        for before in [true, false] {
            let answer = file.begin(world, &technician).send();
            assert_eq!(answer.header("upload-offset"), file.bytes.len().to_string());
            if before {
                file.push_record(world, &technician, &places.visit["id"]);
            }
        }
        assert_eq!(file.content(world, &technician), file.bytes);
    });
}
