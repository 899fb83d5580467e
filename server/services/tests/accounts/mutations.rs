//! What somebody makes up or alters on the way: never taken for the real thing, and never a panic. And the golden proofs and
//! orders, checked with real keys.
use crate::world::{MASTER, Phone, at};
use onsite_model::ids::new_id;
use onsite_model::role::Role;
use onsite_services::device_proof::{
    self, ProofError, ProvenRequest, make, parse_public_key, public_key, verify,
};
use onsite_services::secrets::{Secrets, verify_seal};
use onsite_services::tokens::{
    install_provider, issue_access, read_refresh_token, refresh_token, verify_access,
};
use onsite_services::wipe;
use onsite_store::devices::Device;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde::Deserialize;
use std::sync::LazyLock;
use sync_protocol::enrol::ServerKey;
use sync_protocol::proof::ProofClaims;
use sync_protocol::wipe::WipeOrder;
use uuid::Uuid;

/// A device that enrolled with this key.
fn device(id: Uuid, public_key: &str) -> Device {
    Device {
        id,
        user_id: new_id(at(0)),
        name: "Pixel".to_owned(),
        platform: "Android".to_owned(),
        public_key: Some(public_key.to_owned()),
        enrolled_at: at(0),
        last_seen_at: at(0),
        skew_millis: 0,
        revoked_at: None,
        locked_at: None,
    }
}

struct Real {
    secrets: Secrets,
    device: Device,
    proof: String,
    access: String,
    refresh: String,
}

const BODY: &[u8] = br#"{"operations":[]}"#;

static REAL: LazyLock<Real> = LazyLock::new(|| {
    install_provider();
    let (phone, secrets) = (Phone::new(), Secrets::derive(MASTER).unwrap());
    let [id, user, session] = [(); 3].map(|()| new_id(at(0)));
    Real {
        device: device(id, &public_key(&phone.key)),
        proof: make(&phone.key, id, "POST", "/v1/push", BODY, 0).unwrap(),
        access: issue_access(&secrets, user, Role::Technician, id, session, at(0)).unwrap(),
        refresh: refresh_token(&secrets, session, 3),
        secrets,
    }
});

/// The text with some characters in place of others.
fn altered(text: &str, at: Index, cut: usize, new: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let from = at.index(chars.len());
    let to = (from + cut).min(chars.len());
    let kept = |part: &[char]| part.iter().collect::<String>();
    format!("{}{new}{}", kept(&chars[..from]), kept(&chars[to..]))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_altered_proof_is_none(at: Index, cut in 0..9usize, new in "[A-Za-z0-9_.=+/ -]{0,9}") {
        let real = &*REAL;
        let header = altered(&real.proof, at, cut, &new);
        let proven = verify(&header, &real.device, "POST", "/v1/push", BODY);
        prop_assert!(header == real.proof || proven.is_err(), "{header}");
    }

    #[test]
    fn a_made_up_proof_is_none(parts in vec("[ -~\\PC]{0,40}", 0..5), dots: bool) {
        let real = &*REAL;
        let header = parts.join(if dots { "." } else { "" });
        let request = ProvenRequest { header: Some(&header), method: "POST", path: "/v1/push", body: BODY };
        prop_assert_eq!(device_proof::claimed(&request), Err(ProofError::Malformed));
        prop_assert!(verify(&header, &real.device, "POST", "/v1/push", BODY).is_err());
    }

    #[test]
    fn an_altered_token_is_none(at_char: Index, cut in 0..9usize, new in "[A-Za-z0-9_.=-]{0,9}") {
        let real = &*REAL;
        let access = altered(&real.access, at_char, cut, &new);
        prop_assert!(access == real.access || verify_access(&real.secrets, &access, at(1)).is_err(), "{access}");
        let refresh = altered(&real.refresh, at_char, cut, &new);
        prop_assert!(refresh == real.refresh || read_refresh_token(&real.secrets, &refresh).is_none(), "{refresh}");
    }

    #[test]
    fn a_made_up_token_or_key_is_none(text: String, words in "[A-Za-z0-9_=-]{0,120}") {
        let real = &*REAL;
        for text in [&text, &words] {
            prop_assert!(verify_access(&real.secrets, text, at(1)).is_err());
            prop_assert!(read_refresh_token(&real.secrets, text).is_none());
            prop_assert!(parse_public_key(text).is_none());
        }
    }
}

#[test]
fn the_golden_proof_is_its_devices() {
    #[derive(Deserialize)]
    struct Golden {
        public_key: String,
        method: String,
        path: String,
        body: String,
        claims: ProofClaims,
        header: String,
    }
    let text = include_str!("../../../../sync-protocol/fixtures/proofs.json");
    for golden in serde_json::from_str::<Vec<Golden>>(text).unwrap() {
        let device = device(golden.claims.dev, &golden.public_key);
        let body = golden.body.as_bytes();
        let proven = verify(&golden.header, &device, &golden.method, &golden.path, body);
        assert_eq!(proven, Ok(golden.claims));
    }
}

#[test]
fn the_golden_order_is_the_servers() {
    #[derive(Deserialize)]
    struct Golden {
        server_key: ServerKey,
        message: String,
        order: WipeOrder,
    }
    let text = include_str!("../../../../sync-protocol/fixtures/wipes.json");
    for golden in serde_json::from_str::<Vec<Golden>>(text).unwrap() {
        let key = &golden.server_key;
        assert!(verify_seal(
            &key.public_key,
            golden.message.as_bytes(),
            &golden.order.signature
        ));
        assert!(wipe::is_genuine(&golden.order, golden.order.device, key));
        assert!(!wipe::is_genuine(&golden.order, Uuid::from_u128(1), key));
    }
}
