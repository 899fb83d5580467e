//! Configuration: a TOML file, the environment, flags; each later one wins. Every value has a documented default
//! but the secret, which has none on purpose.
use anyhow::{Context, Result, bail};
use chrono::TimeDelta;
use clap::Args;
use onsite_files::{BlobStore, S3Settings};
use onsite_http::TrustedProxies;
use onsite_mail::{Mailer, Password, Person, Security, SmtpConfig};
use onsite_model::sheet_content::Provider;
use onsite_services::house::House;
use onsite_services::secrets::Secrets;
use onsite_store::Address;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What can be said on the command line or in the environment.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Overrides {
    /// The configuration file.
    #[arg(long, env = "ONSITE_CONFIG", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// Address and port to listen on.
    #[arg(long, env = "ONSITE_LISTEN", global = true)]
    pub(crate) listen: Option<SocketAddr>,
    /// sqlite:PATH or postgres://…
    #[arg(long, env = "ONSITE_DATABASE", global = true, hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// Folder for photos and files.
    #[arg(long, env = "ONSITE_FILES", global = true)]
    pub(crate) files: Option<PathBuf>,
    /// Where clients reach the server, such as https://onsite.example.com
    #[arg(long, env = "ONSITE_PUBLIC_URL", global = true)]
    pub(crate) public_url: Option<String>,
    /// A mail server without a login, as host:port (a configured one can say more).
    #[arg(long, env = "ONSITE_SMTP", global = true)]
    pub(crate) smtp: Option<String>,
}

/// Everything that can be configured.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) database: String,
    pub(crate) files: PathBuf,
    /// Without a slash at the end. Links in mails are made from this alone.
    pub(crate) public_url: String,
    /// The file that holds the master secret; `ONSITE_SECRET` in the environment goes before it.
    pub(crate) secret_file: Option<PathBuf>,
    /// Addresses or ranges (CIDR) of proxies of ours, whose X-Forwarded-For is believed.
    pub(crate) trusted_proxies: Vec<String>,
    pub(crate) provider: Provider,
    pub(crate) mail: Option<MailConfig>,
    /// HTTPS without a proxy.
    pub(crate) tls: Option<TlsConfig>,
    /// Takes the place of the folder `files`.
    pub(crate) s3: Option<S3Config>,
    pub(crate) rules: Rules,
}

/// Where the server itself speaks HTTPS, beside plain HTTP on `listen`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsConfig {
    pub(crate) listen: SocketAddr,
    /// PEM: the server's certificate, then those up to the authority's.
    pub(crate) certificate_file: PathBuf,
    /// PEM: its private key.
    pub(crate) key_file: PathBuf,
}

/// A bucket of an S3-compatible service, which keeps photos and files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct S3Config {
    pub(crate) bucket: String,
    /// Absent: Amazon's own.
    pub(crate) endpoint: Option<String>,
    #[serde(default = "first_region")]
    pub(crate) region: String,
    /// A folder in the bucket.
    #[serde(default)]
    pub(crate) prefix: String,
    /// Absent: the usual `AWS_…` variables, or the machine's role.
    pub(crate) access_key_id: Option<String>,
    /// The file that holds the secret key.
    pub(crate) secret_key_file: Option<PathBuf>,
}

fn first_region() -> String {
    "us-east-1".to_owned()
}

/// The mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailConfig {
    pub(crate) host: String,
    #[serde(default = "submission_port")]
    pub(crate) port: u16,
    #[serde(default)]
    pub(crate) security: Option<Security>,
    pub(crate) user: Option<String>,
    /// The file that holds the password.
    pub(crate) password_file: Option<PathBuf>,
    /// A PEM file with certificates to trust beside the usual ones.
    pub(crate) roots_file: Option<PathBuf>,
    pub(crate) from_address: String,
    #[serde(default)]
    pub(crate) from_name: String,
}

fn submission_port() -> u16 {
    587
}

/// Numbers the provider decides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Rules {
    /// Days before and after a visit during which its technician holds its site.
    pub(crate) window_days: u16,
    /// Hours after a sheet's outcome until the callback is due.
    pub(crate) callback_hours: u16,
    /// Days after its last change until a closed ticket or visit leaves the phones.
    pub(crate) archive_days: u16,
    /// What asset tags begin with.
    pub(crate) tag_prefix: String,
    /// Megabytes that one user's unfinished uploads may have together.
    pub(crate) unfinished_megabytes: u64,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            window_days: 14,
            callback_hours: 24,
            archive_days: 365,
            tag_prefix: "OS-".to_owned(),
            unfinished_megabytes: 2000,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            database: "sqlite:onsite.db".to_owned(),
            files: PathBuf::from("onsite-files"),
            public_url: "http://127.0.0.1:8080".to_owned(),
            secret_file: None,
            trusted_proxies: Vec::new(),
            provider: Provider {
                name: "IT service provider".to_owned(),
                address: String::new(),
                phone: String::new(),
            },
            mail: None,
            tls: None,
            s3: None,
            rules: Rules::default(),
        }
    }
}

impl Config {
    /// Reads the file, if one is named, and lays the overrides over it.
    pub(crate) fn load(overrides: &Overrides) -> Result<Config> {
        let mut config = match &overrides.config {
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("can't read the configuration file {}", path.display()))?;
                toml::from_str(&text).with_context(|| format!("in {}", path.display()))?
            }
            None => Config::default(),
        };
        if let Some(listen) = overrides.listen {
            config.listen = listen;
        }
        if let Some(database) = &overrides.database {
            config.database.clone_from(database);
        }
        if let Some(files) = &overrides.files {
            config.files.clone_from(files);
        }
        if let Some(url) = &overrides.public_url {
            config.public_url.clone_from(url);
        }
        if let Some(smtp) = &overrides.smtp {
            config.mail = Some(plain_smtp(smtp, config.mail)?);
        }
        config.public_url = config.public_url.trim_end_matches('/').to_owned();
        if !config.public_url.starts_with("http://") && !config.public_url.starts_with("https://") {
            bail!("public_url must start with https:// (or http:// for trying out)");
        }
        Ok(config)
    }

    /// The database's address.
    pub(crate) fn address(&self) -> Result<Address> {
        self.database
            .parse()
            .map_err(|error| anyhow::anyhow!("database: {error}"))
    }

    /// The keys, from `ONSITE_SECRET` or the secret file. There is no default: a server whose secret others know
    /// is open to everybody.
    pub(crate) fn secrets(&self) -> Result<Arc<Secrets>> {
        let secret = match (std::env::var("ONSITE_SECRET"), &self.secret_file) {
            (Ok(secret), _) if !secret.is_empty() => secret.into_bytes(),
            (_, Some(path)) => std::fs::read(path)
                .with_context(|| format!("can't read the secret file {}", path.display()))?,
            _ => bail!(
                "no secret is configured. Make one with `openssl rand -base64 48`, keep it in a file only the \
                 server can read, and name that file as secret_file in the configuration (or set ONSITE_SECRET)."
            ),
        };
        Ok(Arc::new(Secrets::derive(&secret)?))
    }

    /// Whose word on where requests come from is believed.
    pub(crate) fn trusted_proxies(&self) -> Result<TrustedProxies> {
        let networks: Result<Vec<_>, String> = self.trusted_proxies.iter().map(|text| text.parse()).collect();
        Ok(TrustedProxies::new(
            networks.map_err(|error| anyhow::anyhow!("trusted_proxies: {error}"))?,
        ))
    }

    /// Where photos and files are kept.
    pub(crate) fn blobs(&self) -> Result<BlobStore> {
        let Some(s3) = &self.s3 else {
            return BlobStore::local(&self.files)
                .with_context(|| format!("the folder for files, {}, can't be used", self.files.display()));
        };
        let key = match (&s3.access_key_id, &s3.secret_key_file) {
            (Some(id), Some(path)) => Some((id.clone(), read(path)?.trim_end().to_owned())),
            (None, None) => None,
            _ => bail!("s3: access_key_id and secret_key_file come together"),
        };
        let settings = S3Settings {
            bucket: s3.bucket.clone(),
            endpoint: s3.endpoint.clone(),
            region: s3.region.clone(),
            prefix: s3.prefix.clone(),
            key,
        };
        BlobStore::s3(&settings).with_context(|| format!("the bucket {} can't be used", s3.bucket))
    }

    /// The provider's settings for the rules.
    pub(crate) fn house(&self, secrets: Arc<Secrets>) -> House {
        let (name, email) = match &self.mail {
            Some(mail) => (mail.from_name.clone(), mail.from_address.clone()),
            None => (String::new(), "onsite@localhost.invalid".to_owned()),
        };
        House {
            provider: self.provider.clone(),
            public_url: self.public_url.clone(),
            sender: Person {
                name: if name.is_empty() {
                    self.provider.name.clone()
                } else {
                    name
                },
                email,
            },
            window: TimeDelta::days(i64::from(self.rules.window_days)),
            callback_after: TimeDelta::hours(i64::from(self.rules.callback_hours)),
            archive_after: TimeDelta::days(i64::from(self.rules.archive_days)),
            tag_prefix: self.rules.tag_prefix.clone(),
            secrets,
        }
    }

    /// The mail server, where one is configured.
    pub(crate) fn mailer(&self) -> Result<Option<Arc<Mailer>>> {
        let Some(mail) = &self.mail else { return Ok(None) };
        let text =
            |path: &Option<PathBuf>| -> Result<Option<String>> { path.as_deref().map(read).transpose() };
        let login = match (&mail.user, text(&mail.password_file)?) {
            (Some(user), Some(password)) => {
                Some((user.clone(), Password::from(password.trim_end().to_owned())))
            }
            (None, None) => None,
            _ => bail!("mail: user and password_file come together"),
        };
        let config = SmtpConfig {
            host: mail.host.clone(),
            port: mail.port,
            security: mail.security.unwrap_or(Security::Starttls),
            login,
            extra_roots: text(&mail.roots_file)?,
            connect_timeout: Duration::from_secs(30),
            delivery_timeout: Duration::from_secs(300),
        };
        Ok(Some(Arc::new(Mailer::new(&config).context("mail")?)))
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))
}

fn plain_smtp(address: &str, known: Option<MailConfig>) -> Result<MailConfig> {
    let (host, port) = address.rsplit_once(':').context("--smtp takes host:port")?;
    let known = known.map(|mail| (mail.from_address, mail.from_name));
    let (from_address, from_name) = known.unwrap_or(("service@onsite.example".to_owned(), String::new()));
    Ok(MailConfig {
        host: host.to_owned(),
        port: port.parse().context("--smtp takes host:port")?,
        security: Some(Security::None),
        user: None,
        password_file: None,
        roots_file: None,
        from_address,
        from_name,
    })
}
