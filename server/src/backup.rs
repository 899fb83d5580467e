//! `onsite backup`: a copy of the database that was read back, and the mark that tells phones what they may forget.
//!
//! The mark is written last. A copy without a mark costs phones some space; a mark without a copy would cost work.
use crate::config::Config;
use crate::serve::Server;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use onsite_model::clock;
use onsite_store::backups::{self, Backup};
use onsite_store::{Address, StoreError, feed};
use std::path::Path;
use std::process::{Command, Stdio};
use sync_protocol::version::Version;

/// Makes a backup and says what is in it.
pub(crate) async fn run(config: &Config, file: &Path) -> Result<()> {
    let server = Server::open(config).await?;
    let now = (clock::system())();
    let backup = match server.store.address() {
        Address::Sqlite(path) => backups::copy_sqlite(path, file, now)?,
        Address::Postgres(url) => {
            // Read first: the dump's snapshot is no older.
            let clock = server.store.read::<_, StoreError>(feed::clock).await?;
            let through = Version {
                epoch: clock.epoch,
                number: clock.version,
            };
            dump(url, file, through, now)?
        }
    };
    server
        .store
        .write::<_, StoreError>(move |tx| backups::record(tx, &backup))
        .await?;
    println!("{}: everything up to version {}", file.display(), backup.through);
    println!(
        "Photos and files are not in it: copy {} too.",
        config.files.display()
    );
    Ok(())
}

/// Lets pg_dump write the copy and pg_restore read it.
fn dump(url: &str, file: &Path, through: Version, now: DateTime<Utc>) -> Result<Backup> {
    if file.exists() {
        bail!("{} exists already", file.display());
    }
    let partial = backups::beside(file, "partial");
    let (bare, password) = without_password(url);
    let mut pg_dump = Command::new("pg_dump");
    pg_dump
        .args(["--format=custom", "--no-owner", "--file"])
        .arg(&partial)
        .arg("--dbname")
        .arg(bare);
    if let Some(password) = password {
        // Not as an argument: those can be read by every user of the machine.
        pg_dump.env("PGPASSWORD", password);
    }
    let dumped = pg_dump.status().with_context(|| {
        format!(
            "pg_dump can't be started; install the PostgreSQL client tools. Nothing was backed up. By hand it is: \
             pg_dump --format=custom --file {} --dbname <address>, but phones learn of a backup by this command alone",
            file.display()
        )
    })?;
    if !dumped.success() {
        bail!("pg_dump ended with {dumped}; nothing was backed up");
    }
    let mut pg_restore = Command::new("pg_restore");
    let read = pg_restore.arg("--file=-").arg(&partial).stdout(Stdio::null());
    let read = read
        .status()
        .context("pg_restore can't be started, so the copy was not checked")?;
    if !read.success() {
        bail!("the copy can't be read back (pg_restore ended with {read})");
    }
    std::fs::File::open(&partial)?.sync_all()?;
    std::fs::rename(&partial, file)?;
    backups::sync_folder(file)?;
    Ok(Backup {
        through,
        made_at: now,
    })
}

/// The address without its password, and the password decoded.
fn without_password(url: &str) -> (String, Option<String>) {
    let split = || {
        let (scheme, rest) = url.split_once("://")?;
        let host = rest.find(['/', '?']).unwrap_or(rest.len());
        let at = rest.get(..host)?.rfind('@')?;
        let (user, password) = rest.get(..at)?.split_once(':')?;
        Some((format!("{scheme}://{user}{}", rest.get(at..)?), decoded(password)))
    };
    match split() {
        Some((bare, password)) => (bare, Some(password)),
        None => (url.to_owned(), None),
    }
}

/// Undoes percent-encoding (RFC 3986, section 2.1); what isn't one stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits
            .and_then(|two| u8::from_str_radix(two, 16).ok())
            .filter(|_| *first == b'%');
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
