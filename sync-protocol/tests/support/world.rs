//! Three phones, an office and the network between them, played step by step.
use crate::row::{NOTE, fields, value_for};
use crate::server::{ENTITY, Server};
use crate::steps::{Fate, PHONES, Step};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::Fields;
use sync_protocol::client::{EditError, Engine, Origin, PullEvent, PushEvent};
use sync_protocol::policy::Policy;
use sync_protocol::pull::{PullRequest, PullResponse};
use sync_protocol::push::{PushRequest, PushResponse};
use uuid::Uuid;

const BUCKETS: [&str; 4] = ["site:a", "site:b", "site:c", "site:d"];

#[derive(Debug, Clone)]
enum Exchange {
    Push(PushRequest, Option<PushResponse>),
    Pull(PullRequest, Option<PullResponse>),
}

pub(crate) struct Phone {
    pub(crate) engine: Engine,
    /// What it stored last.
    stored: String,
    /// An older copy, and the edits made by then.
    copy: Option<(String, BTreeSet<Uuid>)>,
    exchanges: Vec<Exchange>,
    /// Its user's edits, as far as this phone can know of them.
    edits: BTreeSet<Uuid>,
    /// The last value its user gave to the field that nobody else writes, with the edit, by row.
    pub(crate) own_values: BTreeMap<Uuid, (Uuid, Value)>,
}

pub(crate) struct World {
    pub(crate) server: Server,
    backup: Option<Server>,
    restored: bool,
    pub(crate) phones: Vec<Phone>,
    /// What showed on screen when a field was set, by operation and field.
    pub(crate) on_screen: BTreeMap<(Uuid, String), Value>,
    /// The edit that first gave a field a value, by field and value.
    pub(crate) typed: BTreeMap<(String, String), Uuid>,
    /// Nothing made by a phone may vanish from here on.
    pub(crate) must_survive: BTreeSet<Uuid>,
    /// How often each kind of thing happened to a phone.
    pub(crate) events: BTreeMap<String, usize>,
    ids: u128,
}

fn clock() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

impl World {
    pub(crate) fn new() -> Self {
        let mut world = Self {
            server: Server::new(),
            backup: None,
            restored: false,
            phones: Vec::new(),
            on_screen: BTreeMap::new(),
            typed: BTreeMap::new(),
            must_survive: BTreeSet::new(),
            events: BTreeMap::new(),
            ids: 0,
        };
        for phone in 0..PHONES {
            let engine = Engine::new(world.id());
            let stored = serde_json::to_string(&engine).unwrap();
            let (exchanges, edits, own_values) = (Vec::new(), BTreeSet::new(), BTreeMap::new());
            world.phones.push(Phone {
                engine,
                stored,
                copy: None,
                exchanges,
                edits,
                own_values,
            });
            world.server.grant(phone, BUCKETS[0]);
            world.server.grant(phone, BUCKETS[usize::from(phone) + 1]);
        }
        for bucket in BUCKETS {
            world.office_creates(bucket);
        }
        world
    }

    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    fn origin(&mut self) -> Origin {
        Origin::new(self.id(), clock())
    }

    pub(crate) fn step(&mut self, step: &Step) {
        match step {
            Step::Create { phone, bucket } => self.create(*phone, bucket_at(*bucket)),
            Step::Update { phone, row, fields } => self.update(*phone, *row, fields),
            Step::Delete { phone, row } => self.delete(*phone, *row),
            Step::OfficeWrites { row, field, pick } => {
                if let Some(row) = self.any_row(*row) {
                    let field = at(NOTE.fields, *field).name;
                    let set = self.fresh_value(field, *pick);
                    let id = self.id();
                    self.server
                        .office(id, row, "", [(field.to_owned(), set)].into_iter().collect());
                }
            }
            Step::OfficeCreates { bucket } => self.office_creates(bucket_at(*bucket)),
            Step::OfficeMoves { row, bucket } => {
                if let Some(row) = self.any_row(*row) {
                    self.server.move_to(row, bucket_at(*bucket));
                }
            }
            Step::OfficeDeletes { row } => {
                if let Some(row) = self.any_row(*row) {
                    self.server.delete(row);
                }
            }
            Step::Grant { phone, bucket } => self.server.grant(*phone, bucket_at(*bucket)),
            Step::Revoke { phone, bucket } => self.server.revoke(*phone, bucket_at(*bucket)),
            Step::Push {
                phone,
                most,
                fate,
                stored,
            } => self.push(*phone, *most, *fate, *stored),
            Step::Pull {
                phone,
                limit,
                fate,
                stored,
            } => self.pull(*phone, *limit, *fate, *stored),
            Step::LateAnswer { phone, exchange } => self.late(*phone, *exchange, false),
            Step::LateRequest { phone, exchange } => self.late(*phone, *exchange, true),
            Step::Kill { phone } => {
                let phone = &mut self.phones[usize::from(*phone)];
                phone.engine = serde_json::from_str(&phone.stored).unwrap();
            }
            Step::Prune { phone } => self.prune(*phone),
            Step::CursorRefused { phone } => self.phones[usize::from(*phone)].engine.reread(),
            Step::CopyPhone { phone } => {
                let phone = &mut self.phones[usize::from(*phone)];
                phone.copy = Some((phone.stored.clone(), phone.edits.clone()));
            }
            Step::RollBackPhone { phone } => {
                let phone = &mut self.phones[usize::from(*phone)];
                if let Some((stored, edits)) = phone.copy.clone() {
                    phone.engine = serde_json::from_str(&stored).unwrap();
                    (phone.stored, phone.edits) = (stored, edits);
                    self.forgive();
                }
            }
            Step::BackUp => self.backup = Some(self.server.clone()),
            Step::Restore => {
                if let Some(backup) = self.backup.clone() {
                    self.server = backup.restored(&self.server);
                    self.restored = true;
                    self.forgive();
                }
            }
        }
        for id in 0..PHONES {
            self.renew_stream(id);
        }
    }

    fn prune(&mut self, phone: u8) {
        self.edited(phone, |engine| engine.prune(clock() + TimeDelta::days(31)));
        let phone = &mut self.phones[usize::from(phone)];
        let kept: BTreeSet<Uuid> = phone
            .engine
            .operations()
            .iter()
            .map(|entry| entry.operation.id)
            .collect();
        for pruned in phone.edits.difference(&kept) {
            assert!(
                self.restored || self.server.knows(*pruned),
                "{pruned} was forgotten before it was safe"
            );
        }
        phone.edits = kept;
        self.forgive();
    }

    /// Edits that neither the server nor their author's phone has any more are gone for good.
    fn forgive(&mut self) {
        let Self {
            server,
            phones,
            must_survive,
            ..
        } = self;
        must_survive
            .retain(|edit| server.knows(*edit) || phones.iter().any(|phone| phone.edits.contains(edit)));
    }

    fn renew_stream(&mut self, phone: u8) {
        if self.phones[usize::from(phone)].engine.needs_new_stream() {
            let stream = self.id();
            self.edited(phone, |engine| engine.renumber(stream));
        }
    }

    /// Does something after which a phone always stores its state.
    fn edited<T>(&mut self, phone: u8, edit: impl FnOnce(&mut Engine) -> T) -> T {
        let phone = &mut self.phones[usize::from(phone)];
        let done = edit(&mut phone.engine);
        phone.stored = serde_json::to_string(&phone.engine).unwrap();
        done
    }

    fn made(&mut self, phone: u8, operation: Uuid) {
        self.phones[usize::from(phone)].edits.insert(operation);
        self.must_survive.insert(operation);
    }

    fn any_row(&self, pick: u8) -> Option<Uuid> {
        let rows: Vec<Uuid> = self.server.rows.keys().copied().collect();
        (!rows.is_empty()).then(|| *at(&rows, pick))
    }

    fn office_creates(&mut self, bucket: &str) {
        let (id, row) = (self.id(), self.id());
        let set = json!({"title": "made at a desk", "story": "甲。乙。丙。", "status": "s0", "tags": ["b"]});
        self.server.office(id, row, bucket, fields(set));
    }

    /// A value nobody has given before, where the field takes any.
    fn fresh_value(&mut self, field: &str, pick: u8) -> Value {
        match NOTE.policy(field) {
            Policy::Set | Policy::Status(_) | Policy::Text => value_for(field, pick),
            _ => json!(self.id().as_u128() as u64),
        }
    }

    fn create(&mut self, phone: u8, bucket: &str) {
        let (origin, row) = (self.origin(), self.id());
        let set = fields(json!({"bucket": bucket, "title": "made outside", "status": "s0"}));
        let operation = origin.operation;
        self.edited(phone, |engine| engine.create(origin, ENTITY, row, set))
            .unwrap();
        self.made(phone, operation);
    }

    fn update(&mut self, phone: u8, row: u8, picks: &[(u8, u8)]) {
        let shown = self.phones[usize::from(phone)].engine.list(ENTITY);
        let parked = self.phones[usize::from(phone)].engine.parked();
        if shown.is_empty() {
            return;
        }
        let view = at(&shown, row).clone();
        let own = own_field(phone);
        let mut names: Vec<&str> = NOTE.fields.iter().map(|field| field.name).collect();
        names.insert(2, &own);
        let mut set = Fields::new();
        for (field, pick) in picks {
            let field = *at(&names, *field);
            set.insert(field.to_owned(), self.fresh_value(field, *pick));
        }
        let origin = self.origin();
        if self
            .edited(phone, |engine| {
                engine.update(origin.clone(), view.id, set.clone())
            })
            .unwrap()
        {
            for field in set.keys() {
                let value = view.body.get(field).cloned().unwrap_or_default();
                self.on_screen.insert((origin.operation, field.clone()), value);
                self.typed
                    .entry((field.clone(), set[field].to_string()))
                    .or_insert(origin.operation);
            }
            if let Some(value) = set.get(&own) {
                self.phones[usize::from(phone)]
                    .own_values
                    .insert(view.id, (origin.operation, value.clone()));
            }
            self.made(phone, origin.operation);
        }
        if let Some(view) = parked.first() {
            let refused = self.edited(phone, |engine| engine.update(origin, view.id, set));
            assert_eq!(refused, Err(EditError::Parked(view.id)));
        }
    }

    fn delete(&mut self, phone: u8, row: u8) {
        let shown = self.phones[usize::from(phone)].engine.list(ENTITY);
        if !shown.is_empty() {
            let origin = self.origin();
            let operation = origin.operation;
            self.edited(phone, |engine| engine.delete(origin, at(&shown, row).id))
                .unwrap();
            self.made(phone, operation);
        }
    }

    fn push(&mut self, phone: u8, most: usize, fate: Fate, stored: bool) {
        let request = self.phones[usize::from(phone)]
            .engine
            .next_push(clock(), most, 100_000);
        let Some(request) = request else { return };
        let numbers: Vec<u64> = request
            .operations
            .iter()
            .map(|op| op["n"].as_u64().unwrap())
            .collect();
        assert!(
            numbers.windows(2).all(|pair| pair[1] == pair[0] + 1),
            "gaps: {numbers:?}"
        );
        let mut response = None;
        if !matches!(fate, Fate::RequestLost) {
            let mut answer = self.server.push(phone, &request);
            if let Fate::Cut(most) = fate {
                answer.receipts.truncate(most);
            }
            response = Some(answer);
        }
        self.exchanged(phone, Exchange::Push(request, response), fate, stored);
    }

    fn pull(&mut self, phone: u8, limit: u32, fate: Fate, stored: bool) {
        let request = self.phones[usize::from(phone)].engine.next_pull(limit);
        let answered = !matches!(fate, Fate::RequestLost);
        let response = answered.then(|| self.server.pull(phone, &request));
        self.exchanged(phone, Exchange::Pull(request, response), fate, stored);
    }

    fn exchanged(&mut self, phone: u8, exchange: Exchange, fate: Fate, stored: bool) {
        let phone = &mut self.phones[usize::from(phone)];
        let times = match fate {
            Fate::Arrives | Fate::Cut(_) => 1,
            Fate::Twice => 2,
            Fate::RequestLost | Fate::AnswerLost => 0,
        };
        for _ in 0..times {
            for event in deliver(&mut phone.engine, &exchange) {
                *self.events.entry(event).or_default() += 1;
            }
        }
        phone.exchanges.push(exchange);
        if stored {
            phone.stored = serde_json::to_string(&phone.engine).unwrap();
        }
    }

    fn late(&mut self, id: u8, exchange: u8, reaches_the_server: bool) {
        let phone = &mut self.phones[usize::from(id)];
        if phone.exchanges.is_empty() {
            return;
        }
        let mut exchange = phone.exchanges[usize::from(exchange) % phone.exchanges.len()].clone();
        if reaches_the_server {
            match &mut exchange {
                Exchange::Push(request, response) => *response = Some(self.server.push(id, request)),
                Exchange::Pull(request, response) => *response = Some(self.server.pull(id, request)),
            }
        }
        deliver(&mut phone.engine, &exchange);
    }

    /// Lets everything that is under way come to its end.
    pub(crate) fn settle(&mut self) {
        for _ in 0..3 {
            for phone in 0..PHONES {
                let mut rounds = 0;
                while self.phones[usize::from(phone)]
                    .engine
                    .next_push(clock(), 1, 1)
                    .is_some()
                {
                    self.push(phone, 7, Fate::Arrives, true);
                    self.renew_stream(phone);
                    rounds += 1;
                    assert!(rounds < 1000, "pushing goes round in circles");
                }
            }
            for phone in 0..PHONES {
                for round in 0.. {
                    self.pull(phone, 3, Fate::Arrives, true);
                    self.renew_stream(phone);
                    let Some(Exchange::Pull(_, Some(page))) =
                        self.phones[usize::from(phone)].exchanges.last()
                    else {
                        unreachable!("just pulled");
                    };
                    if page.checkpoint && self.phones[usize::from(phone)].engine.status().reading.is_none() {
                        break;
                    }
                    assert!(round < 1000, "pulling goes round in circles");
                }
            }
        }
    }
}

/// The choice `pick` makes among `items`, of which there is at least one. Half of all choices fall on the first
/// three, so that people meet.
fn at<T>(items: &[T], pick: u8) -> &T {
    let among = if pick < 128 {
        items.len().min(3)
    } else {
        items.len()
    };
    &items[usize::from(pick) % among]
}

fn bucket_at(pick: u8) -> &'static str {
    at::<&str>(&BUCKETS, pick)
}

pub(crate) fn own_field(phone: u8) -> String {
    format!("own_{phone}")
}

/// Gives the phone an answer, if there is one. Returns names of what it made of it.
fn deliver(engine: &mut Engine, exchange: &Exchange) -> Vec<String> {
    match exchange.clone() {
        Exchange::Push(request, Some(response)) => {
            let name = |event| match event {
                PushEvent::Receipted(receipt) => format!("{:?}", receipt.outcome),
                PushEvent::Unparked(_) => "Unparked".to_owned(),
                PushEvent::Rewound { .. } => "Rewound".to_owned(),
                PushEvent::NewStreamNeeded => "NewStreamNeeded".to_owned(),
                PushEvent::NewEpoch(_) => "NewEpoch (push)".to_owned(),
            };
            engine.on_push(&request, response).into_iter().map(name).collect()
        }
        Exchange::Pull(request, Some(page)) => {
            let name = |event| match event {
                PullEvent::NewEpoch(_) => "NewEpoch (pull)",
                PullEvent::Dropped(_) => "Dropped",
                PullEvent::Parked(_) => "Parked",
                PullEvent::Filled(_) => "Filled",
                PullEvent::Checkpoint(_) => "Checkpoint",
                PullEvent::Decided(_) => "Decided",
                PullEvent::Differs(_) => "Differs",
                PullEvent::Repaired { .. } => "Repaired",
            };
            let events = engine.on_pull(&request, page).into_iter();
            events.map(|event| name(event).to_owned()).collect()
        }
        Exchange::Push(_, None) | Exchange::Pull(_, None) => Vec::new(),
    }
}
