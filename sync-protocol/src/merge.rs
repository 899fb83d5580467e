//! The decision on one operation against the row as it stands: pure, by field, by declared policy.
use crate::Fields;
use crate::policy::{EntitySpec, Policy};
use crate::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Who wrote a field last, and when. `stream` is [`NOBODY`] where two edits of a text were united.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stamp {
    pub version: u64,
    pub stream: Uuid,
    pub operation: Uuid,
}

/// The stream of a united text. Neither author has seen it, so it is foreign to both: stamped as the later
/// author's own, their next offline edit would overwrite the other's part without a trace.
pub const NOBODY: Uuid = Uuid::nil();

/// The stamps of a row, by field.
pub type Stamps = BTreeMap<String, Stamp>;

/// The row as it stands on the server.
#[derive(Debug, Clone, Copy)]
pub struct Current<'a> {
    pub body: &'a Fields,
    pub stamps: &'a Stamps,
}

/// What comes in.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    pub set: &'a Fields,
    /// Number of the version its author had seen.
    pub base: u64,
    /// The device's stream, whose own earlier writes never count against it. `None` for the office, which
    /// compares by version alone: two windows of one person can overwrite each other.
    pub own_stream: Option<Uuid>,
}

/// Which side of a clash holds until a human has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Current,
    Incoming,
}

/// A disagreement on a field, or on a group of coupled ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Clash {
    /// The field's name, or its group's.
    pub group: String,
    /// What the row has: of coupled fields all of them, since they are one value.
    pub current: Fields,
    /// What was sent.
    pub incoming: Fields,
    /// Of coupled fields those that were not sent, as the author saw them: what was sent was said beside these.
    pub seen: Fields,
    pub stands: Side,
}

impl Clash {
    /// A disagreement on a field that is coupled with no other.
    pub fn plain(group: &str, current: Fields, incoming: Fields, stands: Side) -> Clash {
        Clash {
            group: group.to_owned(),
            current,
            incoming,
            seen: Fields::new(),
            stands,
        }
    }
}

/// What to do with the operation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merged {
    /// Fields that change, with their new values.
    pub changes: Fields,
    pub clashes: Vec<Clash>,
    /// Those of `changes` that hold two authors' edits of a text.
    pub united: BTreeSet<String>,
    /// Somebody else had changed this row since the operation's base.
    pub concurrent: bool,
}

impl Merged {
    /// The stamps of the changed fields, once the operation has been saved as `version`.
    pub fn stamps(&self, version: u64, stream: Uuid, operation: Uuid) -> Stamps {
        stamps_of(
            self.changes.keys(),
            |field| self.united.contains(field),
            version,
            stream,
            operation,
        )
    }
}

/// The stamps of fields changed by one operation. A united text is nobody's: its author's next edit still starts
/// from what they typed themselves.
pub fn stamps_of<'a>(
    changed: impl Iterator<Item = &'a String>,
    is_united: impl Fn(&str) -> bool,
    version: u64,
    stream: Uuid,
    operation: Uuid,
) -> Stamps {
    let stamp = |field: &String| Stamp {
        version,
        stream: if is_united(field) { NOBODY } else { stream },
        operation,
    };
    changed.map(|field| (field.clone(), stamp(field))).collect()
}

impl Stamp {
    /// Whether an author who saw the row at `base` has not seen this write: it came later and is not their own.
    pub fn is_foreign(&self, base: u64, own_stream: Option<Uuid>) -> bool {
        self.version > base && own_stream != Some(self.stream)
    }
}

/// Counts as a device's own what it wrote in streams it had before: each of `earlier` with the last version until
/// which it was the device's own, since a copy of the device may have gone on there.
pub fn adopt(stamps: &Stamps, own: Uuid, earlier: &[(Uuid, u64)]) -> Stamps {
    let is_own = |stamp: &Stamp| {
        earlier
            .iter()
            .any(|(stream, through)| stamp.stream == *stream && stamp.version <= *through)
    };
    let mut stamps = stamps.clone();
    for stamp in stamps.values_mut().filter(|stamp| is_own(stamp)) {
        stamp.stream = own;
    }
    stamps
}

/// Whether a row goes when somebody who saw it at `base` deletes it. What anybody else typed since keeps it, until a
/// human has decided; what the server's own rules wrote does not.
pub fn deletes(spec: &EntitySpec, stamps: &Stamps, base: u64, own_stream: Option<Uuid>) -> bool {
    let typed = |field: &str| !matches!(spec.policy(field), Policy::Server);
    !stamps
        .iter()
        .any(|(field, stamp)| typed(field) && stamp.is_foreign(base, own_stream))
}

/// Decides each field of `incoming`. `value_at_base` gives the value its author started from: what the author's
/// own stream last set the field to after the operation's base, if that came to stand, as it was written and
/// not as it was united; otherwise the value at the base. `None` where there was none or that history is gone,
/// which of a text counts as a conflict.
///
/// Invariants: a field that already has the value never clashes; one that no other stream wrote after the base
/// clashes only where its policy forbids the change itself (a second value of [`Policy::Append`], a step
/// [`Policy::Status`] does not know); fields outside `incoming.set` never change; a value that does not come to
/// stand is in a clash.
pub fn merge(
    spec: &EntitySpec,
    current: Current<'_>,
    incoming: Incoming<'_>,
    mut value_at_base: impl FnMut(&str) -> Option<Value>,
) -> Merged {
    let foreign = |field: &str| {
        let stamp = current.stamps.get(field);
        stamp.is_some_and(|stamp| stamp.is_foreign(incoming.base, incoming.own_stream))
    };
    let mut merged = Merged {
        concurrent: current.stamps.keys().any(|f| foreign(f)),
        ..Merged::default()
    };
    let mut groups_done = BTreeSet::new();
    for (name, value) in incoming.set {
        let group = spec.group(name);
        let now = current.body.get(name).unwrap_or(&Value::Null);
        if now == value {
            continue;
        }
        let clash = |stands| {
            let side = |of| pick([name.as_str()], of);
            Clash::plain(group, side(current.body), side(incoming.set), stands)
        };
        match spec.policy(name) {
            Policy::Set => match unite(now, value) {
                Some(united) if &united == now => {}
                Some(united) => {
                    merged.changes.insert(name.clone(), united);
                }
                None => merged.clashes.push(clash(Side::Current)),
            },
            Policy::Delta if by(value).is_some() => match add(now, value) {
                Some(sum) if &sum == now => {}
                Some(sum) => {
                    merged.changes.insert(name.clone(), sum);
                }
                None => merged.clashes.push(clash(Side::Current)),
            },
            Policy::Status(legal) => {
                let step = now.as_str().zip(value.as_str());
                // A person at a screen stepped from the state they saw; another one is told, not stepped from.
                let unseen = incoming.own_stream.is_none() && foreign(name);
                if !unseen && (now.is_null() || step.is_some_and(|(from, to)| legal(from, to))) {
                    merged.changes.insert(name.clone(), value.clone());
                } else {
                    merged.clashes.push(clash(Side::Current));
                }
            }
            Policy::Text if foreign(name) => {
                let base = value_at_base(name);
                let united = match (
                    base.as_ref().and_then(Value::as_str),
                    now.as_str(),
                    value.as_str(),
                ) {
                    (Some(base), Some(now), Some(value)) => text::merge(base, now, value),
                    _ => None,
                };
                match united.map(Value::String) {
                    Some(united) if &united == now => {}
                    Some(united) => {
                        if &united != value {
                            merged.united.insert(name.clone());
                        }
                        merged.changes.insert(name.clone(), united);
                    }
                    None => merged.clashes.push(clash(Side::Current)),
                }
            }
            policy => {
                if !groups_done.insert(group) {
                    continue;
                }
                let members: Vec<&str> = incoming
                    .set
                    .keys()
                    .map(String::as_str)
                    .filter(|f| spec.group(f) == group)
                    .collect();
                let differs = |f: &str| current.body.get(f).unwrap_or(&Value::Null) != &incoming.set[f];
                // Coupled fields are one value: a foreign write to any of them touches all.
                let foreign_write = current
                    .stamps
                    .keys()
                    .any(|f| spec.group(f) == group && foreign(f));
                let second_value = matches!(policy, Policy::Append)
                    && members
                        .iter()
                        .any(|f| differs(f) && current.body.get(*f).is_some_and(|v| !v.is_null()));
                let disputed = foreign_write || second_value;
                let stands = if !disputed || matches!(policy, Policy::Device) {
                    Side::Incoming
                } else {
                    Side::Current
                };
                if disputed {
                    let coupled = || {
                        spec.fields
                            .iter()
                            .map(|f| f.name)
                            .filter(|f| spec.group(f) == group)
                    };
                    let unsent = coupled().filter(|f| !incoming.set.contains_key(*f));
                    merged.clashes.push(Clash {
                        group: group.to_owned(),
                        current: pick(coupled().chain(members.iter().copied()), current.body),
                        incoming: pick(members.iter().copied(), incoming.set),
                        seen: unsent
                            .filter_map(|f| Some((f.to_owned(), value_at_base(f)?)))
                            .collect(),
                        stands,
                    });
                }
                if stands == Side::Incoming {
                    for field in members.into_iter().filter(|f| differs(f)) {
                        merged
                            .changes
                            .insert(field.to_owned(), incoming.set[field].clone());
                    }
                }
            }
        }
    }
    merged
}

fn pick<'a>(names: impl IntoIterator<Item = &'a str>, from: &Fields) -> Fields {
    names
        .into_iter()
        .map(|name| (name.to_owned(), from.get(name).cloned().unwrap_or(Value::Null)))
        .collect()
}

/// What a set-valued field is told: members to add and members to remove. A bare array is a whole new set, which
/// only adds, since its author may not have seen what others added. `None` if `change` is neither.
fn members_of(change: &Value) -> Option<(&[Value], &[Value])> {
    match change {
        Value::Array(whole) => Some((whole, &[])),
        Value::Object(parts) => {
            let part = |name: &str| match parts.get(name) {
                None => Some([].as_slice()),
                Some(list) => list.as_array().map(Vec::as_slice),
            };
            parts
                .keys()
                .all(|name| name == "add" || name == "remove")
                .then_some((part("add")?, part("remove")?))
        }
        _ => None,
    }
}

/// The set `now` after `change`; an addition wins over a removal. `None` if `change` is no change to a set.
pub fn unite(now: &Value, change: &Value) -> Option<Value> {
    let (add, remove) = members_of(change)?;
    let mut members = now.as_array().cloned().unwrap_or_default();
    members.retain(|member| !remove.contains(member));
    for member in add {
        if !members.contains(member) {
            members.push(member.clone());
        }
    }
    // One order on every machine, whatever order the additions came in.
    members.sort_by_cached_key(Value::to_string);
    Some(json!(members))
}

/// By how much a quantity is told to change: `{"by": n}` and nothing else.
fn by(change: &Value) -> Option<i64> {
    match change {
        Value::Object(parts) if parts.len() == 1 => parts.get("by")?.as_i64(),
        _ => None,
    }
}

/// The quantity `now` after `change`; nothing counts as zero. `None` if `change` is no change of a quantity, or the
/// sum can't be counted.
pub fn add(now: &Value, change: &Value) -> Option<Value> {
    let before = match now {
        Value::Null => 0,
        number => number.as_i64()?,
    };
    before.checked_add(by(change)?).map(Value::from)
}
