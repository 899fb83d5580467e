//! The sync invariants under random interleavings of phones, a dispatcher and faults, on both databases.
//!
//! `ONSITE_SEEDS` sets how many seeds to play on SQLite, `ONSITE_SEED` plays one alone and tells its story.
//! `cargo xtask simulate` plays as many as one likes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use onsite_tests::simulation::{Plan, Run, Tally, run};
use onsite_tests::{Database, Kind};

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

#[test]
fn invariants_hold_on_sqlite() {
    let master = Database::create(Kind::Sqlite).unwrap();
    if let Some(seed) = number("ONSITE_SEED") {
        let run = play(&master, seed, 1);
        println!("{}\n{:?}", run.story.join("\n"), run.tally);
        return;
    }
    let seeds = number("ONSITE_SEEDS").unwrap_or(SEEDS);
    let runs = (0..seeds).map(|seed| play(&master, seed, 1).tally);
    enough(&runs.fold(Tally::default(), Tally::plus), seeds);
}

/// Invariant 18: every third seed is played on both, and every other one of those with two servers.
#[test]
fn postgres_tells_the_same_story_as_sqlite() {
    let Some(postgres) = Database::create(Kind::Postgres) else {
        return;
    };
    let sqlite = Database::create(Kind::Sqlite).unwrap();
    let seeds = number("ONSITE_SEED").map_or(0..SEEDS, |seed| seed..seed + 1);
    let mut tally = Tally::default();
    for seed in seeds.clone() {
        let theirs = play(&postgres, seed, 1 + (seed % 2) as usize);
        tally = tally.plus(theirs.tally);
        if seed % 3 != 0 {
            continue;
        }
        let ours = play(&sqlite, seed, 1);
        for (place, (ours, theirs)) in ours.story.iter().zip(&theirs.story).enumerate() {
            assert_eq!(
                ours, theirs,
                "seed {seed}, line {place}: SQLite left, PostgreSQL right"
            );
        }
        assert_eq!(ours.digest, theirs.digest, "seed {seed}");
    }
    enough(&tally, seeds.count() as u64);
}

#[test]
fn the_same_seed_gives_the_same_digest_and_another_seed_another() {
    let master = Database::create(Kind::Sqlite).unwrap();
    let digest = |seed| play(&master, seed, 1).digest;
    let first = digest(7);
    assert_eq!(first, digest(7));
    assert_ne!(first, digest(8));
}
