//! Values come back exactly as they went in, and alike from both databases.
use crate::samples::{at, client, id, save, save_user};
use chrono::{DateTime, Utc};
use onsite_model::bucket::Bucket;
use onsite_store::devices::{self, Device};
use onsite_store::{StoreError, rows};
use serde_json::json;
use std::sync::Arc;
use sync_protocol::merge::Stamp;
use uuid::Uuid;

/// Characters of every plane of Unicode that has any, the awkward ones of the first among them.
fn every_plane() -> String {
    let first = "\u{1}\u{7f}\u{85}\u{a0}é\u{301}\u{200b}\u{200f}\u{2028}\u{fdd0}\u{feff}\u{fffd}\u{ffff}服务单'\"\\%_\r\n\t";
    let planes = (1..=16_u32).flat_map(|plane| {
        [0x0000, 0x0001, 0xfffe, 0xffff].map(|place| char::from_u32(plane << 16 | place).unwrap())
    });
    first.chars().chain("😀👩‍🔧🇨🇳".chars()).chain(planes).collect()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

on_both! {
    fn text_of_every_plane_survives(database) {
        let store = database.open();
        let text = every_plane();
        let mut sample = client(&text);
        sample.code = Some(text.clone());
        sample.notes = Some(text.repeat(200));
        let saved = sample.clone();
        store.write(move |tx| save(tx, id(1), saved, Bucket::Catalogue, None)).await.unwrap();
        let row = store.read(|db| rows::get(db, id(1))).await.unwrap().unwrap();
        assert_eq!(onsite_model::entity::decode::<onsite_model::client::Client>(&row.body).unwrap(), sample);
        // Unique text compares by its code points: nothing is folded or normalised.
        let mut composed = client("composed");
        composed.code = Some("\u{e9}".to_owned());
        let mut decomposed = client("decomposed");
        decomposed.code = Some("e\u{301}".to_owned());
        store.write(move |tx| save(tx, id(2), composed, Bucket::Catalogue, None)).await.unwrap();
        store.write(move |tx| save(tx, id(3), decomposed, Bucket::Catalogue, None)).await.unwrap();
    }

    fn ids_survive_and_order_by_their_bytes(database) {
        let store = database.open();
        let ids = [
            Uuid::from_u128(1),
            Uuid::from_u128(0x7fff_ffff_ffff_ffff_ffff_ffff_ffff_ffff),
            Uuid::from_u128(0x8000_0000_0000_0000_0000_0000_0000_0000),
            Uuid::max(),
        ];
        store
            .write(move |tx| ids.iter().rev().try_for_each(|one| save(tx, *one, client("x"), Bucket::Catalogue, None).map(drop)))
            .await
            .unwrap();
        let filled = store.read(|db| onsite_store::feed::fill(db, Bucket::Catalogue, None, 10)).await.unwrap();
        assert_eq!(filled.iter().map(|row| row.id).collect::<Vec<_>>(), ids);
    }

    fn times_keep_their_microseconds_from_year_1_to_9999(database) {
        let store = database.open();
        let times = [
            time("0001-01-01T00:00:00Z"),
            time("1969-12-31T23:59:59.999999Z"),
            time("1970-01-01T00:00:00Z"),
            time("1999-12-31T23:59:59.999999Z"),
            time("2000-01-01T00:00:00.000001Z"),
            time("2026-11-22T08:12:38.123456Z"),
            time("9999-12-31T23:59:59.999999Z"),
        ];
        store
            .write(move |tx| {
                let user = save_user(tx, 1)?;
                for (n, one) in times.into_iter().enumerate() {
                    devices::add(tx, &Device {
                        id: id(10 + n as u128),
                        user_id: user,
                        name: "phone".to_owned(),
                        platform: "test".to_owned(),
                        public_key: None,
                        enrolled_at: one,
                        last_seen_at: one,
                        skew_millis: i64::MIN,
                        revoked_at: None,
                        locked_at: None,
                    })?;
                }
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        let found = store.read(|db| devices::list(db, None)).await.unwrap();
        let mut read: Vec<_> = found.iter().map(|one| one.enrolled_at).collect();
        read.reverse();
        assert_eq!(read, times, "exact, and in the order of time");
        assert!(found.iter().all(|one| one.skew_millis == i64::MIN));
    }

    fn bodies_and_stamps_survive_with_fields_nobody_knows(database) {
        let store = database.open();
        let record = client("甲").into();
        let mut row = crate::samples::stored(id(1), &record, Bucket::Client(id(1)), 1);
        row.body.insert("newer".to_owned(), json!({"a": [1, -2.5, 1e300, "é", null, true, 9_007_199_254_740_993_u64]}));
        row.stamps.insert("newer".to_owned(), Stamp { version: i64::MAX as u64, stream: Uuid::nil(), operation: Uuid::max() });
        let row = Arc::new(row);
        let expected = Arc::clone(&row);
        store
            .write(move |tx| {
                tx.next_version();
                rows::save(tx, row, record, None);
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        assert_eq!(store.read(|db| rows::get(db, id(1))).await.unwrap(), Some(expected));
    }

    /// PostgreSQL can't hold NUL in text. The write is refused as a whole, and the ones after it go through.
    fn nul_is_never_half_stored(database) {
        let store = database.open();
        let answer = store.write(|tx| save(tx, id(1), client("a\0b"), Bucket::Catalogue, None)).await;
        let row = store.read(|db| rows::get(db, id(1))).await.unwrap();
        match answer {
            Ok(_) => assert_eq!(row.unwrap().body["name"], json!("a\0b")),
            Err(_) => assert_eq!(row, None),
        }
        store.write(|tx| save(tx, id(2), client("ab"), Bucket::Catalogue, None)).await.unwrap();
        assert_eq!(at(0), time("2026-09-21T14:13:20Z"));
    }
}
