//! The golden scripts under `fixtures/engine`: what a device does and is answered, step by step, and what it shows and
//! sends then. The web client's engine plays the same ones.
//!
//! `ONSITE_RECORD=1` writes down what this engine does instead of comparing; read the difference before you commit it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use sync_protocol::Fields;
use sync_protocol::checksum::{RepairRequest, RepairResponse};
use sync_protocol::client::{EditError, Engine, Entry, Origin, PullEvent, PushEvent, View};
use sync_protocol::pull::{PullRequest, PullResponse};
use sync_protocol::push::{PushRequest, PushResponse};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    name: String,
    /// What the name leaves open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    stream: Uuid,
    /// Kinds of rows to look at.
    entities: Vec<String>,
    steps: Vec<Step>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    #[serde(rename = "do")]
    act: Act,
    /// What came of it, and those parts of the state that are other than before.
    #[serde(default)]
    then: Map<String, Value>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    Create(Edit),
    Update(Edit),
    Delete(Edit),
    Group {
        id: Uuid,
        edits: Vec<Act>,
    },
    /// Asks what to push, and takes the answer if there is one.
    Push {
        at: DateTime<Utc>,
        max_operations: usize,
        max_bytes: usize,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Value>,
    },
    Pull {
        limit: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Value>,
    },
    Repair {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Value>,
    },
    /// An answer to what was asked in an earlier step.
    Answer {
        to: usize,
        answer: Value,
    },
    Renumber {
        stream: Uuid,
    },
    Prune {
        at: DateTime<Utc>,
    },
    Reread {},
    Wipe {},
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    operation: Uuid,
    at: DateTime<Utc>,
    row: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entity: Option<String>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    set: Fields,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deps: Vec<Uuid>,
}

enum Request {
    Push(PushRequest),
    Pull(PullRequest),
    Repair(RepairRequest),
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

fn write(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// Does one edit; gives its result, or the name of the refusal.
fn edit(engine: &mut Engine, act: &Act) -> Result<Value, EditError> {
    let origin = |edit: &Edit| Origin {
        operation: edit.operation,
        occurred_at: edit.at,
        deps: edit.deps.clone(),
    };
    match act {
        Act::Create(one) => {
            let entity = one.entity.as_deref().expect("a create names its entity");
            engine.create(origin(one), entity, one.row, one.set.clone())?;
            Ok(Value::Null)
        }
        Act::Update(one) => Ok(json!(engine.update(origin(one), one.row, one.set.clone())?)),
        Act::Delete(one) => engine.delete(origin(one), one.row).map(|()| Value::Null),
        Act::Group { id, edits } => {
            engine.group(*id, |engine| {
                edits.iter().try_for_each(|one| edit(engine, one).map(drop))
            })?;
            Ok(Value::Null)
        }
        _ => panic!("no edit"),
    }
}

fn refusal(error: &EditError) -> &'static str {
    match error {
        EditError::Exists(_) => "exists",
        EditError::Unknown(_) => "unknown",
        EditError::Parked(_) => "parked",
        EditError::TooLarge(_) => "too_large",
        EditError::Repeated(_) => "repeated",
        EditError::GroupTooLarge { .. } => "group_too_large",
        EditError::Wiped => "wiped",
    }
}

fn pushed(event: PushEvent) -> Value {
    match event {
        PushEvent::Receipted(receipt) => json!({ "receipted": receipt }),
        PushEvent::Unparked(row) => json!({ "unparked": row }),
        PushEvent::Rewound { from } => json!({ "rewound": from }),
        PushEvent::NewStreamNeeded => json!({ "newStreamNeeded": true }),
        PushEvent::NewEpoch(epoch) => json!({ "newEpoch": epoch }),
    }
}

fn pulled(event: PullEvent) -> Value {
    match event {
        PullEvent::NewEpoch(epoch) => json!({ "newEpoch": epoch }),
        PullEvent::Dropped(bucket) => json!({ "dropped": bucket }),
        PullEvent::Parked(row) => json!({ "parked": row }),
        PullEvent::Filled(bucket) => json!({ "filled": bucket }),
        PullEvent::Checkpoint(version) => json!({ "checkpoint": version }),
        PullEvent::Decided(receipt) => json!({ "decided": receipt }),
        PullEvent::Differs(bucket) => json!({ "differs": bucket }),
        PullEvent::Repaired { bucket, rows } => json!({ "repaired": { "bucket": bucket, "rows": rows } }),
    }
}

fn answered(engine: &mut Engine, request: &Request, answer: &Value) -> Value {
    match request {
        Request::Push(request) => {
            let events = engine.on_push(request, read::<PushResponse>(answer));
            events.into_iter().map(pushed).collect()
        }
        Request::Pull(request) => {
            let events = engine.on_pull(request, read::<PullResponse>(answer));
            events.into_iter().map(pulled).collect()
        }
        Request::Repair(request) => {
            let events = engine.on_repair(request, read::<RepairResponse>(answer));
            events.into_iter().map(pulled).collect()
        }
    }
}

/// Does a step; says what was asked, what happened, or why it was refused.
fn perform(
    engine: &mut Engine,
    act: &Act,
    at: usize,
    asked: &mut BTreeMap<usize, Request>,
) -> Map<String, Value> {
    let mut told = Map::new();
    let mut tell = |name: &str, value: Value| drop(told.insert(name.to_owned(), value));
    let (request, answer) = match act {
        Act::Create(_) | Act::Update(_) | Act::Delete(_) | Act::Group { .. } => {
            match edit(engine, act) {
                Ok(Value::Null) => {}
                Ok(result) => tell("result", result),
                Err(error) => tell("refused", json!(refusal(&error))),
            }
            return told;
        }
        Act::Push {
            at,
            max_operations,
            max_bytes,
            answer,
        } => {
            let request = engine.next_push(*at, *max_operations, *max_bytes);
            tell("request", write(&request));
            (request.map(Request::Push), answer.as_ref())
        }
        Act::Pull { limit, answer } => {
            let request = engine.next_pull(*limit);
            tell("request", write(&request));
            (Some(Request::Pull(request)), answer.as_ref())
        }
        Act::Repair { answer } => {
            let request = engine.next_repair();
            tell("request", write(&request));
            (request.map(Request::Repair), answer.as_ref())
        }
        Act::Answer { to, answer } => {
            let events = answered(engine, &asked[to], answer);
            tell("events", events);
            return told;
        }
        Act::Renumber { stream } => {
            engine.renumber(*stream);
            return told;
        }
        Act::Prune { at } => {
            engine.prune(*at);
            return told;
        }
        Act::Reread {} => {
            engine.reread();
            return told;
        }
        Act::Wipe {} => {
            engine.wipe();
            return told;
        }
    };
    if let Some(request) = request {
        if let Some(answer) = answer {
            tell("events", answered(engine, &request, answer));
        }
        asked.insert(at, request);
    }
    told
}

fn shown(views: Vec<View>) -> Value {
    let row = |view: View| {
        let body = json!({ "entity": view.entity, "body": view.body, "unsent": view.unsent });
        (view.id.to_string(), body)
    };
    Value::Object(views.into_iter().map(row).collect())
}

fn entry(entry: &Entry) -> Value {
    let settled = entry.settled.as_ref();
    json!({
        "n": entry.n,
        "id": entry.operation.id,
        "base": entry.operation.base,
        "hlc": entry.operation.hlc,
        "outcome": entry.outcome(),
        "at": settled.map(|settled| settled.at),
    })
}

fn state(engine: &Engine, entities: &[String]) -> Map<String, Value> {
    let status = engine.status();
    let reading = status
        .reading
        .map(|reading| json!({ "rows": reading.rows, "total": reading.total }));
    let rows = entities.iter().flat_map(|entity| engine.list(entity)).collect();
    let whole = json!({
        "rows": shown(rows),
        "parked": shown(engine.parked()),
        "operations": engine.operations().iter().map(entry).collect::<Vec<_>>(),
        "status": {
            "pending": status.pending,
            "settling": status.settling,
            "deferred": status.deferred,
            "conflicts": status.conflicts,
            "quarantined": status.quarantined,
            "parked": status.parked,
            "reading": reading,
        },
        "needs_new_stream": engine.needs_new_stream(),
        "is_forgotten": engine.is_forgotten(),
    });
    match whole {
        Value::Object(parts) => parts,
        _ => unreachable!("an object"),
    }
}

/// What every step of a script leads to.
fn play(script: &Script) -> Vec<Map<String, Value>> {
    let mut engine = Engine::new(script.stream);
    let mut asked = BTreeMap::new();
    let mut before = state(&engine, &script.entities);
    let mut outcomes = Vec::new();
    for (at, step) in script.steps.iter().enumerate() {
        let mut then = perform(&mut engine, &step.act, at, &mut asked);
        let after = state(&engine, &script.entities);
        let differs = |name: &String, value: &Value| before.get(name) != Some(value);
        then.extend(
            after
                .clone()
                .into_iter()
                .filter(|(name, value)| differs(name, value)),
        );
        before = after;
        outcomes.push(then);
        // A device may be switched off after any step.
        let stored = serde_json::to_string(&engine).unwrap();
        engine = serde_json::from_str(&stored).unwrap();
    }
    outcomes
}

fn files() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/engine");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|kind| kind == "json"));
    files.sort();
    files
}

/// Scripts as text with a line for each step, so that a difference reads like a diff.
fn lines(scripts: &[Script]) -> String {
    let script = |script: &Script| {
        let steps: Vec<String> = script
            .steps
            .iter()
            .map(|step| format!("      {}", write(step)))
            .collect();
        let head = [
            ("name", json!(script.name)),
            ("why", json!(script.why)),
            ("stream", json!(script.stream)),
            ("entities", json!(script.entities)),
        ];
        let head = head.iter().filter(|(_, value)| !value.is_null());
        let head: String = head
            .map(|(name, value)| format!("    \"{name}\": {value},\n"))
            .collect();
        format!("  {{\n{head}    \"steps\": [\n{}\n    ]\n  }}", steps.join(",\n"))
    };
    let scripts: Vec<String> = scripts.iter().map(script).collect();
    format!("[\n{}\n]\n", scripts.join(",\n"))
}

#[test]
fn every_script_goes_as_written() {
    let files = files();
    assert!(!files.is_empty());
    for path in files {
        let mut scripts: Vec<Script> = serde_json::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if std::env::var_os("ONSITE_RECORD").is_some() {
            for script in &mut scripts {
                let outcomes = play(script);
                for (step, then) in script.steps.iter_mut().zip(outcomes) {
                    step.then = then;
                }
            }
            fs::write(&path, lines(&scripts)).unwrap();
            continue;
        }
        for script in &scripts {
            for (at, (step, then)) in script.steps.iter().zip(play(script)).enumerate() {
                let place = format!("{}: {}, step {at}", path.display(), script.name);
                assert_eq!(Value::Object(then), Value::Object(step.then.clone()), "{place}");
            }
        }
    }
}
