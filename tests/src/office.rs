//! The server in this process: store, write path and a small seeded provider, without HTTP between.
use crate::Database;
use crate::dice::Dice;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_mail::Person;
use onsite_model::entity::EntityKind;
use onsite_model::role::Role;
use onsite_model::sheet_content::Provider;
use onsite_services::apply::{Applied, Refusal, apply};
use onsite_services::author::{Author, Cause};
use onsite_services::house::House;
use onsite_services::pull::Pulled;
use onsite_services::push::{self, Pushed};
use onsite_services::secrets::Secrets;
use onsite_services::{ServiceError, pull};
use onsite_store::devices::{self, Device};
use onsite_store::streams::{self, Stream};
use onsite_store::{Db, Store, StoreError, Tx, WriteError};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use sync_protocol::Fields;
use sync_protocol::enrol::Continues;
use sync_protocol::operation::{Operation, OperationKind};
use sync_protocol::pull::{PullRequest, PullResponse};
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::version::Version;
use uuid::Uuid;

/// A server with its database. Everything random comes from its dice, every time from its caller.
#[derive(Debug)]
pub struct Office {
    store: Store,
    house: Arc<House>,
    runtime: tokio::runtime::Runtime,
    /// Pulls that could have been answered without the database.
    idle_polls: Arc<AtomicU64>,
    /// Dropped last: the database goes when nothing uses it any more.
    _database: Database,
}

/// An operation of the server's or an office user's, without what the office itself adds.
#[derive(Debug, Clone)]
pub struct Edit {
    pub entity: EntityKind,
    pub row: Uuid,
    pub kind: OperationKind,
    /// Number of the version its author saw.
    pub base: u64,
    pub set: Fields,
}

/// The provider of tests.
pub fn house() -> House {
    let secrets = Secrets::derive(b"7f3c1e9a5b8d2046e1c7a9f35d80b264").expect("a good secret");
    House {
        provider: Provider {
            name: "Provider".to_owned(),
            address: "1 Test Road".to_owned(),
            phone: "+86 10 5555 0100".to_owned(),
        },
        public_url: "https://onsite.example".to_owned(),
        sender: Person {
            name: "Provider".to_owned(),
            email: "service@onsite.example".to_owned(),
        },
        window: TimeDelta::days(14),
        callback_after: TimeDelta::days(1),
        archive_after: TimeDelta::days(365),
        tag_prefix: "OS-".to_owned(),
        secrets: Arc::new(secrets),
    }
}

impl Office {
    /// Opens the server on a database.
    pub fn new(database: Database) -> Office {
        Office {
            store: database.open(),
            house: Arc::new(house()),
            runtime: tokio::runtime::Builder::new_current_thread()
                .build()
                .expect("a runtime"),
            idle_polls: Arc::default(),
            _database: database,
        }
    }

    /// How many pulls could have been answered without the database.
    pub fn idle_polls(&self) -> u64 {
        self.idle_polls.load(Ordering::Relaxed)
    }

    /// Runs a write transaction.
    ///
    /// # Errors
    /// What `work` returned.
    pub fn write<T, E>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: WriteError,
    {
        self.runtime.block_on(self.store.write(work))
    }

    /// Reads in one snapshot; a database that can't be read fails the test.
    pub fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.runtime
            .block_on(self.store.read(work))
            .expect("the database can be read")
    }

    /// Applies one operation for an author.
    ///
    /// # Errors
    /// The refusal; nothing stands then.
    pub fn apply(
        &self,
        author: Author,
        operation: Uuid,
        edit: Edit,
        now: DateTime<Utc>,
    ) -> Result<Applied, Refusal> {
        let house = self.house.clone();
        self.write(move |tx| {
            let epoch = tx.clock().epoch;
            let base = Version {
                epoch,
                number: edit.base,
            };
            let entity = edit.entity.name();
            let operation = Operation::new(operation, entity, edit.row, edit.kind, base, edit.set, now);
            let cause = Cause {
                author: &author,
                operation: operation.id,
                occurred_at: now,
                now,
                house: &house,
            };
            apply(tx, &cause, &operation)
        })
    }

    /// Runs a use case in a write transaction.
    ///
    /// # Errors
    /// What the use case returned.
    pub fn command<T: Send + 'static, E: WriteError>(
        &self,
        author: Author,
        operation: Uuid,
        now: DateTime<Utc>,
        work: impl FnOnce(&mut Tx<'_>, &Cause<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let house = self.house.clone();
        self.write(move |tx| {
            let cause = Cause {
                author: &author,
                operation,
                occurred_at: now,
                now,
                house: &house,
            };
            work(tx, &cause)
        })
    }

    /// Adds a row by the server's own hand.
    pub fn seed(&self, dice: &mut Dice, entity: EntityKind, row: Uuid, body: Value, now: DateTime<Utc>) {
        let set = fields(body);
        let edit = Edit {
            entity,
            row,
            kind: OperationKind::Create,
            base: 0,
            set,
        };
        self.apply(Author::SYSTEM, dice.id(now), edit, now)
            .unwrap_or_else(|refusal| panic!("seeding a {}: {refusal}", entity.name()));
    }

    /// Adds a member of staff.
    pub fn add_user(&self, dice: &mut Dice, name: &str, role: Role, now: DateTime<Utc>) -> Uuid {
        let id = dice.id(now);
        let body = json!({"name": name, "email": format!("{name}@onsite.example"), "role": role});
        self.seed(dice, EntityKind::User, id, body, now);
        id
    }

    /// Enrols a device of a user and gives it its first stream.
    pub fn enrol(&self, dice: &mut Dice, user: Uuid, now: DateTime<Utc>) -> (Uuid, Uuid) {
        let device = Device {
            id: dice.id(now),
            user_id: user,
            name: "phone".to_owned(),
            platform: "test".to_owned(),
            public_key: None,
            enrolled_at: now,
            last_seen_at: now,
            skew_millis: 0,
            revoked_at: None,
            locked_at: None,
        };
        let id = device.id;
        self.write(move |tx| devices::add(tx, &device))
            .expect("the device is new");
        (id, self.new_stream(dice, id, now))
    }

    /// Gives a device an empty stream.
    pub fn new_stream(&self, dice: &mut Dice, device: Uuid, now: DateTime<Utc>) -> Uuid {
        let id = dice.id(now);
        let stream = Stream {
            id,
            device_id: Some(device),
            user_id: None,
            last_n: 0,
        };
        self.write(move |tx| streams::add(tx, &stream))
            .expect("the stream is new");
        id
    }

    /// Notes what of its earlier stream is a device's own, now that it goes on in another.
    pub fn go_on(&self, device: Uuid, stream: Uuid, own: Continues) {
        self.write(move |tx| onsite_services::device::go_on(tx, device, stream, own))
            .expect("the device has that stream");
    }

    /// Answers a push of a technician's device.
    ///
    /// # Errors
    /// The push as a whole was refused.
    pub fn push(
        &self,
        device: Uuid,
        request: PushRequest,
        now: DateTime<Utc>,
    ) -> Result<PushResponse, ServiceError> {
        let house = self.house.clone();
        let request = Pushed::read(&request)?;
        self.write(move |tx| {
            let device = devices::get(tx.db(), device)?.ok_or_else(|| ServiceError::not_found("device"))?;
            let user = onsite_services::load::get(tx.db(), device.user_id)?;
            push::push(tx, &device, &user, &request, &house, now)
        })
    }

    /// Answers a pull, and `also` reads on in the same snapshot. Where it could have been answered without the
    /// database, the answers must be the same.
    ///
    /// # Errors
    /// The pull was refused.
    pub fn pull<T: Send + 'static>(
        &self,
        device: Uuid,
        request: PullRequest,
        also: impl FnOnce(&mut Db, &Device, &PullResponse) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<(PullResponse, T), ServiceError> {
        let (house, store, polls) = (self.house.clone(), self.store.clone(), self.idle_polls.clone());
        self.runtime.block_on(self.store.read(move |db| {
            let device = devices::get(db, device)?.ok_or_else(|| ServiceError::not_found("device"))?;
            let key = house.secrets.pull_cursors();
            let page = match pull::pull(db, &device, &request, key)? {
                Pulled::Page(page) => *page,
                Pulled::Overtaken(shown) => panic!("the database stands before {shown}"),
            };
            if let Some(idle) = pull::idle(&store.heads().known(), &device, &request, key) {
                assert_eq!(
                    idle, page,
                    "an idle poll is answered as the database would answer it"
                );
                polls.fetch_add(1, Ordering::Relaxed);
            }
            let more = also(db, &device, &page)?;
            Ok((page, more))
        }))
    }
}

/// The fields of a JSON object.
pub fn fields(object: Value) -> Fields {
    match object {
        Value::Object(fields) => fields,
        other => panic!("not an object: {other}"),
    }
}
