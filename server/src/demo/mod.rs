//! A believable provider to try Onsite with: staff, clients, sites, devices, checklists, tickets, three weeks of visits and
//! months of inspections before them. The same on every machine but for the dates, which lie around today.
mod assets;
mod authority;
mod clients;
mod complaints;
mod first_visits;
mod history;
mod network;
mod run;
mod templates;
mod work;

pub(crate) use run::run;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use onsite_model::entity::{Declared, EntityKind};
use onsite_model::ids::natural_id;
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::user::User;
use onsite_services::author::{Author, Cause};
use onsite_services::house::House;
use onsite_services::passwords::HashedPassword;
use onsite_services::{ServiceError, command, passwords, staff};
use onsite_store::{Store, Tx, rows};
use std::sync::Arc;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// The password of every demo login; the demo refuses to serve anything but its own data.
pub(crate) const PASSWORD: &str = "onsite demo 2026";

/// Name, e-mail, role and language of the demo's staff.
pub(crate) const STAFF: [(&str, &str, Role, Language); 8] = [
    ("Grace Lin 林嘉", "admin@demo.example", Role::Admin, Language::En),
    (
        "Robert Chen 陈博",
        "manager@demo.example",
        Role::Manager,
        Language::ZhCn,
    ),
    (
        "Helen Wu 吴海伦",
        "dispatch@demo.example",
        Role::Dispatcher,
        Language::ZhCn,
    ),
    ("Sofia Marin", "support@demo.example", Role::Support, Language::En),
    (
        "Zhang Wei 张伟",
        "zhang.wei@demo.example",
        Role::Technician,
        Language::ZhCn,
    ),
    (
        "Tom Becker",
        "tom.becker@demo.example",
        Role::Technician,
        Language::En,
    ),
    (
        "Liu Yang 刘洋",
        "liu.yang@demo.example",
        Role::Technician,
        Language::ZhCn,
    ),
    (
        "Amina Okafor",
        "amina.okafor@demo.example",
        Role::Technician,
        Language::En,
    ),
];

/// The root of the demo's ids, so that seeding twice finds what is there.
const ROOT: Uuid = Uuid::from_u128(0x6f6e_7369_7465_0000_8000_6465_6d6f_0000);

/// The id of a demo row.
pub(crate) fn id(key: &str) -> Uuid {
    natural_id(ROOT, key)
}

/// Fills an empty database; one that has the demo already is left alone. Returns how many rows were made.
///
/// # Errors
/// The database is gone.
pub(crate) async fn seed(
    store: &Store,
    house: &Arc<House>,
    now: DateTime<Utc>,
) -> Result<usize, ServiceError> {
    let first = id(STAFF[0].1);
    let (known, used) = store
        .read::<_, ServiceError>(move |db| {
            let known = rows::get(db, first)?.is_some();
            Ok((
                known,
                !rows::page(db, EntityKind::User, None, None, None, 1)?.is_empty(),
            ))
        })
        .await?;
    if known {
        return Ok(0);
    }
    if used {
        // Logins with a public password must never get into a database that is in use.
        let detail = "this database holds somebody's own data; the demo makes one of its own";
        return Err(ServiceError::new(ErrorCode::NotReady, detail));
    }
    let hashed = STAFF
        .iter()
        .map(|(_, email, ..)| passwords::hash(PASSWORD, email))
        .collect::<Result<Vec<HashedPassword>, ServiceError>>()?;
    let house = house.clone();
    store
        .write(move |tx| {
            let mut seeder = Seeder {
                tx,
                house: &house,
                now,
                count: 0,
            };
            for ((name, email, role, language), password) in STAFF.iter().zip(&hashed) {
                seeder.user(name, email, *role, *language, password)?;
            }
            templates::add(&mut seeder)?;
            let places = clients::add(&mut seeder)?;
            let devices = assets::add(&mut seeder, &places)?;
            work::add(&mut seeder, &places, &devices)?;
            complaints::add(&mut seeder, &places)?;
            first_visits::add(&mut seeder, &places)?;
            history::add(&mut seeder, &places, &devices)?;
            Ok(seeder.count)
        })
        .await
}

/// Adds rows by the one write path.
struct Seeder<'a, 'b> {
    tx: &'a mut Tx<'b>,
    house: &'a House,
    now: DateTime<Utc>,
    count: usize,
}

impl Seeder<'_, '_> {
    /// The day it is where the provider works.
    fn today(&self) -> NaiveDate {
        self.now.with_timezone(&Tz::Asia__Shanghai).date_naive()
    }

    /// The day its week began.
    fn monday(&self) -> NaiveDate {
        let today = self.today();
        today - TimeDelta::days(i64::from(today.weekday().num_days_from_monday()))
    }

    fn add<E: Declared>(&mut self, key: &str, entity: &E) -> Result<Uuid, ServiceError> {
        self.add_as(key, id(key), entity)
    }

    fn add_as<E: Declared>(&mut self, key: &str, row: Uuid, entity: &E) -> Result<Uuid, ServiceError> {
        let operation = id(&format!("{key}/operation"));
        let cause = Cause {
            author: &Author::SYSTEM,
            operation,
            occurred_at: self.now,
            now: self.now,
            house: self.house,
        };
        command::create(self.tx, &cause, row, entity)?;
        self.count += 1;
        Ok(row)
    }

    fn user(
        &mut self,
        name: &str,
        email: &str,
        role: Role,
        language: Language,
        password: &HashedPassword,
    ) -> Result<(), ServiceError> {
        let user = User {
            name: name.to_owned(),
            email: email.to_owned(),
            role,
            phone: Some("400-820-0110".to_owned()),
            language,
            active: true,
        };
        let cause = Cause {
            author: &Author::SYSTEM,
            operation: id(&format!("{email}/operation")),
            occurred_at: self.now,
            now: self.now,
            house: self.house,
        };
        staff::add(self.tx, &cause, id(email), &user, password)?;
        self.count += 1;
        Ok(())
    }
}

/// Writes a file that only its owner may read.
fn write_private(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}
