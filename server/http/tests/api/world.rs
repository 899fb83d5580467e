//! A server with staff of every role, a client with two sites, and a visit that gives the technician one of them.
use crate::call::Call;
use actix_web::dev::ServerHandle;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use chrono::{DateTime, TimeDelta, Utc};
use onsite_files::scratch::Place;
use onsite_http::{AppState, Limits, TrustedProxies, serve};
use onsite_mail::Person as Sender;
use onsite_model::ids::new_id;
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::sheet_content::Provider;
use onsite_model::user::User;
use onsite_services::author::{Author, Cause};
use onsite_services::house::House;
use onsite_services::passwords::{self, HashedPassword};
use onsite_services::secrets::Secrets;
use onsite_services::{ServiceError, device_proof, staff, tokens};
use onsite_store::scratch::{Kind, Scratch};
use onsite_store::{Db, Store, Tx, uploads};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::sync::{Arc, LazyLock, Mutex, mpsc};
use std::thread::JoinHandle;
use tokio::sync::watch;
use uuid::Uuid;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// What one user's unfinished uploads may have.
pub(crate) const UNFINISHED_BYTES: u64 = 30_000_000;

/// Hashing is slow on purpose; one hash does for everybody.
static HASHED: LazyLock<HashedPassword> =
    LazyLock::new(|| passwords::hash(PASSWORD, "nobody@example.com").unwrap());

/// A Monday morning.
pub(crate) fn morning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_438_400, 0).unwrap()
}

/// Somebody logged in on a device of their own.
pub(crate) struct Person {
    pub(crate) user: Uuid,
    pub(crate) device: Uuid,
    pub(crate) stream: Uuid,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
    key: EcdsaKeyPair,
}

impl Person {
    /// What their device says of itself when it logs in again.
    pub(crate) fn introduction(&self) -> Value {
        json!({
            "id": self.device, "name": "Phone", "platform": "test",
            "public_key": device_proof::public_key(&self.key),
        })
    }

    /// The proof of their device over a request.
    pub(crate) fn prove(&self, method: &str, path: &str, body: &[u8]) -> String {
        device_proof::make(&self.key, self.device, method, path, body, 0).unwrap()
    }
}

/// A running server.
pub(crate) struct World {
    pub(crate) url: String,
    pub(crate) store: Store,
    house: House,
    now: Arc<Mutex<DateTime<Utc>>>,
    runtime: tokio::runtime::Runtime,
    _server: Server,
    /// Last, so that they outlive the server.
    place: Place,
    database: Scratch,
}

/// A server on a database and a place for files that others may use too, as another process would.
pub(crate) struct Server {
    pub(crate) url: String,
    handle: ServerHandle,
    let_go: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start(store: Store, place: &Place, now: &Arc<Mutex<DateTime<Utc>>>) -> Server {
        let clock = now.clone();
        let (let_go, stopping) = watch::channel(false);
        let state = AppState {
            store,
            house: house(),
            clock: Arc::new(move || *clock.lock().unwrap()),
            blobs: place.open(),
            limits: Limits {
                unfinished_bytes: UNFINISHED_BYTES,
                // The test itself stands in for a proxy, so that it can come from anywhere.
                trusted_proxies: TrustedProxies::new(vec!["127.0.0.1".parse().unwrap()]),
                ..Limits::default()
            },
            mailer: None,
            jobs: Arc::default(),
            local_authority: None,
            stopping,
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (started, handle) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = serve(state, listener, None).unwrap();
                started.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Server {
            url,
            handle: handle.recv().unwrap(),
            let_go,
            thread: Some(thread),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.let_go.send_replace(true);
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// Runs a test on every database there is.
pub(crate) fn on_each_database(test: impl Fn(&World)) {
    for database in Scratch::each() {
        test(&World::open(database));
    }
}

impl World {
    pub(crate) fn sqlite() -> World {
        World::open(Scratch::create(Kind::Sqlite).unwrap())
    }

    fn open(database: Scratch) -> World {
        World::keeping_files_in(Place::folder(), database)
    }

    pub(crate) fn keeping_files_in(place: Place, database: Scratch) -> World {
        tokens::install_provider();
        let store = database.open();
        let now = Arc::new(Mutex::new(morning()));
        let server = Server::start(store.clone(), &place, &now);
        World {
            url: server.url.clone(),
            store,
            house: house(),
            now,
            runtime: tokio::runtime::Builder::new_current_thread().build().unwrap(),
            _server: server,
            place,
            database,
        }
    }

    /// One more server process.
    pub(crate) fn another(&self) -> Server {
        Server::start(self.database.open(), &self.place, &self.now)
    }

    /// The storage loses the parts of an upload.
    pub(crate) fn lose_parts(&self, upload: Uuid) {
        self.runtime.block_on(self.place.open().unstage(upload)).unwrap();
    }

    /// Brings bytes of an upload to disk and notes them, as a server does that dies behind it.
    pub(crate) fn note_part(&self, upload: Uuid, bytes: Vec<u8>) {
        let length = bytes.len() as u64;
        let part = onsite_files::Part {
            start: 0,
            length,
            turn: 1,
        };
        let staged = self.place.open();
        let staged = staged.stage(upload, &part, bytes.into());
        self.runtime.block_on(staged).unwrap();
        let noted = uploads::Part {
            start: 0,
            length,
            turn: 1,
        };
        self.write(move |tx, _| Ok(uploads::add_parts(tx, upload, &[noted])?));
    }

    /// Reads past the API.
    pub(crate) fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, ServiceError> + Send + 'static,
    ) -> T {
        self.runtime.block_on(self.store.read(work)).unwrap()
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: TimeDelta) {
        *self.now.lock().unwrap() += time;
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    /// A request to it.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        Call::new(&self.url, method, path)
    }

    /// Writes past the API, as the server's own use cases do.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &Cause<'_>) -> Result<T, ServiceError> + Send + 'static,
    ) -> T {
        let (house, now) = (self.house.clone(), self.now());
        let written = self.store.write(move |tx| {
            let author = Author::SYSTEM;
            let cause = Cause {
                author: &author,
                operation: new_id(now),
                occurred_at: now,
                now,
                house: &house,
            };
            work(tx, &cause)
        });
        self.runtime.block_on(written).unwrap()
    }

    /// Adds a member of staff and logs them in.
    pub(crate) fn person(&self, email: &str, role: Role) -> Person {
        self.hire(email, role);
        self.log_in(email)
    }

    /// Adds a member of staff.
    pub(crate) fn hire(&self, email: &str, role: Role) -> Uuid {
        let id = new_id(self.now());
        let user = User {
            name: format!("The {}", role.name()),
            email: email.to_owned(),
            role,
            phone: None,
            language: Language::En,
            active: true,
        };
        self.write(move |tx, cause| staff::add(tx, cause, id, &user, &HASHED));
        id
    }

    /// Logs in on a new device.
    pub(crate) fn log_in(&self, email: &str) -> Person {
        self.log_in_from("127.0.0.1", email)
    }

    /// Logs in on a new device from a network address.
    pub(crate) fn log_in_from(&self, address: &str, email: &str) -> Person {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let body = json!({
            "email": email,
            "password": PASSWORD,
            "device": { "name": "Phone", "platform": "test", "public_key": device_proof::public_key(&key) },
        });
        let call = self.call("POST", "/v1/login").header("X-Forwarded-For", address);
        let login = call.json(&body).send().ok(200);
        Person {
            user: id(&login["user"]["id"]),
            device: id(&login["device_id"]),
            stream: id(&login["stream_id"]),
            token: login["access_token"].as_str().unwrap().to_owned(),
            refresh_token: login["refresh_token"].as_str().unwrap().to_owned(),
            key,
        }
    }

    pub(crate) fn admin(&self) -> Person {
        self.person("admin@example.com", Role::Admin)
    }

    /// Adds a record and returns it.
    #[track_caller]
    pub(crate) fn add(&self, by: &Person, plural: &str, fields: Value) -> Value {
        // Ids sort by time; so the order of adding is the order of lists.
        self.pass(TimeDelta::milliseconds(1));
        let key = new_id(self.now()).to_string();
        let call = self.call("POST", &format!("/v1/{plural}")).by(by).key(&key);
        call.json(&json!({ "fields": fields })).send().ok(201)
    }

    /// A record as it stands for somebody.
    #[track_caller]
    pub(crate) fn read(&self, by: &Person, plural: &str, id: &Value) -> Value {
        self.call("GET", &format!("/v1/{plural}/{}", text(id)))
            .by(by)
            .send()
            .ok(200)
    }

    /// A client with two sites; the technician, if there is one, has a visit at the first.
    pub(crate) fn places(&self, office: &Person, technician: Option<&Person>) -> Places {
        let client = self.add(office, "clients", json!({ "name": "Bright Dental" }));
        let site = |name: &str| {
            let fields = json!({ "client_id": client["id"], "name": name, "address": "1 Long Road" });
            self.add(office, "sites", fields)
        };
        let (here, elsewhere) = (site("Here"), site("Elsewhere"));
        let visit = self.visit(office, &client, &here);
        if let Some(technician) = technician {
            self.assign(office, &visit, technician);
        }
        Places {
            client,
            here,
            elsewhere,
            visit,
        }
    }

    pub(crate) fn visit(&self, office: &Person, client: &Value, site: &Value) -> Value {
        let start = self.now() + TimeDelta::hours(2);
        let fields = json!({
            "client_id": client["id"], "site_id": site["id"], "kind": "routine", "purpose": "Quarterly check",
            "planned_start": start, "planned_end": start + TimeDelta::hours(2),
        });
        self.add(office, "visits", fields)
    }

    pub(crate) fn assign(&self, office: &Person, visit: &Value, technician: &Person) {
        let path = format!("/v1/visits/{}/assign", text(&visit["id"]));
        let call = self
            .call("POST", &path)
            .by(office)
            .key(&format!("assign-{}", text(&visit["id"])));
        let call = call.if_match(text(&visit["version"]));
        call.json(&json!({ "technician_id": technician.user }))
            .send()
            .ok(200);
    }

    pub(crate) fn asset(&self, by: &Person, site: &Value, name: &str) -> Value {
        self.add(
            by,
            "assets",
            json!({ "site_id": site["id"], "kind": "server", "name": name }),
        )
    }
}

/// Records to work with.
pub(crate) struct Places {
    pub(crate) client: Value,
    pub(crate) here: Value,
    pub(crate) elsewhere: Value,
    pub(crate) visit: Value,
}

pub(crate) fn id(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn house() -> House {
    House {
        provider: Provider {
            name: "North IT".to_owned(),
            ..Provider::default()
        },
        public_url: "https://onsite.example".to_owned(),
        sender: Sender {
            name: "North IT".to_owned(),
            email: "office@example.com".to_owned(),
        },
        window: TimeDelta::days(14),
        callback_after: TimeDelta::days(1),
        archive_after: TimeDelta::days(365),
        tag_prefix: "NI-".to_owned(),
        secrets: Arc::new(Secrets::derive(b"Vb3kq0ZrT9xYwJ7uNf2LhG5sDcA8mPeo").unwrap()),
    }
}
