//! The invariants by number and name, and what it looks like when one does not hold.
use std::fmt;

/// A broken invariant.
#[derive(Debug)]
pub struct Broken {
    pub number: u8,
    pub detail: String,
}

impl Broken {
    pub(super) fn new(number: u8, detail: impl Into<String>) -> Broken {
        Broken {
            number,
            detail: detail.into(),
        }
    }
}

/// The name of each invariant, from number 1 on.
pub const NAMES: [&str; 19] = [
    "every acknowledged operation is in history, a conflict or quarantine",
    "replaying anything any number of times changes nothing",
    "at rest, everybody of the same scope sees what the server has",
    "a reader at a version has seen every commit up to it",
    "edits of different fields merge, whatever their order",
    "two values of one field make exactly one open conflict that holds both",
    "a lone device's chain never conflicts with itself",
    "sealed bytes never change",
    "live tags are unique, and no operation is refused for one",
    "nobody has a row outside their scope, and no unsent work is lost by that",
    "poison delays nothing else",
    "groups are taken whole or not at all, and what is refused leaves no traces",
    "checkpoints only grow, and a device sees its own writes",
    "a cursor of any age leads to what the server has, and nothing deleted returns",
    "a snapshot with the feed after it is the feed",
    "an operation of an older app becomes what one of the present app would",
    "interrupted uploads end with the very bytes",
    "both databases tell the same story",
    "a low score is one complaint, and a complaint escalates when its deadline has passed and at no other time",
];

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES
            .get(usize::from(self.number).wrapping_sub(1))
            .unwrap_or(&"unnamed");
        write!(f, "invariant {} ({name}) is broken: {}", self.number, self.detail)
    }
}
