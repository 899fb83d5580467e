//! Phones, an office and a network that loses, repeats, delays and cuts: what must hold whatever happens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#[path = "support/checks.rs"]
mod checks;
#[path = "support/row.rs"]
mod row;
#[path = "support/server.rs"]
mod server;
#[path = "support/steps.rs"]
mod steps;
#[path = "support/world.rs"]
mod world;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use steps::{Step, calm_step, stormy_step};
use world::World;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Phones that keep their state, on a server that keeps its own: nothing is ever doubtful, so much more can
    /// be asked at each moment ([`World::check_moment`]).
    #[test]
    fn phones_and_server_agree_in_the_end(steps in vec(calm_step(), 1..120)) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
            world.check_moment();
        }
        world.settle();
        world.check_end();
    }

    /// Phones are rolled back to old copies of themselves and go on, the server is restored from backups.
    #[test]
    fn no_work_is_lost_when_phones_and_server_are_set_back(steps in vec(stormy_step(), 1..120)) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        world.settle();
        world.check_end();
    }
}

#[test]
fn a_quiet_world_has_nothing_to_settle() {
    let mut world = World::new();
    world.step(&Step::Kill { phone: 0 });
    world.settle();
    world.check_moment();
    world.check_end();
}

/// What is checked above happens: the worlds are not too tame.
#[test]
fn everything_that_can_happen_does() {
    let mut runner = TestRunner::deterministic();
    let mut events: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..100 {
        let mut world = World::new();
        let steps = vec(stormy_step(), 120).new_tree(&mut runner).unwrap().current();
        for step in &steps {
            world.step(step);
        }
        world.settle();
        for (event, times) in world.events {
            *events.entry(event).or_default() += times;
        }
    }
    let all = "Applied Checkpoint Conflict Dropped Duplicate Filled Merged NewEpoch(pull) NewEpoch(push) \
               NewStreamNeeded Parked Quarantined Rewound Unparked";
    let happened: Vec<String> = events.keys().map(|event| event.replace(' ', "")).collect();
    assert_eq!(happened.join(" "), all, "{events:#?}");
}
