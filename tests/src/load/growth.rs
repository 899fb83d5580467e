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
struct Ground {
    demo: Demo,
    stock: Stock,
    measured: Measured,
}

impl Ground {
    fn furnish(demo: Demo, rows: usize) -> Result<Ground> {
        let mut stock = demo.stock()?;
        let measured = Measured::furnish(&demo.server, &mut stock)?;
        stock.grow(rows)?;
        Ok(Ground {
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
    let mut large = Ground::furnish(demo, few)?;
    let news = large::little_news(
        &large.demo.server,
        &mut large.stock,
        &large.measured,
        SENDERS,
        plan.requests,
    )?;
    lines.push(Line::new("pull of five changed rows", news, "requests/s").of(constant));
    let mut small = Ground::furnish(Demo::start(folder, kind)?, few)?;
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
        let costs = [
            (format!("snapshot of {SNAPSHOT} rows of"), |cost: &Cost| {
                cost.snapshot
            }),
            ("delta of 1000 rows of".to_owned(), |cost: &Cost| cost.delta),
        ] as [(String, fn(&Cost) -> f64); 2];
        for (what, of) in costs {
            let line = |rows: usize, figure| {
                Line::new(&format!("{what} {rows}"), figure, "rows/s of processor time")
            };
            lines.push(line(few, median(turns.iter().map(|(small, _)| of(small)))));
            let ratio = median(turns.iter().map(|(small, large)| of(large) / of(small)));
            lines.push(Line {
                ratio: Some(ratio),
                ..line(rows, median(turns.iter().map(|(_, large)| of(large))))
            });
        }
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
