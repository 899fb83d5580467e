//! The golden messages under `fixtures/messages`: whoever speaks the protocol reads and writes them alike.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fs;
use std::path::Path;
use sync_protocol::operation::{self, Operation};
use sync_protocol::pull::{PullRequest, PullResponse};
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::receipt::Receipt;

/// What comes out when a message is read and written again.
fn read_and_write<T: DeserializeOwned + Serialize>(message: &Value) -> Value {
    let decoded: T = serde_json::from_value(message.clone()).unwrap();
    serde_json::to_value(decoded).unwrap()
}

#[test]
fn messages_come_out_as_they_went_in() {
    type RoundTrip = fn(&Value) -> Value;
    let kinds: [(&str, RoundTrip); 6] = [
        ("operation", read_and_write::<Operation>),
        ("push_request", read_and_write::<PushRequest>),
        ("push_response", read_and_write::<PushResponse>),
        ("pull_request", read_and_write::<PullRequest>),
        ("pull_response", read_and_write::<PullResponse>),
        ("receipt", read_and_write::<Receipt>),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/messages");
    assert_eq!(
        fs::read_dir(&folder).unwrap().count(),
        kinds.len(),
        "each folder is a kind of message"
    );
    for (kind, round_trip) in kinds {
        for file in fs::read_dir(folder.join(kind)).unwrap() {
            let path = file.unwrap().path();
            let golden: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            assert_eq!(round_trip(&golden), golden, "{}", path.display());
        }
    }
}

#[test]
fn hashes_depend_on_content_alone() {
    #[derive(serde::Deserialize)]
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
