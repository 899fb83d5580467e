//! What the demo's authority makes is good for its own machine, and for nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::*;
use chrono::TimeZone;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{ServerName, UnixTime};
use std::sync::Arc;
use std::time::Duration;

const LAN: Ipv4Addr = Ipv4Addr::new(192, 168, 7, 20);

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap()
}

/// Whether a client that trusts the authority alone takes a certificate for this name or address.
fn is_accepted(authority: &Authority, certificate: &Certificate, name: &'static str) -> bool {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(authority.certificate.as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .unwrap();
    let moment = UnixTime::since_unix_epoch(Duration::from_secs(now().timestamp().unsigned_abs()));
    let name = ServerName::try_from(name).unwrap();
    verifier
        .verify_server_cert(&certificate.chain[0], &[], &name, &[], moment)
        .is_ok()
}

#[test]
fn its_certificates_are_good_for_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::open(folder.path(), "workshop", now()).unwrap();
    let made = authority.certify(&[LAN, Ipv4Addr::LOCALHOST], now()).unwrap();
    for name in [
        "192.168.7.20",
        "127.0.0.1",
        "localhost",
        "workshop",
        "workshop.local",
    ] {
        assert!(is_accepted(&authority, &made, name), "{name}");
    }
    assert!(!is_accepted(&authority, &made, "onsite.example.com"));
    made.config().unwrap();
}

#[test]
fn it_can_speak_for_no_public_address() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::open(folder.path(), "workshop", now()).unwrap();
    let public = authority
        .certify(&[Ipv4Addr::new(203, 0, 113, 9)], now())
        .unwrap();
    assert!(!is_accepted(&authority, &public, "203.0.113.9"));
}

#[test]
fn it_stays_the_same_over_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let first = Authority::open(folder.path(), "workshop", now()).unwrap();
    let later = now() + TimeDelta::days(20);
    let second = Authority::open(folder.path(), "workshop", later).unwrap();
    assert_eq!(first.certificate, second.certificate);
    let made = second.certify(&[LAN], now()).unwrap();
    assert!(is_accepted(&first, &made, "192.168.7.20"));
    let other = Authority::open(folder.path(), "office", now()).unwrap();
    assert_ne!(first.fingerprint().unwrap(), other.fingerprint().unwrap());
}

#[test]
fn private_means_unreachable_from_the_internet() {
    for address in [
        [10, 1, 2, 3],
        [172, 16, 0, 1],
        [172, 31, 255, 255],
        [192, 168, 0, 1],
        [127, 0, 0, 1],
        [100, 64, 9, 9],
    ] {
        assert!(is_private(address.into()), "{address:?}");
    }
    for address in [
        [172, 32, 0, 1],
        [172, 15, 0, 1],
        [11, 0, 0, 1],
        [192, 169, 0, 1],
        [8, 8, 8, 8],
        [100, 128, 0, 1],
    ] {
        assert!(!is_private(address.into()), "{address:?}");
    }
}
