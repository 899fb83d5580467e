//! `onsite doctor`: is everything in order, and if not, what to do.
use crate::config::Config;
use crate::serve::check_sqlite;
use anyhow::{Result, bail};
use chrono::{DateTime, Datelike, Utc};
use onsite_model::clock;
use onsite_services::audit;
use onsite_store::{Store, StoreError, feed, history, pending_migrations};

/// Free space below which a warning is due.
const LOW_DISK_BYTES: u64 = 2 * 1024 * 1024 * 1024;

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
        ("schema", schema(config)),
        ("storage", storage(config).await),
        ("public address", public_url(config)),
        ("mail", mail(config).await),
    ];
    findings.extend(database(config).await);
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
        Ok(_) => Good("configured".to_owned()),
        Err(error) => Bad(
            format!("{error:#}"),
            "set secret_file in the configuration".to_owned(),
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
    if url.starts_with("https://") || url.contains("127.0.0.1") || url.contains("localhost") {
        Good(url.clone())
    } else {
        Bad(
            format!("{url} is not https"),
            "put a proxy with a certificate in front; phones install the app from https only".to_owned(),
        )
    }
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

/// The server's clock must not stand before what it wrote, nor in an implausible year.
fn clock_finding(now: DateTime<Utc>, newest: Option<DateTime<Utc>>) -> Finding {
    let remedy = || "set the clock, and keep it by NTP".to_owned();
    match newest {
        Some(at) if at > now => Bad(
            format!("it stands at {now}, before the last write at {at}"),
            remedy(),
        ),
        _ if now.year() < 2026 => Bad(format!("it stands at {now}"), remedy()),
        _ => Good(now.to_rfc3339()),
    }
}
