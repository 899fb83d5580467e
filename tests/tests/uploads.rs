//! The server is killed again and again while a phone uploads photos: each arrives byte for byte, and the phone never has
//! to send again what was acknowledged.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use onsite_files::scratch::Place;
use onsite_model::attachment::Attachment;
use onsite_model::ids::new_id;
use onsite_model::visit::Visit;
use onsite_tests::live::{Pocket, Server};
use onsite_tests::{Database, Kind};
use std::collections::BTreeMap;
use std::path::Path;
use sync_protocol::evidence;
use uuid::Uuid;

const PASSWORD: &str = "onsite demo 2026";

const KILLS: usize = 6;

/// A photo of some megabytes, so that a kill falls into it.
fn photo() -> Vec<u8> {
    let picture = RgbImage::from_fn(2400, 1800, |x, y| {
        let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).to_le_bytes();
        Rgb([grain[1], grain[2], grain[3]])
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode_image(&picture)
        .expect("a photo");
    onsite_files::photo::strip(&bytes).expect("without metadata")
}

fn start(folder: &Path, arguments: &[String]) -> Server {
    let data = folder.join("data").to_string_lossy().into_owned();
    let mut all = vec!["demo", "--dir", data.as_str()];
    all.extend(arguments.iter().map(String::as_str));
    Server::start(&all, &[], &folder.join("server.log")).expect("the server starts")
}

/// The configuration that keeps files in a place.
fn configured(folder: &Path, place: &Place, database: Option<&str>) -> Vec<String> {
    let mut lines = vec![format!(
        "database = {:?}",
        database.map_or_else(
            || format!("sqlite:{}", folder.join("onsite.db").display()),
            str::to_owned
        )
    )];
    match place {
        Place::Folder(files) => lines.push(format!("files = {:?}", files.path())),
        Place::S3(s3) => {
            let (id, secret) = s3.key.clone().expect("a key");
            let file = folder.join("s3-secret");
            std::fs::write(&file, secret).expect("the secret is written");
            lines.push(format!(
                "[s3]\nbucket = {:?}\nendpoint = {:?}\nprefix = {:?}\naccess_key_id = {id:?}\nsecret_key_file = {file:?}",
                s3.bucket,
                s3.endpoint.clone().expect("an endpoint"),
                s3.prefix,
            ));
        }
    }
    let path = folder.join("onsite.toml");
    std::fs::write(&path, lines.join("\n")).expect("the configuration is written");
    vec!["--config".to_owned(), path.to_string_lossy().into_owned()]
}

fn attach(phone: &mut Pocket, visit: Uuid, bytes: &[u8]) -> Uuid {
    let now = phone.now();
    let attachment = Attachment {
        owner_id: visit,
        file_name: "rack.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        sha256: evidence::sha256_hex(bytes),
        size: bytes.len() as u64,
        taken_at: Some(now),
        caption: None,
        stored_at: None,
        stored_sha256: None,
        thumbnail_sha256: None,
        preview: None,
        thumbhash: None,
        width: None,
        height: None,
    };
    phone.add(new_id(now), now, &attachment).expect("an edit")
}

fn survive(place: &Place, database: Option<&str>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let arguments = configured(folder.path(), place, database);
    let mut server = start(folder.path(), &arguments);
    let mut phone = Pocket::enrol(&server.url(), "liu.yang@demo.example", PASSWORD, 1).expect("a phone");
    phone.pull().expect("a first sync");
    let visits: BTreeMap<Uuid, Visit> = phone.all().expect("visits");
    let own = visits
        .iter()
        .find(|(_, visit)| visit.technician_id == Some(phone.user));
    let visit = *own.expect("a visit of its own").0;

    let bytes = photo();
    let attachment = attach(&mut phone, visit, &bytes);
    let upload = phone.begin_upload(attachment, &bytes, 0).expect("an upload");
    let mut there = 0;
    for round in 0..KILLS {
        // The kill falls somewhere into the upload: into a part, between two, or into its end.
        let went_on = std::thread::scope(|scope| {
            let going_on = scope.spawn(|| phone.go_on(&upload, &bytes));
            std::thread::sleep(std::time::Duration::from_millis(15 * round as u64));
            server.kill();
            going_on.join().expect("the phone goes on")
        });
        drop(went_on);
        server = start(folder.path(), &arguments);
        phone.reaches(&server.url());
        let now = phone.uploaded(&upload).expect("the upload is known");
        assert!(there <= now && now <= bytes.len(), "{there} became {now}");
        there = now;
    }
    phone.go_on(&upload, &bytes).expect("the rest is taken");
    // The record comes last, and finds its bytes there.
    phone.push().expect("the record is taken");
    assert_eq!(phone.photo(attachment).expect("the photo"), bytes);
    phone.pull().expect("a pull");
    let record: Attachment = phone.get(attachment).expect("the record");
    assert!(record.stored_at.is_some() && record.preview.is_some());
}

#[test]
fn a_photo_survives_kills_on_sqlite_and_a_folder() {
    survive(&Place::folder(), None);
}

#[test]
fn a_photo_survives_kills_on_postgres_and_s3() {
    let (Some(place), Some(database)) = (Place::s3(), Database::create(Kind::Postgres)) else {
        return;
    };
    survive(&place, Some(&database.url()));
}
