//! Hearing what other processes commit: PostgreSQL's NOTIFY as the hint, the clock in the database as the proof.
//! Where the two differ, what was missed is read from the tables.
use crate::connect::Address;
use crate::db::Db;
use crate::dialect::Conn;
use crate::error::StoreError;
use crate::feed;
use crate::heads::{CHANNEL, Heads, load};
use crate::store::snapshot;
use diesel::connection::SimpleConnection;
use std::sync::Weak;
use std::time::{Duration, Instant};

/// How often the clock is read; well below [`crate::heads::MAX_AGE`], so that knowledge seldom grows too old.
const CHECK: Duration = Duration::from_millis(400);

/// How often announcements are looked for: they come within this time.
const LISTEN: Duration = Duration::from_millis(10);

/// A commit can be seen an instant before it is announced: so long it is waited for.
const GRACE: Duration = Duration::from_millis(100);

/// The longest pause between two attempts to reach a database that is gone.
const MAX_PAUSE: Duration = Duration::from_secs(5);

/// The watcher's thread: ends when the store is gone.
pub(crate) fn run(address: &Address, heads: &Weak<Heads>) {
    let mut pause = LISTEN;
    while heads.strong_count() > 0 {
        match watch(address, heads, &mut pause) {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(%error, "other servers' commits can't be heard; trying again");
                std::thread::sleep(pause);
                pause = (pause * 2).min(MAX_PAUSE);
            }
        }
    }
}

/// Watches by one connection until the store is gone.
fn watch(address: &Address, heads: &Weak<Heads>, pause: &mut Duration) -> Result<(), StoreError> {
    let mut db = Db::new(address.connect()?);
    let turn = match db.unaffected()? {
        Conn::Pg(c) => {
            c.batch_execute(&format!("LISTEN {CHANNEL}"))?;
            LISTEN
        }
        // One process owns the file; only an administrator's command writes beside it.
        Conn::Sqlite(_) => CHECK,
    };
    let mut checked: Option<Instant> = None;
    loop {
        let Some(heads) = heads.upgrade() else {
            return Ok(());
        };
        hear(&mut db, &heads)?;
        if checked.is_none_or(|at| at.elapsed() >= CHECK) {
            checked = Some(Instant::now());
            check(&mut db, &heads)?;
            *pause = LISTEN;
        }
        drop(heads);
        std::thread::sleep(turn);
    }
}

/// Takes in the announcements that have come.
fn hear(db: &mut Db, heads: &Heads) -> Result<(), StoreError> {
    let Conn::Pg(c) = db.unaffected()? else {
        return Ok(());
    };
    let mut missing = false;
    for notification in c.notifications_iter() {
        match notification?.payload.parse() {
            Ok(commit) => missing |= !heads.hear(&commit),
            // A newer server's words: the clock tells what they meant.
            Err(error) => {
                tracing::debug!(%error, "an announcement was not understood");
                missing = true;
            }
        }
    }
    if missing { catch_up(db, heads) } else { Ok(()) }
}

/// Compares with the database's clock, and reads what was missed.
fn check(db: &mut Db, heads: &Heads) -> Result<(), StoreError> {
    let at = Instant::now();
    let clock = feed::clock(db)?;
    while !heads.check(clock, at) {
        if at.elapsed() > GRACE {
            catch_up(db, heads)?;
            heads.check(clock, at);
            return Ok(());
        }
        std::thread::sleep(LISTEN);
        hear(db, heads)?;
    }
    Ok(())
}

fn catch_up(db: &mut Db, heads: &Heads) -> Result<(), StoreError> {
    let known = heads.known().clock();
    let news = snapshot(db, |db| load(db, known))?;
    heads.learn(news);
    Ok(())
}
