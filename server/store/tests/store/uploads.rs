//! Uploads: parts in order and once, and which files nothing names.
use crate::samples::{at, id, save_user};
use onsite_store::blobs;
use onsite_store::uploads::{self, Part, State, Upload};
use onsite_store::{StoreError, Tx};
use std::collections::BTreeSet;

fn upload(n: u128) -> Upload {
    Upload {
        id: id(n),
        user_id: id(1),
        attachment_id: id(500),
        sha256: "a".repeat(64),
        size: 10,
        metadata: "filename 6byT".to_owned(),
        state: State::Receiving,
        turn: 0,
        content: None,
        discard: None,
        created_at: at(0),
        expires_at: at(100),
        parts: Vec::new(),
    }
}

fn part(start: u64, length: u64) -> Part {
    Part {
        start,
        length,
        turn: 3,
    }
}

fn begin(tx: &mut Tx<'_>, n: u128) -> Result<(), StoreError> {
    if n == 1 {
        save_user(tx, 1)?;
    }
    uploads::add(tx, &upload(n))
}

on_both! {
    fn an_upload_is_read_back_with_its_parts_in_order(database) {
        let store = database.open();
        store
            .write(|tx| {
                begin(tx, 1)?;
                uploads::add_parts(tx, id(1), &[part(4, 3), part(0, 4)])
            })
            .await
            .unwrap();
        let found = store.read(|db| uploads::get(db, id(1))).await.unwrap().unwrap();
        let expected = Upload {
            parts: vec![part(0, 4), part(4, 3)],
            ..upload(1)
        };
        assert_eq!(found, expected);
        assert_eq!(found.received(), 7);
        // The same place again is refused: bytes are never counted twice.
        let twice = store.write(|tx| uploads::add_parts(tx, id(1), &[part(4, 3)])).await;
        assert!(matches!(twice, Err(StoreError::Unique(_))), "{twice:?}");
        let stray = store.write(|tx| uploads::add_parts(tx, id(9), &[part(0, 1)])).await;
        assert!(matches!(stray, Err(StoreError::ForeignKey(_))), "{stray:?}");
        store.write(|tx| uploads::remove(tx, id(1))).await.unwrap();
        assert_eq!(store.read(|db| uploads::get(db, id(1))).await.unwrap(), None);
    }

    fn an_upload_without_content_is_not_kept(database) {
        let store = database.open();
        let written = store
            .write(|tx| {
                begin(tx, 1)?;
                let kept = Upload { state: State::Kept, ..upload(1) };
                uploads::save(tx, &kept)
            })
            .await;
        assert!(matches!(written, Err(StoreError::Check(_))), "{written:?}");
    }

    fn an_address_is_found_wherever_it_is_named(database) {
        let store = database.open();
        let address = |digit: &str| digit.repeat(64);
        store
            .write(move |tx| {
                begin(tx, 1)?;
                let content = format!(r#"{{"thumbnail":"{}"}}"#, address("b"));
                let checked = Upload { content: Some(content), ..upload(1) };
                uploads::save(tx, &checked)
            })
            .await
            .unwrap();
        let all: BTreeSet<String> = ["a", "b", "c"].map(address).into();
        let asked = all.clone();
        let left = store.read(move |db| blobs::unmentioned(db, asked)).await.unwrap();
        assert_eq!(left, [address("c")].into());
        for (one, used) in all.into_iter().zip([true, true, false]) {
            assert_eq!(store.read(move |db| blobs::in_use(db, &one)).await.unwrap(), used);
        }
    }
}
