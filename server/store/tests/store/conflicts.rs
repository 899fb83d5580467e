//! Conflicts: at most one open per field, whatever the code above does.
use crate::samples::{at, id, save, save_client};
use onsite_model::bucket::Bucket;
use onsite_model::conflict::{Claim, Conflict, ConflictKind, ConflictStatus};
use onsite_model::entity::EntityKind;
use onsite_store::listing::{self, Condition, Selection};
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
            let selection = Selection {
                conditions: vec![Condition::Buckets(vec![mine.to_string().into()])],
                after: after.map(|n| (None, id(n).into())),
                ..Selection::all(EntityKind::Conflict)
            };
            store.read(move |db| listing::ids(db, &selection, 2)).await.unwrap()
        };
        assert_eq!(page(None).await, [id(10), id(20)]);
        assert_eq!(page(Some(20)).await, [id(30)]);
    }
}
