//! The golden messages under `fixtures/messages`, the schemas and the text of the protocol: whoever speaks it reads and
//! writes messages alike, and what is told of them is true.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#[path = "support/kinds.rs"]
mod kinds;

use boon::{Compiler, SchemaIndex, Schemas};
use kinds::{KINDS, Kind};
use schemars::schema_for;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use sync_protocol::checksum::{BucketSum, MAX_REPAIR_ROWS};
use sync_protocol::codes::{ErrorCode, QuarantineReason};
use sync_protocol::limits::Limits;
use sync_protocol::operation::{self, MAX_GROUP_BYTES, MAX_GROUP_OPERATIONS, MAX_WAIT_DAYS};
use sync_protocol::proof::{MAX_PROOF_BYTES, ProofClaims, ProofHeader, body_hash};
use sync_protocol::receipt::Outcome;
use sync_protocol::wipe::WipeOrder;
use sync_protocol::{PROTOCOL, SCHEMA};
use uuid::Uuid;

/// Set it to write the schemas anew instead of comparing them.
const BLESS: &str = "ONSITE_BLESS";

/// The text for who writes a client.
const TOLD: &str = include_str!("../../docs/sync-protocol.md");

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            path.file_stem().unwrap().to_string_lossy().into_owned()
        })
        .collect()
}

/// The golden messages of a kind.
fn golden(kind: &Kind) -> Vec<(PathBuf, Value)> {
    fs::read_dir(folder("fixtures/messages").join(kind.name))
        .unwrap()
        .map(|file| {
            let path = file.unwrap().path();
            let message = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            (path, message)
        })
        .collect()
}

/// One that shows what a server does with an operation of no known shape.
const UNREADABLE: &str = "push_request/unreadable_operation.json";

fn schema_text(kind: &Kind) -> String {
    let mut text = serde_json::to_string_pretty(&(kind.schema)()).unwrap();
    text.push('\n');
    text
}

/// The schema of a kind, ready to check messages against.
fn validator(kind: &Kind) -> (Schemas, SchemaIndex) {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    let place = format!("file:///{}.json", kind.name);
    compiler
        .add_resource(&place, serde_json::to_value((kind.schema)()).unwrap())
        .unwrap();
    let index = compiler.compile(&place, &mut schemas).unwrap();
    (schemas, index)
}

#[test]
fn every_kind_has_golden_messages_and_every_folder_a_kind() {
    let kinds: BTreeSet<String> = KINDS.iter().map(|kind| kind.name.to_owned()).collect();
    assert_eq!(names_in(&folder("fixtures/messages")), kinds);
    assert_eq!(names_in(&folder("schema")), kinds);
}

#[test]
fn messages_come_out_as_they_went_in() {
    for kind in KINDS {
        for (path, golden) in golden(kind) {
            let out = (kind.round_trip)(&golden).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            assert_eq!(out, golden, "{}", path.display());
        }
    }
}

#[test]
fn the_schemas_are_current() {
    for kind in KINDS {
        let path = folder("schema").join(format!("{}.json", kind.name));
        let current = schema_text(kind);
        if std::env::var_os(BLESS).is_some() {
            fs::create_dir_all(folder("schema")).unwrap();
            fs::write(&path, &current).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == current,
            "{} is not what the code says; run this test with {BLESS}=1 and look at the difference",
            path.display()
        );
    }
}

#[test]
fn golden_messages_fit_their_schemas_and_no_other_kinds() {
    for kind in KINDS {
        let (schemas, index) = validator(kind);
        for (path, message) in golden(kind) {
            let fits = schemas.validate(&message, index);
            if path.ends_with(UNREADABLE) {
                assert!(fits.is_err(), "{} shows what does not fit", path.display());
            } else {
                fits.unwrap_or_else(|error| panic!("{}: {error:#}", path.display()));
            }
        }
        // A schema that lets anything pass would say nothing.
        for nonsense in [Value::Null, Value::from("text"), Value::from(7)] {
            assert!(
                schemas.validate(&nonsense, index).is_err(),
                "{}: {nonsense}",
                kind.name
            );
        }
    }
}

/// The words of an enumeration, as its schema lists them.
fn words(schema: &Value) -> BTreeSet<String> {
    let variants = schema["oneOf"].as_array().into_iter().flatten();
    let lists = variants.clone().chain([schema]).map(|one| &one["enum"]);
    let listed = lists.filter_map(Value::as_array).flatten();
    let single = variants.map(|one| &one["const"]);
    listed
        .chain(single)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn all_golden_text() -> String {
    KINDS
        .iter()
        .flat_map(golden)
        .map(|(_, message)| message.to_string())
        .collect()
}

#[test]
fn every_outcome_and_every_reason_is_told_and_has_a_golden_receipt() {
    let outcomes = words(&serde_json::to_value(schema_for!(Outcome)).unwrap());
    let reasons = words(&serde_json::to_value(schema_for!(QuarantineReason)).unwrap());
    assert!(
        outcomes.len() >= 6 && reasons.len() >= 12,
        "{outcomes:?} {reasons:?}"
    );
    let golden = all_golden_text();
    for (member, word) in outcomes
        .iter()
        .map(|word| ("outcome", word))
        .chain(reasons.iter().map(|word| ("reason", word)))
    {
        assert!(
            golden.contains(&format!("\"{member}\":\"{word}\"")),
            "no receipt of {member} {word}"
        );
        assert!(TOLD.contains(&format!("`{word}`")), "{word} is not told");
    }
}

#[test]
fn every_error_is_told_with_its_status() {
    for code in ErrorCode::ALL {
        let name = serde_json::to_value(code).unwrap();
        let line = format!("| `{}` | {} |", name.as_str().unwrap(), code.status());
        assert!(TOLD.contains(&line), "the text has no line: {line}");
    }
}

#[test]
fn every_limit_is_told_as_it_is() {
    let own = Limits::OWN;
    for (what, limit) in [
        ("operations of a push", own.max_operations),
        ("bytes of a push, unpacked", own.max_push_bytes),
        (
            "bytes of one operation, as JSON without spaces",
            own.max_operation_bytes,
        ),
        ("operations of an atomic group", MAX_GROUP_OPERATIONS),
        ("bytes of an atomic group", MAX_GROUP_BYTES),
        ("rows of a page", own.max_rows as usize),
        ("rows of a repair", MAX_REPAIR_ROWS),
        ("bytes of a device proof", MAX_PROOF_BYTES),
    ] {
        let line = format!("| {what} | {limit} |");
        assert!(TOLD.contains(&line), "the text has no line: {line}");
    }
    for told in [
        format!("`protocol` ({PROTOCOL})"),
        format!("`schema` ({SCHEMA},"),
        format!("at most {MAX_WAIT_DAYS} days"),
        format!("for {} days", sync_protocol::client::KEEP_DAYS),
    ] {
        assert!(TOLD.contains(&told), "the text does not say: {told}");
    }
}

#[test]
fn the_messages_of_the_text_are_messages_and_every_schema_is_named() {
    let mut shown = BTreeSet::new();
    for block in TOLD.split("```json ").skip(1) {
        let (name, rest) = block.split_once('\n').unwrap();
        let message: Value = serde_json::from_str(rest.split_once("```").unwrap().0).unwrap();
        let kind = KINDS
            .iter()
            .find(|kind| kind.name == name)
            .unwrap_or_else(|| panic!("no kind of message: {name}"));
        let (schemas, index) = validator(kind);
        schemas
            .validate(&message, index)
            .unwrap_or_else(|error| panic!("{name}: {error:#}"));
        (kind.round_trip)(&message).unwrap();
        shown.insert(name);
    }
    assert!(shown.len() >= 5, "{shown:?}");
    for kind in KINDS.iter().filter(|kind| kind.name != "receipt") {
        let link = format!("(../sync-protocol/schema/{}.json)", kind.name);
        assert!(TOLD.contains(&link), "{} is not told", kind.name);
    }
}

#[test]
fn hashes_depend_on_content_alone() {
    #[derive(Deserialize)]
    struct Golden {
        name: String,
        canonical: String,
        same: Vec<String>,
        sha256: String,
    }
    let golden: Vec<Golden> = serde_json::from_str(include_str!("../fixtures/hashes.json")).unwrap();
    for Golden {
        name,
        canonical,
        same,
        sha256,
    } in golden
    {
        for text in same.iter().chain([&canonical]) {
            let body: Value = serde_json::from_str(text).unwrap();
            assert_eq!(operation::hash(&body), sha256, "{name}: {text}");
        }
    }
}

#[test]
fn sums_are_the_golden_ones() {
    #[derive(Deserialize)]
    struct Golden {
        rows: Vec<(Uuid, u64)>,
        sum: u64,
    }
    let golden: Vec<Golden> = serde_json::from_str(include_str!("../fixtures/checksums.json")).unwrap();
    for Golden { rows, sum } in golden {
        let expected = BucketSum {
            rows: rows.len() as u64,
            sum,
        };
        assert_eq!(BucketSum::of(rows), expected);
    }
}

/// Whether the signatures fit is asked where there is cryptography, in the server's services.
#[test]
fn what_is_signed_is_the_golden_text() {
    #[derive(Deserialize)]
    struct Proof {
        body: String,
        claims: ProofClaims,
        signed_part: String,
    }
    let proofs: Vec<Proof> = serde_json::from_str(include_str!("../fixtures/proofs.json")).unwrap();
    for proof in proofs {
        assert_eq!(proof.claims.signed_part().unwrap(), proof.signed_part);
        assert_eq!(proof.claims.bh, body_hash(proof.body.as_bytes()));
    }
    let header = serde_json::to_string(&ProofHeader::default()).unwrap();
    assert!(TOLD.contains(&header), "the text shows the header of a proof");

    #[derive(Deserialize)]
    struct Wipe {
        message: String,
        order: WipeOrder,
    }
    let wipes: Vec<Wipe> = serde_json::from_str(include_str!("../fixtures/wipes.json")).unwrap();
    for wipe in wipes {
        let message = WipeOrder::message(wipe.order.device, wipe.order.revoked_at);
        assert_eq!(message, wipe.message);
    }
}
