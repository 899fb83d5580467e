//! Phones and a dispatcher play against the server by seeded dice, with a network that loses, repeats and reorders,
//! crashes at any step and clocks off by years; every write is judged by the oracle, and at rest everybody must
//! agree.
mod broken;
mod disputes;
mod edits;
mod judge;
mod network;
mod rest;
mod sheets;
mod tally;
mod verdict;
mod world;

pub use broken::Broken;
pub use tally::Tally;

use crate::Database;
use crate::dice::Dice;
use crate::office::Office;
use crate::oracle::Oracle;
use crate::phone::Phone;
use chrono::{DateTime, TimeDelta, Utc};
use disputes::Disputes;
use network::Message;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::push::PushRequest;
use sync_protocol::receipt::Receipt;
use sync_protocol::version::Version;
use uuid::Uuid;
use world::Places;

/// How a run went.
#[derive(Debug)]
pub struct Run {
    /// SHA-256 (hex) over everything said, every receipt and every row: the same for the same seed, on any
    /// database.
    pub digest: String,
    /// What happened, step by step.
    pub story: Vec<String>,
    pub tally: Tally,
}

/// A run that broke an invariant.
#[derive(Debug)]
pub struct Failed {
    pub seed: u64,
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

/// Plays so many steps of a seed on an empty database, then brings everybody to rest.
///
/// # Errors
/// The first broken invariant, with the story so far.
pub fn run(database: Database, seed: u64, steps: usize) -> Result<Run, Box<Failed>> {
    let mut simulation = Simulation::new(database, seed);
    match simulation.play(steps) {
        Ok(()) => Ok(Run {
            digest: hex::encode(simulation.digest.finalize()),
            story: simulation.story,
            tally: Tally {
                idle_polls: simulation.office.idle_polls() as u32,
                ..simulation.tally
            },
        }),
        Err(broken) => Err(Box::new(Failed {
            seed,
            story: simulation.story,
            broken,
        })),
    }
}

#[derive(Debug)]
struct Simulation {
    office: Office,
    oracle: Oracle,
    disputes: Disputes,
    dice: Dice,
    now: DateTime<Utc>,
    places: Places,
    phones: Vec<Phone>,
    marks: Vec<Mark>,
    air: Vec<Message>,
    /// Version up to which the history has been read.
    read: u64,
    /// Every receipt given, by stream and number.
    receipts: BTreeMap<(Uuid, u64), Receipt>,
    /// The first receipt of each operation.
    fates: BTreeMap<Uuid, Receipt>,
    /// Every push the server was ever handed, by phone.
    pushes: Vec<(usize, PushRequest)>,
    /// Rows whose creation is in quarantine, so that what follows on them is too.
    lost: BTreeSet<Uuid>,
    /// Tickets that were moved to another site, out of the reach of some.
    moved: BTreeSet<Uuid>,
    tally: Tally,
    story: Vec<String>,
    digest: Sha256,
}

/// What is remembered about a phone beside it.
#[derive(Debug, Default)]
struct Mark {
    backup: Option<String>,
    /// Its newest checkpoint, and the one it had when it was last stored or backed up.
    reached: Version,
    stored: Version,
    backed_up: Version,
}

impl Simulation {
    fn new(database: Database, seed: u64) -> Simulation {
        let mut dice = Dice::new(seed);
        let now = DateTime::from_timestamp(1_795_000_000, 0).expect("a time");
        let office = Office::new(database);
        let (places, phones) = world::set_up(&office, &mut dice, now);
        let mut simulation = Simulation {
            office,
            oracle: Oracle::default(),
            disputes: Disputes::default(),
            dice,
            now,
            places,
            marks: phones.iter().map(|_| Mark::default()).collect(),
            phones,
            air: Vec::new(),
            read: 0,
            receipts: BTreeMap::new(),
            fates: BTreeMap::new(),
            pushes: Vec::new(),
            lost: BTreeSet::new(),
            moved: BTreeSet::new(),
            tally: Tally::default(),
            story: Vec::new(),
            digest: Sha256::new(),
        };
        simulation.absorb_all();
        simulation
    }

    fn play(&mut self, steps: usize) -> Result<(), Broken> {
        // The last phone comes new: its first reading happens among the faults.
        for phone in 1..self.phones.len() {
            self.pull_all(phone - 1)?;
        }
        for _ in 0..steps {
            self.now += TimeDelta::milliseconds(1 + self.dice.below(240_000) as i64);
            self.step()?;
        }
        self.rest()
    }

    fn step(&mut self) -> Result<(), Broken> {
        let phone = self.dice.below(self.phones.len());
        match self.dice.below(100) {
            0..=32 => self.edit(phone),
            33..=42 => self.send_push(phone),
            43..=52 => self.send_pull(phone),
            53..=81 => self.deliver(),
            82..=90 => self.dispatch(),
            91..=92 => {
                self.crash(phone);
                Ok(())
            }
            93..=95 => {
                self.store_or_back_up(phone);
                Ok(())
            }
            96..=97 => {
                self.roll_back(phone);
                Ok(())
            }
            98 => {
                self.turn_clock(phone);
                Ok(())
            }
            _ => {
                let phone = &mut self.phones[phone];
                phone.prune(self.now);
                Ok(())
            }
        }
    }

    fn crash(&mut self, phone: usize) {
        self.say(format!("{} dies and restarts", self.phones[phone].name));
        self.phones[phone].restart(None);
        self.marks[phone].reached = self.marks[phone].stored;
        self.hang_up(phone);
        self.tally.crashes += 1;
    }

    fn store_or_back_up(&mut self, phone: usize) {
        self.phones[phone].save();
        let mark = &mut self.marks[phone];
        mark.stored = mark.reached;
        if self.dice.chance(50) {
            mark.backed_up = mark.stored;
            mark.backup = Some(self.phones[phone].disk().to_owned());
            self.say(format!("{} is backed up", self.phones[phone].name));
        }
    }

    /// An old copy takes the phone's place: what was done since is gone from it, though not from the server.
    fn roll_back(&mut self, phone: usize) {
        let Some(backup) = self.marks[phone].backup.clone() else {
            return;
        };
        self.say(format!("{} is set back to its backup", self.phones[phone].name));
        self.phones[phone].restart(Some(&backup));
        let mark = &mut self.marks[phone];
        mark.reached = mark.backed_up;
        mark.stored = mark.backed_up;
        self.hang_up(phone);
        self.tally.rollbacks += 1;
    }

    fn turn_clock(&mut self, phone: usize) {
        let days = [-3650, -400, -1, 0, 1, 400, 3650][self.dice.below(7)];
        self.phones[phone].skew = TimeDelta::days(days);
        self.say(format!(
            "the clock of {} is {days} days off",
            self.phones[phone].name
        ));
        self.tally.clocks += 1;
    }

    /// Adds to the story, and so to the digest.
    fn say(&mut self, line: String) {
        self.digest.update(line.as_bytes());
        self.digest.update(b"\n");
        self.story.push(line);
    }
}
