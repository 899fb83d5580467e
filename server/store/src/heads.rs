//! How far each bucket has come, as far as this process knows: what an idle poll is answered from and what live
//! listeners wait for, without asking the database.
//!
//! A write notes what it touches ([`Touched`]); its group's commit is announced to this process and, on PostgreSQL,
//! by NOTIFY to the others. Each announcement says from which version to which it leads. So a process knows whether
//! it has heard of every commit up to [`Known::clock`]; if it has not, it asks the database ([`load`]).
use crate::db::Db;
use crate::dialect::{Conn, Id};
use crate::error::StoreError;
use crate::feed;
use crate::schema::{grants, removals, rows};
use crate::store::Clock;
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::Text;
use onsite_model::bucket::Bucket;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};
use sync_protocol::version::Version;
use tokio::sync::Notify;
use uuid::Uuid;

/// Oldest knowledge that is used where other processes write too.
pub const MAX_AGE: Duration = Duration::from_secs(1);

/// The channel of PostgreSQL on which commits are announced.
pub(crate) const CHANNEL: &str = "onsite_commits";

/// Longest announcement; PostgreSQL takes less than 8,000 bytes.
const MAX_ANNOUNCEMENT: usize = 7_900;

/// Stands for topics that are too many to name.
const MANY: &str = "*";

/// Something a commit can change and somebody can wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Rows of a bucket.
    Bucket(Bucket),
    /// Which buckets a user holds.
    Grants(Uuid),
    /// Whether a user's account, sessions and devices stand.
    Access(Uuid),
    /// Anything at all. Nothing touches it; its head is the database's.
    Any,
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Topic::Bucket(bucket) => bucket.fmt(f),
            Topic::Grants(user) => write!(f, "grants:{user}"),
            Topic::Access(user) => write!(f, "access:{user}"),
            Topic::Any => f.write_str("any"),
        }
    }
}

impl FromStr for Topic {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Topic, StoreError> {
        let bad = || StoreError::Corrupt(format!("an announcement of {text}"));
        match text.split_once(':') {
            Some(("grants", user)) => Ok(Topic::Grants(user.parse().map_err(|_| bad())?)),
            Some(("access", user)) => Ok(Topic::Access(user.parse().map_err(|_| bad())?)),
            None if text == "any" => Ok(Topic::Any),
            _ => text.parse().map(Topic::Bucket).map_err(|_| bad()),
        }
    }
}

/// What the open group has touched so far, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Touched(Vec<Topic>);

impl Touched {
    pub(crate) fn add(&mut self, topic: Topic) {
        // Work mostly stays in one place.
        if self.0.last() != Some(&topic) {
            self.0.push(topic);
        }
    }

    /// Where to come back to if what follows is undone.
    pub(crate) fn mark(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn undo_to(&mut self, mark: usize) {
        self.0.truncate(mark);
    }
}

/// One commit, as it is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    epoch: u32,
    /// The version before it.
    before: u64,
    /// Its last version.
    after: u64,
    /// What it touched; `None` where that is too much to name.
    topics: Option<Vec<Topic>>,
}

impl Commit {
    /// What a group is announced as. One that touched something but took no version is given one: otherwise a
    /// process that missed the announcement could not tell.
    pub(crate) fn of(before: Clock, clock: &mut Clock, touched: Touched) -> Commit {
        let mut topics = touched.0;
        topics.sort_unstable();
        topics.dedup();
        if !topics.is_empty() && clock.version == before.version {
            clock.version += 1;
        }
        Commit {
            epoch: clock.epoch,
            before: before.version,
            after: clock.version,
            topics: Some(topics),
        }
    }

    /// Announces it to other processes; PostgreSQL delivers that when, and only if, the transaction commits.
    pub(crate) fn announce(&self, db: &mut Db) -> Result<(), StoreError> {
        if let Conn::Pg(c) = db.writing()?
            && self.after > self.before
        {
            diesel::sql_query("SELECT pg_notify($1, $2)")
                .bind::<Text, _>(CHANNEL)
                .bind::<Text, _>(self.text())
                .execute(c)?;
        }
        Ok(())
    }

    /// `epoch before after topic…`
    fn text(&self) -> String {
        let mut text = format!("{} {} {}", self.epoch, self.before, self.after);
        let plain = text.len();
        for topic in self.topics.iter().flatten() {
            text.push_str(&format!(" {topic}"));
        }
        if self.topics.is_none() || text.len() > MAX_ANNOUNCEMENT {
            text.truncate(plain);
            text.push_str(&format!(" {MANY}"));
        }
        text
    }
}

impl FromStr for Commit {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Commit, StoreError> {
        let bad = || StoreError::Corrupt("an announcement that can't be read".to_owned());
        let mut words = text.split(' ');
        let mut number = || {
            words
                .next()
                .and_then(|word| word.parse::<u64>().ok())
                .ok_or_else(bad)
        };
        let (epoch, before, after) = (number()?, number()?, number()?);
        let rest: Vec<&str> = words.collect();
        let topics = match rest[..] {
            [MANY] => None,
            _ => Some(rest.into_iter().map(str::parse).collect::<Result<_, _>>()?),
        };
        Ok(Commit {
            epoch: u32::try_from(epoch).map_err(|_| bad())?,
            before,
            after,
            topics,
        })
    }
}

/// What a process knows.
#[derive(Debug, Default)]
pub struct Known {
    /// Every commit up to here is known; of later ones some may be.
    clock: Clock,
    /// The newest version that touched each topic; what is missing was never touched.
    heads: HashMap<Topic, u64>,
    /// Changes of access leave no version behind, so up to here any may have been missed.
    access_unknown_to: u64,
    /// When nothing was known to be missing.
    checked: Option<Instant>,
}

impl Known {
    /// The version up to which every commit is known.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// The newest version known to have touched a topic.
    pub fn head(&self, topic: Topic) -> u64 {
        let head = self.heads.get(&topic).copied().unwrap_or(0);
        match topic {
            Topic::Any => self.clock.version,
            Topic::Access(_) => head.max(self.access_unknown_to),
            Topic::Bucket(_) | Topic::Grants(_) => head,
        }
    }

    /// The newest version known to have touched one of these.
    pub fn newest(&self, topics: &[Topic]) -> Version {
        Version {
            epoch: self.clock.epoch,
            number: topics.iter().map(|topic| self.head(*topic)).max().unwrap_or(0),
        }
    }

    /// The buckets touched after a version, sorted.
    pub fn buckets_after(&self, version: u64) -> Vec<Bucket> {
        let mut found: Vec<Bucket> = self
            .heads
            .iter()
            .filter(|(_, head)| **head > version)
            .filter_map(|(topic, _)| match topic {
                Topic::Bucket(bucket) => Some(*bucket),
                _ => None,
            })
            .collect();
        found.sort_unstable();
        found
    }

    /// Takes an announcement in, in any order and any number of times. `false` where commits before it are missing.
    fn hear(&mut self, commit: &Commit) -> bool {
        let Some(topics) = commit
            .topics
            .as_deref()
            .filter(|_| commit.epoch == self.clock.epoch)
        else {
            return commit.epoch == self.clock.epoch && commit.after <= self.clock.version;
        };
        self.touch(topics.iter().map(|topic| (*topic, commit.after)));
        let whole = commit.before <= self.clock.version;
        if whole {
            self.clock.version = self.clock.version.max(commit.after);
        }
        whole
    }

    /// Takes in what the database said; `false` where it was nothing new.
    fn learn(&mut self, news: News) -> bool {
        if self.reaches(news.clock) {
            return false;
        }
        if news.clock.epoch != self.clock.epoch {
            self.heads.clear();
        }
        self.clock = news.clock;
        self.access_unknown_to = self.clock.version;
        self.touch(news.heads.into_iter());
        true
    }

    fn touch(&mut self, heads: impl Iterator<Item = (Topic, u64)>) {
        for (topic, version) in heads {
            let head = self.heads.entry(topic).or_insert(0);
            *head = (*head).max(version);
        }
    }

    fn reaches(&self, clock: Clock) -> bool {
        self.clock.epoch == clock.epoch && self.clock.version >= clock.version
    }
}

/// What the database says of what a process has not heard.
#[derive(Debug)]
pub(crate) struct News {
    clock: Clock,
    heads: Vec<(Topic, u64)>,
}

/// Reads what was touched since `known`, in one snapshot.
pub(crate) fn load(db: &mut Db, known: Clock) -> Result<News, StoreError> {
    let clock = feed::clock(db)?;
    let since = match known.epoch == clock.epoch {
        true if known.version >= clock.version => {
            return Ok(News {
                clock: known,
                heads: Vec::new(),
            });
        }
        true => known.version as i64,
        false => 0,
    };
    let changed: Vec<(String, Option<i64>)> = rows::table
        .filter(rows::version.gt(since))
        .group_by(rows::bucket)
        .select((rows::bucket, max(rows::version)))
        .load(db.reading()?)?;
    let left: Vec<(String, Option<i64>)> = removals::table
        .filter(removals::version.gt(since))
        .group_by(removals::bucket)
        .select((removals::bucket, max(removals::version)))
        .load(db.reading()?)?;
    let given: Vec<(Id, Option<i64>)> = grants::table
        .filter(grants::from_version.gt(since))
        .group_by(grants::user_id)
        .select((grants::user_id, max(grants::from_version)))
        .load(db.reading()?)?;
    let ended: Vec<(Id, Option<i64>)> = grants::table
        .filter(grants::until_version.gt(since))
        .group_by(grants::user_id)
        .select((grants::user_id, max(grants::until_version)))
        .load(db.reading()?)?;
    let mut heads = Vec::with_capacity(changed.len() + left.len() + given.len() + ended.len());
    for (bucket, version) in changed.into_iter().chain(left) {
        let bucket = bucket
            .parse()
            .map_err(|_| StoreError::Corrupt(format!("the bucket {bucket}")))?;
        heads.push((Topic::Bucket(bucket), version.unwrap_or(0) as u64));
    }
    for (Id(user), version) in given.into_iter().chain(ended) {
        heads.push((Topic::Grants(user), version.unwrap_or(0) as u64));
    }
    Ok(News { clock, heads })
}

/// Those who wait, by what they wait for.
#[derive(Debug, Default)]
struct Bells {
    next: u64,
    by_topic: HashMap<Topic, Vec<(u64, Arc<Notify>)>>,
}

/// What this process knows, and who waits for more.
#[derive(Debug)]
pub struct Heads {
    known: RwLock<Known>,
    bells: Mutex<Bells>,
    /// How old its knowledge may be; a SQLite file has one server, which knows its own commits.
    max_age: Option<Duration>,
}

impl Heads {
    pub(crate) fn new(max_age: Option<Duration>) -> Heads {
        Heads {
            known: RwLock::default(),
            bells: Mutex::default(),
            max_age,
        }
    }

    /// What is known now. Writers wait while this is held: look, and let go.
    pub fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known now, where it is young enough to answer from and not behind what the caller has `seen`.
    pub fn current(&self, seen: Option<Version>) -> Option<RwLockReadGuard<'_, Known>> {
        let known = self.known();
        let young = self
            .max_age
            .is_none_or(|limit| known.checked.is_some_and(|at| at.elapsed() <= limit));
        let reached = seen.is_none_or(|seen| {
            known.reaches(Clock {
                epoch: seen.epoch,
                version: seen.number,
            })
        });
        (young && reached).then_some(known)
    }

    /// Starts waiting for these topics.
    pub fn subscribe(self: &Arc<Heads>, topics: Arc<[Topic]>) -> Subscription {
        let bell = Arc::new(Notify::new());
        let mut bells = self.bells();
        let id = bells.next;
        bells.next += 1;
        for topic in topics.iter() {
            bells.by_topic.entry(*topic).or_default().push((id, bell.clone()));
        }
        Subscription {
            heads: self.clone(),
            id,
            topics,
            bell,
        }
    }

    /// How many subscriptions there are to a topic.
    pub fn listeners(&self, topic: Topic) -> usize {
        self.bells().by_topic.get(&topic).map_or(0, Vec::len)
    }

    /// A commit was made here, or heard of. `false` where commits before it are missing.
    pub(crate) fn hear(&self, commit: &Commit) -> bool {
        let whole = self.known_mut().hear(commit);
        if commit.after > commit.before {
            self.ring(commit.topics.iter().flatten().chain(&[Topic::Any]));
        }
        whole
    }

    /// The database was asked.
    pub(crate) fn learn(&self, news: News) {
        if self.known_mut().learn(news) {
            for bell in self.bells().by_topic.values().flatten() {
                bell.1.notify_one();
            }
        }
    }

    /// The database stood at `clock` when it was asked at `at`; `false` where this process has not heard all of it.
    pub(crate) fn check(&self, clock: Clock, at: Instant) -> bool {
        let mut known = self.known_mut();
        let reached = known.reaches(clock);
        if reached {
            known.checked = Some(at);
        }
        reached
    }

    fn ring<'a>(&self, topics: impl Iterator<Item = &'a Topic>) {
        let bells = self.bells();
        for bell in topics.filter_map(|topic| bells.by_topic.get(topic)).flatten() {
            bell.1.notify_one();
        }
    }

    fn known_mut(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn bells(&self) -> MutexGuard<'_, Bells> {
        self.bells.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody's waiting for topics; it ends with this value. Any number of commits while nobody looks are one change.
#[derive(Debug)]
pub struct Subscription {
    heads: Arc<Heads>,
    id: u64,
    topics: Arc<[Topic]>,
    bell: Arc<Notify>,
}

impl Subscription {
    /// Returns when one of the topics was touched since the last time, or may have been.
    pub async fn changed(&self) {
        self.bell.notified().await;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut bells = self.heads.bells();
        for topic in self.topics.iter() {
            let Some(waiting) = bells.by_topic.get_mut(topic) else {
                continue;
            };
            if let Some(at) = waiting.iter().position(|(id, _)| *id == self.id) {
                waiting.swap_remove(at);
            }
            if waiting.is_empty() {
                bells.by_topic.remove(topic);
            }
        }
    }
}

#[cfg(test)]
#[path = "heads_test.rs"]
mod tests;
