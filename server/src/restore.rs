//! `onsite restore`: going on from a backup in a new epoch, so that phones send again what the backup lacks.
use crate::config::Config;
use crate::serve::Server;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use onsite_model::clock;
use onsite_services::epoch;
use onsite_store::backups::{self, Released};
use onsite_store::{Address, StoreError, feed};
use std::path::{Path, PathBuf};

/// Puts a backup in place and begins a new epoch.
pub(crate) async fn run(config: &Config, file: Option<&Path>) -> Result<()> {
    let now = (clock::system())();
    let last_known = match (config.address()?, file) {
        (Address::Sqlite(database), Some(file)) => put_in_place(&database, file, now)?,
        (Address::Sqlite(_), None) => bail!("say which copy to put in place: onsite restore FILE"),
        (Address::Postgres(_), Some(file)) => bail!(
            "a dump of PostgreSQL is read by its own tools. Stop the server; createdb, then pg_restore --no-owner \
             --dbname <address> {}; then onsite restore without a file begins the new epoch",
            file.display()
        ),
        (Address::Postgres(_), None) => 0,
    };
    // A copy begins its epoch as it is opened, unless others have seen a later one.
    let server = Server::open(config).await?;
    let begun = server.store.read::<_, StoreError>(feed::clock).await?;
    let is_begun = file.is_some() && begun.epoch > last_known;
    let clock = match is_begun {
        true => begun,
        false => {
            server
                .store
                .write(move |tx| epoch::begin_restored(tx, last_known, now))
                .await?
        }
    };
    println!(
        "Epoch {} goes on from version {}. Start the server: phones read everything anew and send what it lacks.",
        clock.epoch, clock.version
    );
    Ok(())
}

/// Exchanges the database for the copy, which stays where it is, and returns the last epoch of either.
fn put_in_place(database: &Path, copy: &Path, now: DateTime<Utc>) -> Result<u32> {
    let version = backups::check_sqlite_copy(copy).context("this copy can't be used")?;
    println!("{}: whole, up to version {version}", copy.display());
    let last_known = match backups::release_sqlite(database) {
        Released::InUse => bail!("{} is in use; stop the server first", database.display()),
        Released::Yes => backups::check_sqlite_copy(database).map_or(0, |version| version.epoch),
        Released::Unreadable => 0,
    };
    let aside = now.format("replaced-%Y%m%dT%H%M%SZ").to_string();
    let fresh = backups::beside(database, "restoring");
    std::fs::copy(copy, &fresh).with_context(|| format!("can't copy to {}", fresh.display()))?;
    std::fs::File::open(&fresh)?.sync_all()?;
    for part in ["", "-wal", "-shm"] {
        let file = with_ending(database, part);
        if file.exists() {
            let kept = with_ending(&backups::beside(database, &aside), part);
            std::fs::rename(&file, &kept).with_context(|| format!("can't move {}", file.display()))?;
            println!("{} is kept as {}", file.display(), kept.display());
        }
    }
    std::fs::rename(&fresh, database)?;
    backups::sync_folder(database)?;
    Ok(last_known.max(version.epoch))
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
