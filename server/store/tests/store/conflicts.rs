//! Conflicts: at most one open per field, whatever the code above does.
use crate::samples::{at, id, save, save_client};
use onsite_model::bucket::Bucket;
use onsite_model::conflict::{Claim, Conflict, ConflictKind, ConflictStatus};
use onsite_model::entity::EntityKind;
use onsite_store::{StoreError, Tx, conflicts};
use sync_protocol::Fields;
use sync_protocol::merge::Side;

fn conflict(field: &str, status: ConflictStatus) -> Conflict {
    let claim = |stream| Claim {
        values: Fields::new(),
        user_id: None,
        stream: id(stream),
        operation: id(stream),
        at: at(0),
    };
    Conflict {
        kind: ConflictKind::Field,
        entity: EntityKind::Client,
        row_id: id(1),
        other_row_id: None,
        field: field.to_owned(),
        current: claim(1),
        incoming: claim(2),
        also: Vec::new(),
        stands: Side::Current,
        status,
        opened_at: at(0),
        resolution: None,
    }
}

fn raise(tx: &mut Tx<'_>, n: u128, field: &str, status: ConflictStatus) -> Result<u64, StoreError> {
    save(tx, id(n), conflict(field, status), Bucket::Catalogue, None)
}

on_both! {
    fn one_field_has_one_open_conflict(database) {
        let store = database.open();
        store
            .write(|tx| {
                save_client(tx, 1, Bucket::Catalogue)?;
                raise(tx, 10, "name", ConflictStatus::Resolved)?;
                raise(tx, 11, "name", ConflictStatus::Open)?;
                raise(tx, 12, "phone", ConflictStatus::Open)
            })
            .await
            .unwrap();
        let second = store.write(|tx| raise(tx, 13, "name", ConflictStatus::Open)).await;
        assert!(matches!(second, Err(StoreError::Unique(_))), "{second:?}");
        let open = store.read(|db| conflicts::open_of(db, id(1))).await.unwrap();
        assert_eq!(open, [(id(11), "name".to_owned()), (id(12), "phone".to_owned())]);
        store.write(|tx| raise(tx, 11, "name", ConflictStatus::Resolved)).await.unwrap();
        store.write(|tx| raise(tx, 13, "name", ConflictStatus::Open)).await.unwrap();
        let listed = |status, after: Option<u128>| {
            store.read(move |db| {
                let filter = conflicts::Filter { status, row: Some(id(1)), ..conflicts::Filter::default() };
                conflicts::list(db, &filter, None, after.map(id), 10)
            })
        };
        assert_eq!(listed(Some(ConflictStatus::Open), None).await.unwrap(), [id(12), id(13)]);
        assert_eq!(listed(None, Some(11)).await.unwrap(), [id(12), id(13)]);
    }

    fn a_page_is_full_of_what_its_reader_holds(database) {
        let store = database.open();
        let (mine, theirs) = (Bucket::Site(id(7)), Bucket::Site(id(8)));
        store
            .write(move |tx| {
                save_client(tx, 1, Bucket::Catalogue)?;
                for n in 10..40 {
                    let bucket = if n % 10 == 0 { mine } else { theirs };
                    save(tx, id(n), conflict("name", ConflictStatus::Resolved), bucket, None)?;
                }
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        let page = async |after: Option<u128>| {
            let held = [mine.to_string()];
            let list = store.read(move |db| conflicts::list(db, &conflicts::Filter::default(), Some(&held), after.map(id), 2));
            list.await.unwrap()
        };
        assert_eq!(page(None).await, [id(10), id(20)]);
        assert_eq!(page(Some(20)).await, [id(30)]);
    }
}
