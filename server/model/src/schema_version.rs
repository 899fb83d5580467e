//! What entities looked like in earlier versions of the app, and how old and new shape become each other.
//!
//! The server knows the newest shape only. What an older app sends is turned into it before it is decoded ([`up`]); what
//! it is sent is turned back ([`down`]); what was stored before the change is turned when it is read ([`up_stored`]).
//!
//! Rules for a new version: raise [`sync_protocol::SCHEMA`], add a [`Step`], put golden cases into
//! `sync-protocol/fixtures/schema`. A name once given up never comes back with another meaning, so an old shape is known
//! by itself and `up` may be applied twice. A step touches no field but its own: fields nobody here knows stay as they
//! are. What an app may write must survive `down` and `up`; a field that can't is declared `Append` or the server's own.
mod worklog_parts;

use sync_protocol::Fields;
use sync_protocol::merge::Stamps;

/// For how many days at least apps of a version are still sent rows after the next version is out.
pub const SUPPORTED_DAYS: u32 = 400;

/// The oldest version that is still sent rows: raised no sooner than [`SUPPORTED_DAYS`] after its successor came out.
/// Version 2 came out in November 2026. Work of any older app is taken for ever.
pub const OLDEST_READING: u32 = 1;

/// One change of one entity.
struct Step {
    /// The version that brought it.
    schema: u32,
    entity: &'static str,
    /// The fields it replaced.
    replaced: &'static [&'static str],
    /// The field that took their place.
    by: &'static str,
    up: fn(&mut Fields),
    down: fn(&mut Fields),
}

/// Every change, oldest first.
const STEPS: &[Step] = &[worklog_parts::STEP];

fn steps(entity: &str, after: u32) -> impl DoubleEndedIterator<Item = &'static Step> {
    STEPS
        .iter()
        .filter(move |step| step.entity == entity && step.schema > after)
}

/// Whether rows of an entity had another shape in a version.
pub fn has_changed(entity: &str, since: u32) -> bool {
    steps(entity, since).next().is_some()
}

/// Fields as an app of version `from` sends them, all of a row or some, in the newest shape.
pub fn up(entity: &str, from: u32, mut fields: Fields) -> Fields {
    steps(entity, from).for_each(|step| (step.up)(&mut fields));
    fields
}

/// Fields of a row in the shape of version `to`.
pub fn down(entity: &str, to: u32, mut fields: Fields) -> Fields {
    steps(entity, to).rev().for_each(|step| (step.down)(&mut fields));
    fields
}

/// A stored row in the newest shape, whatever it was when it was last written; a field that took the place of others
/// was written when the last of them was.
pub fn up_stored(entity: &str, fields: Fields, mut stamps: Stamps) -> (Fields, Stamps) {
    for step in steps(entity, 0) {
        let old: Vec<_> = step
            .replaced
            .iter()
            .filter_map(|name| stamps.remove(*name))
            .collect();
        if let Some(newest) = old.into_iter().max_by_key(|stamp| stamp.version) {
            stamps.entry(step.by.to_owned()).or_insert(newest);
        }
    }
    (up(entity, 0, fields), stamps)
}
