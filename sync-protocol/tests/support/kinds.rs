//! Every kind of message there is: a folder of golden messages and a schema each.
use schemars::{Schema, schema_for};
use serde_json::Value;
use sync_protocol::checksum::{RepairRequest, RepairResponse};
use sync_protocol::enrol::{EnrolRequest, EnrolResponse, StreamRequest, StreamResponse};
use sync_protocol::live::{Changes, Head};
use sync_protocol::operation::Operation;
use sync_protocol::problem::Problem;
use sync_protocol::proof::ProofClaims;
use sync_protocol::pull::{PullRequest, PullResponse};
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::receipt::Receipt;
use sync_protocol::wipe::WipeOrder;

/// A kind of message.
// Not every test that reads messages asks for their schemas.
#[allow(dead_code)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) schema: fn() -> Schema,
    /// What comes out when a message is read and written again.
    pub(crate) round_trip: fn(&Value) -> Result<Value, serde_json::Error>,
}

macro_rules! kinds {
    ($($name:literal: $message:ty;)+) => {
        pub(crate) const KINDS: &[Kind] = &[$(Kind {
            name: $name,
            schema: || schema_for!($message),
            round_trip: |message| {
                let read: $message = serde_json::from_value(message.clone())?;
                let text = serde_json::to_string(&read)?;
                let again: $message = serde_json::from_str(&text)?;
                assert_eq!(again, read, "{text}");
                serde_json::to_value(read)
            },
        },)+];
    };
}

kinds! {
    "changes": Changes;
    "enrol_request": EnrolRequest;
    "enrol_response": EnrolResponse;
    "head": Head;
    "operation": Operation;
    "problem": Problem;
    "proof_claims": ProofClaims;
    "pull_request": PullRequest;
    "pull_response": PullResponse;
    "push_request": PushRequest;
    "push_response": PushResponse;
    "receipt": Receipt;
    "repair_request": RepairRequest;
    "repair_response": RepairResponse;
    "stream_request": StreamRequest;
    "stream_response": StreamResponse;
    "wipe_order": WipeOrder;
}
