//! `cargo xtask simulate`: seed after seed until so many phone-days have been lived, with one digest over all of them;
//! a failure is told as short as it can be.
use anyhow::{Context, Result, bail};
use onsite_tests::simulation::{Failed, Plan, Tally, run, shrink};
use onsite_tests::{Database, Kind};
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Days of one run.
const DAYS: usize = 12;

/// How often progress is told.
const TELL: Duration = Duration::from_secs(10);

struct Options {
    phone_days: u32,
    /// Most runs, whatever was lived in them.
    runs: u64,
    seed: u64,
    kind: Kind,
    nodes: usize,
}

impl Options {
    fn read() -> Result<Options> {
        let mut options = Options {
            phone_days: u32::MAX,
            runs: u64::MAX,
            seed: 0,
            kind: Kind::Sqlite,
            nodes: 1,
        };
        let mut words = std::env::args().skip(1);
        while let Some(name) = words.next() {
            let value = words.next().with_context(|| format!("{name} needs a value"))?;
            let number = || value.parse::<u64>().with_context(|| format!("{name} {value}"));
            match name.as_str() {
                "--phone-days" => options.phone_days = u32::try_from(number()?)?,
                "--runs" => options.runs = number()?,
                "--seed" => options.seed = number()?,
                "--nodes" => options.nodes = usize::try_from(number()?)?,
                "--db" => {
                    options.kind = match value.as_str() {
                        "sqlite" => Kind::Sqlite,
                        "postgres" => Kind::Postgres,
                        _ => bail!("--db takes sqlite or postgres"),
                    };
                }
                _ => bail!("unknown: {name}"),
            }
        }
        if options.phone_days == u32::MAX && options.runs == u64::MAX {
            bail!("say how much: --phone-days N or --runs N");
        }
        if options.nodes == 0 || (options.nodes > 1 && options.kind == Kind::Sqlite) {
            bail!("a SQLite file has one server; --nodes 2 takes --db postgres");
        }
        Ok(options)
    }
}

fn main() -> Result<ExitCode> {
    let options = Options::read()?;
    let master = Database::create(options.kind).context("there is no PostgreSQL to play on")?;
    let (begun, mut told) = (Instant::now(), Instant::now());
    let (mut tally, mut digest) = (Tally::default(), Sha256::new());
    let mut seed = options.seed;
    while tally.phone_days < options.phone_days && seed - options.seed < options.runs {
        let plan = Plan::new(seed, DAYS, options.nodes);
        let played = catch_unwind(AssertUnwindSafe(|| run(master.copy(), &plan)));
        let Ok(played) = played else {
            println!("seed {seed} panicked, as told above");
            println!("{}", again(&options, seed));
            return Ok(ExitCode::FAILURE);
        };
        match played {
            Ok(run) => {
                digest.update(run.digest);
                tally = tally.plus(run.tally);
            }
            Err(failed) => {
                eprintln!(
                    "seed {seed} failed after {} lines; looking for a short story",
                    failed.story.len()
                );
                tell(&options, &shrink(|| master.copy(), &plan, failed));
                return Ok(ExitCode::FAILURE);
            }
        }
        seed += 1;
        if told.elapsed() >= TELL {
            told = Instant::now();
            let rate = f64::from(tally.phone_days) / begun.elapsed().as_secs_f64();
            eprintln!(
                "{} phone-days in {} runs, {rate:.0} a second",
                tally.phone_days,
                seed - options.seed
            );
        }
    }
    for (name, count) in tally.counts() {
        println!("{count:>10} {}", name.replace('_', " "));
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{} phone-days, seeds {} to {}, in {seconds:.0} s: {:.0} a second",
        tally.phone_days,
        options.seed,
        seed - 1,
        f64::from(tally.phone_days) / seconds
    );
    println!("digest {}", hex::encode(digest.finalize()));
    Ok(ExitCode::SUCCESS)
}

fn tell(options: &Options, failed: &Failed) {
    println!("{failed}\n{}", again(options, failed.seed));
}

/// The command that plays a seed again.
fn again(options: &Options, seed: u64) -> String {
    let db = match options.kind {
        Kind::Sqlite => "sqlite",
        Kind::Postgres => "postgres",
    };
    let nodes = options.nodes;
    format!("again: cargo xtask simulate --runs 1 --seed {seed} --db {db} --nodes {nodes}")
}
