//! The sync invariants under random interleavings of phones, a dispatcher and faults, on both databases.
//!
//! `ONSITE_SEEDS` sets how many seeds to play on SQLite, `ONSITE_SEED` plays one alone and tells its story.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use onsite_tests::simulation::{Run, Tally, run};
use onsite_tests::{Database, Kind};

/// Steps of one run: enough for a few offline stretches of each phone.
const STEPS: usize = 150;

/// Seeds played on SQLite, unless the environment says otherwise.
const SQLITE_SEEDS: u64 = 60;

/// Seeds played on PostgreSQL, each compared with SQLite.
const POSTGRES_SEEDS: u64 = 20;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().expect("a number"))
}

fn play(kind: Kind, seed: u64) -> Option<Run> {
    let database = Database::create(kind)?;
    match run(database, seed, STEPS) {
        Ok(run) => Some(run),
        Err(failed) => panic!("{failed}\nplay it again with ONSITE_SEED={seed}"),
    }
}

#[test]
fn invariants_hold_on_sqlite() {
    if let Some(seed) = number("ONSITE_SEED") {
        let run = play(Kind::Sqlite, seed).unwrap();
        println!("{}\n{:?}", run.story.join("\n"), run.tally);
        return;
    }
    let seeds = number("ONSITE_SEEDS").unwrap_or(SQLITE_SEEDS);
    let mut tally = Tally::default();
    for seed in 0..seeds {
        tally = tally.plus(play(Kind::Sqlite, seed).unwrap().tally);
    }
    println!("{tally:#?}");
    // What never happened was not tested.
    for (name, count) in tally.counts() {
        assert!(
            count > 0 || seeds < SQLITE_SEEDS,
            "in {seeds} runs there were no {name}"
        );
    }
}

#[test]
fn postgres_tells_the_same_story_as_sqlite() {
    let seeds = number("ONSITE_SEED").map_or(0..POSTGRES_SEEDS, |seed| seed..seed + 1);
    for seed in seeds {
        let Some(postgres) = play(Kind::Postgres, seed) else {
            return;
        };
        let sqlite = play(Kind::Sqlite, seed).unwrap();
        for (place, (ours, theirs)) in sqlite.story.iter().zip(&postgres.story).enumerate() {
            assert_eq!(
                ours, theirs,
                "seed {seed}, line {place}: SQLite left, PostgreSQL right"
            );
        }
        assert_eq!(sqlite.digest, postgres.digest, "seed {seed}");
    }
}

#[test]
fn the_same_seed_gives_the_same_digest_and_another_seed_another() {
    let digest = |seed| play(Kind::Sqlite, seed).unwrap().digest;
    let first = digest(7);
    assert_eq!(first, digest(7));
    assert_ne!(first, digest(8));
}
