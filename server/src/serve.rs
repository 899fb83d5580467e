//! Putting the parts together: the composition root of `onsite serve`.
use crate::config::Config;
use crate::tls::Certificate;
use anyhow::{Context, Result, bail};
use onsite_files::BlobStore;
use onsite_http::{AppState, Limits, Tls};
use onsite_jobs::Jobs;
use onsite_model::clock;
use onsite_services::epoch;
use onsite_services::health::JobLog;
use onsite_store::{Store, migrate, signing_keys};
use std::sync::Arc;
use tokio::sync::watch;

/// The oldest SQLite this server runs on: earlier ones can lose commits when the write-ahead log is reset.
pub(crate) const SQLITE_AT_LEAST: (u32, u32, u32) = (3, 51, 3);

/// Serves until it is told to stop.
pub(crate) async fn serve(config: &Config) -> Result<()> {
    let server = Server::open(config).await?;
    tracing::info!(listen = %config.listen, database = ?server.store.address(), "serving");
    server.run(config).await
}

/// An opened server that does not listen yet.
#[allow(missing_debug_implementations)]
pub(crate) struct Server {
    pub(crate) store: Store,
    pub(crate) house: Arc<onsite_services::house::House>,
    blobs: BlobStore,
    /// HTTPS, beside plain HTTP.
    pub(crate) tls: Option<Tls>,
    /// The certificate that made `tls` trustworthy, where this machine made it for itself.
    pub(crate) local_authority: Option<String>,
}

impl Server {
    /// Checks the configuration and opens database and folders.
    pub(crate) async fn open(config: &Config) -> Result<Server> {
        onsite_services::tokens::install_provider();
        check_sqlite()?;
        let secrets = config.secrets()?;
        let address = config.address()?;
        let done = migrate(&address).context("the database could not be brought to the present schema")?;
        if !done.is_empty() {
            tracing::info!(migrations = ?done, "migrated");
        }
        let store = Store::open(address).context("the database could not be opened")?;
        let now = (clock::system())();
        store.write(move |tx| epoch::begin_if_copied(tx, now)).await?;
        let blobs = config.blobs()?;
        let house = Arc::new(config.house(secrets));
        let keys = house.clone();
        store
            .write::<_, onsite_store::StoreError>(move |tx| {
                signing_keys::add(tx, keys.secrets.seal().id(), keys.secrets.seal().public(), now)
            })
            .await?;
        let tls = config.tls.as_ref();
        let tls = tls
            .map(|tls| Certificate::read(tls)?.listen(tls.listen))
            .transpose()?;
        Ok(Server {
            store,
            house,
            blobs,
            tls,
            local_authority: None,
        })
    }

    /// Listens, and runs the jobs beside, until the process is told to stop.
    pub(crate) async fn run(self, config: &Config) -> Result<()> {
        let (stop, stopped) = watch::channel(false);
        let (let_go, stopping) = watch::channel(false);
        let (mailer, log) = (config.mailer()?, Arc::new(JobLog::default()));
        let jobs = Jobs {
            log: log.clone(),
            store: self.store.clone(),
            house: self.house.clone(),
            clock: clock::system(),
            blobs: self.blobs.clone(),
            mailer: mailer.clone(),
        };
        let mut jobs = tokio::spawn(onsite_jobs::run(jobs, stopped));
        let state = AppState {
            store: self.store,
            house: onsite_services::house::House::clone(&self.house),
            clock: clock::system(),
            blobs: self.blobs,
            limits: Limits {
                trusted_proxies: config.trusted_proxies()?,
                unfinished_bytes: config.rules.unfinished_megabytes.saturating_mul(1_000_000),
                ..Limits::default()
            },
            mailer,
            jobs: log,
            local_authority: self.local_authority,
            stopping,
        };
        let listener = std::net::TcpListener::bind(config.listen)
            .with_context(|| format!("can't listen on {}", config.listen))?;
        let server = onsite_http::serve(state, listener, self.tls)?;
        let handle = server.handle();
        tokio::spawn(async move {
            told_to_stop().await;
            tracing::info!("stopping: requests under way are finished first");
            // Those who listen would otherwise be requests under way for ever.
            let_go.send_replace(true);
            handle.stop(true).await;
        });
        // Jobs only end when told to: a server without them would lose mails without a word.
        let served = tokio::select! {
            served = server => served,
            ended = &mut jobs => {
                bail!("the jobs ended: {:?}", ended.err().map(|error| error.to_string()))
            }
        };
        stop.send_replace(true);
        jobs.await.context("the jobs ended badly")?;
        served.context("the server ended badly")
    }
}

/// Waits for Ctrl-C or, where there is such a thing, SIGTERM.
async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a handler the process would end at once anyway.
    let _ = interrupt.await;
}

/// Refuses a SQLite that can lose acknowledged work.
pub(crate) fn check_sqlite() -> Result<String> {
    let version = onsite_store::sqlite_version()?;
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    let [major, minor, patch] = parts[..] else {
        bail!("SQLite reports an odd version: {version}")
    };
    if (major, minor, patch) < SQLITE_AT_LEAST {
        bail!("this binary carries SQLite {version}, which can lose commits; 3.51.3 or later is needed");
    }
    Ok(version)
}
