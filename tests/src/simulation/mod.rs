//! Phones and a dispatcher play against the server by seeded dice, with a network that loses, repeats, reorders and cuts
//! off, crashes and restores on either side, weeks without a network and clocks off by years; every write is judged by
//! the oracle, and at rest everybody must agree.
//!
//! A **phone-day** is one phone on one simulated day on which its user edited something, the server answered it, and an
//! oracle judged both.
mod backups;
mod broken;
mod checks;
mod complaints;
mod desk;
mod disputes;
mod edits;
mod faults;
mod groups;
mod inbox;
mod judge;
mod ledger;
mod network;
mod news;
mod office_day;
mod plan;
mod pulls;
mod quarantined;
mod rest;
mod sheets;
mod shrink;
mod tally;
mod uploads;
mod verdict;
mod world;

pub use broken::{Broken, NAMES};
pub use plan::{Act, Plan, Step};
pub use shrink::shrink;
pub use tally::Tally;

use crate::Database;
use crate::dice::Dice;
use crate::office::Office;
use crate::phone::Phone;
use backups::ServerBackup;
use chrono::{DateTime, TimeDelta, Utc};
use ledger::Ledger;
use network::Message;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use sync_protocol::client::Engine;
use sync_protocol::version::Version;
use uploads::Sending;
use uuid::Uuid;
use world::Places;

/// How a run went.
#[derive(Debug)]
pub struct Run {
    /// SHA-256 (hex) over everything said, every receipt and every row: the same for the same seed, on any
    /// database and any number of servers.
    pub digest: String,
    /// What happened, step by step.
    pub story: Vec<String>,
    pub tally: Tally,
}

/// A run that broke an invariant.
#[derive(Debug)]
pub struct Failed {
    pub seed: u64,
    /// Index of the step that did.
    pub step: usize,
    pub story: Vec<String>,
    pub broken: Broken,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (number, line) in self.story.iter().enumerate() {
            writeln!(f, "{number:4} {line}")?;
        }
        write!(f, "seed {}: {}", self.seed, self.broken)
    }
}

/// Plays a plan on an empty database.
///
/// # Errors
/// The first broken invariant, with the story so far.
pub fn run(database: Database, plan: &Plan) -> Result<Run, Box<Failed>> {
    let mut simulation = Simulation::new(database, plan);
    let fail = |simulation: Simulation, step, broken| {
        Box::new(Failed {
            seed: plan.seed,
            step,
            story: simulation.story,
            broken,
        })
    };
    if let Err(broken) = simulation.begin() {
        return Err(fail(simulation, 0, broken));
    }
    for (number, step) in plan.steps.iter().enumerate() {
        if let Err(broken) = simulation.step(*step) {
            return Err(fail(simulation, number, broken));
        }
    }
    let lived = simulation.edited.intersection(&simulation.answered).count();
    Ok(Run {
        digest: hex::encode(simulation.digest.finalize()),
        story: simulation.story,
        tally: Tally {
            phone_days: lived as u32,
            idle_polls: simulation.office.idle_polls() as u32,
            ..simulation.tally
        },
    })
}

#[derive(Debug)]
struct Simulation {
    office: Office,
    ledger: Ledger,
    /// Those of the present step.
    dice: Dice,
    /// Says which server a request comes to; it changes nothing else.
    router: Dice,
    now: DateTime<Utc>,
    /// When it began.
    start: DateTime<Utc>,
    places: Places,
    phones: Vec<Phone>,
    marks: Vec<Mark>,
    air: Vec<Message>,
    uploads: Vec<Sending>,
    backup: Option<ServerBackup>,
    /// Operations that were lost with a phone: its copy was set back, or it was wiped.
    forgotten: BTreeSet<Uuid>,
    /// Days on which somebody edited on a phone, and on which the server answered it.
    edited: BTreeSet<(i64, usize)>,
    answered: BTreeSet<(i64, usize)>,
    tally: Tally,
    story: Vec<String>,
    digest: Sha256,
}

/// What is remembered about a phone beside it.
#[derive(Debug, Clone, Default)]
struct Mark {
    backup: Option<Engine>,
    /// The shape its rows are in.
    backup_schema: u32,
    /// An old copy that is never given up, to read on from at every rest.
    relic: Option<Engine>,
    /// Its newest checkpoint, and the one it had when it was last stored or backed up.
    reached: Version,
    stored: Version,
    backed_up: Version,
    /// The day on which it has a network again.
    offline_until: i64,
    /// One of its rows was damaged, and it has not found out or not been mended yet.
    damaged: bool,
    /// It was mended, and has not compared its rows with the server's since.
    mending: bool,
    wiped: bool,
    /// How often it has started: what it asked for before, it hears no more of.
    life: u32,
}

impl Simulation {
    fn new(database: Database, plan: &Plan) -> Simulation {
        let mut dice = Dice::new(plan.seed);
        let now = DateTime::from_timestamp(1_795_000_000, 0).expect("a time");
        let mut office = Office::with_nodes(database, plan.nodes);
        let (places, phones) = world::set_up(&mut office, &mut dice, now);
        Simulation {
            office,
            ledger: Ledger::default(),
            router: Dice::new(dice.roll()),
            dice,
            now,
            start: now,
            places,
            marks: phones.iter().map(|_| Mark::default()).collect(),
            phones,
            air: Vec::new(),
            uploads: Vec::new(),
            backup: None,
            forgotten: BTreeSet::new(),
            edited: BTreeSet::new(),
            answered: BTreeSet::new(),
            tally: Tally::default(),
            story: Vec::new(),
            digest: Sha256::new(),
        }
    }

    fn begin(&mut self) -> Result<(), Broken> {
        self.absorb_all()?;
        // The last phone comes new: its first reading happens among the faults.
        (1..self.phones.len()).try_for_each(|phone| self.pull_all(phone - 1))
    }

    fn step(&mut self, step: Step) -> Result<(), Broken> {
        self.dice = Dice::new(step.seed);
        self.now += TimeDelta::milliseconds(1 + self.dice.below(1_200_000) as i64);
        let phone = (step.phone % self.phones.len() as u64) as usize;
        match step.act {
            Act::Day => return self.next_day(),
            Act::Rest => return self.rest(),
            Act::Edit => return self.edit(phone),
            Act::Push => return self.send_push(phone),
            Act::Pull => self.send_pull(phone),
            Act::Deliver => return self.deliver(),
            Act::DeliverTogether => return self.deliver_together(),
            Act::Dispatch => return self.dispatch(),
            Act::KillServer => return self.kill_server(),
            Act::BackUpServer => return self.back_up_server(true),
            Act::RestoreServer => return self.restore_server(),
            Act::Crash => self.crash(phone),
            Act::Store => self.store_or_back_up(phone),
            Act::RollBack => self.roll_back(phone),
            Act::Clone => self.clone_phone(phone),
            Act::TurnClock => self.turn_clock(phone),
            Act::Prune => self.phones[phone].prune(self.now),
            Act::Damage => self.damage(phone),
            Act::Offline => self.go_offline(phone),
            Act::Revoke => return self.revoke(phone),
            Act::UpdateApp => self.update_app(phone),
            Act::Upload => return self.upload(phone),
        }
        Ok(())
    }

    /// The day it is, counted from the first.
    fn day(&self) -> i64 {
        (self.now - self.start).num_days()
    }

    /// The next request comes to any of the servers.
    fn route(&mut self) {
        let nodes = self.office.nodes();
        self.office.turn_to(self.router.below(nodes));
    }

    /// Adds to the story, and so to the digest.
    fn say(&mut self, line: String) {
        self.digest.update(line.as_bytes());
        self.digest.update(b"\n");
        self.story.push(line);
    }
}
