//! Fixtures, and an office on each database there is.
use chrono::{DateTime, TimeDelta, Utc};
use onsite_mail::Person;
use onsite_model::entity::{EntityKind, Record};
use onsite_model::ids::new_id;
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::sheet_content::Provider;
use onsite_model::user::User;
use onsite_services::ServiceError;
use onsite_services::apply::{Applied, Refusal, apply};
use onsite_services::author::{Author, Cause};
use onsite_services::export::{self, Export};
use onsite_services::house::House;
use onsite_services::import::{self, Draft, Format, Plan, Report, Row, Target};
use onsite_services::secrets::Secrets;
use onsite_store::rows::{self, StoredRow};
use onsite_store::scratch::Scratch;
use onsite_store::{Store, StoreError};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::operation::{Operation, OperationKind};
use uuid::Uuid;

const MASTER: &[u8] = b"Vb3kq0ZrT9xYwJ7uNf2LhG5sDcA8mPeo";

/// A fixture's path.
pub(crate) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

pub(crate) fn fixture_bytes(name: &str) -> Vec<u8> {
    std::fs::read(fixture(name)).unwrap()
}

/// The rows of one fixture.
pub(crate) fn rows_of(name: &str) -> Vec<Row> {
    import::read_files(&[fixture(name)], format_of(name), None).unwrap()
}

/// The drafts of one fixture, all of which must be readable.
pub(crate) fn drafts_of(name: &str) -> Vec<Draft> {
    rows_of(name).into_iter().map(|row| row.read.unwrap()).collect()
}

/// The rows in a text that goes by `name`.
pub(crate) fn rows_in(name: &str, text: &str) -> Vec<Row> {
    import::read_bytes(name, text.as_bytes(), format_of(name), None).unwrap()
}

fn format_of(name: &str) -> Format {
    if name.contains("snipe_it") || name.ends_with(".csv") {
        Format::SnipeIt
    } else {
        Format::Glpi
    }
}

/// A morning, and minutes after it.
pub(crate) fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_334_400, 0).unwrap() + TimeDelta::minutes(minutes)
}

/// Runs a test on every database there is.
pub(crate) async fn on_each_database(test: impl AsyncFn(&World)) {
    for database in Scratch::each() {
        test(&World::open(&database).await).await;
    }
}

/// An office with one dispatcher.
pub(crate) struct World {
    pub(crate) store: Store,
    house: Arc<House>,
    pub(crate) dispatcher: Uuid,
}

impl World {
    async fn open(database: &Scratch) -> World {
        let house = House {
            provider: Provider {
                name: "Onsite".to_owned(),
                address: "Shanghai".to_owned(),
                phone: "021".to_owned(),
            },
            public_url: "https://onsite.example".to_owned(),
            sender: Person {
                name: "Onsite".to_owned(),
                email: "office@onsite.example".to_owned(),
            },
            window: TimeDelta::days(14),
            callback_after: TimeDelta::days(1),
            archive_after: TimeDelta::days(365),
            tag_prefix: "OS".to_owned(),
            secrets: Arc::new(Secrets::derive(MASTER).unwrap()),
        };
        let world = World {
            store: database.open(),
            house: Arc::new(house),
            dispatcher: new_id(at(0)),
        };
        let user = User {
            name: "周敏".to_owned(),
            email: "zhoumin@onsite.example".to_owned(),
            role: Role::Dispatcher,
            phone: None,
            language: Language::ZhCn,
            active: true,
        };
        world
            .create(world.dispatcher, Record::from(user), Author::SYSTEM)
            .await;
        world
    }

    pub(crate) fn author(&self) -> Author {
        Author::office(self.dispatcher, Role::Dispatcher)
    }

    /// One operation through the write path.
    pub(crate) async fn apply(
        &self,
        author: Author,
        kind: OperationKind,
        entity: EntityKind,
        row: Uuid,
        set: Fields,
    ) -> Result<Applied, Refusal> {
        let house = self.house.clone();
        self.store
            .write(move |tx| {
                let operation = Operation::new(
                    new_id(at(1)),
                    entity.name(),
                    row,
                    kind,
                    tx.version(tx.clock().version),
                    set,
                    at(1),
                );
                let cause = Cause {
                    author: &author,
                    operation: operation.id,
                    occurred_at: at(1),
                    now: at(1),
                    house: &house,
                };
                apply(tx, &cause, &operation)
            })
            .await
    }

    pub(crate) async fn create(&self, id: Uuid, record: Record, author: Author) -> Arc<StoredRow> {
        let (kind, set) = (record.kind(), record.fields());
        self.apply(author, OperationKind::Create, kind, id, set)
            .await
            .unwrap()
            .row
    }

    /// What a dispatcher does at a screen.
    pub(crate) async fn edit(&self, kind: EntityKind, row: Uuid, field: &str, value: Value) {
        let set = Fields::from_iter([(field.to_owned(), value)]);
        self.apply(self.author(), OperationKind::Update, kind, row, set)
            .await
            .unwrap();
    }

    /// Deletes a row with the server's hand.
    pub(crate) async fn delete(&self, kind: EntityKind, row: Uuid) {
        let set = Fields::new();
        self.apply(Author::SYSTEM, OperationKind::Delete, kind, row, set)
            .await
            .unwrap();
    }

    pub(crate) async fn try_plan(&self, rows: Vec<Row>, target: Target) -> Result<Plan, ServiceError> {
        self.store.read(move |db| import::plan(db, rows, &target)).await
    }

    pub(crate) async fn plan(&self, rows: Vec<Row>, client: Option<&str>) -> Plan {
        let target = Target {
            client: client.map(str::to_owned),
            site: None,
        };
        self.try_plan(rows, target).await.unwrap()
    }

    pub(crate) async fn try_run(&self, author: Author, plan: Plan) -> Result<Report, ServiceError> {
        let house = self.house.clone();
        self.store
            .write(move |tx| {
                let cause = Cause {
                    author: &author,
                    operation: new_id(at(2)),
                    occurred_at: at(2),
                    now: at(2),
                    house: &house,
                };
                import::run(tx, &cause, &plan)
            })
            .await
    }

    pub(crate) async fn run(&self, plan: Plan) -> Report {
        self.try_run(self.author(), plan).await.unwrap()
    }

    /// Reads, plans and runs.
    pub(crate) async fn import(&self, rows: Vec<Row>, client: Option<&str>) -> Report {
        let plan = self.plan(rows, client).await;
        self.run(plan).await
    }

    pub(crate) async fn export(&self, client: Uuid) -> Result<Export, ServiceError> {
        self.store.read(move |db| export::client(db, client)).await
    }

    /// All live rows of a kind.
    pub(crate) async fn all(&self, kind: EntityKind) -> Vec<Arc<StoredRow>> {
        self.store
            .read::<_, StoreError>(move |db| rows::page(db, kind, None, None, None, 1000))
            .await
            .unwrap()
    }

    /// The live row of a kind whose field has a value.
    pub(crate) async fn find(&self, kind: EntityKind, field: &str, value: &str) -> Arc<StoredRow> {
        let rows = self.all(kind).await;
        let found = rows
            .into_iter()
            .find(|row| row.body.get(field).and_then(Value::as_str) == Some(value));
        found.unwrap_or_else(|| panic!("no {} with {field} {value}", kind.name()))
    }

    pub(crate) fn head(&self) -> u64 {
        self.store.head().version
    }

    /// A client with one site, made by hand.
    pub(crate) async fn client(&self, name: &str, code: &str, site: &str) -> (Uuid, Uuid) {
        let (client, place) = (new_id(at(0)), new_id(at(0)));
        let fields =
            |pairs: &[(&str, Value)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        let set: Fields = fields(&[("name", name.into()), ("code", code.into())]);
        let made = self
            .apply(
                self.author(),
                OperationKind::Create,
                EntityKind::Client,
                client,
                set,
            )
            .await;
        made.unwrap();
        let set: Fields = fields(&[
            ("client_id", client.to_string().into()),
            ("name", site.into()),
            ("address", "中山路 1 号".into()),
        ]);
        let made = self
            .apply(self.author(), OperationKind::Create, EntityKind::Site, place, set)
            .await;
        made.unwrap();
        (client, place)
    }

    /// An asset counted by hand.
    pub(crate) async fn asset(&self, site: Uuid, fields: &[(&str, &str)]) -> Uuid {
        let id = new_id(at(0));
        let mut set: Fields = fields
            .iter()
            .map(|(k, v)| ((*k).to_owned(), Value::from(*v)))
            .collect();
        set.insert("site_id".to_owned(), site.to_string().into());
        let made = self
            .apply(self.author(), OperationKind::Create, EntityKind::Asset, id, set)
            .await;
        made.unwrap();
        id
    }
}
