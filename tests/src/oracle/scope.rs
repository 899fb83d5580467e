//! Who holds which bucket and where each row stands, from what the server has written down; and from that, whose work
//! is taken.
use chrono::{DateTime, TimeDelta, Utc};
use onsite_store::scratch::{Granted, News};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Days after the end of a grant during which work based on it is taken.
const GRACE_DAYS: i64 = 90;

/// Days during which the feed tells of what left a bucket.
const TOLD_DAYS: i64 = 180;

/// Places and grants, with the versions in which they changed.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    places: BTreeMap<Uuid, Vec<(u64, String)>>,
    grants: BTreeMap<(Uuid, String, u64), Option<Ended>>,
    /// When versions were written, as far as somebody looked.
    times: Vec<(u64, DateTime<Utc>)>,
}

/// The version and the time in which a grant ended.
type Ended = (u64, DateTime<Utc>);

/// Whose hands an operation came from, and when.
#[derive(Debug, Clone, Copy)]
pub struct Hand {
    pub user: Uuid,
    pub device: Uuid,
    /// The version the server stood at when it took the operation.
    pub at: u64,
    pub now: DateTime<Utc>,
}

/// Whether something is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ruling {
    Refused,
    /// Long ago enough that the server may have forgotten.
    Either,
    Taken,
}

impl Scope {
    /// Takes down what was written.
    pub fn absorb(&mut self, news: &News, now: DateTime<Utc>) {
        self.times.push((news.clock.version, now));
        for (row, version, bucket) in &news.places {
            let stood = self.places.entry(*row).or_default();
            if stood.last().is_none_or(|(_, last)| last != bucket) {
                stood.push((*version, bucket.clone()));
            }
        }
        for Granted {
            user,
            bucket,
            since,
            until,
        } in &news.grants
        {
            self.grants.insert((*user, bucket.clone(), *since), *until);
        }
    }

    /// The bucket a row stands in.
    pub fn place(&self, row: Uuid) -> Option<&str> {
        let (_, bucket) = self.places.get(&row)?.last()?;
        Some(bucket)
    }

    /// The buckets a device holds.
    pub fn held(&self, user: Uuid, device: Uuid) -> BTreeSet<String> {
        let granted = self
            .grants
            .iter()
            .filter(|((holder, ..), until)| *holder == user && until.is_none());
        let mut held: BTreeSet<String> = granted.map(|((_, bucket, _), _)| bucket.clone()).collect();
        held.extend([
            "catalogue".to_owned(),
            format!("user:{user}"),
            format!("device:{device}"),
        ]);
        held
    }

    /// The places of a user's grants.
    pub fn granted(&self, user: Uuid) -> BTreeSet<String> {
        let mut held = self.held(user, Uuid::nil());
        held.retain(|bucket| bucket.starts_with("site:") || bucket.starts_with("client:"));
        held
    }

    /// Whether work in a bucket is taken from somebody who saw it at version `base`.
    pub fn takes(&self, hand: Hand, bucket: &str, base: u64) -> Ruling {
        let yes = |yes: bool| if yes { Ruling::Taken } else { Ruling::Refused };
        match bucket.split_once(':') {
            None => yes(bucket == "catalogue"),
            Some(("user", owner)) => yes(owner == hand.user.to_string()),
            Some(("device", owner)) => yes(owner == hand.device.to_string()),
            Some(_) => {
                let mut own = self
                    .grants
                    .iter()
                    .filter(|((user, of, since), _)| *user == hand.user && of == bucket && *since <= hand.at);
                yes(own.any(|(_, until)| {
                    until.is_none_or(|(version, ended)| {
                        let lately = ended >= hand.now - TimeDelta::days(GRACE_DAYS);
                        version > hand.at || (base <= version && lately)
                    })
                }))
            }
        }
    }

    /// Whether work on a row is taken from somebody who saw it at version `base`: because of where it is, or of where
    /// it was then.
    pub fn takes_row(&self, hand: Hand, row: Uuid, base: u64) -> Ruling {
        let Some(stood) = self.places.get(&row) else {
            return Ruling::Refused;
        };
        let now_in = stood
            .iter()
            .rposition(|(version, _)| *version <= hand.at)
            .unwrap_or(0);
        if stood[now_in].1 == "archive" {
            return Ruling::Refused;
        }
        let here = self.takes(hand, &stood[now_in].1, base);
        let before = stood[..=now_in]
            .windows(2)
            .filter(|pair| pair[1].0 > base)
            .map(|pair| {
                let ruling = self.takes(hand, &pair[0].1, base);
                if self.is_older_than(pair[1].0, hand.now - TimeDelta::days(TOLD_DAYS)) {
                    ruling.min(Ruling::Either)
                } else {
                    ruling
                }
            });
        before.fold(here, Ruling::max)
    }

    /// Whether a version was surely written before a moment.
    pub fn is_older_than(&self, version: u64, moment: DateTime<Utc>) -> bool {
        let known = self.times.iter().find(|(at, _)| *at >= version);
        known.is_some_and(|(_, written)| *written <= moment)
    }
}
