//! Load on the real binary over loopback, beside two ceilings measured in the same run: an actix server that
//! answers a constant, and bare SQLite that commits the same rows in groups. Figures that matter are the ratios;
//! the absolute ones depend on the machine.
pub mod app;
mod bare;
pub mod console;
pub mod constant;
mod demo;
mod growth;
mod large;
mod live;
mod pushes;
mod reads;
mod stage;
mod stock;

use crate::Kind;
use crate::live::Server;
use anyhow::Result;
use bare::Before;
use demo::Demo;
use std::path::Path;
use std::time::{Duration, Instant};

/// Threads that send at the same time in the read tests.
const SENDERS: usize = 4;

/// Times that pushes and their ceiling are measured in turn, as a machine is not equally fast all the time.
const ROUNDS: usize = 5;

/// Writes a second while it is measured how soon they are told.
const WRITES_A_SECOND: u32 = 200;

/// What is measured, and on how much.
#[derive(Debug, Clone)]
pub struct Plan {
    /// All of them where none is named.
    pub parts: Vec<Part>,
    /// Requests of one read test, in all.
    requests: usize,
    /// Idle listeners held at the same time.
    listeners: usize,
    /// Rows of the database at which reading is measured; the first is the small one that the others are compared with.
    sizes: [usize; 3],
}

/// A part of the bench that can be run alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Listen,
    Push,
    Read,
}

impl Part {
    /// All of them, in the order they are run, with the words that choose them.
    pub const ALL: [(&str, Part); 3] = [
        ("listen", Part::Listen),
        ("push", Part::Push),
        ("read", Part::Read),
    ];
}

impl Plan {
    /// The sizes the goals are stated in.
    pub const FULL: Plan = Plan {
        parts: Vec::new(),
        requests: 8_000,
        listeners: 2_000,
        sizes: [10_000, 500_000, 1_000_000],
    };

    /// A few minutes less, to see what a change does.
    pub const SHORT: Plan = Plan {
        requests: 4_000,
        listeners: 1_000,
        sizes: [5_000, 50_000, 100_000],
        parts: Vec::new(),
    };

    fn has(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }
}

/// Runs a plan on one database and returns the lines of its table.
///
/// # Errors
/// Something was refused: a bench of failures would measure nothing.
pub fn run(folder: &Path, kind: Kind, plan: &Plan) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    // In a folder of its own: with so many rows the small database of the reading would not be small.
    if plan.has(Part::Push) && kind == Kind::Sqlite {
        pushing_to_sqlite(&folder.join("push"), &mut lines)?;
    }
    let demo = Demo::start(&folder.join("data"), kind)?;
    // First, while this server is small: memory that pushes leave behind would be used again and hide what listeners take.
    if plan.has(Part::Listen) {
        waiting(&demo.server, plan, &mut lines)?;
    }
    if plan.has(Part::Push) && kind == Kind::Postgres {
        pushing_to_postgres(&demo.server, &mut lines)?;
    }
    if plan.has(Part::Read) {
        growth::reading(demo, &folder.join("small"), kind, plan, &mut lines)?;
    }
    Ok(lines)
}

fn say(what: &str) {
    eprintln!("measuring {what}");
}

const OPERATIONS: &str = "operations/s";

/// Work of phones becoming durable, beside the same written by bare SQLite.
fn pushing_to_sqlite(folder: &Path, lines: &mut Vec<Line>) -> Result<()> {
    let demo = Demo::start(folder, Kind::Sqlite)?;
    let (server, database) = (&demo.server, demo.file());
    for (who, phones, pushes, group) in [("1 phone", 1, 10, 200), ("100 phones", 100, 1, 5_000)] {
        say(who);
        let mut rounds = Vec::new();
        let packed = pushes::pack(server, phones, pushes * ROUNDS, 200)?;
        for (nth, packed) in packed.rounds(ROUNDS).into_iter().enumerate() {
            let before = Before::of(&database, folder.join(format!("before-{phones}-{nth}.db")))?;
            let rate = pushes::push(packed)?;
            at_rest(server)?;
            let ceiling = before.commits(&database, group)?;
            eprintln!("  round {}: {rate:.0} of {ceiling:.0} {OPERATIONS}", nth + 1);
            rounds.push((rate, ceiling));
        }
        let ceiling = format!("the same rows by bare SQLite, {group} operations a commit (ceiling)");
        let bare = median(rounds.iter().map(|(_, ceiling)| *ceiling));
        let pushed = median(rounds.iter().map(|(rate, _)| *rate));
        let line = Line::new(&format!("push, {who}, 200 operations a push"), pushed, OPERATIONS);
        let ratio = median(rounds.iter().map(|(rate, ceiling)| rate / ceiling));
        lines.push(Line::new(&ceiling, bare, OPERATIONS));
        lines.push(Line {
            ratio: Some(ratio),
            ..line
        });
    }
    Ok(())
}

/// Waits until a server has done what it does after its answers, which would slow down what is measured next.
fn at_rest(server: &Server) -> Result<()> {
    let mut before = -1.0;
    loop {
        let used = server.cpu_seconds()?;
        if used == before {
            return Ok(());
        }
        before = used;
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The ceiling of a SQLite file says nothing about PostgreSQL: there the same work with a transaction for each operation
/// is what it is compared with.
fn pushing_to_postgres(server: &Server, lines: &mut Vec<Line>) -> Result<()> {
    say("a transaction for each operation");
    let alone = pushes::push(pushes::pack(server, 1, 500, 1)?)?;
    lines.push(Line::new("push, one operation a transaction", alone, OPERATIONS));
    say("a hundred phones");
    let many = pushes::push(pushes::pack(server, 100, 1, 200)?)?;
    let line = Line::new("push, 100 phones, 200 operations each", many, OPERATIONS);
    lines.push(line.of(alone));
    Ok(())
}

/// Listeners that are told.
fn waiting(server: &Server, plan: &Plan, lines: &mut Vec<Line>) -> Result<()> {
    say("listeners");
    let memory = live::listeners(server, plan.listeners)?;
    let what = format!("idle listener, one of {}", plan.listeners);
    lines.push(Line::new(&what, memory, "KiB"));
    let notice = live::notices(server, WRITES_A_SECOND, 10)?;
    lines.push(Line::new("from write to notice, 99th of 100", notice, "ms"));
    Ok(())
}

/// One figure, and what part it is of what it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub what: String,
    pub figure: f64,
    pub unit: &'static str,
    pub ratio: Option<f64>,
}

impl Line {
    fn new(what: &str, figure: f64, unit: &'static str) -> Line {
        Line {
            what: what.to_owned(),
            figure,
            unit,
            ratio: None,
        }
    }

    /// As a part of its ceiling, or of another figure that it is to be compared with.
    fn of(self, other: f64) -> Line {
        Line {
            ratio: Some(self.figure / other),
            ..self
        }
    }
}

/// Runs `work` in as many threads as there are items and returns the seconds until the last has ended.
fn together<T: Send>(items: Vec<T>, work: impl Fn(T) -> Result<()> + Sync) -> Result<f64> {
    let start = Instant::now();
    std::thread::scope(|scope| -> Result<()> {
        let threads: Vec<_> = items.into_iter().map(|item| scope.spawn(|| work(item))).collect();
        for thread in threads {
            thread
                .join()
                .map_err(|_| anyhow::anyhow!("a sender panicked"))??;
        }
        Ok(())
    })?;
    Ok(start.elapsed().as_secs_f64())
}
