//! Which client and site a row belongs to: found by name, or to be made.
//!
//! What the row says comes first in a list that names companies; in an inventory, which knows its machine only, the
//! choice made for the import comes first, then the agent's tag as a client's code, then where the asset stands.
//! A new client or site has an id made from its name, so that a second import knows it again after the office has
//! renamed it, and does not bring back one the office deleted.
use super::draft::{Draft, Whereabouts};
use super::known::Known;
use super::problem::{Problem, Reason};
use super::report::NewPlaceReport;
use super::text::same_name;
use crate::error::ServiceError;
use onsite_model::client::Client;
use onsite_model::entity::Record;
use onsite_model::ids::natural_id;
use onsite_model::language::Language;
use onsite_model::site::Site;
use std::collections::BTreeMap;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// Parent of the ids of clients that imports make.
const CLIENTS: Uuid = Uuid::from_u128(0x9c1e_86a7_3f52_5b4d_8d1c_52f0_7be4_a913);

/// The zone of sites made by an import; the office sets another where it is another.
const TIME_ZONE: &str = "Asia/Shanghai";

/// The id of a client made for this name.
pub(super) fn client_id(name: &str) -> Uuid {
    natural_id(CLIENTS, &same_name(name))
}

/// The id of a site made for this name.
pub(super) fn site_id(client: Uuid, name: &str) -> Uuid {
    natural_id(client, &format!("site/{}", same_name(name)))
}

/// A client or site that a row needs and that does not exist yet.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NewPlace {
    pub id: Uuid,
    pub record: Record,
}

impl NewPlace {
    /// What it is called.
    pub(super) fn name(&self) -> &str {
        match &self.record {
            Record::Client(client) => &client.name,
            Record::Site(site) => &site.name,
            _ => "",
        }
    }

    /// How it is reported.
    pub(super) fn report(&self) -> NewPlaceReport {
        NewPlaceReport {
            id: self.id,
            noun: self.record.kind().name(),
            name: self.name().to_owned(),
        }
    }
}

/// What the person importing chose, as rows of the database.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Chosen {
    pub client: Option<Uuid>,
    pub site: Option<Uuid>,
}

impl Chosen {
    /// Finds the chosen client and site by id, code or name.
    pub(super) fn of(
        known: &Known,
        client: Option<&str>,
        site: Option<&str>,
    ) -> Result<Chosen, ServiceError> {
        let client = match client {
            Some(name) => Some(one(
                "client",
                name,
                &by_id(&known.clients, name, known.clients_called(name)),
            )?),
            None => None,
        };
        let Some(name) = site else {
            return Ok(Chosen { client, site: None });
        };
        let named = match client {
            Some(client) => known.sites_called(client, name),
            None => known
                .clients
                .keys()
                .flat_map(|client| known.sites_called(*client, name))
                .collect(),
        };
        let site = one("site", name, &by_id(&known.sites, name, named))?;
        let owner = known.client_of(site);
        if client.is_some() && owner != client {
            let detail = format!("the site {name} belongs to another client");
            return Err(ServiceError::new(ErrorCode::Invalid, detail).field("site"));
        }
        Ok(Chosen {
            client: owner,
            site: Some(site),
        })
    }
}

fn by_id<T>(rows: &BTreeMap<Uuid, T>, name: &str, named: Vec<Uuid>) -> Vec<Uuid> {
    match name.parse::<Uuid>() {
        Ok(id) if rows.contains_key(&id) => vec![id],
        _ => named,
    }
}

fn one(noun: &str, name: &str, found: &[Uuid]) -> Result<Uuid, ServiceError> {
    let detail = match found {
        [id] => return Ok(*id),
        [] => format!("there is no {noun} called “{name}”"),
        several => format!("{} {noun}s are called “{name}”; give the id", several.len()),
    };
    Err(ServiceError::new(ErrorCode::Invalid, detail).field(noun))
}

/// Where a row's asset stands.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub client: Uuid,
    pub client_name: String,
    pub site: Uuid,
    pub site_name: String,
    /// What must be made first, in this order.
    pub needs: Vec<NewPlace>,
}

/// Finds places, and remembers those that earlier rows will have made.
#[derive(Debug)]
pub(super) struct Places<'a> {
    known: &'a Known,
    chosen: Chosen,
    clients: BTreeMap<Uuid, Client>,
    /// By client and id.
    sites: BTreeMap<(Uuid, Uuid), Site>,
}

impl<'a> Places<'a> {
    pub(super) fn new(known: &'a Known, chosen: Chosen) -> Places<'a> {
        Places {
            known,
            chosen,
            clients: BTreeMap::new(),
            sites: BTreeMap::new(),
        }
    }

    /// The place of a draft; `stands` is the site of the asset it describes, if that is known.
    pub(super) fn settle(&mut self, draft: &Draft, stands: Option<Uuid>) -> Result<Place, Problem> {
        let here = stands.and_then(|site| self.known.client_of(site));
        // Of several that go by one name, the one where the record stands that the row was made from.
        let stays = |has: Option<&str>, name: &str| {
            draft.record.is_some() && has.is_some_and(|has| same_name(has) == same_name(name))
        };
        let (client, site) = match &draft.whereabouts {
            Whereabouts::Tagged(tag) => {
                let by_tag = || tag.as_deref().and_then(|tag| self.with_code(tag));
                let client = self.chosen.client.or_else(by_tag).or(here);
                let problem = || Problem {
                    column: Some("tag".to_owned()),
                    value: tag.clone(),
                    reason: Reason::NoTarget,
                };
                (client.ok_or_else(problem)?, self.chosen.site)
            }
            Whereabouts::Named {
                client,
                site,
                address,
                known,
            } => {
                let column =
                    |field: &'static str| move |problem: Problem| problem.column(draft.column(field));
                let client = match client {
                    Some(name) => {
                        let row = here.and_then(|here| self.known.clients.get(&here));
                        match here.filter(|_| stays(row.map(|row| row.name.as_str()), name)) {
                            Some(here) => here,
                            None => self.client(name, *known).map_err(column("client"))?,
                        }
                    }
                    None => {
                        let client = self.chosen.client.or(here);
                        client.ok_or_else(|| Problem::new(Reason::NoClient).column(draft.column("client")))?
                    }
                };
                let site = match site {
                    Some(name) => {
                        let row = stands.and_then(|site| self.known.sites.get(&site));
                        let row = row.filter(|row| row.client_id == client);
                        match stands.filter(|_| stays(row.map(|row| row.name.as_str()), name)) {
                            Some(site) => Some(site),
                            None => {
                                let site = self.site(client, name, address.as_deref(), *known);
                                Some(site.map_err(column("site_id"))?)
                            }
                        }
                    }
                    None => self
                        .chosen
                        .site
                        .filter(|site| self.known.client_of(*site) == Some(client)),
                };
                (client, site)
            }
        };
        let site = match site.or(stands.filter(|_| here == Some(client))) {
            Some(site) => site,
            None => self.default_site(client)?,
        };
        Ok(self.place(client, site))
    }

    fn place(&self, client: Uuid, site: Uuid) -> Place {
        let new_client = self.clients.get(&client);
        let new_site = self.sites.get(&(client, site));
        let client_name = self.client_name(client);
        let site_row = self.known.sites.get(&site).or(new_site);
        let needs = [
            new_client.map(|row| (client, Record::from(row.clone()))),
            new_site.map(|row| (site, Record::from(row.clone()))),
        ];
        Place {
            client,
            client_name,
            site,
            site_name: site_row.map(|site| site.name.clone()).unwrap_or_default(),
            needs: needs
                .into_iter()
                .flatten()
                .map(|(id, record)| NewPlace { id, record })
                .collect(),
        }
    }

    pub(super) fn client_name(&self, client: Uuid) -> String {
        let row = self
            .known
            .clients
            .get(&client)
            .or_else(|| self.clients.get(&client));
        row.map(|client| client.name.clone()).unwrap_or_default()
    }

    fn with_code(&self, tag: &str) -> Option<Uuid> {
        match self.known.clients_with_code(tag).as_slice() {
            [client] => Some(*client),
            _ => None,
        }
    }

    /// The client of a name; a new one, unless it must be `known`.
    fn client(&mut self, name: &str, known: bool) -> Result<Uuid, Problem> {
        match self.known.clients_called(name).as_slice() {
            [client] => return Ok(*client),
            [] if known => return Err(Problem::new(Reason::UnknownClient).value(name)),
            [] => {}
            several => {
                let found = several.len();
                return Err(Problem::new(Reason::SeveralClients { found }).value(name));
            }
        }
        let id = client_id(name);
        if self.known.deleted.contains(&id) {
            return Err(Problem::new(Reason::DeletedHere { noun: "client" }).value(name));
        }
        if !self.known.clients.contains_key(&id) {
            self.clients.entry(id).or_insert_with(|| Client {
                name: name.to_owned(),
                code: None,
                address: None,
                phone: None,
                language: language_of(name),
                notes: None,
            });
        }
        Ok(id)
    }

    /// The site of a name at a client; a new one, unless it must be `known`.
    fn site(
        &mut self,
        client: Uuid,
        name: &str,
        address: Option<&str>,
        known: bool,
    ) -> Result<Uuid, Problem> {
        match self.known.sites_called(client, name).as_slice() {
            [site] => return Ok(*site),
            [] if known => {
                let client = self.client_name(client);
                return Err(Problem::new(Reason::UnknownSite { client }).value(name));
            }
            [] => {}
            several => {
                let reason = Reason::NoSite {
                    client: self.client_name(client),
                    sites: several.len(),
                };
                return Err(Problem::new(reason).value(name));
            }
        }
        let id = site_id(client, name);
        if self.known.deleted.contains(&id) {
            return Err(Problem::new(Reason::DeletedHere { noun: "site" }).value(name));
        }
        // One the office renamed is still this one, unless it has gone to another client.
        if self.known.client_of(id) != Some(client) {
            self.sites.entry((client, id)).or_insert_with(|| Site {
                client_id: client,
                name: name.to_owned(),
                address: address.unwrap_or(name).to_owned(),
                time_zone: TIME_ZONE.to_owned(),
                access_notes: None,
            });
        }
        Ok(id)
    }

    /// The site of a row that names none: the one called like its client, or the only one, or a new one called
    /// like the client.
    fn default_site(&mut self, client: Uuid) -> Result<Uuid, Problem> {
        let name = self.client_name(client);
        let new: Vec<(Uuid, &Site)> = self
            .sites
            .range((client, Uuid::nil())..=(client, Uuid::max()))
            .map(|((_, id), site)| (*id, site))
            .collect();
        let known = self.known.sites_of.get(&client);
        let known = known.into_iter().flat_map(BTreeMap::values).flatten().copied();
        let sites: Vec<Uuid> = known.chain(new.iter().map(|(id, _)| *id)).collect();
        let own_name = same_name(&name);
        let mut alike = self.known.sites_called(client, &name);
        alike.extend(
            new.iter()
                .filter(|(_, site)| same_name(&site.name) == own_name)
                .map(|(id, _)| *id),
        );
        match (alike.as_slice(), sites.as_slice()) {
            ([site], _) | (_, [site]) => Ok(*site),
            (_, []) => {
                let row = self.known.clients.get(&client);
                let address = row.and_then(|client| client.address.clone());
                self.site(client, &name, address.as_deref(), false)
            }
            (_, several) => Err(Problem::new(Reason::NoSite {
                client: name,
                sites: several.len(),
            })),
        }
    }
}

/// The language a client most likely reads: that of its name.
fn language_of(name: &str) -> Language {
    let chinese = name.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    if chinese { Language::ZhCn } else { Language::En }
}
