//! The few rows the tests need: small, valid, told apart by a number.
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::bucket::Bucket;
use onsite_model::client::Client;
use onsite_model::entity::{EntityKind, Record};
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::user::User;
use onsite_store::devices::{self, Device};
use onsite_store::rows::{self, StoredRow};
use onsite_store::streams::{self, Stream};
use onsite_store::{StoreError, Tx};
use std::sync::Arc;
use sync_protocol::merge::Stamps;
use uuid::Uuid;

/// The id number `n`.
pub(crate) fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// So many seconds after the tests' beginning of time.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::seconds(seconds)
}

/// A client of this name, without a code.
pub(crate) fn client(name: &str) -> Client {
    Client {
        name: name.to_owned(),
        code: None,
        address: None,
        phone: None,
        language: Language::En,
        notes: None,
    }
}

/// A user; its address is made of its name.
pub(crate) fn user(name: &str) -> User {
    User {
        name: name.to_owned(),
        email: format!("{name}@example.com"),
        role: Role::Technician,
        phone: None,
        language: Language::En,
        active: true,
    }
}

/// A record as a row at a version.
pub(crate) fn stored(id: Uuid, record: &Record, bucket: Bucket, version: u64) -> StoredRow {
    StoredRow {
        id,
        kind: record.kind(),
        bucket,
        parent: None,
        version,
        body: record.fields(),
        stamps: Stamps::new(),
        deleted: false,
    }
}

/// Saves a record as a new version of its row and returns that version.
pub(crate) fn save(
    tx: &mut Tx<'_>,
    id: Uuid,
    record: impl Into<Record>,
    bucket: Bucket,
    left: Option<Bucket>,
) -> Result<u64, StoreError> {
    let record = record.into();
    let version = tx.next_version();
    rows::save(tx, Arc::new(stored(id, &record, bucket, version)), record, left);
    Ok(version)
}

/// Saves a client under a number, in a bucket.
pub(crate) fn save_client(tx: &mut Tx<'_>, n: u128, bucket: Bucket) -> Result<u64, StoreError> {
    save(tx, id(n), client(&format!("client {n}")), bucket, None)
}

/// Deletes what [`save_client`] saved.
pub(crate) fn delete_client(tx: &mut Tx<'_>, n: u128) -> Result<u64, StoreError> {
    let mut row = Arc::unwrap_or_clone(rows::get(tx.db(), id(n))?.expect("saved before"));
    assert_eq!(row.kind, EntityKind::Client);
    row.version = tx.next_version();
    row.deleted = true;
    let record = row.kind.decode(&row.body).unwrap();
    let version = row.version;
    rows::save(tx, Arc::new(row), record, None);
    Ok(version)
}

/// Adds user `n`.
pub(crate) fn save_user(tx: &mut Tx<'_>, n: u128) -> Result<Uuid, StoreError> {
    save(tx, id(n), user(&format!("user{n}")), Bucket::Catalogue, None)?;
    Ok(id(n))
}

/// Adds device `n` of a user.
pub(crate) fn save_device(tx: &mut Tx<'_>, n: u128, user: Uuid) -> Result<Uuid, StoreError> {
    devices::add(
        tx,
        &Device {
            id: id(n),
            user_id: user,
            name: format!("phone {n}"),
            platform: "test".to_owned(),
            public_key: None,
            enrolled_at: at(0),
            last_seen_at: at(0),
            skew_millis: 0,
            revoked_at: None,
            locked_at: None,
        },
    )?;
    Ok(id(n))
}

/// Adds user, device and stream of one number; returns the stream.
pub(crate) fn save_stream(tx: &mut Tx<'_>, n: u128) -> Result<Stream, StoreError> {
    let user = save_user(tx, n)?;
    let device = save_device(tx, n, user)?;
    let stream = Stream {
        id: id(n),
        device_id: Some(device),
        user_id: None,
        last_n: 0,
    };
    streams::add(tx, &stream)?;
    Ok(stream)
}
