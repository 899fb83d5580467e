//! What the database holds that a file could be about, loaded once so that every row is decided without it.
use super::draft::{Draft, Row, Source, Whereabouts};
use super::place;
use super::text::same_name;
use crate::error::ServiceError;
use onsite_model::asset::Asset;
use onsite_model::client::Client;
use onsite_model::entity::{EntityKind, decode};
use onsite_model::site::Site;
use onsite_store::rows::{self, StoredRow};
use onsite_store::{Db, assets, epochs, feed, history};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use sync_protocol::Fields;
use uuid::Uuid;

/// Rows read at once.
const PAGE: i64 = 1000;

/// Rows by their name, see [`same_name`].
pub(super) type ByName = BTreeMap<String, BTreeSet<Uuid>>;

/// Clients, sites, and the assets that rows may describe.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub clients: BTreeMap<Uuid, Client>,
    pub clients_by_name: ByName,
    pub clients_by_code: ByName,
    pub sites: BTreeMap<Uuid, Site>,
    pub sites_of: BTreeMap<Uuid, ByName>,
    pub assets: BTreeMap<Uuid, KnownAsset>,
    pub by_key: BTreeMap<(Source, String), Uuid>,
    pub by_tag: BTreeMap<String, Uuid>,
    pub by_serial: BTreeMap<String, Vec<Uuid>>,
    /// Up to which version those who changed a list of ours have seen its rows.
    pub seen: BTreeMap<Uuid, u64>,
    /// Deleted ones among the ids that rows would get.
    pub deleted: BTreeSet<Uuid>,
}

/// A live asset.
#[derive(Debug)]
pub(super) struct KnownAsset {
    pub row: Arc<StoredRow>,
    pub asset: Asset,
    /// What each import last wrote, of fields that somebody else has written since.
    given: BTreeMap<Source, Fields>,
}

impl KnownAsset {
    /// What this source last gave a field.
    pub(super) fn given(&self, source: Source, field: &str) -> Option<&Value> {
        self.given.get(&source)?.get(field)
    }
}

impl Known {
    /// Clients of this name or code.
    pub(super) fn clients_called(&self, name: &str) -> Vec<Uuid> {
        named(&self.clients_by_name, name)
    }

    /// Clients of this code.
    pub(super) fn clients_with_code(&self, code: &str) -> Vec<Uuid> {
        named(&self.clients_by_code, code)
    }

    /// Sites of this name at a client.
    pub(super) fn sites_called(&self, client: Uuid, name: &str) -> Vec<Uuid> {
        self.sites_of
            .get(&client)
            .map(|sites| named(sites, name))
            .unwrap_or_default()
    }

    /// The client a site belongs to.
    pub(super) fn client_of(&self, site: Uuid) -> Option<Uuid> {
        self.sites.get(&site).map(|site| site.client_id)
    }
}

fn named(index: &ByName, name: &str) -> Vec<Uuid> {
    index
        .get(&same_name(name))
        .into_iter()
        .flatten()
        .copied()
        .collect()
}

/// Clients and sites, all of them: names are looked up without regard to case and spacing.
pub(super) fn places(db: &mut Db) -> Result<Known, ServiceError> {
    let mut known = Known::default();
    for row in all(db, EntityKind::Client)? {
        let client: Client = decode(&row.body)?;
        enter(&mut known.clients_by_name, &client.name, row.id);
        if let Some(code) = &client.code {
            enter(&mut known.clients_by_name, code, row.id);
            enter(&mut known.clients_by_code, code, row.id);
        }
        known.clients.insert(row.id, client);
    }
    for row in all(db, EntityKind::Site)? {
        let site: Site = decode(&row.body)?;
        enter(
            known.sites_of.entry(site.client_id).or_default(),
            &site.name,
            row.id,
        );
        known.sites.insert(row.id, site);
    }
    Ok(known)
}

fn enter(index: &mut ByName, name: &str, id: Uuid) {
    index.entry(same_name(name)).or_default().insert(id);
}

fn all(db: &mut Db, kind: EntityKind) -> Result<Vec<Arc<StoredRow>>, ServiceError> {
    let mut found: Vec<Arc<StoredRow>> = Vec::new();
    loop {
        let after = found.last().map(|row| row.id);
        let page = rows::page(db, kind, None, None, after, PAGE)?;
        let done = (page.len() as i64) < PAGE;
        found.extend(page);
        if done {
            return Ok(found);
        }
    }
}

/// The assets the rows may describe, and which of the ids they would get were deleted.
pub(super) fn load(
    db: &mut Db,
    known: &mut Known,
    rows: &[Row],
    target_client: Option<Uuid>,
) -> Result<(), ServiceError> {
    let mut wanted = BTreeSet::new();
    let mut natural = BTreeSet::new();
    let clock = feed::clock(db)?;
    for draft in rows.iter().filter_map(|row| row.read.as_ref().ok()) {
        natural.insert(draft.asset_id());
        if let Some(record) = draft.record {
            let seen = epochs::shared(db, clock, record.version)?;
            wanted.insert(record.id);
            known.seen.insert(record.id, seen);
        }
        natural.extend(place_ids(known, draft, target_client));
        let key = (draft.source, draft.key.clone());
        if let Some(id) = assets::from_source(db, draft.source.name(), &draft.key)? {
            wanted.insert(id);
            known.by_key.insert(key, id);
        }
        if let Some(tag) = draft.text("tag")
            && let Some(id) = assets::with_tag(db, tag)?
        {
            wanted.insert(id);
            known.by_tag.insert(tag.to_owned(), id);
        }
        if let Some(serial) = draft.text("serial")
            && !known.by_serial.contains_key(serial)
        {
            let found = assets::with_serial(db, serial)?;
            wanted.extend(&found);
            known.by_serial.insert(serial.to_owned(), found);
        }
    }
    wanted.extend(&natural);
    for row in rows::get_many(db, &wanted.into_iter().collect::<Vec<_>>())? {
        if row.deleted {
            known.deleted.insert(row.id);
        } else if row.kind == EntityKind::Asset {
            let given = given(db, &row)?;
            let asset = decode(&row.body)?;
            known.assets.insert(row.id, KnownAsset { row, asset, given });
        }
    }
    Ok(())
}

/// The ids the client and site of a draft would have if the import made them.
fn place_ids(known: &Known, draft: &Draft, target_client: Option<Uuid>) -> Vec<Uuid> {
    let Whereabouts::Named { client, site, .. } = &draft.whereabouts else {
        return Vec::new();
    };
    let mut clients: Vec<Uuid> = target_client.into_iter().collect();
    if let Some(name) = client {
        clients.extend(known.clients_called(name));
        clients.push(place::client_id(name));
    }
    let names = [site.as_ref(), client.as_ref()];
    let mut ids: Vec<Uuid> = clients
        .iter()
        .flat_map(|client| names.iter().flatten().map(|name| place::site_id(*client, name)))
        .collect();
    ids.extend(clients);
    ids
}

/// What the imports last gave to fields that somebody else has written since.
fn given(db: &mut Db, row: &StoredRow) -> Result<BTreeMap<Source, Fields>, ServiceError> {
    let mut given: BTreeMap<Source, Fields> = BTreeMap::new();
    let imports_only = row
        .stamps
        .values()
        .all(|stamp| Source::of_stream(stamp.stream).is_some());
    if imports_only {
        return Ok(given);
    }
    for entry in history::of_row(db, row.id, i64::MAX)? {
        if let Some(source) = Source::of_stream(entry.stream) {
            let fields = given.entry(source).or_default();
            for (field, value) in entry.changes {
                // Newest first: what is there already is later.
                fields.entry(field).or_insert(value);
            }
        }
    }
    Ok(given)
}
