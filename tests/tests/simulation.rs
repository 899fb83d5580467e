//! The sync invariants under random interleavings of phones, a dispatcher and faults, on both databases.
//!
//! `ONSITE_SEEDS` sets how many seeds to play, `ONSITE_SEED` plays one alone and tells its story.
//! `cargo xtask simulate` plays as many as one likes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use onsite_tests::simulation::{Plan, Run, Tally, run};
use onsite_tests::{Database, Kind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Days of one run: enough for a few offline stretches of each phone, and for three rests.
const DAYS: usize = 12;

/// Seeds played on each database, unless the environment says otherwise: 2,000 phone-days.
const SEEDS: u64 = 84;

/// Phone-days that have to come of it.
const PHONE_DAYS: u32 = 2_000;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().expect("a number"))
}

fn play(master: &Database, seed: u64, nodes: usize) -> Run {
    match run(master.copy(), &Plan::new(seed, DAYS, nodes)) {
        Ok(run) => run,
        Err(failed) => panic!(
            "{failed}\nfor a short story: cargo xtask simulate --seed {seed} --runs 1, with the same --db and --nodes"
        ),
    }
}

fn enough(tally: &Tally, seeds: u64) {
    println!("{tally:#?}");
    if seeds >= SEEDS {
        // What never happened was not tested.
        assert_eq!(
            tally.missing(),
            Vec::<&str>::new(),
            "in {seeds} runs this never happened"
        );
        assert!(tally.phone_days >= PHONE_DAYS, "{} phone-days", tally.phone_days);
    }
}

/// Invariant 18: PostgreSQL comes to what SQLite came to, with two servers every other time.
fn tells_the_same_story(postgres: &Database, seed: u64, sqlite: &Run) -> Tally {
    let run = play(postgres, seed, 1 + (seed % 2) as usize);
    for (place, (left, right)) in sqlite.story.iter().zip(&run.story).enumerate() {
        assert_eq!(
            left, right,
            "seed {seed}, line {place}: SQLite left, PostgreSQL right"
        );
    }
    assert_eq!(sqlite.digest, run.digest, "seed {seed}");
    run.tally
}

/// What happened in one run, or in many of them, on SQLite and on PostgreSQL.
type Both = (Tally, Option<Tally>);

fn both((ours, theirs): Both, (more, others): Both) -> Both {
    (
        ours.plus(more),
        theirs.zip(others).map(|(one, other)| one.plus(other)),
    )
}

#[test]
fn invariants_hold_and_both_databases_tell_the_same_story() {
    let sqlite = Database::create(Kind::Sqlite).unwrap();
    let postgres = Database::create(Kind::Postgres);
    let told = |seed| {
        let run = play(&sqlite, seed, 1);
        let theirs = postgres
            .as_ref()
            .map(|postgres| tells_the_same_story(postgres, seed, &run));
        (run, theirs)
    };
    if let Some(seed) = number("ONSITE_SEED") {
        let (run, _) = told(seed);
        println!("{}\n{:?}", run.story.join("\n"), run.tally);
        return;
    }
    let seeds = number("ONSITE_SEEDS").unwrap_or(SEEDS);
    let next = AtomicU64::new(0);
    let work = || {
        let taken = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let runs = taken.take_while(|seed| *seed < seeds).map(|seed| {
            let (run, theirs) = told(seed);
            (run.tally, theirs)
        });
        runs.reduce(both)
    };
    let tallies = thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let ended = workers.into_iter().filter_map(|worker| worker.join().unwrap());
        ended.reduce(both)
    });
    let (ours, theirs) = tallies.expect("a seed at least");
    enough(&ours, seeds);
    if let Some(theirs) = theirs {
        enough(&theirs, seeds);
    }
}

#[test]
fn the_same_seed_gives_the_same_digest_and_another_seed_another() {
    let master = Database::create(Kind::Sqlite).unwrap();
    let digest = |seed| play(&master, seed, 1).digest;
    let first = digest(7);
    assert_eq!(first, digest(7));
    assert_ne!(first, digest(8));
}
