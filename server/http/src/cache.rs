//! What the database said a moment ago about who may call, and what they hold, kept for requests that come again
//! and again. An entry falls when a commit touches what it depends on, so it can never outlive a logout, a
//! revocation or a change of grants that this process has heard of.
use chrono::{DateTime, TimeDelta, Utc};
use onsite_services::session::Standing;
use onsite_store::devices::Device;
use onsite_store::heads::{Heads, Topic};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// How long an entry is used at most.
const LIFETIME: TimeDelta = TimeDelta::seconds(60);

/// Entries of one kind; beyond it all are forgotten, which costs each a look into the database.
const MAX_ENTRIES: usize = 20_000;

#[derive(Debug)]
struct Entry<V> {
    value: V,
    /// A commit that touches this ends it.
    on: Topic,
    /// The version known before the database was asked.
    as_of: u64,
    until: DateTime<Utc>,
}

/// Values by key. Cheap to share between workers.
#[derive(Debug)]
pub(crate) struct Cache<K, V>(Mutex<HashMap<K, Entry<V>>>);

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Cache(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    /// The value, while it holds and this process knows enough to say so.
    pub(crate) fn get(&self, key: &K, heads: &Heads, now: DateTime<Utc>) -> Option<V> {
        let known = heads.current(None)?;
        let entries = self.entries();
        let entry = entries.get(key)?;
        let holds = now < entry.until && known.head(entry.on) <= entry.as_of;
        holds.then(|| entry.value.clone())
    }

    /// Keeps a value that was read when `as_of` was known, at most until `until`.
    pub(crate) fn put(
        &self,
        key: K,
        value: V,
        on: Topic,
        as_of: u64,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) {
        let mut entries = self.entries();
        if entries.len() >= MAX_ENTRIES {
            entries.clear();
        }
        let until = until.min(now + LIFETIME);
        let entry = Entry {
            value,
            on,
            as_of,
            until,
        };
        entries.insert(key, entry);
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<K, Entry<V>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that is kept so.
#[derive(Debug, Default)]
pub(crate) struct Caches {
    /// Callers by their access token.
    pub(crate) tokens: Cache<String, Arc<Standing>>,
    /// Devices that may read, by id.
    pub(crate) devices: Cache<Uuid, Arc<Device>>,
    /// What somebody on a device is told of.
    pub(crate) topics: Cache<(Uuid, Uuid), Arc<[Topic]>>,
}
