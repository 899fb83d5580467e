//! The demo's own certificate authority: made on the first start, kept in the demo's folder, trusted by whoever wants
//! to try the app on a phone. It can speak for this machine's names and for private addresses alone, so that a lost
//! key opens nothing else.
use super::write_private;
use crate::tls::Certificate;
use anyhow::{Context, Result};
use chrono::{DateTime, Datelike, Months, TimeDelta, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use std::net::Ipv4Addr;
use std::path::Path;

/// Networks that nobody on the internet is reached by, as address and length of the prefix.
const PRIVATE: [([u8; 4], u8); 6] = [
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
];

/// Whether the authority can speak for an address.
pub(crate) fn is_private(address: Ipv4Addr) -> bool {
    PRIVATE.iter().any(|(network, length)| {
        let differing = u32::from(address) ^ u32::from(Ipv4Addr::from(*network));
        differing.leading_zeros() >= u32::from(*length)
    })
}

/// The authority of one machine.
#[allow(missing_debug_implementations)]
pub(crate) struct Authority {
    /// As PEM.
    pub(crate) certificate: String,
    issuer: Issuer<'static, KeyPair>,
    host: String,
}

impl Authority {
    /// The authority kept in a folder for the machine of this name; made where there is none.
    pub(crate) fn open(folder: &Path, host: &str, now: DateTime<Utc>) -> Result<Authority> {
        let certificate = folder.join(format!("authority-{host}.crt"));
        let key = folder.join(format!("authority-{host}.key"));
        let params = authority_params(host, now)?;
        if !certificate.exists() {
            let pair = KeyPair::generate()?;
            let made = params.self_signed(&pair)?;
            // One without its certificate comes of an interrupted start, and nobody trusts it yet.
            if key.exists() {
                std::fs::remove_file(&key).with_context(|| format!("can't remove {}", key.display()))?;
            }
            write_private(&key, &pair.serialize_pem())
                .with_context(|| format!("can't write {}", key.display()))?;
            std::fs::write(&certificate, made.pem())
                .with_context(|| format!("can't write {}", certificate.display()))?;
        }
        let read = |path: &Path| {
            std::fs::read_to_string(path).with_context(|| {
                format!(
                    "can't read {}; remove the files authority-* to begin again",
                    path.display()
                )
            })
        };
        let pair = KeyPair::from_pem(&read(&key)?).with_context(|| format!("in {}", key.display()))?;
        Ok(Authority {
            certificate: read(&certificate)?,
            issuer: Issuer::new(params, pair),
            host: host.to_owned(),
        })
    }

    /// A fresh certificate for this machine at these private addresses, good for a year.
    pub(crate) fn certify(&self, addresses: &[Ipv4Addr], now: DateTime<Utc>) -> Result<Certificate> {
        let mut names: Vec<String> = addresses.iter().map(Ipv4Addr::to_string).collect();
        names.extend(host_names(&self.host));
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, &self.host);
        set_validity(&mut params, now, 12);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let pair = KeyPair::generate()?;
        let made = params.signed_by(&pair, &self.issuer)?;
        let key = PrivateKeyDer::try_from(pair.serialize_der()).map_err(anyhow::Error::msg)?;
        Ok(Certificate {
            chain: vec![made.der().clone()],
            key,
        })
    }

    /// The SHA-256 of its certificate, as devices show it.
    pub(crate) fn fingerprint(&self) -> Result<String> {
        let der = CertificateDer::from_pem_slice(self.certificate.as_bytes())
            .context("the authority's certificate can't be read")?;
        let digits = hex::encode_upper(Sha256::digest(&der));
        let pairs: Vec<&str> = (0..digits.len())
            .step_by(2)
            .map(|at| &digits[at..at + 2])
            .collect();
        Ok(pairs.join(":"))
    }
}

/// By what names, beside its addresses, a machine is reached in its network.
fn host_names(host: &str) -> [String; 3] {
    ["localhost".to_owned(), host.to_owned(), format!("{host}.local")]
}

fn authority_params(host: &str, now: DateTime<Utc>) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(Vec::new())?;
    params
        .distinguished_name
        .push(DnType::CommonName, format!("Onsite demo on {host}"));
    set_validity(&mut params, now, 120);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let networks = PRIVATE
        .iter()
        .map(|(network, length)| GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix(*network, *length)));
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: host_names(host)
            .map(GeneralSubtree::DnsName)
            .into_iter()
            .chain(networks)
            .collect(),
        excluded_subtrees: Vec::new(),
    });
    Ok(params)
}

/// From yesterday, for clocks that are behind, and for this many months.
fn set_validity(params: &mut CertificateParams, now: DateTime<Utc>, months: u32) {
    let day = |at: DateTime<Utc>| {
        date_time_ymd(
            at.year(),
            at.month().try_into().unwrap_or(1),
            at.day().try_into().unwrap_or(1),
        )
    };
    params.not_before = day(now - TimeDelta::days(1));
    params.not_after = day(now + Months::new(months));
}

#[cfg(test)]
#[path = "authority_test.rs"]
mod tests;
