//! `onsite doctor`: is everything in order, and if not, what to do.
use crate::config::{Config, TlsConfig};
use crate::serve::check_sqlite;
use crate::tls::Certificate;
use anyhow::{Result, bail};
use chrono::{DateTime, Utc};
use onsite_model::clock;
use onsite_services::audit;
use onsite_services::health::{LOW_DISK_BYTES, clock_is_wrong, is_old};
use onsite_store::backups::{self, Backup};
use onsite_store::{Address, Store, StoreError, feed, history, pending_migrations, sums};
use std::net::IpAddr;
use std::path::Path;

/// What one check found.
enum Finding {
    Good(String),
    /// What is wrong, and what to do.
    Bad(String, String),
}

use Finding::{Bad, Good};

/// Runs every check, prints its finding, and fails if one is bad.
pub(crate) async fn run(config: &Config) -> Result<()> {
    let mut findings = vec![
        ("secret", secret(config)),
        ("SQLite", sqlite()),
        ("storage", storage(config).await),
        ("public address", public_url(config)),
        ("mail", mail(config).await),
    ];
    if let Some(tls) = &config.tls {
        findings.push(("certificate", certificate(tls)));
    }
    match config.address() {
        // Opening it would make it; a check makes nothing.
        Ok(Address::Sqlite(file)) if !file.exists() => {
            let remedy = "run onsite migrate, or correct database in the configuration".to_owned();
            findings.push((
                "database",
                Bad(format!("{} does not exist", file.display()), remedy),
            ));
        }
        address => {
            if let Ok(Address::Sqlite(file)) = address {
                findings.push((
                    "database folder",
                    writable(file.parent().unwrap_or(Path::new(""))),
                ));
            }
            findings.push(("schema", schema(config)));
            findings.extend(database(config).await);
        }
    }
    let mut bad = 0;
    for (name, finding) in &findings {
        match finding {
            Good(what) => println!("ok    {name}: {what}"),
            Bad(what, remedy) => {
                bad += 1;
                println!("WRONG {name}: {what}\n      -> {remedy}");
            }
        }
    }
    if bad > 0 {
        bail!("{bad} of {} checks failed", findings.len());
    }
    Ok(())
}

fn secret(config: &Config) -> Finding {
    match config.secrets() {
        Ok(_) if config.secret_file.as_deref().is_some_and(others_may_read) => Bad(
            "everybody on this machine can read the secret file".to_owned(),
            "chmod 600 it, and make another secret if somebody may have read it".to_owned(),
        ),
        Ok(_) => Good("configured".to_owned()),
        Err(error) => Bad(
            format!("{error:#}"),
            "set secret_file in the configuration".to_owned(),
        ),
    }
}

/// Whether the server can speak HTTPS with what is configured.
fn certificate(tls: &TlsConfig) -> Finding {
    match Certificate::read(tls).and_then(Certificate::config) {
        Ok(_) => Good(format!("HTTPS on {}", tls.listen)),
        Err(error) => Bad(
            format!("{error:#}"),
            "correct the paths in [tls]; the key must be readable and belong to the certificate".to_owned(),
        ),
    }
}

/// Whether users who are neither the owner nor of the group may read a file.
fn others_may_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o004 != 0)
}

/// Tries whether files can be made in a folder: SQLite needs its log beside the database.
fn writable(folder: &Path) -> Finding {
    let probe = folder.join(format!(".onsite-doctor-{}", std::process::id()));
    let tried = std::fs::File::create_new(&probe).and_then(|_| std::fs::remove_file(&probe));
    match tried {
        Ok(()) => Good("can be written".to_owned()),
        Err(error) => Bad(
            format!("{}: {error}", folder.display()),
            "let the server's user write the folder of the database".to_owned(),
        ),
    }
}

fn sqlite() -> Finding {
    match check_sqlite() {
        Ok(version) => Good(version),
        Err(error) => Bad(error.to_string(), "install a newer onsite".to_owned()),
    }
}

fn schema(config: &Config) -> Finding {
    let pending = config
        .address()
        .and_then(|address| Ok(pending_migrations(&address)?));
    match pending {
        Ok(names) if names.is_empty() => Good("up to date".to_owned()),
        Ok(names) => Bad(
            format!("{} migrations are missing", names.len()),
            "run onsite migrate".to_owned(),
        ),
        Err(error) => Bad(
            format!("{error:#}"),
            "check the database's address, and that it is running".to_owned(),
        ),
    }
}

/// Whether photos and files can be kept: it writes an object and removes it.
async fn storage(config: &Config) -> Finding {
    let (place, remedy) = match &config.s3 {
        Some(s3) => (
            format!("the bucket {}", s3.bucket),
            "check [s3], the key's rights to read, write, list and delete, and that the service is reached",
        ),
        None => (
            config.files.display().to_string(),
            "check that the folder exists and can be written",
        ),
    };
    let bad = |why: String| Bad(why, remedy.to_owned());
    // Opening a folder would make it; a check makes nothing.
    if config.s3.is_none() && !config.files.is_dir() {
        return Bad(
            format!("{place} does not exist"),
            "make it, or start the server once".to_owned(),
        );
    }
    let blobs = match config.blobs() {
        Ok(blobs) => blobs,
        Err(error) => return bad(format!("{error:#}")),
    };
    if let Err(error) = blobs.check().await {
        return bad(error.to_string());
    }
    match blobs.free_bytes() {
        Ok(None) => Good(format!("{place} can be written")),
        Ok(Some(free)) if free >= LOW_DISK_BYTES => Good(format!("{} GiB free at {place}", free >> 30)),
        Ok(Some(free)) => Bad(
            format!("only {} MiB free at {place}", free >> 20),
            "make room".to_owned(),
        ),
        Err(error) => bad(error.to_string()),
    }
}

fn public_url(config: &Config) -> Finding {
    let url = &config.public_url;
    if url.starts_with("https://") || is_this_machine(url) {
        Good(url.clone())
    } else {
        Bad(
            format!("{url} is not https"),
            "fill in [tls], or put a proxy with a certificate in front; the app works over https only"
                .to_owned(),
        )
    }
}

/// Whether an address leads to the machine itself, by its host alone.
fn is_this_machine(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host_and_port.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host_and_port.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

async fn mail(config: &Config) -> Finding {
    match config.mailer() {
        Ok(None) => Good("none configured; mails stay in the outbox".to_owned()),
        Ok(Some(mailer)) => match mailer.check().await {
            Ok(()) => Good("the server answers".to_owned()),
            Err(error) => Bad(
                error.to_string(),
                "check host, port, security, user and password".to_owned(),
            ),
        },
        Err(error) => Bad(
            format!("{error:#}"),
            "correct [mail] in the configuration".to_owned(),
        ),
    }
}

async fn database(config: &Config) -> Vec<(&'static str, Finding)> {
    let opened = config.address().and_then(|address| Ok(Store::open(address)?));
    let store = match opened {
        Ok(store) => store,
        Err(error) => {
            let remedy = "run onsite migrate, or check that the database is running".to_owned();
            return vec![("database", Bad(format!("{error:#}"), remedy))];
        }
    };
    let newest = store
        .read::<_, StoreError>(|db| {
            let clock = feed::clock(db)?;
            Ok((
                clock,
                history::at_version(db, clock.version)?.map(|entry| entry.recorded_at),
            ))
        })
        .await;
    let chain = store.read(audit::first_break).await;
    let backup = store.read::<_, StoreError>(backups::newest).await;
    let sums = store.read::<_, StoreError>(sums::differing).await;
    vec![
        match &newest {
            Ok((clock, _)) => (
                "database",
                Good(format!("epoch {}, version {}", clock.epoch, clock.version)),
            ),
            Err(error) => (
                "database",
                Bad(error.to_string(), "restore it from a backup".to_owned()),
            ),
        },
        (
            "clock",
            clock_finding((clock::system())(), newest.ok().and_then(|(_, at)| at)),
        ),
        ("backup", backup_finding(backup, (clock::system())())),
        ("bucket sums", sums_finding(sums)),
        match chain {
            Ok(None) => ("audit log", Good("unbroken".to_owned())),
            Ok(Some(seq)) => (
                "audit log",
                Bad(
                    format!("entry {seq} does not fit the one before it"),
                    "compare with a backup".to_owned(),
                ),
            ),
            Err(error) => (
                "audit log",
                Bad(error.to_string(), "restore it from a backup".to_owned()),
            ),
        },
    ]
}

fn backup_finding(newest: Result<Option<Backup>, StoreError>, now: DateTime<Utc>) -> Finding {
    let remedy = || "run onsite backup FILE every night, and keep the file on another machine".to_owned();
    match newest {
        Ok(Some(backup)) if !is_old(&backup, now) => Good(format!(
            "the last one was made at {}, up to version {}",
            backup.made_at.to_rfc3339(),
            backup.through
        )),
        Ok(Some(backup)) => Bad(
            format!("the last one was made at {}", backup.made_at.to_rfc3339()),
            remedy(),
        ),
        Ok(None) => {
            Good("none has been made by onsite backup; phones keep what they sent for 30 days".to_owned())
        }
        Err(error) => Bad(error.to_string(), remedy()),
    }
}

fn sums_finding(differing: Result<Vec<String>, StoreError>) -> Finding {
    match differing {
        Ok(buckets) if buckets.is_empty() => Good("as the rows add up".to_owned()),
        Ok(buckets) => Bad(
            format!("wrong of {}", buckets.join(", ")),
            "run onsite migrate, which counts them anew".to_owned(),
        ),
        Err(error) => Bad(error.to_string(), "restore it from a backup".to_owned()),
    }
}

/// The server's clock must not stand before what it wrote, nor in an implausible year.
fn clock_finding(now: DateTime<Utc>, newest: Option<DateTime<Utc>>) -> Finding {
    let remedy = || "set the clock, and keep it by NTP".to_owned();
    match newest {
        _ if !clock_is_wrong(now, newest) => Good(now.to_rfc3339()),
        Some(at) if at > now => Bad(
            format!("it stands at {now}, before the last write at {at}"),
            remedy(),
        ),
        _ => Bad(format!("it stands at {now}"), remedy()),
    }
}

#[cfg(test)]
#[path = "doctor_test.rs"]
mod tests;
