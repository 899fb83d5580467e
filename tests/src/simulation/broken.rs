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

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.number {
            1 => "every acknowledged operation is in history, a conflict or quarantine",
            2 => "replaying anything any number of times changes nothing",
            3 => "at rest, everybody of the same scope sees what the server has",
            4 => "a reader at a version has seen every commit up to it",
            5 => "edits of different fields merge, whatever their order",
            6 => "two values of one field make exactly one open conflict that holds both",
            7 => "a lone device's chain never conflicts with itself",
            8 => "sealed bytes never change",
            9 => "live tags are unique, and no operation is refused for one",
            11 => "poison delays nothing else",
            12 => "a refused operation leaves no traces",
            13 => "checkpoints only grow, and a device sees its own writes",
            _ => "unnamed",
        };
        write!(f, "invariant {} ({name}) is broken: {}", self.number, self.detail)
    }
}
