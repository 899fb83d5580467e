//! Certificates from files: good ones are served with, others are refused with a reason.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::*;
use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;

/// Files of a certificate and of a key, its own or another one.
fn files(folder: &TempDir, own: bool) -> TlsConfig {
    let tls = TlsConfig {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        certificate_file: folder.path().join("cert.pem"),
        key_file: folder.path().join("key.pem"),
    };
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["onsite.example".to_owned()]).unwrap();
    std::fs::write(&tls.certificate_file, params.self_signed(&key).unwrap().pem()).unwrap();
    let key = if own { key } else { KeyPair::generate().unwrap() };
    std::fs::write(&tls.key_file, key.serialize_pem()).unwrap();
    tls
}

#[test]
fn a_certificate_with_its_key_is_served_with() {
    let folder = TempDir::new().unwrap();
    let tls = files(&folder, true);
    assert!(Certificate::read(&tls).unwrap().listen(tls.listen).is_ok());
}

#[test]
fn another_key_is_refused() {
    let folder = TempDir::new().unwrap();
    let refused = Certificate::read(&files(&folder, false)).unwrap().config();
    assert!(format!("{:#}", refused.unwrap_err()).contains("can't be used with this key"));
}

#[test]
fn what_is_missing_or_no_certificate_is_named() {
    let folder = TempDir::new().unwrap();
    let tls = files(&folder, true);
    std::fs::write(&tls.key_file, "no key").unwrap();
    assert!(format!("{:#}", Certificate::read(&tls).unwrap_err()).contains("key.pem"));
    std::fs::remove_file(&tls.certificate_file).unwrap();
    assert!(format!("{:#}", Certificate::read(&tls).unwrap_err()).contains("cert.pem"));
}
