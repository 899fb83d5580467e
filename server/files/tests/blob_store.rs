//! The blob store on a real folder.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;

use futures_util::future::join_all;
use onsite_files::{BlobStore, FilesError, Sha256Hex, Stored, Usage};
use tempfile::TempDir;

const PHOTO: &[u8] = b"the bytes of a photo";

struct Store {
    blobs: BlobStore,
    folder: TempDir,
}

impl Store {
    fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let blobs = BlobStore::local(folder.path()).unwrap();
        Self { blobs, folder }
    }

    fn file_of(&self, sha256: &Sha256Hex) -> PathBuf {
        let address = sha256.as_str();
        self.folder
            .path()
            .join(&address[..2])
            .join(&address[2..4])
            .join(address)
    }

    fn file_names(&self, sha256: &Sha256Hex) -> Vec<String> {
        let folder = self.file_of(sha256).parent().unwrap().to_owned();
        let names = std::fs::read_dir(folder).unwrap();
        names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
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

#[tokio::test]
async fn a_blob_is_stored_read_and_removed() {
    let store = Store::open();
    let address = Sha256Hex::of(PHOTO);
    assert!(!store.blobs.exists(&address).await.unwrap());
    assert!(
        matches!(store.blobs.get(&address).await, Err(FilesError::BlobMissing(missing)) if missing == address)
    );

    assert_eq!(store.blobs.put(&address, PHOTO).await.unwrap(), Stored::New);
    assert!(store.blobs.exists(&address).await.unwrap());
    assert_eq!(store.blobs.get(&address).await.unwrap(), PHOTO);
    assert_eq!(std::fs::read(store.file_of(&address)).unwrap(), PHOTO);

    let reopened = BlobStore::local(store.folder.path()).unwrap();
    assert_eq!(reopened.get(&address).await.unwrap(), PHOTO);

    store.blobs.delete(&address).await.unwrap();
    assert!(!store.blobs.exists(&address).await.unwrap());
    store.blobs.delete(&address).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn storing_again_writes_nothing() {
    use std::os::unix::fs::MetadataExt;
    let store = Store::open();
    let address = Sha256Hex::of(PHOTO);
    store.blobs.put(&address, PHOTO).await.unwrap();
    let before = std::fs::metadata(store.file_of(&address)).unwrap().ino();
    assert_eq!(
        store.blobs.put(&address, PHOTO).await.unwrap(),
        Stored::AlreadyThere
    );
    assert_eq!(std::fs::metadata(store.file_of(&address)).unwrap().ino(), before);
}

#[tokio::test]
async fn bytes_that_are_not_what_was_announced_are_not_stored() {
    let store = Store::open();
    let announced = Sha256Hex::of(PHOTO);
    let error = store.blobs.put(&announced, &PHOTO[1..]).await.unwrap_err();
    assert!(matches!(error, FilesError::HashMismatch { actual, .. } if actual == Sha256Hex::of(&PHOTO[1..])));
    assert!(!store.blobs.exists(&announced).await.unwrap());
    assert_eq!(store.blobs.usage().await.unwrap(), Usage::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_of_one_blob_agree() {
    let store = Store::open();
    let bytes = vec![7; 300_000];
    let address = Sha256Hex::of(&bytes);
    let writers = (0..24).map(|_| {
        let (blobs, address, bytes) = (store.blobs.clone(), address.clone(), bytes.clone());
        tokio::spawn(async move { blobs.put(&address, bytes).await })
    });
    for outcome in join_all(writers).await {
        outcome.unwrap().unwrap();
    }
    assert_eq!(store.blobs.get(&address).await.unwrap(), bytes);
    assert_eq!(store.file_names(&address), [address.to_string()]);
}

#[tokio::test]
async fn what_a_killed_writer_left_is_no_blob_and_in_nobodys_way() {
    let store = Store::open();
    let address = Sha256Hex::of(PHOTO);
    let file = store.file_of(&address);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file.with_file_name(format!("{address}#1")), &PHOTO[..5]).unwrap();
    std::fs::write(store.folder.path().join("notes.txt"), "not a blob").unwrap();
    std::fs::write(
        store.folder.path().join(address.as_str()),
        "a blob's name at the wrong place",
    )
    .unwrap();

    assert!(!store.blobs.exists(&address).await.unwrap());
    assert_eq!(store.blobs.usage().await.unwrap(), Usage::default());
    assert_eq!(store.blobs.put(&address, PHOTO).await.unwrap(), Stored::New);
    assert_eq!(store.blobs.get(&address).await.unwrap(), PHOTO);
    assert_eq!(
        store.blobs.usage().await.unwrap(),
        Usage {
            blobs: 1,
            bytes: PHOTO.len() as u64
        }
    );
}

#[tokio::test]
async fn a_damaged_blob_is_never_handed_out_and_is_healed_by_the_next_upload() {
    let store = Store::open();
    let address = Sha256Hex::of(PHOTO);
    store.blobs.put(&address, PHOTO).await.unwrap();
    std::fs::write(store.file_of(&address), &PHOTO[..9]).unwrap();

    let error = store.blobs.get(&address).await.unwrap_err();
    assert!(matches!(error, FilesError::BlobDamaged(damaged) if damaged == address));
    assert_eq!(store.blobs.put(&address, PHOTO).await.unwrap(), Stored::New);
    assert_eq!(store.blobs.get(&address).await.unwrap(), PHOTO);
}

#[test]
fn a_store_makes_its_folder_and_says_what_room_there_is() {
    let parent = TempDir::new().unwrap();
    let blobs = BlobStore::local(&parent.path().join("data/attachments")).unwrap();
    assert!(parent.path().join("data/attachments").is_dir());
    assert!(blobs.free_bytes().unwrap() > 0);

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
