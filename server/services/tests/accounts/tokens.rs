//! Access tokens nobody else can make, and refresh tokens bound to session and generation.
use crate::world::{MASTER, at};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use onsite_model::ids::new_id;
use onsite_model::role::Role;
use onsite_services::secrets::Secrets;
use onsite_services::tokens::{
    TokenError, install_provider, issue_access, read_refresh_token, refresh_token, verify_access,
};
use serde_json::{Value, json};
use uuid::Uuid;

fn secrets() -> Secrets {
    install_provider();
    Secrets::derive(MASTER).unwrap()
}

fn token(secrets: &Secrets) -> String {
    issue_access(
        secrets,
        new_id(at(0)),
        Role::Technician,
        new_id(at(0)),
        new_id(at(0)),
        at(0),
    )
    .unwrap()
}

/// The server's own signing key, derived here a second time: so that a forger can be given everything, and so
/// that a change of the derivation, which would end every session, can't pass unseen.
fn signing_key() -> Ed25519KeyPair {
    let root = Salt::new(HKDF_SHA256, b"onsite").extract(MASTER);
    let mut seed = [0; 32];
    root.expand(&[b"access tokens v1"], HKDF_SHA256)
        .unwrap()
        .fill(&mut seed)
        .unwrap();
    Ed25519KeyPair::from_seed_unchecked(&seed).unwrap()
}

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

fn claims() -> Value {
    json!({
        "iss": "onsite", "aud": "onsite", "sub": Uuid::from_u128(1), "dev": Uuid::from_u128(2),
        "sid": Uuid::from_u128(3), "role": "admin",
        "iat": at(0).timestamp(), "exp": at(15).timestamp(),
    })
}

/// Signs with the server's real key.
fn sign(kid: Option<String>, claims: &Value) -> String {
    let key = EncodingKey::from_ed_der(signing_key().to_pkcs8().unwrap().as_ref());
    encode(
        &Header {
            kid,
            ..Header::new(Algorithm::EdDSA)
        },
        claims,
        &key,
    )
    .unwrap()
}

#[test]
fn a_token_says_who_and_from_where() {
    let secrets = secrets();
    let (user, device, session) = (new_id(at(0)), new_id(at(0)), new_id(at(0)));
    let token = issue_access(&secrets, user, Role::Dispatcher, device, session, at(0)).unwrap();
    let claims = verify_access(&secrets, &token, at(1)).unwrap();
    assert_eq!((claims.sub, claims.dev, claims.sid), (user, device, session));
    assert_eq!(claims.role, Role::Dispatcher);
    assert_eq!(claims.exp - claims.iat, 15 * 60);
    assert_eq!(kid(&token).len(), 16);
}

#[test]
fn a_token_ends_after_fifteen_minutes_and_a_little() {
    let secrets = secrets();
    let token = token(&secrets);
    assert!(verify_access(&secrets, &token, at(15) + TimeDelta::seconds(5)).is_ok());
    assert_eq!(
        verify_access(&secrets, &token, at(15) + TimeDelta::seconds(6)).unwrap_err(),
        TokenError::Expired
    );
}

#[test]
fn an_expired_token_that_was_altered_is_invalid_rather_than_expired() {
    let secrets = secrets();
    let token = token(&secrets);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let altered = format!("{signed}.{}", signature.chars().rev().collect::<String>());
    assert_eq!(
        verify_access(&secrets, &altered, at(60)).unwrap_err(),
        TokenError::Invalid
    );
}

#[test]
fn every_altered_part_is_noticed() {
    let secrets = secrets();
    let parts: Vec<String> = token(&secrets).split('.').map(str::to_owned).collect();
    let other = sign(Some(kid(&token(&secrets))), &claims());
    let other: Vec<&str> = other.split('.').collect();
    for altered in [
        format!("{}.{}.{}", parts[0], other[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], other[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        parts.concat(),
        String::new(),
        "..".to_owned(),
        "é.é.é".to_owned(),
    ] {
        assert_eq!(
            verify_access(&secrets, &altered, at(1)).unwrap_err(),
            TokenError::Invalid,
            "{altered}"
        );
    }
}

#[test]
fn a_right_signature_under_a_wrong_key_id_is_refused() {
    let secrets = secrets();
    let kid = kid(&token(&secrets));
    assert!(verify_access(&secrets, &sign(Some(kid.clone()), &claims()), at(1)).is_ok());
    for wrong in [
        None,
        Some(String::new()),
        Some("0123456789abcdef".to_owned()),
        Some(kid.to_uppercase()),
    ] {
        if wrong.as_deref() != Some(kid.as_str()) {
            let token = sign(wrong, &claims());
            assert_eq!(
                verify_access(&secrets, &token, at(1)).unwrap_err(),
                TokenError::Invalid
            );
        }
    }
}

#[test]
fn unsigned_tokens_and_tokens_signed_with_the_public_key_are_refused() {
    let secrets = secrets();
    let kid = kid(&token(&secrets));
    let encoded = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    for alg in ["none", "None", "NONE", ""] {
        let header = encoded(json!({ "alg": alg, "typ": "JWT", "kid": kid }));
        for signature in ["", "AAAA"] {
            let token = format!("{header}.{}.{signature}", encoded(claims()));
            assert_eq!(
                verify_access(&secrets, &token, at(1)).unwrap_err(),
                TokenError::Invalid
            );
        }
    }
    let public = signing_key().public_key().as_ref().to_vec();
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        let header = Header {
            kid: Some(kid.clone()),
            ..Header::new(algorithm)
        };
        let token = encode(&header, &claims(), &EncodingKey::from_secret(&public)).unwrap();
        assert_eq!(
            verify_access(&secrets, &token, at(1)).unwrap_err(),
            TokenError::Invalid
        );
    }
}

#[test]
fn another_servers_token_is_invalid() {
    let secrets = secrets();
    let other = Secrets::derive(&MASTER.iter().rev().copied().collect::<Vec<_>>()).unwrap();
    assert_eq!(
        verify_access(&secrets, &token(&other), at(1)).unwrap_err(),
        TokenError::Invalid
    );
}

#[test]
fn every_claim_is_required_in_its_type() {
    let secrets = secrets();
    let kid = kid(&token(&secrets));
    let whole = claims();
    let names: Vec<String> = whole.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names.len(), 8);
    for name in names {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(&name);
        let token = sign(Some(kid.clone()), &without);
        assert_eq!(
            verify_access(&secrets, &token, at(1)).unwrap_err(),
            TokenError::Invalid,
            "without {name}"
        );
    }
    for (name, wrong) in [
        ("exp", json!("9999999999")),
        ("exp", json!(null)),
        ("exp", json!(1e30)),
        ("iss", json!("elsewhere")),
        ("aud", json!("elsewhere")),
        ("aud", json!(["onsite"])),
        ("sub", json!("admin")),
        ("role", json!("root")),
    ] {
        let mut altered = whole.clone();
        altered[name] = wrong.clone();
        let token = sign(Some(kid.clone()), &altered);
        assert_eq!(
            verify_access(&secrets, &token, at(1)).unwrap_err(),
            TokenError::Invalid,
            "{name} {wrong}"
        );
    }
}

#[test]
fn a_refresh_token_names_session_and_generation() {
    let secrets = secrets();
    let session = new_id(at(0));
    let token = refresh_token(&secrets, session, 7);
    assert_eq!(read_refresh_token(&secrets, &token), Some((session, 7)));
    assert_eq!(token, refresh_token(&secrets, session, 7));
    assert_ne!(token, refresh_token(&secrets, session, 8));
}

#[test]
fn no_bit_of_a_refresh_token_can_be_changed() {
    let secrets = secrets();
    let token = refresh_token(&secrets, new_id(at(0)), 7);
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(&token).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut altered = bytes.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            read_refresh_token(&secrets, &BASE64_URL_SAFE_NO_PAD.encode(altered)),
            None
        );
    }
    for end in 0..bytes.len() {
        assert_eq!(
            read_refresh_token(&secrets, &BASE64_URL_SAFE_NO_PAD.encode(&bytes[..end])),
            None
        );
    }
    assert_eq!(read_refresh_token(&secrets, &format!("{token}AAAA")), None);
    assert_eq!(read_refresh_token(&secrets, "not base64 at all!"), None);
}

#[test]
fn another_servers_refresh_token_is_not_ours() {
    let other = Secrets::derive(&MASTER.iter().rev().copied().collect::<Vec<_>>()).unwrap();
    assert_eq!(
        read_refresh_token(&secrets(), &refresh_token(&other, new_id(at(0)), 0)),
        None
    );
}
