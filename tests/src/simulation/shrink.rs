//! Making the story of a failure short: whole kinds of faults are left out, then ever smaller pieces, as long as the same
//! invariant still breaks.
use super::plan::{Act, Plan, Step};
use super::{Failed, run};
use crate::Database;
use std::collections::BTreeSet;

/// Most runs that are spent on it.
const RUNS: usize = 250;

/// Shortens a failed plan. `database` makes an empty one.
pub fn shrink(database: impl Fn() -> Database, plan: &Plan, failed: Box<Failed>) -> Box<Failed> {
    let mut search = Search {
        database,
        plan: plan.clone(),
        failed,
        runs: 0,
    };
    search.plan.steps.truncate(search.failed.step + 1);
    search.drop_kinds();
    search.drop_pieces();
    search.failed
}

struct Search<D> {
    database: D,
    /// The shortest plan that fails, and how it does.
    plan: Plan,
    failed: Box<Failed>,
    runs: usize,
}

impl<D: Fn() -> Database> Search<D> {
    fn drop_kinds(&mut self) {
        let kinds: BTreeSet<Act> = self.plan.steps.iter().map(|step| step.act).collect();
        for kind in kinds {
            let rest = self.plan.steps.iter().filter(|step| step.act != kind);
            let rest = rest.copied().collect();
            self.attempt(rest);
        }
    }

    /// Delta debugging (Zeller and Hildebrandt 2002), by complements alone.
    fn drop_pieces(&mut self) {
        let mut size = self.plan.steps.len() / 2;
        while size > 0 {
            let mut start = 0;
            let mut found = false;
            while start < self.plan.steps.len() {
                let steps = &self.plan.steps;
                let end = (start + size).min(steps.len());
                let rest: Vec<Step> = steps[..start].iter().chain(&steps[end..]).copied().collect();
                if self.attempt(rest) {
                    found = true;
                } else {
                    start = end;
                }
                if self.runs >= RUNS {
                    return;
                }
            }
            if !found || size > 1 {
                size /= 2;
            }
        }
    }

    /// Keeps these steps if the same invariant breaks with them.
    fn attempt(&mut self, steps: Vec<Step>) -> bool {
        if steps.is_empty() || steps.len() == self.plan.steps.len() || self.runs >= RUNS {
            return false;
        }
        self.runs += 1;
        let mut plan = Plan {
            steps,
            ..self.plan.clone()
        };
        match run((self.database)(), &plan) {
            Err(failed) if failed.broken.number == self.failed.broken.number => {
                plan.steps.truncate(failed.step + 1);
                self.plan = plan;
                self.failed = failed;
                true
            }
            _ => false,
        }
    }
}
