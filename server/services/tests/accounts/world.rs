//! Users and phones on each database there is.
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::bucket::Bucket;
use onsite_model::entity::{EntityKind, Record};
use onsite_model::ids::new_id;
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::user::User;
use onsite_services::ServiceError;
use onsite_services::device_proof::{self, ProvenRequest};
use onsite_services::login::{self, Attempt, Login, LoginDevice, Origin};
use onsite_services::passwords;
use onsite_services::secrets::Secrets;
use onsite_services::session::{self, Caller, Refreshed};
use onsite_services::user_account;
use onsite_store::rows::{self, StoredRow};
use onsite_store::scratch::Scratch;
use onsite_store::{Store, StoreError, Tx};
use std::net::IpAddr;
use std::sync::Arc;
use sync_protocol::merge::Stamps;
use uuid::Uuid;

pub(crate) const MASTER: &[u8] = b"Vb3kq0ZrT9xYwJ7uNf2LhG5sDcA8mPeo";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A morning, and minutes after it.
pub(crate) fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_334_400, 0).unwrap() + TimeDelta::minutes(minutes)
}

pub(crate) fn office_address() -> IpAddr {
    "192.0.2.7".parse().unwrap()
}

/// Runs a test on every database there is.
pub(crate) async fn on_each_database(test: impl AsyncFn(&World)) {
    for database in Scratch::each() {
        test(&World::open(&database)).await;
    }
}

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) secrets: Arc<Secrets>,
}

impl World {
    fn open(database: &Scratch) -> World {
        World {
            store: database.open(),
            secrets: Arc::new(Secrets::derive(MASTER).unwrap()),
        }
    }

    /// Writes a use case's effect, as the edge does.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        self.store.write(work).await
    }

    /// An active user who logs in with [`PASSWORD`].
    pub(crate) async fn user(&self, email: &str, role: Role) -> Uuid {
        let id = new_id(at(0));
        self.save_user(id, email, role, true).await;
        self.set_password(id, email, PASSWORD).await.unwrap();
        id
    }

    pub(crate) async fn set_password(
        &self,
        id: Uuid,
        email: &str,
        password: &str,
    ) -> Result<usize, ServiceError> {
        let hashed = passwords::hash(password, email)?;
        self.write(move |tx| user_account::set_credentials(tx, id, &hashed, at(0)))
            .await
    }

    /// Writes the row of a user.
    pub(crate) async fn save_user(&self, id: Uuid, email: &str, role: Role, active: bool) {
        let user = User {
            name: "Lin Wei".to_owned(),
            email: email.to_owned(),
            role,
            phone: None,
            language: Language::ZhCn,
            active,
        };
        let record = Record::from(user);
        self.store
            .write::<_, StoreError>(move |tx| {
                let row = StoredRow {
                    id,
                    kind: EntityKind::User,
                    bucket: Bucket::Catalogue,
                    parent: None,
                    version: tx.next_version(),
                    body: record.fields(),
                    stamps: Stamps::new(),
                    deleted: false,
                };
                rows::save(tx, row.into(), record, None);
                Ok(())
            })
            .await
            .unwrap();
    }

    pub(crate) async fn begin(
        &self,
        email: &str,
        address: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Attempt, ServiceError> {
        let email = email.to_owned();
        let from = Origin {
            address,
            device: None,
        };
        self.write(move |tx| login::begin_login(tx, &email, from, now))
            .await
    }

    /// A login's three steps.
    pub(crate) async fn login(
        &self,
        email: &str,
        password: &str,
        from: &LoginDevice,
        now: DateTime<Utc>,
    ) -> Result<Login, ServiceError> {
        let verified = self.begin(email, office_address(), now).await?.check(password)?;
        let (secrets, from) = (self.secrets.clone(), from.clone());
        self.write(move |tx| login::finish_login(tx, &secrets, &verified, &from, now))
            .await
    }

    pub(crate) async fn authenticate(
        &self,
        access: &str,
        now: DateTime<Utc>,
    ) -> Result<Caller, ServiceError> {
        let (secrets, access) = (self.secrets.clone(), access.to_owned());
        self.store
            .read(move |db| Ok(session::authenticate(db, &secrets, &access, now)?.caller))
            .await
    }

    /// Logs in and says who that is.
    pub(crate) async fn caller(&self, email: &str, from: &LoginDevice, now: DateTime<Utc>) -> Caller {
        let login = self.login(email, PASSWORD, from, now).await.unwrap();
        self.authenticate(&login.tokens.access_token, now).await.unwrap()
    }

    /// Presents a refresh token with a proof for `proven_body` in the header.
    pub(crate) async fn refresh(
        &self,
        token: &str,
        proof: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Refreshed, ServiceError> {
        let (secrets, token) = (self.secrets.clone(), token.to_owned());
        self.write(move |tx| {
            let body = refresh_body(&token);
            let request = ProvenRequest {
                header: proof.as_deref(),
                method: "POST",
                path: REFRESH_PATH,
                body: body.as_bytes(),
            };
            session::refresh(tx, &secrets, &token, &request, now)
        })
        .await
    }
}

pub(crate) const REFRESH_PATH: &str = "/v1/sessions/refresh";

pub(crate) fn refresh_body(token: &str) -> String {
    format!(r#"{{"refresh_token":"{token}"}}"#)
}

/// A phone that holds a key.
pub(crate) struct Phone {
    pub(crate) key: EcdsaKeyPair,
}

impl Phone {
    pub(crate) fn new() -> Phone {
        Phone {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
        }
    }

    /// What it says of itself in a login.
    pub(crate) fn introduction(&self, id: Option<Uuid>) -> LoginDevice {
        LoginDevice {
            id,
            name: "Pixel".to_owned(),
            platform: "Android".to_owned(),
            public_key: Some(device_proof::public_key(&self.key)),
        }
    }

    /// Its proof of a refresh.
    pub(crate) fn proof(&self, device: Uuid, token: &str) -> Option<String> {
        let body = refresh_body(token);
        Some(device_proof::make(&self.key, device, "POST", REFRESH_PATH, body.as_bytes(), 0).unwrap())
    }
}

/// A browser without a key.
pub(crate) fn browser() -> LoginDevice {
    LoginDevice {
        id: None,
        name: "Firefox".to_owned(),
        platform: "Linux".to_owned(),
        public_key: None,
    }
}
