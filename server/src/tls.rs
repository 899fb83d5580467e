//! HTTPS by the server itself.
use crate::config::TlsConfig;
use anyhow::{Context, Result};
use onsite_http::Tls;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

/// What a server shows to prove who it is.
#[derive(Debug)]
pub(crate) struct Certificate {
    /// Its own certificate, then those up to the authority's.
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

impl Certificate {
    /// Reads the configured files.
    pub(crate) fn read(tls: &TlsConfig) -> Result<Certificate> {
        let unreadable = |path: &Path| format!("tls: can't read {}", path.display());
        let chain = CertificateDer::pem_file_iter(&tls.certificate_file)
            .and_then(Iterator::collect)
            .with_context(|| unreadable(&tls.certificate_file))?;
        let key = PrivateKeyDer::from_pem_file(&tls.key_file).with_context(|| unreadable(&tls.key_file))?;
        Ok(Certificate { chain, key })
    }

    /// How a server with this certificate speaks TLS.
    pub(crate) fn config(self) -> Result<ServerConfig> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(self.chain, self.key)
            .context("tls: the certificate can't be used with this key")
    }

    /// Listens with it.
    pub(crate) fn listen(self, address: SocketAddr) -> Result<Tls> {
        let config = self.config()?;
        let listener = TcpListener::bind(address).with_context(|| format!("can't listen on {address}"))?;
        Ok(Tls { listener, config })
    }
}

#[cfg(test)]
#[path = "tls_test.rs"]
mod tests;
