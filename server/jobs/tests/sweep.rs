//! What the sweep takes from the storage and what it must leave, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use chrono::{DateTime, TimeDelta, Utc};
use onsite_files::scratch::Place;
use onsite_files::{BlobStore, Part, Sha256Hex};
use onsite_jobs::{Jobs, Swept, sweep};
use onsite_mail::Person;
use onsite_model::ids::new_id;
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::sheet_content::Provider;
use onsite_model::user::User;
use onsite_services::attachment::{Content, Kept};
use onsite_services::author::{Author, Cause};
use onsite_services::house::House;
use onsite_services::secrets::Secrets;
use onsite_services::upload::{self, Announced};
use onsite_services::{ServiceError, command};
use onsite_store::quarantine::{self, Quarantined};
use onsite_store::scratch::Scratch;
use onsite_store::streams::{self, Stream};
use onsite_store::{StoreError, Tx, uploads};
use std::sync::{Arc, Mutex};
use sync_protocol::codes::QuarantineReason;
use uuid::Uuid;

const NOTHING_DONE: Swept = Swept {
    originals: 0,
    uploads: 0,
    parts: 0,
    files: 0,
};

/// A server's storage, and a technician.
struct Depot {
    jobs: Jobs,
    now: Arc<Mutex<DateTime<Utc>>>,
    technician: Uuid,
    _place: Place,
}

impl Depot {
    async fn open(database: &Scratch) -> Depot {
        let place = Place::folder();
        // The storage's own clock counts for the age of files, so this is no made-up day.
        let now = Arc::new(Mutex::new((onsite_model::clock::system())()));
        let clock = now.clone();
        let jobs = Jobs {
            log: Arc::default(),
            store: database.open(),
            house: Arc::new(house()),
            clock: Arc::new(move || *clock.lock().unwrap()),
            blobs: place.open(),
            mailer: None,
        };
        let technician = new_id((jobs.clock)());
        let depot = Depot {
            jobs,
            now,
            technician,
            _place: place,
        };
        let user = User {
            name: "Mei".to_owned(),
            email: "mei@example.com".to_owned(),
            role: Role::Technician,
            phone: None,
            language: Language::En,
            active: true,
        };
        depot
            .write(move |tx, cause| command::create(tx, cause, technician, &user).map(drop))
            .await;
        depot
    }

    fn blobs(&self) -> &BlobStore {
        &self.jobs.blobs
    }

    fn pass(&self, time: TimeDelta) {
        *self.now.lock().unwrap() += time;
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &Cause<'_>) -> Result<T, ServiceError> + Send + 'static,
    ) -> T {
        let (house, now) = (self.jobs.house.clone(), (self.jobs.clock)());
        let author = Author::office(self.technician, Role::Technician);
        let written = self.jobs.store.write(move |tx| {
            let cause = Cause {
                author: &author,
                operation: new_id(now),
                occurred_at: now,
                now,
                house: &house,
            };
            work(tx, &cause)
        });
        written.await.unwrap()
    }

    async fn sweep(&self) -> Swept {
        sweep(&self.jobs).await.unwrap()
    }

    /// A file on disk that nothing names yet.
    async fn file(&self, bytes: &'static [u8]) -> Sha256Hex {
        let address = Sha256Hex::of(bytes);
        self.blobs().put(&address, bytes).await.unwrap();
        address
    }

    async fn is_there(&self, address: &Sha256Hex) -> bool {
        self.blobs().exists(address).await.unwrap()
    }

    /// An upload of this file that has begun.
    async fn begin(&self, address: &Sha256Hex, size: u64) -> Uuid {
        let announced = Announced {
            attachment_id: new_id((self.jobs.clock)()),
            sha256: address.to_string(),
            size,
            metadata: String::new(),
        };
        let id = new_id((self.jobs.clock)());
        self.write(move |tx, cause| upload::create(tx, cause, id, &announced, 1_000_000))
            .await
            .id
    }
}

fn house() -> House {
    House {
        provider: Provider::default(),
        public_url: "https://onsite.example".to_owned(),
        sender: Person {
            name: "North IT".to_owned(),
            email: "office@example.com".to_owned(),
        },
        window: TimeDelta::days(14),
        callback_after: TimeDelta::days(1),
        archive_after: TimeDelta::days(365),
        tag_prefix: "OS-".to_owned(),
        secrets: Arc::new(Secrets::derive(b"Vb3kq0ZrT9xYwJ7uNf2LhG5sDcA8mPeo").unwrap()),
    }
}

fn kept(address: &Sha256Hex) -> Kept {
    Kept {
        sha256: address.to_string(),
        media_type: "image/jpeg".to_owned(),
        size: 1,
    }
}

/// An operation in quarantine, as it came.
fn quarantined(tx: &mut Tx<'_>, cause: &Cause<'_>, raw: String) -> Result<(), ServiceError> {
    let stream = Stream {
        id: new_id(cause.now),
        device_id: None,
        user_id: None,
        last_n: 0,
    };
    streams::add(tx, &stream)?;
    let one = Quarantined {
        id: new_id(cause.now),
        stream: stream.id,
        n: 1,
        user_id: None,
        operation: None,
        row: None,
        waits_for: None,
        raw,
        reason: QuarantineReason::Invalid,
        detail: String::new(),
        received_at: cause.now,
        decision: None,
    };
    Ok(quarantine::keep(tx, &one)?)
}

async fn on_each_database(test: impl AsyncFn(&Depot)) {
    for database in Scratch::each() {
        test(&Depot::open(&database).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_nothing_has_named_for_ninety_days_goes() {
    on_each_database(async |depot| {
        let address = depot.file(b"of an upload that was given up").await;
        depot.pass(TimeDelta::days(89));
        assert_eq!(depot.sweep().await, NOTHING_DONE);
        depot.pass(TimeDelta::days(2));
        assert_eq!(
            depot.sweep().await,
            Swept {
                files: 1,
                ..NOTHING_DONE
            }
        );
        assert!(!depot.is_there(&address).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_anything_names_stays() {
    on_each_database(async |depot| {
        let in_quarantine = depot.file(b"named in quarantine").await;
        let in_history = depot.file(b"named in the past").await;
        let uploading = depot.file(b"announced").await;
        let thumbnail = depot.file(b"made of it").await;
        let (raw, note) = (
            format!(r#"{{"sha256":"{in_quarantine}"}}"#),
            in_history.to_string(),
        );
        let technician = depot.technician;
        depot
            .write(move |tx, cause| {
                quarantined(tx, cause, raw)?;
                // Named once, in a field that says something else since.
                let name = |name: &str| sync_protocol::Fields::from_iter([("name".to_owned(), name.into())]);
                for said in [note.as_str(), "Mei"] {
                    let operation = sync_protocol::operation::Operation::new(
                        new_id(cause.now),
                        "user",
                        technician,
                        sync_protocol::operation::OperationKind::Update,
                        tx.version(tx.clock().version),
                        name(said),
                        cause.now,
                    );
                    let author = cause.author.by_server();
                    let cause = Cause {
                        author: &author,
                        operation: operation.id,
                        ..*cause
                    };
                    onsite_services::apply::apply(tx, &cause, &operation)?;
                }
                Ok(())
            })
            .await;
        depot.pass(TimeDelta::days(91));
        let upload = depot.begin(&uploading, 9).await;
        let content = Content {
            file: kept(&uploading),
            original: None,
            picture: Some(onsite_services::attachment::Picture {
                thumbnail: kept(&thumbnail),
                preview: String::new(),
                thumbhash: String::new(),
                width: 1,
                height: 1,
            }),
        };
        depot
            .write(move |tx, cause| upload::checked(tx, cause, upload, &content))
            .await;
        assert_eq!(depot.sweep().await, NOTHING_DONE);
        for address in [&in_quarantine, &in_history, &uploading, &thumbnail] {
            assert!(depot.is_there(address).await);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_uploads_go_with_their_parts() {
    on_each_database(async |depot| {
        let bytes = b"some of a photo";
        let (idle, busy) = (Sha256Hex::of(b"idle"), Sha256Hex::of(b"busy"));
        let idle = depot.begin(&idle, 100).await;
        depot.pass(TimeDelta::days(29));
        let busy = depot.begin(&busy, 100).await;
        let part = Part {
            start: 0,
            length: bytes.len() as u64,
            turn: 1,
        };
        // And one of a server that was killed while its upload was given up.
        for upload in [idle, busy, Uuid::from_u128(7)] {
            let staged = depot.blobs().stage(upload, &part, bytes.to_vec().into());
            staged.await.unwrap();
        }
        depot.pass(TimeDelta::days(2));
        let swept = Swept {
            uploads: 1,
            parts: 2,
            ..NOTHING_DONE
        };
        assert_eq!(depot.sweep().await, swept);
        assert_eq!(depot.blobs().staged().await.unwrap(), [busy].into());
        assert_eq!(depot.sweep().await, NOTHING_DONE);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_waits_for_its_record_waits_on_while_that_is_in_quarantine() {
    on_each_database(async |depot| {
        let (named, unnamed) = (depot.file(b"named").await, depot.file(b"unnamed").await);
        for address in [&named, &unnamed] {
            let upload = depot.begin(address, 9).await;
            let content = Content {
                file: kept(address),
                original: None,
                picture: None,
            };
            depot
                .write(move |tx, cause| {
                    upload::checked(tx, cause, upload, &content)?;
                    upload::finish(tx, cause, upload)
                })
                .await;
        }
        let raw = named.to_string();
        depot.write(move |tx, cause| quarantined(tx, cause, raw)).await;
        depot.pass(TimeDelta::days(91));
        assert_eq!(
            depot.sweep().await,
            Swept {
                uploads: 1,
                files: 1,
                ..NOTHING_DONE
            }
        );
        assert!(depot.is_there(&named).await && !depot.is_there(&unnamed).await);
        let address = named.to_string();
        let waiting = depot.jobs.store.read(move |db| uploads::kept(db, &address));
        assert_eq!(waiting.await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_original_goes_when_no_other_upload_stands_on_it() {
    on_each_database(async |depot| {
        let original = depot.file(b"with the place it was taken at").await;
        let done = depot.begin(&original, 9).await;
        let other = depot.begin(&original, 9).await;
        let address = original.to_string();
        depot
            .write(move |tx, _| {
                let mut upload = uploads::get(tx.db(), done)?.unwrap();
                upload.state = uploads::State::Attached;
                upload.content = Some("{}".to_owned());
                upload.discard = Some(address);
                Ok::<_, ServiceError>(uploads::save(tx, &upload)?)
            })
            .await;
        assert_eq!(
            depot.sweep().await,
            NOTHING_DONE,
            "the other may make evidence of it"
        );
        assert!(depot.is_there(&original).await);
        depot
            .write(move |tx, cause| upload::terminate(tx, cause, other))
            .await;
        let swept = Swept {
            originals: 1,
            ..NOTHING_DONE
        };
        assert_eq!(depot.sweep().await, swept);
        assert!(!depot.is_there(&original).await);
        let left = depot.jobs.store.read(move |db| uploads::get(db, done));
        assert_eq!(
            left.await
                .map_err(|error: StoreError| error)
                .unwrap()
                .unwrap()
                .discard,
            None
        );
    })
    .await;
}
