//! Load on the real binary over loopback, beside two ceilings measured in the same run: an actix server that
//! answers a constant, and bare SQLite that commits the same rows in groups. Figures that matter are the ratios;
//! the absolute ones depend on the machine.
mod bare;
pub mod constant;
mod live;
mod pushes;
mod reads;

use crate::live::Server;
use anyhow::Result;
use std::path::Path;
use std::time::Instant;

/// Threads that send at the same time in the read tests.
const SENDERS: usize = 4;

/// Requests of one read test, in all.
const REQUESTS: usize = 8_000;

/// Idle listeners held at the same time.
const LISTENERS: usize = 2_000;

/// Writes a second while it is measured how soon they are told.
const WRITES_A_SECOND: u32 = 200;

/// Runs everything on one database and returns the lines of its table. `database` is none for SQLite.
///
/// # Errors
/// Something was refused: a bench of failures would measure nothing.
pub fn run(folder: &Path, database: Option<&str>) -> Result<Vec<Line>> {
    let data = folder.join("data");
    std::fs::create_dir_all(&data)?;
    let path = data.to_string_lossy().into_owned();
    let mut arguments = vec!["demo", "--dir", &path];
    arguments.extend(database.iter().flat_map(|address| ["--database", address]));
    let log = folder.join("server.log");
    let server = Server::start(&arguments, &[("RUST_LOG", "warn")], &log)?;
    let say = |what: &str| eprintln!("measuring {what}");

    let mut lines = Vec::new();
    say("the ceiling for requests");
    let constant = constant::measure(SENDERS, REQUESTS)?;
    lines.push(Line::new("constant answer (ceiling)", constant, "requests/s"));

    say("one phone");
    let one = pushes::by_phones(&server, 1, 25)?;
    let bare = bare::commits(&folder.join("bare.db"), 25, 200)?;
    lines.push(Line::new(
        "bare SQLite, 200 operations a commit (ceiling)",
        bare,
        "operations/s",
    ));
    lines.push(Line::new("push, 1 phone, 200 operations a push", one, "operations/s").of(bare));

    say("the snapshot");
    let (rows, per_second, bytes) = reads::snapshot(&server)?;
    lines.push(Line::new(
        &format!("snapshot of {rows} rows"),
        per_second,
        "rows/s",
    ));
    lines.push(Line::new("the same, on the wire", bytes, "bytes/row"));
    say("idle polls");
    let idle = reads::idle(&server, SENDERS, REQUESTS)?;
    lines.push(Line::new("idle poll, by proof", idle, "requests/s").of(constant));
    let idle = live::idle_by_token(&server, SENDERS, REQUESTS)?;
    lines.push(Line::new("idle poll, by token", idle, "requests/s").of(constant));
    say("little news");
    let news = live::little_news(&server, 50)?;
    lines.push(Line::new("pull of five changed rows", news, "ms"));
    say("listeners");
    let memory = live::listeners(&server, LISTENERS)?;
    lines.push(Line::new("idle listener", memory, "KiB"));
    let notice = live::notices(&server, WRITES_A_SECOND, 10)?;
    lines.push(Line::new("from write to notice, 99th of 100", notice, "ms"));

    say("a hundred phones");
    let many = pushes::by_phones(&server, 100, 1)?;
    let bare = bare::commits(&folder.join("bare-large.db"), 4, 5_000)?;
    lines.push(Line::new(
        "bare SQLite, 5,000 operations a commit (ceiling)",
        bare,
        "operations/s",
    ));
    lines.push(Line::new("push, 100 phones, 200 operations each", many, "operations/s").of(bare));
    Ok(lines)
}

/// One figure, and what part of its ceiling it is.
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

    fn of(self, ceiling: f64) -> Line {
        Line {
            ratio: Some(self.figure / ceiling),
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
