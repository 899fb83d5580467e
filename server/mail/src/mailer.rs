//! Hands messages to the configured SMTP server.
//!
//! The connections are kept here and not in lettre's pool for two reasons. lettre sets no time limit on an answer
//! once it is connected, and its pool takes back a connection whose send was cut off; the next mail would then
//! read the answers meant for the one before and be counted as delivered. Here a connection is kept only after a
//! delivery that ended well. And a failure before the mail is offered (no route, bad certificate, refused login)
//! says nothing about the mail, whatever its reply code, which only the owner of the connection can tell.
use crate::message::{Outgoing, message};
use crate::retry::DeliveryError;
use lettre::address::Envelope;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use serde::Deserialize;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Kept connections; more are made under load and closed afterwards.
const KEPT: usize = 2;
/// Servers commonly hang up after five minutes without a command, firewalls earlier.
const KEPT_FOR: Duration = Duration::from_secs(60);

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// No encryption: for a relay on this machine, usually port 25.
    None,
    /// Encryption asked for after connecting, and insisted on; usually port 587.
    Starttls,
    /// Encrypted from the first byte; usually port 465.
    Tls,
}

/// A password that does not show itself in logs.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl From<String> for Password {
    fn from(password: String) -> Self {
        Self(password)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The mail server to hand mails to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpConfig {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password, where the server asks for a login.
    pub login: Option<(String, Password)>,
    /// PEM certificates trusted beside the public authorities, for a server with a certificate of one's own.
    pub extra_roots: Option<String>,
    /// The longest wait for a connection with encryption and login. 30 seconds suit most.
    pub connect_timeout: Duration,
    /// The longest a delivery may take, attachments included. 5 minutes suit most.
    pub delivery_timeout: Duration,
}

/// A client of one SMTP server. Share it: connections are reused between deliveries.
pub struct Mailer {
    host: String,
    port: u16,
    security: Security,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    connect_timeout: Duration,
    delivery_timeout: Duration,
    kept: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

/// Why a [`SmtpConfig`] cannot work, whatever the server says.
#[derive(Debug, thiserror::Error)]
pub enum BadSmtpConfig {
    #[error(
        "a password for {host} would cross the network unencrypted: set the security of SMTP to starttls or tls"
    )]
    PasswordInClear { host: String },
    #[error("the extra certificates for the mail server cannot be used: {0}")]
    ExtraRoots(String),
}

impl Mailer {
    /// Checks the settings; connects at the first delivery or [`Mailer::check`].
    pub fn new(config: &SmtpConfig) -> Result<Self, BadSmtpConfig> {
        if config.security == Security::None && config.login.is_some() && !is_loopback(&config.host) {
            return Err(BadSmtpConfig::PasswordInClear {
                host: config.host.clone(),
            });
        }
        let tls = match config.security {
            Security::None => None,
            Security::Starttls | Security::Tls => Some(tls_parameters(config)?),
        };
        let credentials = config
            .login
            .as_ref()
            .map(|(user, Password(password))| Credentials::new(user.clone(), password.clone()));
        Ok(Self {
            host: config.host.clone(),
            port: config.port,
            security: config.security,
            tls,
            credentials,
            connect_timeout: config.connect_timeout,
            delivery_timeout: config.delivery_timeout,
            kept: Mutex::default(),
        })
    }

    /// Delivers one mail: `Ok` means the server has taken responsibility for it.
    pub async fn send(&self, outgoing: &Outgoing) -> Result<(), DeliveryError> {
        let message = message(outgoing)?;
        let mut connection = self.connection().await?;
        let result = self
            .offer(&mut connection, message.envelope(), &message.formatted())
            .await;
        if result.is_ok() {
            self.keep(connection);
        }
        result
    }

    /// Connects, encrypts and logs in as a delivery would, sends nothing and hangs up.
    pub async fn check(&self) -> Result<(), DeliveryError> {
        let mut connection = self.open().await?;
        // The answer to the farewell changes nothing.
        let _ = timeout(self.connect_timeout, connection.quit()).await;
        Ok(())
    }

    /// Once the mail itself is on the table, the server's reply is about the mail.
    async fn offer(
        &self,
        connection: &mut AsyncSmtpConnection,
        envelope: &Envelope,
        message: &[u8],
    ) -> Result<(), DeliveryError> {
        match timeout(self.delivery_timeout, connection.send(envelope, message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if is_about_the_mail(&error) => Err(DeliveryError::Permanent(self.says(&error))),
            Ok(Err(error)) => Err(DeliveryError::Transient(self.says(&error))),
            Err(_) => Err(DeliveryError::Transient(
                self.no_answer_within(self.delivery_timeout),
            )),
        }
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, DeliveryError> {
        while let Some(mut connection) = self.take_kept() {
            if timeout(self.connect_timeout, connection.test_connected()).await == Ok(true) {
                return Ok(connection);
            }
        }
        self.open().await
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, DeliveryError> {
        match timeout(self.connect_timeout, self.greet()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(DeliveryError::Transient(self.says(&error))),
            Err(_) => Err(DeliveryError::Transient(
                self.no_answer_within(self.connect_timeout),
            )),
        }
    }

    async fn greet(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let hello = ClientId::default();
        let server = (self.host.as_str(), self.port);
        let at_once = self.tls.clone().filter(|_| self.security == Security::Tls);
        // A part of the whole time for each address of the host, so that a dead IPv6 route leaves some for IPv4.
        let each = Some(self.connect_timeout / 3);
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, each, &hello, at_once, None).await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.security == Security::Starttls) {
            connection.starttls(tls, &hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    fn take_kept(&self) -> Option<AsyncSmtpConnection> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, since)| since.elapsed() < KEPT_FOR);
        kept.pop().map(|(connection, _)| connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push((connection, Instant::now()));
        }
    }

    fn says(&self, error: &SmtpError) -> String {
        format!("{}:{}: {error}", self.host, self.port)
    }

    fn no_answer_within(&self, limit: Duration) -> String {
        format!(
            "{}:{}: no answer within {} seconds",
            self.host,
            self.port,
            limit.as_secs()
        )
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            host, port, security, ..
        } = self;
        f.debug_struct("Mailer")
            .field("host", host)
            .field("port", port)
            .field("security", security)
            .finish_non_exhaustive()
    }
}

/// Whether the same mail would fail again: a 5xx reply, or a mail that needs what the server does not offer. A 5xx
/// asking for a login or for encryption (RFC 4954) is about our settings instead.
fn is_about_the_mail(error: &SmtpError) -> bool {
    match error.status().map(u16::from) {
        Some(530 | 534 | 535 | 538) => false,
        Some(code) => code >= 500,
        None => error.is_client(),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn tls_parameters(config: &SmtpConfig) -> Result<TlsParameters, BadSmtpConfig> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(pem) = &config.extra_roots {
        // lettre takes a text without any certificate for an empty list.
        if !pem.contains("-----BEGIN CERTIFICATE-----") {
            return Err(BadSmtpConfig::ExtraRoots("they are not in PEM format".to_owned()));
        }
        let roots = Certificate::from_pem(pem.as_bytes());
        builder = builder
            .add_root_certificate(roots.map_err(|error| BadSmtpConfig::ExtraRoots(error.to_string()))?);
    }
    builder
        .build()
        .map_err(|error| BadSmtpConfig::ExtraRoots(error.to_string()))
}
