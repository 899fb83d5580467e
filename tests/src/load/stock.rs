//! A large database: assets by the hundred thousand, written by the server's own write path beside the running server.
use crate::dice::Dice;
use crate::office::{fields, house};
use anyhow::Result;
use chrono::{DateTime, Utc};
use onsite_model::entity::EntityKind;
use onsite_services::ServiceError;
use onsite_services::apply::apply;
use onsite_services::author::{Author, Cause};
use onsite_services::house::House;
use onsite_store::{Address, Store, rows};
use serde_json::json;
use std::sync::Arc;
use sync_protocol::Fields;
use sync_protocol::operation::{Operation, OperationKind};
use sync_protocol::version::Version;
use uuid::Uuid;

/// Assets of one transaction.
const CHUNK: usize = 2_000;

/// Assets of one of the sites that nobody measured is sent to.
const A_SITE: usize = 5_000;

/// The bench's own way into the server's database.
#[allow(missing_debug_implementations)]
pub(super) struct Stock {
    store: Store,
    house: Arc<House>,
    runtime: tokio::runtime::Runtime,
    dice: Dice,
    added: usize,
}

impl Stock {
    pub(super) fn open(database: &str) -> Result<Stock> {
        let address: Address = database.parse()?;
        Ok(Stock {
            store: Store::open(address)?,
            house: Arc::new(house()),
            runtime: tokio::runtime::Builder::new_current_thread().build()?,
            dice: Dice::new(1),
            added: 0,
        })
    }

    /// Assets added so far.
    pub(super) fn added(&self) -> usize {
        self.added
    }

    /// Adds assets to a site.
    pub(super) fn furnish(&mut self, site: Uuid, count: usize) -> Result<Vec<Uuid>> {
        let mut added = Vec::with_capacity(count);
        while added.len() < count {
            let now = onsite_model::clock::system()();
            let chunk: Vec<(Uuid, Fields)> = (0..CHUNK.min(count - added.len()))
                .map(|_| (self.dice.id(now), self.asset(site)))
                .collect();
            added.extend(chunk.iter().map(|(id, _)| *id));
            self.write(EntityKind::Asset, OperationKind::Create, chunk, now)?;
        }
        Ok(added)
    }

    /// Adds clients with a site each until `rows` assets have been added in all.
    pub(super) fn grow(&mut self, rows: usize) -> Result<()> {
        while self.added < rows {
            let now = onsite_model::clock::system()();
            let (client, site) = (self.dice.id(now), self.dice.id(now));
            let name = format!("Client {}", self.added / A_SITE);
            let body = fields(json!({"name": name}));
            self.write(
                EntityKind::Client,
                OperationKind::Create,
                vec![(client, body)],
                now,
            )?;
            let body = fields(json!({"client_id": client, "name": name, "address": "1 Bench Road"}));
            self.write(EntityKind::Site, OperationKind::Create, vec![(site, body)], now)?;
            self.furnish(site, A_SITE.min(rows - self.added))?;
        }
        Ok(())
    }

    /// Changes the location of rows, as a dispatcher would.
    pub(super) fn change(&mut self, rows: &[Uuid]) -> Result<()> {
        let now = onsite_model::clock::system()();
        let location = json!(format!("Room {}", self.dice.below(1_000_000)));
        let set = Fields::from_iter([("location".to_owned(), location)]);
        for chunk in rows.chunks(CHUNK) {
            let chunk = chunk.iter().map(|id| (*id, set.clone())).collect();
            self.write(EntityKind::Asset, OperationKind::Update, chunk, now)?;
        }
        Ok(())
    }

    fn write(
        &mut self,
        entity: EntityKind,
        kind: OperationKind,
        all: Vec<(Uuid, Fields)>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let house = self.house.clone();
        let ids: Vec<Uuid> = all.iter().map(|_| self.dice.id(now)).collect();
        if kind == OperationKind::Create && entity == EntityKind::Asset {
            self.added += all.len();
        }
        let written = self.store.write::<_, ServiceError>(move |tx| {
            let head = Version {
                epoch: tx.clock().epoch,
                number: tx.clock().version,
            };
            let known: Vec<Uuid> = all.iter().map(|(row, _)| *row).collect();
            rows::get_many(tx.db(), &known)?;
            for ((row, set), id) in all.into_iter().zip(ids) {
                let operation = Operation::new(id, entity.name(), row, kind, head, set, now);
                let cause = Cause {
                    author: &Author::SYSTEM,
                    operation: id,
                    occurred_at: now,
                    now,
                    house: &house,
                };
                apply(tx, &cause, &operation)?;
            }
            Ok(())
        });
        Ok(self.runtime.block_on(written)?)
    }

    /// One of about 400 bytes, as an import makes them.
    fn asset(&mut self, site: Uuid) -> Fields {
        let (number, tag) = (self.dice.roll(), self.dice.roll() % 1_000_000_000_000);
        fields(json!({
            "site_id": site, "tag": format!("BN-{tag}"), "kind": "computer",
            "name": format!("Desktop of desk {}", number % 10_000),
            "manufacturer": "Dell Inc.", "model": format!("OptiPlex {}", 3000 + number % 5000),
            "serial": format!("{number:X}"), "status": "in_service",
            "location": format!("Floor {}, room {}", number % 40, number % 900),
            "notes": "The fan was noisy at the last inspection; cleaned.",
        }))
    }
}
