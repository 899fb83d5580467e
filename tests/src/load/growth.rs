//! Phones that read while the database grows, beside a small one that stays as it is.
use super::demo::Demo;
use super::large::{self, Cost, Measured, SNAPSHOT, STREAMS};
use super::stock::Stock;
use super::{Line, Plan, SENDERS, constant, live, median, reads, say};
use crate::Kind;
use anyhow::Result;
use std::path::Path;
use std::time::Instant;

/// Times that both databases are read in turn, as a machine is not equally fast all the time.
const TURNS: usize = 5;

/// A demo with a site to read.
struct Furnished {
    demo: Demo,
    stock: Stock,
    measured: Measured,
}

impl Furnished {
    fn new(demo: Demo, rows: usize) -> Result<Furnished> {
        let mut stock = demo.stock()?;
        let measured = Measured::furnish(&demo.server, &mut stock)?;
        stock.grow(rows)?;
        Ok(Furnished {
            demo,
            stock,
            measured,
        })
    }

    fn cost(&mut self) -> Result<Cost> {
        self.measured.cost(&self.demo.server, &mut self.stock)
    }
}

/// Polls of a demo that has just been made, then pulls from it as it grows. The small database is made in a folder.
pub(super) fn reading(
    demo: Demo,
    folder: &Path,
    kind: Kind,
    plan: &Plan,
    lines: &mut Vec<Line>,
) -> Result<()> {
    say("the ceiling for requests");
    let constant = constant::measure(SENDERS, plan.requests)?;
    lines.push(Line::new("constant answer (ceiling)", constant, "requests/s"));
    say("idle polls");
    let idle = reads::idle(&demo.server, SENDERS, plan.requests)?;
    lines.push(Line::new("idle poll, by proof", idle, "requests/s").of(constant));
    let idle = live::idle_by_token(&demo.server, SENDERS, plan.requests)?;
    lines.push(Line::new("idle poll, by token", idle, "requests/s").of(constant));

    let [few, some, many] = plan.sizes;
    say(&format!("a database of {few} rows"));
    let mut large = Furnished::new(demo, few)?;
    let news = large::little_news(
        &large.demo.server,
        &mut large.stock,
        &large.measured,
        SENDERS,
        plan.requests,
    )?;
    lines.push(Line::new("pull of five changed rows", news, "requests/s").of(constant));
    let mut small = Furnished::new(Demo::start(folder, kind)?, few)?;
    for rows in [some, many] {
        say(&format!("a database of {rows} rows"));
        let (start, before) = (Instant::now(), large.stock.added());
        large.stock.grow(rows)?;
        let filled = (large.stock.added() - before) as f64 / start.elapsed().as_secs_f64();
        let what = format!("filling up to {rows} rows by the write path");
        lines.push(Line::new(&what, filled, "rows/s"));
        let turns: Vec<(Cost, Cost)> = (0..TURNS)
            .map(|_| Ok((small.cost()?, large.cost()?)))
            .collect::<Result<_>>()?;
        let mut compare = |what: &str, of: fn(&Cost) -> f64| {
            let line = |rows: usize, figure| {
                Line::new(&format!("{what} of {rows}"), figure, "rows/s of processor time")
            };
            lines.push(line(few, median(turns.iter().map(|(small, _)| of(small)))));
            let ratio = median(turns.iter().map(|(small, large)| of(large) / of(small)));
            lines.push(Line {
                ratio: Some(ratio),
                ..line(rows, median(turns.iter().map(|(_, large)| of(large))))
            });
        };
        compare(&format!("snapshot of {SNAPSHOT} rows"), |cost| cost.snapshot);
        compare("delta of 1000 rows", |cost| cost.delta);
        if rows == some {
            let (_, cost) = turns[0];
            let line = Line::new(
                "the snapshot on the wire",
                cost.wire / SNAPSHOT as f64,
                "bytes/row",
            );
            lines.push(line.of(cost.plain / SNAPSHOT as f64));
            let memory = large::memory(&large.demo.server)?;
            let what = format!("memory above idle, each of {STREAMS} snapshots");
            lines.push(Line::new(&what, memory, "MiB"));
        }
    }
    Ok(())
}
