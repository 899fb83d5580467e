//! The ground that single stories of sync are told on: a site with work, three technicians with phones, a dispatcher,
//! all in this process and on either database.
use crate::dice::Dice;
use crate::office::{Edit, fields};
use crate::{Database, Office, Phone};
use chrono::{DateTime, TimeDelta, Utc};
use onsite_model::entity::EntityKind;
use onsite_model::role::Role;
use onsite_services::apply::Applied;
use onsite_services::author::Author;
use onsite_services::visit;
use onsite_store::rows::{self, StoredRow};
use serde_json::{Value, json};
use std::sync::Arc;
use sync_protocol::operation::OperationKind;
use sync_protocol::receipt::Outcome;
use sync_protocol::version::Version;
use uuid::Uuid;

/// A site with a ticket, two assets and a visit of the first of three technicians.
#[derive(Debug)]
pub struct Ground {
    pub office: Office,
    pub dice: Dice,
    pub now: DateTime<Utc>,
    pub dispatcher: Uuid,
    pub phones: Vec<Phone>,
    pub site: Uuid,
    pub ticket: Uuid,
    pub assets: [Uuid; 2],
    pub visit: Uuid,
}

impl Ground {
    pub fn new(database: Database) -> Ground {
        let (mut dice, office) = (Dice::new(1), Office::new(database));
        let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let dispatcher = office.add_user(&mut dice, "dispatcher", Role::Dispatcher, now);
        let users =
            ["anna", "ben", "chen"].map(|name| office.add_user(&mut dice, name, Role::Technician, now));
        let [client, site, ticket, first, second, visit] = [(); 6].map(|()| dice.id(now));
        office.seed(
            &mut dice,
            EntityKind::Client,
            client,
            json!({"name": "north"}),
            now,
        );
        let body = json!({"client_id": client, "name": "site", "address": "1 Test Road"});
        office.seed(&mut dice, EntityKind::Site, site, body, now);
        let body = json!({"client_id": client, "site_id": site, "title": "it is slow", "description": "a\nb\nc\nd\ne"});
        office.seed(&mut dice, EntityKind::Ticket, ticket, body, now);
        for (asset, tag) in [(first, "OS-1"), (second, "OS-2")] {
            let body = json!({"site_id": site, "kind": "ups", "name": "ups", "tag": tag});
            office.seed(&mut dice, EntityKind::Asset, asset, body, now);
        }
        // Each has a visit at the site, so that each holds it; the last one's can be taken away.
        let mut last = visit;
        for user in users {
            last = dice.id(now);
            let (start, end) = (now + TimeDelta::hours(1), now + TimeDelta::hours(2));
            let body = json!({"client_id": client, "site_id": site, "kind": "routine", "purpose": "look",
                              "status": "scheduled", "technician_id": user, "planned_start": start, "planned_end": end});
            office.seed(&mut dice, EntityKind::Visit, last, body, now);
        }
        let phones = users
            .iter()
            .map(|user| {
                let (device, stream) = office.enrol(&mut dice, *user, now);
                let mut phone = Phone::new("phone", *user, device, stream);
                phone.sync(&office, &mut dice, now).unwrap();
                phone
            })
            .collect();
        Ground {
            office,
            dice,
            now,
            dispatcher,
            phones,
            site,
            ticket,
            assets: [first, second],
            visit: last,
        }
    }

    pub fn edit(&mut self, phone: usize, row: Uuid, set: Value) {
        self.now += TimeDelta::seconds(1);
        self.phones[phone]
            .update(&mut self.dice, self.now, row, fields(set))
            .unwrap();
    }

    pub fn sync(&mut self, phone: usize) {
        self.now += TimeDelta::seconds(1);
        self.phones[phone]
            .sync(&self.office, &mut self.dice, self.now)
            .unwrap();
    }

    /// Sends what a phone has, and reads nothing.
    pub fn sync_away(&mut self, phone: usize) {
        let request = self.phones[phone].next_push(self.now, 10).unwrap();
        self.office
            .push(self.phones[phone].device, request, self.now)
            .unwrap();
    }

    pub fn desk_edit(&mut self, entity: EntityKind, row: Uuid, set: Value) -> Applied {
        self.now += TimeDelta::seconds(1);
        let base = self.row(row).version;
        let edit = Edit {
            entity,
            row,
            kind: OperationKind::Update,
            base,
            set: fields(set),
        };
        let author = Author::office(self.dispatcher, Role::Dispatcher);
        self.office
            .apply(author, self.dice.id(self.now), edit, self.now)
            .unwrap()
    }

    pub fn assign(&mut self, row: Uuid, technician: Uuid) {
        self.now += TimeDelta::seconds(1);
        let number = self.row(row).version;
        let author = Author::office(self.dispatcher, Role::Dispatcher);
        let operation = self.dice.id(self.now);
        self.office
            .command(author, operation, self.now, move |tx, cause| {
                let seen = Version {
                    epoch: tx.clock().epoch,
                    number,
                };
                visit::assign(tx, cause, row, technician, None, seen).map(drop)
            })
            .unwrap();
    }

    pub fn row(&self, id: Uuid) -> Arc<StoredRow> {
        self.office.read(move |db| Ok(rows::get(db, id)?.unwrap()))
    }

    pub fn open_conflicts(&self, row: Uuid) -> Vec<Value> {
        let found = self.office.read(move |db| {
            let ids: Vec<Uuid> = onsite_store::conflicts::open_of(db, row)?
                .into_iter()
                .map(|(id, _)| id)
                .collect();
            rows::get_many(db, &ids)
        });
        found
            .into_iter()
            .map(|row| Value::Object(row.body.clone()))
            .collect()
    }

    pub fn outcomes(&self, phone: usize) -> Vec<Outcome> {
        self.phones[phone]
            .engine()
            .operations()
            .iter()
            .filter_map(|entry| entry.outcome())
            .collect()
    }
}

/// Declares stories that run on both databases.
#[macro_export]
macro_rules! stories {
    ($($(#[doc = $doc:literal])* fn $name:ident($ground:ident) $body:block)+) => {$(
        $(#[doc = $doc])*
        mod $name {
            use super::*;

            fn body($ground: &mut $crate::ground::Ground) $body

            fn run(kind: $crate::Kind) {
                if let Some(database) = $crate::Database::create(kind) {
                    body(&mut $crate::ground::Ground::new(database));
                }
            }

            #[test]
            fn sqlite() {
                run($crate::Kind::Sqlite);
            }

            #[test]
            fn postgres() {
                run($crate::Kind::Postgres);
            }
        }
    )+};
}
