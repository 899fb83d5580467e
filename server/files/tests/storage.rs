//! The blob store and the parts of uploads, each test on a real folder and on a real S3 server.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt;
use futures_util::future::join_all;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt};
use onsite_files::scratch::Place;
use onsite_files::{BlobStore, FilesError, Part, S3Settings, Sha256Hex, Stored, Usage};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

const PHOTO: &[u8] = b"the bytes of a photo";

const UPLOAD: Uuid = Uuid::from_u128(0x0199_a1b2_0000_7000_8000_0000_0000_0007);

/// Makes a test of a body for each kind of place.
macro_rules! on_both {
    ($($name:ident)+) => { $(mod $name {
        #[tokio::test(flavor = "multi_thread")]
        async fn folder() {
            super::bodies::$name(&super::Place::folder()).await;
        }

        #[tokio::test(flavor = "multi_thread")]
        async fn s3() {
            if let Some(place) = super::Place::s3() {
                super::bodies::$name(&place).await;
            }
        }
    })+ };
}

on_both! {
    a_blob_is_stored_read_and_removed
    storing_again_writes_nothing
    bytes_that_are_not_what_was_announced_are_not_stored
    many_writers_of_one_blob_agree
    what_a_killed_writer_left_is_no_blob_and_in_nobodys_way
    a_damaged_blob_is_never_handed_out_and_is_healed_by_the_next_upload
    blobs_are_told_by_their_age
    parts_are_composed_by_any_process
    a_part_that_is_gone_or_cut_short_is_noticed
    parts_of_one_upload_are_removed_together
    the_storage_is_checked_by_writing
}

fn path_of(sha256: &Sha256Hex) -> ObjectPath {
    let address = sha256.as_str();
    ObjectPath::from(format!("{}/{}/{address}", &address[..2], &address[2..4]))
}

async fn names(objects: &Arc<dyn ObjectStore>) -> Vec<String> {
    let found = objects.list(None).map_ok(|object| object.location.to_string());
    let mut names: Vec<String> = found.try_collect().await.unwrap();
    names.sort();
    names
}

/// One upload in parts of these lengths, all of one turn.
fn parts(lengths: &[u64]) -> Vec<Part> {
    let mut start = 0;
    let part = |length: &u64| {
        let part = Part {
            start,
            length: *length,
            turn: 3,
        };
        start += length;
        part
    };
    lengths.iter().map(part).collect()
}

mod bodies {
    use super::*;

    pub(super) async fn a_blob_is_stored_read_and_removed(place: &Place) {
        let blobs = place.open();
        let address = Sha256Hex::of(PHOTO);
        assert!(!blobs.exists(&address).await.unwrap());
        assert!(
            matches!(blobs.get(&address).await, Err(FilesError::BlobMissing(missing)) if missing == address)
        );

        assert_eq!(blobs.put(&address, PHOTO).await.unwrap(), Stored::New);
        assert!(blobs.exists(&address).await.unwrap());
        assert_eq!(blobs.get(&address).await.unwrap(), PHOTO);
        assert_eq!(names(&place.objects()).await, [path_of(&address).to_string()]);
        assert_eq!(place.open().get(&address).await.unwrap(), PHOTO);

        blobs.delete(&address).await.unwrap();
        assert!(!blobs.exists(&address).await.unwrap());
        blobs.delete(&address).await.unwrap();
    }

    pub(super) async fn storing_again_writes_nothing(place: &Place) {
        let blobs = place.open();
        let address = Sha256Hex::of(PHOTO);
        blobs.put(&address, PHOTO).await.unwrap();
        let (objects, path) = (place.objects(), path_of(&address));
        let before = objects.head(&path).await.unwrap();
        assert_eq!(blobs.put(&address, PHOTO).await.unwrap(), Stored::AlreadyThere);
        let after = objects.head(&path).await.unwrap();
        assert_eq!(
            (after.e_tag, after.last_modified),
            (before.e_tag, before.last_modified)
        );
    }

    pub(super) async fn bytes_that_are_not_what_was_announced_are_not_stored(place: &Place) {
        let blobs = place.open();
        let announced = Sha256Hex::of(PHOTO);
        let error = blobs.put(&announced, &PHOTO[1..]).await.unwrap_err();
        assert!(
            matches!(error, FilesError::HashMismatch { actual, .. } if actual == Sha256Hex::of(&PHOTO[1..]))
        );
        assert!(!blobs.exists(&announced).await.unwrap());
        assert_eq!(blobs.usage().await.unwrap(), Usage::default());
    }

    pub(super) async fn many_writers_of_one_blob_agree(place: &Place) {
        let blobs = place.open();
        let bytes = vec![7; 300_000];
        let address = Sha256Hex::of(&bytes);
        let writers = (0..24).map(|_| {
            let (blobs, address, bytes) = (blobs.clone(), address.clone(), bytes.clone());
            tokio::spawn(async move { blobs.put(&address, bytes).await })
        });
        for outcome in join_all(writers).await {
            outcome.unwrap().unwrap();
        }
        assert_eq!(blobs.get(&address).await.unwrap(), bytes);
        assert_eq!(names(&place.objects()).await, [path_of(&address).to_string()]);
    }

    pub(super) async fn what_a_killed_writer_left_is_no_blob_and_in_nobodys_way(place: &Place) {
        let blobs = place.open();
        let address = Sha256Hex::of(PHOTO);
        match place {
            // What a writer leaves there lies under a name that the store itself would not list.
            Place::Folder(folder) => {
                let file = folder.path().join(path_of(&address).as_ref());
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::write(file.with_file_name(format!("{address}#1")), &PHOTO[..5]).unwrap();
            }
            Place::S3(_) => {}
        }
        for (path, bytes) in [
            ("notes.txt", &b"not a blob"[..]),
            (address.as_str(), b"a blob's name at the wrong place"),
        ] {
            let put = place.objects().put(&path.into(), bytes.to_vec().into()).await;
            put.unwrap();
        }
        assert!(!blobs.exists(&address).await.unwrap());
        assert_eq!(blobs.usage().await.unwrap(), Usage::default());
        assert_eq!(blobs.put(&address, PHOTO).await.unwrap(), Stored::New);
        assert_eq!(blobs.get(&address).await.unwrap(), PHOTO);
        let usage = Usage {
            blobs: 1,
            bytes: PHOTO.len() as u64,
        };
        assert_eq!(blobs.usage().await.unwrap(), usage);
    }

    pub(super) async fn a_damaged_blob_is_never_handed_out_and_is_healed_by_the_next_upload(place: &Place) {
        let blobs = place.open();
        let address = Sha256Hex::of(PHOTO);
        blobs.put(&address, PHOTO).await.unwrap();
        let cut = PHOTO[..9].to_vec();
        place.objects().put(&path_of(&address), cut.into()).await.unwrap();

        let error = blobs.get(&address).await.unwrap_err();
        assert!(matches!(error, FilesError::BlobDamaged(damaged) if damaged == address));
        assert_eq!(blobs.put(&address, PHOTO).await.unwrap(), Stored::New);
        assert_eq!(blobs.get(&address).await.unwrap(), PHOTO);
    }

    pub(super) async fn blobs_are_told_by_their_age(place: &Place) {
        let blobs = place.open();
        let address = Sha256Hex::of(PHOTO);
        blobs.put(&address, PHOTO).await.unwrap();
        blobs
            .stage(UPLOAD, &parts(&[4])[0], Bytes::from_static(b"part"))
            .await
            .unwrap();
        let written: DateTime<Utc> = place
            .objects()
            .head(&path_of(&address))
            .await
            .unwrap()
            .last_modified;
        let second = TimeDelta::seconds(1);
        assert!(blobs.older_than(written - second).await.unwrap().is_empty());
        let old = blobs.older_than(written + second).await.unwrap();
        assert_eq!(old, [address].into(), "and nothing that is no blob");
    }

    pub(super) async fn parts_are_composed_by_any_process(place: &Place) {
        let parts = parts(&[5, 1, 14]);
        let mut rest = PHOTO;
        for part in &parts {
            let (bytes, behind) = rest.split_at(part.length as usize);
            rest = behind;
            // Each by a process of its own.
            place
                .open()
                .stage(UPLOAD, part, Bytes::from(bytes))
                .await
                .unwrap();
        }
        // Of a request that another one took over from: it was staged and never counted.
        let stray = Part { turn: 2, ..parts[1] };
        place
            .open()
            .stage(UPLOAD, &stray, Bytes::from_static(b"?"))
            .await
            .unwrap();
        assert_eq!(place.open().composed(UPLOAD, &parts).await.unwrap(), PHOTO);
        assert_eq!(place.open().usage().await.unwrap(), Usage::default());
    }

    pub(super) async fn a_part_that_is_gone_or_cut_short_is_noticed(place: &Place) {
        let blobs = place.open();
        let parts = parts(&[5, 5]);
        blobs
            .stage(UPLOAD, &parts[0], Bytes::from_static(b"12345"))
            .await
            .unwrap();
        let error = blobs.composed(UPLOAD, &parts).await.unwrap_err();
        assert!(matches!(error, FilesError::PartMissing { start: 5 }), "{error}");
        blobs
            .stage(UPLOAD, &parts[1], Bytes::from_static(b"678"))
            .await
            .unwrap();
        let error = blobs.composed(UPLOAD, &parts).await.unwrap_err();
        assert!(matches!(error, FilesError::PartMissing { start: 5 }), "{error}");
        let gap = [parts[1]];
        assert!(matches!(
            blobs.composed(UPLOAD, &gap).await,
            Err(FilesError::PartMissing { .. })
        ));
    }

    pub(super) async fn parts_of_one_upload_are_removed_together(place: &Place) {
        let blobs = place.open();
        let other = Uuid::from_u128(9);
        for upload in [UPLOAD, other] {
            for part in parts(&[2, 2]) {
                blobs
                    .stage(upload, &part, Bytes::from_static(b"ab"))
                    .await
                    .unwrap();
            }
        }
        assert_eq!(blobs.staged().await.unwrap(), [UPLOAD, other].into());
        blobs.unstage(UPLOAD).await.unwrap();
        blobs.unstage(UPLOAD).await.unwrap();
        assert!(blobs.composed(UPLOAD, &parts(&[2])).await.is_err());
        assert_eq!(blobs.staged().await.unwrap(), [other].into());
        assert_eq!(blobs.composed(other, &parts(&[2, 2])).await.unwrap(), "abab");
        assert!(
            names(&place.objects())
                .await
                .iter()
                .all(|name| name.contains(&other.to_string()))
        );
    }

    pub(super) async fn the_storage_is_checked_by_writing(place: &Place) {
        place.open().check().await.unwrap();
        assert!(names(&place.objects()).await.is_empty(), "and leaves nothing");
    }
}

#[test]
fn an_address_has_one_spelling() {
    let abc = Sha256Hex::of(b"abc");
    let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(abc.to_string(), text);
    assert_eq!(text.parse::<Sha256Hex>().unwrap(), abc);
    for wrong in [
        "",
        &text[1..],
        &format!("{text}0"),
        &text.to_uppercase(),
        &text.replacen('b', "g", 1),
        &format!("../{}", &text[3..]),
        &format!("é{}", &text[2..]),
    ] {
        assert!(
            matches!(wrong.parse::<Sha256Hex>(), Err(FilesError::NotASha256)),
            "{wrong}"
        );
    }
}

#[test]
fn a_folder_is_made_and_says_what_room_there_is() {
    let parent = TempDir::new().unwrap();
    let blobs = BlobStore::local(&parent.path().join("data/attachments")).unwrap();
    assert!(parent.path().join("data/attachments").is_dir());
    assert!(blobs.free_bytes().unwrap().unwrap() > 0);

    let file = parent.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(matches!(
        BlobStore::local(&file),
        Err(FilesError::Storage(_) | FilesError::Folder { .. })
    ));
    assert!(matches!(
        BlobStore::local(&file.join("below")),
        Err(FilesError::Folder { .. })
    ));
}

#[tokio::test]
async fn a_bucket_that_is_not_there_fails_the_check_and_no_secret_is_told() {
    let Some(Place::S3(settings)) = Place::s3() else {
        return;
    };
    let elsewhere = S3Settings {
        bucket: "nobody-made-this".to_owned(),
        key: Some(("reader".to_owned(), "hunter2hunter2".to_owned())),
        ..settings
    };
    let error = BlobStore::s3(&elsewhere).unwrap().check().await.unwrap_err();
    let told = format!("{error} {error:?} {elsewhere:?}");
    assert!(
        told.contains("nobody-made-this") && !told.contains("hunter2"),
        "{told}"
    );
    assert_eq!(BlobStore::s3(&elsewhere).unwrap().free_bytes().unwrap(), None);
}
