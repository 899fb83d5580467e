//! The server in this process, or several on one database: store, write path, timers and a small seeded provider,
//! without HTTP between.
mod requests;

use crate::Database;
use crate::dice::Dice;
use chrono::{DateTime, TimeDelta, Utc};
use onsite_files::BlobStore;
use onsite_mail::Person;
use onsite_model::entity::EntityKind;
use onsite_model::role::Role;
use onsite_model::sheet_content::Provider;
use onsite_services::apply::{Applied, Refusal, apply};
use onsite_services::author::{Author, Cause};
use onsite_services::house::House;
use onsite_services::secrets::Secrets;

use onsite_services::{ServiceError, epoch};
use onsite_store::devices::{self, Device};
use onsite_store::scratch::Backup;
use onsite_store::streams::{self, Stream};
use onsite_store::{Db, Pace, Store, StoreError, Tx, WriteError};
use serde_json::{Value, json};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use sync_protocol::Fields;
use sync_protocol::enrol::{Continues, ServerKey};
use sync_protocol::operation::{Operation, OperationKind};
use sync_protocol::version::Version;
use uuid::Uuid;

/// Servers with their database. Everything random comes from its dice, every time from its caller.
#[derive(Debug)]
pub struct Office {
    nodes: Vec<Store>,
    /// The server that the next request comes to.
    node: usize,
    blobs: BlobStore,
    house: Arc<House>,
    runtime: tokio::runtime::Runtime,
    /// Pulls that could have been answered without the database.
    idle_polls: Arc<AtomicU64>,
    /// Dropped last: the database goes when nothing uses it any more.
    database: Database,
}

/// What becomes of a server that is killed while it takes something.
fn killed() -> StoreError {
    StoreError::Unavailable("killed".to_owned())
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
    /// Opens a server on a database.
    pub fn new(database: Database) -> Office {
        Office::with_nodes(database, 1)
    }

    /// Opens so many servers on one database.
    pub fn with_nodes(database: Database, nodes: usize) -> Office {
        Office {
            nodes: (0..nodes).map(|_| database.open_small()).collect(),
            node: 0,
            blobs: BlobStore::local(&database.folder.path().join("files")).expect("a folder for files"),
            house: Arc::new(house()),
            runtime: tokio::runtime::Builder::new_current_thread()
                .build()
                .expect("a runtime"),
            idle_polls: Arc::default(),
            database,
        }
    }

    /// How many servers there are.
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The next requests come to this server.
    pub fn turn_to(&mut self, node: usize) {
        self.node = node;
    }

    fn store(&self) -> &Store {
        &self.nodes[self.node]
    }

    /// The server whose turn it is dies and starts again: what it had in memory is gone.
    pub fn restart(&mut self) {
        self.nodes[self.node] = self.database.open_small();
    }

    /// Copies the database, with all servers stopped where it has to be.
    pub fn back_up(&mut self, marked: bool) -> Backup {
        let backup = self.database.back_up(marked);
        if matches!(backup, Backup::Cluster(_)) {
            self.restart_all();
        }
        backup
    }

    /// Puts a copy in the place of the database and starts all servers on it: as `onsite restore` does, with the last
    /// epoch of what it replaces; or by hand, where none is known.
    pub fn put_back(&mut self, backup: &Backup, last_known: Option<u32>, now: DateTime<Utc>) {
        self.database.put_back(backup);
        self.restart_all();
        if let Some(last_known) = last_known {
            self.write::<_, ServiceError>(move |tx| {
                epoch::begin_if_copied(tx, now)?;
                if tx.clock().epoch <= last_known {
                    epoch::begin_restored(tx, last_known, now)?;
                }
                Ok(())
            })
            .expect("a new epoch can begin");
            // The other servers start when it has begun.
            self.restart_all();
        }
    }

    fn restart_all(&mut self) {
        for node in &mut self.nodes {
            *node = self.database.open_small();
        }
    }

    fn jobs(&self, now: DateTime<Utc>) -> onsite_jobs::Jobs {
        onsite_jobs::Jobs {
            log: Arc::default(),
            store: self.store().clone(),
            house: self.house.clone(),
            clock: Arc::new(move || now),
            blobs: self.blobs.clone(),
            mailer: None,
        }
    }

    /// Runs what the passing of time changes, by the server's own timers.
    pub fn daily(&self, now: DateTime<Utc>) {
        self.runtime
            .block_on(onsite_jobs::daily(&self.jobs(now)))
            .expect("the timers run");
    }

    /// Raises the complaints whose deadlines have passed, by the server's own timer.
    pub fn escalate(&self, now: DateTime<Utc>) {
        self.runtime
            .block_on(onsite_jobs::escalate(&self.jobs(now)))
            .expect("the deadlines are looked at");
    }

    /// Where the bytes of attachments are kept.
    pub fn blobs(&self) -> &BlobStore {
        &self.blobs
    }

    /// Waits for what is not the database.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// The key phones check the server's orders with.
    pub fn server_key(&self) -> ServerKey {
        onsite_services::wipe::server_key(&self.house.secrets)
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
        self.runtime.block_on(self.store().write(work))
    }

    /// Writes what can be run again, together with others.
    ///
    /// # Errors
    /// What the write returned.
    pub fn write_together<T, E>(
        &self,
        work: impl FnMut(&mut Tx<'_>, Pace) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: WriteError,
    {
        self.runtime.block_on(self.store().write_together(work))
    }

    /// Reads in one snapshot; a database that can't be read fails the test.
    pub fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.runtime
            .block_on(self.store().read(work))
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
}

/// The fields of a JSON object.
pub fn fields(object: Value) -> Fields {
    match object {
        Value::Object(fields) => fields,
        other => panic!("not an object: {other}"),
    }
}
