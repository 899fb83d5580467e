//! What is to happen, step by step, before anything does: a list that a seed makes and that can be cut. Each step has
//! dice of its own, so that those that are left do the same when others are taken out.
use crate::dice::Dice;

/// What a step is about. Most concern one phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// The next day begins, or a later one: the timers run.
    Day,
    /// The network is well, everybody sends and reads, and all must agree.
    Rest,
    Edit,
    Push,
    Pull,
    /// A message arrives, or gets lost, damaged or repeated.
    Deliver,
    /// Several pushes arrive at once and are committed together.
    DeliverTogether,
    Dispatch,
    /// The server dies before or after it commits a push.
    KillServer,
    BackUpServer,
    RestoreServer,
    Crash,
    Store,
    RollBack,
    Clone,
    TurnClock,
    Prune,
    Damage,
    /// A phone is without network for days.
    Offline,
    /// A device is lost.
    Revoke,
    /// An app becomes that of the newest version.
    UpdateApp,
    Upload,
}

/// How often each happens, in 1000 steps of a day.
const OFTEN: [(Act, usize); 20] = [
    (Act::Edit, 316),
    (Act::Push, 110),
    (Act::Pull, 110),
    (Act::Deliver, 275),
    (Act::DeliverTogether, 12),
    (Act::Dispatch, 70),
    (Act::KillServer, 7),
    (Act::BackUpServer, 3),
    (Act::RestoreServer, 3),
    (Act::Crash, 12),
    (Act::Store, 20),
    (Act::RollBack, 8),
    (Act::Clone, 3),
    (Act::TurnClock, 6),
    (Act::Prune, 9),
    (Act::Damage, 5),
    (Act::Offline, 8),
    (Act::Revoke, 2),
    (Act::UpdateApp, 2),
    (Act::Upload, 19),
];

/// Steps of one day.
const STEPS_A_DAY: usize = 30;

/// Days between two times of rest.
const DAYS_TO_REST: usize = 4;

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub act: Act,
    /// Chooses the phone, among those there are.
    pub phone: u64,
    /// The seed of its dice.
    pub seed: u64,
}

/// A run as it is meant to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub seed: u64,
    /// How many servers work on the database.
    pub nodes: usize,
    pub steps: Vec<Step>,
}

impl Plan {
    /// The plan of a seed, over so many days.
    pub fn new(seed: u64, days: usize, nodes: usize) -> Plan {
        // Seeds that follow each other must not give dice that do.
        let mut dice = Dice::new(Dice::new(seed).roll());
        let mut acts = Vec::new();
        for day in 1..=days {
            acts.push(Act::Day);
            acts.extend((0..STEPS_A_DAY).map(|_| any(&mut dice)));
            if day % DAYS_TO_REST == 0 || day == days {
                acts.push(Act::Rest);
            }
        }
        let step = |act| Step {
            act,
            phone: dice.roll(),
            seed: dice.roll(),
        };
        Plan {
            seed,
            nodes,
            steps: acts.into_iter().map(step).collect(),
        }
    }
}

fn any(dice: &mut Dice) -> Act {
    let mut thrown = dice.below(OFTEN.iter().map(|(_, often)| often).sum());
    for (act, often) in OFTEN {
        if thrown < often {
            return act;
        }
        thrown -= often;
    }
    Act::Deliver
}
