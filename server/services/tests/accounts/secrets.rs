//! One master secret, many keys.
use crate::world::MASTER;
use onsite_services::secrets::{SecretError, Secrets, random, verify_seal};

#[test]
fn short_secrets_are_refused() {
    assert_eq!(
        Secrets::derive(&MASTER[..31]).unwrap_err(),
        SecretError::TooShort(31)
    );
    let padded = [&MASTER[..31], b"\n   \n".as_slice()].concat();
    assert_eq!(Secrets::derive(&padded).unwrap_err(), SecretError::TooShort(31));
}

#[test]
fn placeholders_and_patterns_are_refused() {
    for guessable in [
        "00000000000000000000000000000000",
        "0123456789abcdef0123456789abcdef",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "please-CHANGE-ME-before-production-1",
        "this-is-a-very-secret-value-9182-xkcd",
        "Q7wzQ7wzQ7wzQ7wzQ7wzQ7wzQ7wzQ7wzQ7wz",
    ] {
        assert_eq!(
            Secrets::derive(guessable.as_bytes()).unwrap_err(),
            SecretError::Guessable,
            "{guessable}"
        );
    }
}

#[test]
fn random_secrets_in_hexadecimal_and_raw_are_taken() {
    for _ in 0..200 {
        let bytes: [u8; 32] = random().unwrap();
        Secrets::derive(hex::encode(bytes).as_bytes()).unwrap();
    }
    let raw: Vec<u8> = (0..32u8).map(|n| n.wrapping_mul(83).wrapping_add(200)).collect();
    Secrets::derive(&raw).unwrap();
}

#[test]
fn the_same_secret_gives_the_same_keys_and_another_gives_others() {
    let first = Secrets::derive(MASTER).unwrap();
    let again = Secrets::derive(&[MASTER, b"\n"].concat()).unwrap();
    let other = Secrets::derive(&MASTER.iter().rev().copied().collect::<Vec<_>>()).unwrap();
    assert_eq!(first.seal().public(), again.seal().public());
    assert_eq!(first.seal().id(), again.seal().id());
    assert_ne!(first.seal().public(), other.seal().public());
    assert_ne!(first.seal().id(), other.seal().id());
}

#[test]
fn a_seal_fits_one_message_and_one_key() {
    let secrets = Secrets::derive(MASTER).unwrap();
    let other = Secrets::derive(&MASTER.iter().rev().copied().collect::<Vec<_>>()).unwrap();
    let seal = secrets.seal().sign(b"sheet");
    assert!(verify_seal(secrets.seal().public(), b"sheet", &seal));
    assert!(!verify_seal(secrets.seal().public(), b"Sheet", &seal));
    assert!(!verify_seal(other.seal().public(), b"sheet", &seal));
    assert!(!verify_seal(secrets.seal().public(), b"sheet", ""));
    assert!(!verify_seal("no key", b"sheet", &seal));
}

#[test]
fn printing_secrets_shows_ids_alone() {
    let secrets = Secrets::derive(MASTER).unwrap();
    let printed = format!("{secrets:?}");
    assert!(printed.contains(secrets.seal().id()));
    // Two ids of 16 digits and the words around them leave no room for a key.
    assert!(printed.len() < 90, "{printed}");
}
