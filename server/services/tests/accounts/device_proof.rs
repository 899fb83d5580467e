//! Proofs that fit one device and one request.
use crate::world::{Phone, at, on_each_database};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use onsite_model::ids::new_id;
use onsite_model::role::Role;
use onsite_services::device_proof::{
    ProofError, ProvenRequest, make, parse_public_key, prove, public_key, sign_p256, verify, verify_p256,
};
use onsite_store::StoreError;
use onsite_store::devices::{self, Device};
use serde_json::{Value, json};
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

const BODY: &[u8] = br#"{"operations":[]}"#;

fn enrolled(phone: &Phone) -> Device {
    Device {
        id: new_id(at(0)),
        user_id: new_id(at(0)),
        name: "Pixel".to_owned(),
        platform: "Android".to_owned(),
        public_key: Some(public_key(&phone.key)),
        enrolled_at: at(0),
        last_seen_at: at(0),
        skew_millis: 0,
        revoked_at: None,
        locked_at: None,
    }
}

/// A JWS of any header and claims under the phone's real key.
fn jws(phone: &Phone, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = phone.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn a_proof_fits_its_request_whatever_the_devices_clock_says() {
    let phone = Phone::new();
    let device = enrolled(&phone);
    for iat in [0, -86_400 * 365 * 40, at(0).timestamp(), i64::MAX] {
        let header = make(&phone.key, device.id, "POST", "/v1/push", BODY, iat).unwrap();
        assert_eq!(
            verify(&header, &device, "POST", "/v1/push", BODY).unwrap().iat,
            iat
        );
    }
}

#[test]
fn a_proof_fits_no_other_request() {
    let phone = Phone::new();
    let device = enrolled(&phone);
    let header = make(&phone.key, device.id, "POST", "/v1/push", BODY, 0).unwrap();
    let swapped = br#"{"operations":[{}]}"#;
    for (method, path, body) in [
        ("POST", "/v1/push", swapped.as_slice()),
        ("POST", "/v1/push", b""),
        ("POST", "/v1/pull", BODY),
        ("PUT", "/v1/push", BODY),
    ] {
        assert_eq!(
            verify(&header, &device, method, path, body).unwrap_err(),
            ProofError::OtherRequest
        );
    }
}

#[test]
fn a_proof_fits_no_other_device() {
    let (phone, stranger) = (Phone::new(), Phone::new());
    let device = enrolled(&phone);
    let made_by_stranger = make(&stranger.key, device.id, "POST", "/v1/push", BODY, 0).unwrap();
    assert_eq!(
        verify(&made_by_stranger, &device, "POST", "/v1/push", BODY).unwrap_err(),
        ProofError::BadSignature
    );
    let for_another = make(&phone.key, new_id(at(0)), "POST", "/v1/push", BODY, 0).unwrap();
    assert_eq!(
        verify(&for_another, &device, "POST", "/v1/push", BODY).unwrap_err(),
        ProofError::OtherDevice
    );
    let keyless = Device {
        public_key: None,
        ..device
    };
    let header = make(&phone.key, keyless.id, "POST", "/v1/push", BODY, 0).unwrap();
    assert_eq!(
        verify(&header, &keyless, "POST", "/v1/push", BODY).unwrap_err(),
        ProofError::NoKey
    );
}

#[test]
fn only_the_documented_shape_is_read() {
    let phone = Phone::new();
    let device = enrolled(&phone);
    let good = make(&phone.key, device.id, "POST", "/v1/push", BODY, 0).unwrap();
    let parts: Vec<&str> = good.split('.').collect();
    let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    let right = json!({ "alg": "ES256", "typ": "onsite-proof+jwt" });
    assert!(verify(&jws(&phone, &right, &claims), &device, "POST", "/v1/push", BODY).is_ok());

    let mut dateless = claims.clone();
    dateless.as_object_mut().unwrap().remove("iat");
    for malformed in [
        jws(
            &phone,
            &json!({ "alg": "none", "typ": "onsite-proof+jwt" }),
            &claims,
        ),
        jws(
            &phone,
            &json!({ "alg": "HS256", "typ": "onsite-proof+jwt" }),
            &claims,
        ),
        jws(&phone, &json!({ "alg": "ES256", "typ": "JWT" }), &claims),
        jws(&phone, &json!({ "alg": "ES256" }), &claims),
        jws(
            &phone,
            &json!({ "alg": "ES256", "typ": "onsite-proof+jwt", "crit": ["exp"] }),
            &claims,
        ),
        jws(&phone, &right, &dateless),
        jws(&phone, &right, &json!([])),
        format!("{good}.{}", parts[2]),
        parts[..2].join("."),
        format!("{good}="),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(5000)),
        String::new(),
        "é".to_owned(),
    ] {
        assert_eq!(
            verify(&malformed, &device, "POST", "/v1/push", BODY).unwrap_err(),
            ProofError::Malformed,
            "{malformed}"
        );
    }
    let unsigned = format!("{}.{}.", parts[0], parts[1]);
    assert_eq!(
        verify(&unsigned, &device, "POST", "/v1/push", BODY).unwrap_err(),
        ProofError::BadSignature
    );
}

#[test]
fn signatures_have_the_fixed_size_form() {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let phone = Phone { key: pair };
    let device = enrolled(&phone);
    let header = make(&phone.key, device.id, "POST", "/v1/push", BODY, 0).unwrap();
    assert_eq!(
        verify(&header, &device, "POST", "/v1/push", BODY).unwrap_err(),
        ProofError::BadSignature
    );
}

#[test]
fn a_signature_under_a_sheet_fits_one_message_and_one_key() {
    let (phone, stranger) = (Phone::new(), Phone::new());
    let key = public_key(&phone.key);
    let signature = sign_p256(&phone.key, b"{\"format\":\"signature-v1\"}").unwrap();
    assert_eq!(BASE64_STANDARD.decode(&signature).unwrap().len(), 64);
    assert!(verify_p256(&key, b"{\"format\":\"signature-v1\"}", &signature));
    assert!(!verify_p256(&key, b"{\"format\":\"signature-v2\"}", &signature));
    assert!(!verify_p256(
        &public_key(&stranger.key),
        b"{\"format\":\"signature-v1\"}",
        &signature
    ));
    assert!(!verify_p256(&key, b"{\"format\":\"signature-v1\"}", ""));
    assert!(!verify_p256("", b"{\"format\":\"signature-v1\"}", &signature));
}

#[test]
fn only_points_of_the_curve_are_keys() {
    let text = public_key(&Phone::new().key);
    let point = parse_public_key(&text).unwrap();
    let mut off_curve = point.clone();
    off_curve[64] ^= 1;
    let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    for wrong in [off_curve, compressed, vec![4; 65], vec![0], Vec::new()] {
        assert_eq!(parse_public_key(&BASE64_URL_SAFE_NO_PAD.encode(wrong)), None);
    }
    assert_eq!(parse_public_key(&format!("{text}=")), None);
}

#[tokio::test]
async fn a_request_is_proven_by_the_device_it_names_even_a_revoked_one() {
    on_each_database(async |world| {
        let phone = Phone::new();
        world.user("lin@example.com", Role::Technician).await;
        let caller = world
            .caller("lin@example.com", &phone.introduction(None), at(0))
            .await;
        let device = caller.device_id;
        let ask = async |header: Option<String>| {
            world
                .store
                .read(move |db| {
                    let request = ProvenRequest {
                        header: header.as_deref(),
                        method: "POST",
                        path: "/v1/push",
                        body: BODY,
                    };
                    prove(db, &request)
                })
                .await
        };
        let header = |id: Uuid| Some(make(&phone.key, id, "POST", "/v1/push", BODY, 42).unwrap());

        let (found, claims) = ask(header(device)).await.unwrap();
        assert_eq!((found.id, claims.iat), (device, 42));
        assert_eq!(
            ask(header(new_id(at(0)))).await.unwrap_err().code,
            ErrorCode::BadProof
        );
        assert_eq!(ask(None).await.unwrap_err().code, ErrorCode::BadProof);

        world
            .store
            .write::<_, StoreError>(move |tx| devices::revoke(tx, device, at(1)))
            .await
            .unwrap();
        let (found, _) = ask(header(device)).await.unwrap();
        assert_eq!(found.revoked_at, Some(at(1)));
    })
    .await;
}
